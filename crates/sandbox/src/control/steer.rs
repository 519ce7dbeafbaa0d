//! Purpose: faults, gateway actions and the clock, for tests and drills.

use serde_json::{Value, json};

use super::{
    Ask, Told,
    faults::Order,
    gone, no,
    trouble::{Gateway, Place, Trouble},
};
use crate::{hub::Core, id::DISCORD_EPOCH_MS};

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

pub(crate) fn faults(core: &mut Core, _: &Ask) -> Told {
    Ok(json!({ "faults": core.faults.shown() }))
}

pub(crate) fn remove_fault(core: &mut Core, ask: &Ask) -> Told {
    let id = ask.path.get("fault").and_then(|text| text.parse().ok()).unwrap_or(0);
    if core.faults.remove(id) { Ok(json!({})) } else { Err(gone("There is no such fault.")) }
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
    let bots: Vec<Value> = core
        .world
        .bots()
        .map(|(user, bot)| {
            let identifies = core.identifies.iter().filter(|(who, _)| *who == user.id).count();
            json!({ "bot": user.username, "identifies_today": identifies, "token_resets": bot.resets })
        })
        .collect();
    Ok(json!({ "sessions": sessions, "bots": bots }))
}

/// `POST /control/gateway/{bot}`.
pub(crate) fn gateway(core: &mut Core, ask: &Ask) -> Told {
    let bot = core.bot_named(ask.path.get("bot").map_or("", String::as_str))?;
    let number = |name: &str| ask.body[name].as_u64();
    let how = Gateway {
        how: ask.text("do")?.to_owned(),
        resumable: ask.body["resumable"].as_bool().unwrap_or(false),
        code: number("code").and_then(|code| u16::try_from(code).ok()),
        count: number("count").and_then(|count| u32::try_from(count).ok()),
        for_ms: number("for_ms"),
    };
    Ok(json!({ "sessions": core.trouble_gateway(bot, &how)? }))
}

/// `POST /control/trouble`.
pub(crate) fn trouble(core: &mut Core, ask: &Ask) -> Told {
    let trouble: Trouble = serde_json::from_value(ask.body.clone())
        .map_err(|error| no(format!("The trouble is not readable: {error}.")))?;
    core.make_trouble(&trouble, Place::default())?;
    Ok(json!({}))
}

/// `GET /control/clock`.
pub(crate) fn time(core: &mut Core, _: &Ask) -> Told {
    Ok(json!({ "now": core.world.now_ms(), "frozen": core.world.meta.clock.is_frozen() }))
}

/// `POST /control/clock`.
pub(crate) fn clock(core: &mut Core, ask: &Ask) -> Told {
    let now = core.world.now_ms();
    let frozen = ask.body["frozen"].as_bool();
    let by = match (ask.body["advance_ms"].as_u64(), ask.body["set_ms"].as_u64()) {
        (Some(by), None) => by,
        (None, Some(at)) if at >= now.max(DISCORD_EPOCH_MS) => at - now,
        (None, Some(at)) => return Err(no(format!("The clock stands at {now} and does not go back to {at}."))),
        (None, None) if frozen.is_some() => 0,
        _ => return Err(no("Give `advance_ms` or `set_ms`, in milliseconds, or `frozen`.")),
    };
    if let Some(frozen) = frozen {
        core.world.meta.clock.freeze(frozen);
    }
    core.world.meta.clock.advance(by);
    core.world.mark(crate::world::Table::Meta, crate::id::Id(0));
    core.archive_idle_threads();
    time(core, ask)
}
