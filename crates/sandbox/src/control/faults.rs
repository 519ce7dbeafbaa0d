//! Purpose: faults on order: lost answers, held calls, error statuses.

use serde::Deserialize;
use serde_json::Value;

/// Where in a call the fault happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum When {
    /// Before anything is applied.
    Received,
    /// After it is applied, before it is answered.
    Applied,
}

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Act {
    Drop,
    Hold,
    Status { status: u16, retry_after_s: f64, scope: &'static str },
}

#[derive(Debug)]
struct Fault {
    id: u64,
    method: Option<String>,
    route: Option<String>,
    bot: Option<String>,
    contains: Option<String>,
    at: When,
    act: Act,
    nth: u64,
    count: u64,
    seen: u64,
    fired: u64,
    held: u64,
    released: bool,
}

/// A fault that a call has run into.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    pub(crate) fault: u64,
    pub(crate) at: When,
    pub(crate) act: Act,
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
    #[serde(default = "one")]
    nth: u64,
    #[serde(default = "one")]
    count: u64,
    #[serde(default = "received")]
    at: When,
    #[serde(rename = "do")]
    act: String,
    status: Option<u16>,
    #[serde(default = "second")]
    retry_after: f64,
    #[serde(default)]
    scope: Option<String>,
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

/// All faults on order.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    list: Vec<Fault>,
    last: u64,
}

impl Faults {
    /// Takes an order. Errors: a sentence.
    pub(crate) fn order(&mut self, order: Order) -> Result<u64, String> {
        let act = match order.act.as_str() {
            "drop" => Act::Drop,
            "hold" => Act::Hold,
            "status" => {
                let status = order
                    .status
                    .filter(|status| (400..600).contains(status))
                    .ok_or("A status fault needs `status`, 400 to 599.")?;
                let scope = match order.scope.as_deref() {
                    None | Some("user") => "user",
                    Some("global") => "global",
                    Some("shared") => "shared",
                    Some(other) => return Err(format!("The scope is user, global or shared, not {other:?}.")),
                };
                Act::Status { status, retry_after_s: order.retry_after, scope }
            }
            other => return Err(format!("`do` is drop, hold or status, not {other:?}.")),
        };
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
            at: order.at,
            act,
            nth: order.nth,
            count: order.count,
            seen: 0,
            fired: 0,
            held: 0,
            released: false,
        });
        Ok(self.last)
    }

    /// The fault that this call runs into, if any; the first fitting one.
    pub(crate) fn hit(&mut self, method: &str, route: &str, bot: Option<&str>, body: Option<&Value>) -> Option<Hit> {
        let (mut hit, mut text) = (None, None);
        for fault in &mut self.list {
            let fits = fault.method.as_deref().is_none_or(|wanted| wanted == method)
                && fault.route.as_deref().is_none_or(|wanted| wanted == route)
                && fault.bot.as_deref().is_none_or(|wanted| Some(wanted) == bot)
                && fault.fired < fault.count
                && fault.contains.as_deref().is_none_or(|wanted| {
                    text.get_or_insert_with(|| body.map(Value::to_string).unwrap_or_default()).contains(wanted)
                });
            if !fits {
                continue;
            }
            fault.seen += 1;
            if fault.seen >= fault.nth && hit.is_none() {
                fault.fired += 1;
                if fault.act == Act::Hold {
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

    /// Lets the held calls of a fault go. Gives whether there is such a fault.
    pub(crate) fn release(&mut self, id: u64) -> bool {
        let found = self.list.iter_mut().find(|fault| fault.id == id);
        found.map(|fault| fault.released = true).is_some()
    }

    pub(crate) fn clear(&mut self) {
        self.list.clear();
    }

    /// armed, held or done; nothing when there is no such fault (any more).
    pub(crate) fn state(&self, id: u64) -> Option<&'static str> {
        self.list.iter().find(|fault| fault.id == id).map(|fault| {
            if fault.held > 0 {
                "held"
            } else if fault.fired >= fault.count {
                "done"
            } else {
                "armed"
            }
        })
    }
}
