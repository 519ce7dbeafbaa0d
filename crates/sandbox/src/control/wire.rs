//! Purpose: what went over bots' gateway connections, for authors of bots: the events that a resume could replay.

use serde_json::{Value, json};

use super::{Ask, Told};
use crate::hub::Core;

/// As many events of each session are shown.
const SHOWN: usize = 300;

/// `GET /control/gateway/events?after=`: events by session, each with its number, name and data. `after`: leaves out those
/// up to a number, as `session:number`.
pub(crate) fn events(core: &mut Core, ask: &Ask) -> Told {
    let after: Vec<(&str, u64)> = ask
        .query
        .get("after")
        .map_or("", String::as_str)
        .split(',')
        .filter_map(|part| part.split_once(':'))
        .filter_map(|(session, seq)| Some((session, seq.parse().ok()?)))
        .collect();
    let mut found = Vec::new();
    for session in &core.sessions {
        let from = after.iter().find(|(id, _)| *id == session.id).map_or(0, |(_, seq)| *seq);
        let fresh = session.replay.iter().rev().take(SHOWN).filter(|(seq, _)| *seq > from);
        let bot = core.world.users.get(&session.bot).map_or("", |user| &user.username);
        let mut events: Vec<Value> = fresh
            .filter_map(|(seq, frame)| {
                let frame: Value = serde_json::from_str(frame).ok()?;
                Some(json!({ "bot": bot, "session": session.id, "seq": seq, "name": frame["t"], "data": frame["d"] }))
            })
            .collect();
        events.reverse();
        found.extend(events);
    }
    Ok(json!({ "events": found }))
}
