//! Purpose: the log of REST calls, for tests and for authors of bots.

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::{Ask, Told, gone};
use crate::hub::Core;

/// Bodies are kept of so many calls, and so much of each.
const BODIES: usize = 500;
const BODY_BYTES: usize = 16 * 1024;

/// The last calls, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    /// Sequence number and the line as JSON.
    lines: VecDeque<(u64, Value)>,
    /// Sequence number, what was sent, what was answered.
    bodies: VecDeque<(u64, String, String)>,
}

impl Calls {
    /// Adds a call; the oldest beyond `kept` go.
    pub(crate) fn add(&mut self, seq: u64, mut line: Value, request: String, answer: String, kept: usize) {
        line["seq"] = json!(seq);
        self.lines.push_back((seq, line));
        if self.lines.len() > kept {
            self.lines.pop_front();
        }
        if request.len() <= BODY_BYTES && answer.len() <= BODY_BYTES {
            self.bodies.push_back((seq, request, answer));
        }
        if self.bodies.len() > BODIES {
            self.bodies.pop_front();
        }
    }
}

/// `GET /control/calls?after=`.
pub(crate) fn list(core: &mut Core, ask: &Ask) -> Told {
    let after = ask.number("after").unwrap_or(0);
    let from = core.calls.lines.partition_point(|(seq, _)| *seq <= after);
    let calls: Vec<&Value> = core.calls.lines.range(from..).map(|(_, line)| line).collect();
    Ok(json!({ "calls": calls }))
}

/// `GET /control/calls/{call}`: one call with its bodies, while they are kept.
pub(crate) fn one(core: &mut Core, ask: &Ask) -> Told {
    let seq = ask.path.get("call").and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    let found = core.calls.lines.iter().find(|(known, _)| *known == seq);
    let mut call = found.map(|(_, line)| line.clone()).ok_or_else(|| gone("There is no such call (any more)."))?;
    if let Some((_, request, answer)) = core.calls.bodies.iter().find(|(known, ..)| *known == seq) {
        let read = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
        call["request"] = read(request);
        call["answer"] = read(answer);
    }
    Ok(call)
}
