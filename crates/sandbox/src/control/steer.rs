//! Purpose: faults, gateway actions and the clock, for tests and drills.

use serde_json::{Value, json};

use super::{Ask, Denied, Told, faults::Order, gone, no};
use crate::{gateway::sessions, hub::Core, id::DISCORD_EPOCH_MS};

pub(crate) fn order_fault(core: &mut Core, ask: &Ask) -> Told {
    let order: Order =
        serde_json::from_value(ask.body.clone()).map_err(|error| no(format!("The fault is not readable: {error}.")))?;
    let id = core.faults.order(order).map_err(no)?;
    Ok(json!({ "fault": id.to_string() }))
}

pub(crate) fn clear_faults(core: &mut Core, _: &Ask) -> Told {
    core.faults.clear();
    Ok(json!({}))
}

pub(crate) fn release_fault(core: &mut Core, ask: &Ask) -> Told {
    let id = ask.path.get("fault").and_then(|text| text.parse().ok()).unwrap_or(0);
    if core.faults.release(id) { Ok(json!({})) } else { Err(gone("There is no such fault.")) }
}

pub(crate) fn sessions(core: &mut Core, _: &Ask) -> Told {
    let sessions: Vec<Value> = core
        .sessions
        .iter()
        .map(|session| {
            let bot = core.world.users.get(&session.bot).map_or("", |user| &user.username);
            json!({ "bot": bot, "session_id": session.id, "connected": session.connection.is_some(), "seq": session.seq })
        })
        .collect();
    Ok(json!({ "sessions": sessions }))
}

pub(crate) fn gateway(core: &mut Core, ask: &Ask) -> Told {
    let name = ask.path.get("bot").map_or("", String::as_str);
    let bot = core
        .world
        .bots()
        .find(|(user, _)| user.username == name || user.id.to_string() == name)
        .map(|(user, _)| user.id)
        .ok_or_else(|| gone(format!("There is no bot {name:?}.")))?;
    let what = ask.text("do")?;
    let connected: Vec<&sessions::Session> =
        core.sessions.iter().filter(|session| session.bot == bot && session.connection.is_some()).collect();
    if connected.is_empty() {
        return Err(Denied(409, format!("The bot {name} is not connected.")));
    }
    let count = connected.len();
    let resumable = ask.body["resumable"].as_bool().unwrap_or(false);
    let code = ask.body["code"].as_u64().and_then(|code| u16::try_from(code).ok()).unwrap_or(4000);
    let order = || match what {
        "cut" => Ok(sessions::Order::Cut),
        "reconnect" => Ok(sessions::Order::Send(json!({ "t": null, "s": null, "op": 7, "d": null }).to_string())),
        "invalid" => Ok(sessions::Order::Send(json!({ "t": null, "s": null, "op": 9, "d": resumable }).to_string())),
        "close" if (1000..5000).contains(&code) => Ok(sessions::Order::Close(code, "Closed on order.")),
        other => Err(no(format!("`do` is cut, reconnect, invalid or close, not {other:?}."))),
    };
    for session in connected {
        session.order(order()?);
    }
    if what == "invalid" && !resumable {
        core.sessions.retain(|session| session.bot != bot);
    }
    Ok(json!({ "sessions": count }))
}

pub(crate) fn time(core: &mut Core, _: &Ask) -> Told {
    Ok(json!({ "now": core.world.now_ms() }))
}

pub(crate) fn clock(core: &mut Core, ask: &Ask) -> Told {
    let now = core.world.now_ms();
    let by = match (ask.body["advance_ms"].as_u64(), ask.body["set_ms"].as_u64()) {
        (Some(by), None) => by,
        (None, Some(at)) if at >= now.max(DISCORD_EPOCH_MS) => at - now,
        (None, Some(at)) => return Err(no(format!("The clock stands at {now} and does not go back to {at}."))),
        _ => return Err(no("Give `advance_ms` or `set_ms`, in milliseconds.")),
    };
    core.world.meta.clock.advance(by);
    core.world.mark(crate::world::Table::Meta, crate::id::Id(0));
    core.archive_idle_threads();
    Ok(json!({ "now": core.world.now_ms() }))
}
