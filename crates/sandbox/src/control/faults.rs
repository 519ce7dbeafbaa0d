//! Purpose: faults on order: which call they meet, and what they do to it.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{signal::Signal, trouble::Trouble};
use crate::error::Refusal;

/// Where in a call the fault happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum When {
    /// Before anything is applied.
    Received,
    /// After it is applied, before it is answered.
    Applied,
    /// When the answer has been written to the connection. For signals only.
    Answered,
}

impl When {
    fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Applied => "applied",
            Self::Answered => "answered",
        }
    }
}

/// What happens.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// The connection is closed without an answer.
    Drop,
    /// Nothing is answered until the fault is released; then the connection is closed.
    Hold,
    /// Everything takes longer.
    Delay(Duration),
    /// This answer instead of the real one.
    Answer(Instead),
    /// A process gets a signal; the call goes on.
    Signal(Signal),
    /// Something happens to the world or the gateway; the call goes on.
    Trouble(Trouble),
}

/// An answer on order.
#[derive(Clone, Debug)]
pub(crate) struct Instead {
    status: u16,
    code: u64,
    message: Option<String>,
    retry_after_s: f64,
    scope: &'static str,
    html: bool,
}

impl Instead {
    /// The answer as a refusal.
    pub(crate) fn refusal(&self) -> Refusal {
        let reason = axum::http::StatusCode::from_u16(self.status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Error");
        if self.html {
            let title = format!("{} {reason}", self.status);
            let page = format!(
                "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n<hr><center>proxy</center>\r\n</body>\r\n</html>\r\n"
            );
            // Such a page says for how long, at least.
            let limited = (self.status == 429).then(|| Refusal::limited(0, self.retry_after_s, true, "global"));
            return Refusal {
                html: true,
                wait: limited.and_then(|limited| limited.wait),
                ..Refusal::new(self.status, 0, page)
            };
        }
        if self.status == 429 {
            return Refusal::limited(self.code, self.retry_after_s, self.scope == "global", self.scope);
        }
        let message = self.message.clone().unwrap_or_else(|| format!("{}: {reason}", self.status));
        Refusal::new(self.status, self.code, message)
    }
}

#[derive(Debug)]
struct Fault {
    id: u64,
    method: Option<String>,
    route: Option<String>,
    bot: Option<String>,
    contains: Option<String>,
    files: Option<bool>,
    at: When,
    word: String,
    act: Act,
    nth: u64,
    count: u64,
    seen: u64,
    fired: u64,
    held: u64,
    released: bool,
    /// Why what was ordered could not be done.
    problem: Option<String>,
}

/// A fault that a call has run into.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    pub(crate) fault: u64,
    pub(crate) at: When,
    pub(crate) act: Act,
}

/// A call as faults see it.
pub(crate) struct Seen<'a> {
    pub(crate) method: &'a str,
    pub(crate) route: &'a str,
    pub(crate) bot: Option<&'a str>,
    pub(crate) body: Option<&'a Value>,
    pub(crate) files: bool,
}

/// How a fault is ordered.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    method: Option<String>,
    route: Option<String>,
    bot: Option<String>,
    /// Text that the JSON body of the call holds, written without spaces between its parts.
    contains: Option<String>,
    /// Whether the call brings files.
    files: Option<bool>,
    #[serde(default = "one")]
    nth: u64,
    #[serde(default = "one")]
    count: u64,
    #[serde(default = "received")]
    at: When,
    #[serde(rename = "do")]
    act: String,
    status: Option<u16>,
    #[serde(default)]
    code: u64,
    message: Option<String>,
    #[serde(default = "second")]
    retry_after: f64,
    scope: Option<String>,
    delay_ms: Option<u64>,
    pid: Option<i32>,
    signal: Option<String>,
    trouble: Option<Trouble>,
}

fn one() -> u64 {
    1
}

fn second() -> f64 {
    1.0
}

fn received() -> When {
    When::Received
}

impl Order {
    fn act(&self) -> Result<Act, String> {
        if self.at == When::Answered && self.act != "signal" {
            return Err("Only a signal can wait until the call is `answered`.".to_owned());
        }
        Ok(match self.act.as_str() {
            "drop" => Act::Drop,
            "hold" => Act::Hold,
            "delay" => Act::Delay(Duration::from_millis(self.delay_ms.ok_or("A delay needs `delay_ms`.")?)),
            "status" => Act::Answer(self.instead(false, None)?),
            "html" => Act::Answer(self.instead(true, Some(502))?),
            "signal" => {
                let pid = self.pid.ok_or("A signal needs `pid`.")?;
                Act::Signal(Signal::new(pid, self.signal.as_deref().unwrap_or("KILL"))?)
            }
            "trouble" => Act::Trouble(self.trouble.clone().ok_or("A trouble needs `trouble`.")?),
            other => {
                return Err(format!("`do` is drop, hold, delay, status, html, signal or trouble, not {other:?}."));
            }
        })
    }

    fn instead(&self, html: bool, default: Option<u16>) -> Result<Instead, String> {
        let status = self
            .status
            .or(default)
            .filter(|status| (400..600).contains(status))
            .ok_or("A status fault needs `status`, 400 to 599.")?;
        let scope = match self.scope.as_deref() {
            None | Some("user") => "user",
            Some("global") => "global",
            Some("shared") => "shared",
            Some(other) => return Err(format!("The scope is user, global or shared, not {other:?}.")),
        };
        Ok(Instead {
            status,
            code: self.code,
            message: self.message.clone(),
            retry_after_s: self.retry_after,
            scope,
            html,
        })
    }
}

/// All faults on order.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    list: Vec<Fault>,
    last: u64,
}

impl Faults {
    /// Takes an order. Errors: a sentence.
    pub(crate) fn order(&mut self, order: Order) -> Result<u64, String> {
        let act = order.act()?;
        if order.nth == 0 || order.count == 0 {
            return Err("`nth` and `count` start at one.".to_owned());
        }
        self.last += 1;
        self.list.push(Fault {
            id: self.last,
            method: order.method.map(|method| method.to_ascii_uppercase()),
            route: order.route,
            bot: order.bot,
            contains: order.contains,
            files: order.files,
            at: order.at,
            word: order.act,
            act,
            nth: order.nth,
            count: order.count,
            seen: 0,
            fired: 0,
            held: 0,
            released: false,
            problem: None,
        });
        Ok(self.last)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The fault that this call runs into, if any; the first fitting one.
    pub(crate) fn hit(&mut self, call: &Seen<'_>) -> Option<Hit> {
        let (mut hit, mut text) = (None, None);
        for fault in &mut self.list {
            let fits = fault.method.as_deref().is_none_or(|wanted| wanted == call.method)
                && fault.route.as_deref().is_none_or(|wanted| wanted == call.route)
                && fault.bot.as_deref().is_none_or(|wanted| Some(wanted) == call.bot)
                && fault.files.is_none_or(|wanted| wanted == call.files)
                && fault.fired < fault.count
                && fault.contains.as_deref().is_none_or(|wanted| {
                    text.get_or_insert_with(|| call.body.map(Value::to_string).unwrap_or_default()).contains(wanted)
                });
            if !fits {
                continue;
            }
            fault.seen += 1;
            if fault.seen >= fault.nth && hit.is_none() {
                fault.fired += 1;
                if matches!(fault.act, Act::Hold) {
                    fault.held += 1;
                }
                hit = Some(Hit { fault: fault.id, at: fault.at, act: fault.act.clone() });
            }
        }
        hit
    }

    /// Whether a held call may go on; so it is when its fault is gone.
    pub(crate) fn released(&self, id: u64) -> bool {
        self.list.iter().find(|fault| fault.id == id).is_none_or(|fault| fault.released)
    }

    pub(crate) fn finish(&mut self, id: u64) {
        if let Some(fault) = self.list.iter_mut().find(|fault| fault.id == id) {
            fault.held = fault.held.saturating_sub(1);
        }
    }

    /// Keeps why a fault could not do what it was ordered to.
    pub(crate) fn failed(&mut self, id: u64, problem: String) {
        if let Some(fault) = self.list.iter_mut().find(|fault| fault.id == id) {
            fault.problem = Some(problem);
        }
    }

    /// Lets the held calls of a fault go. Gives whether there is such a fault.
    pub(crate) fn release(&mut self, id: u64) -> bool {
        let found = self.list.iter_mut().find(|fault| fault.id == id);
        found.map(|fault| fault.released = true).is_some()
    }

    /// Takes a fault off the list; calls that it holds are let go. Gives whether there was one.
    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let before = self.list.len();
        self.list.retain(|fault| fault.id != id);
        self.list.len() < before
    }

    pub(crate) fn clear(&mut self) {
        self.list.clear();
    }

    /// armed, held or done; nothing when there is no such fault (any more).
    pub(crate) fn state(&self, id: u64) -> Option<&'static str> {
        self.list.iter().find(|fault| fault.id == id).map(Fault::state)
    }

    /// Every fault, oldest first.
    pub(crate) fn shown(&self) -> Vec<Value> {
        self.list
            .iter()
            .map(|fault| {
                json!({
                    "fault": fault.id.to_string(), "method": fault.method, "route": fault.route, "bot": fault.bot,
                    "contains": fault.contains, "files": fault.files, "do": fault.word, "at": fault.at.word(),
                    "nth": fault.nth, "count": fault.count, "seen": fault.seen, "fired": fault.fired,
                    "state": fault.state(), "problem": fault.problem,
                })
            })
            .collect()
    }
}

impl Fault {
    fn state(&self) -> &'static str {
        if self.held > 0 {
            "held"
        } else if self.fired >= self.count {
            "done"
        } else {
            "armed"
        }
    }
}
