//! Purpose: what Discord refused for good is told to the operators, once each.

use super::{Verdict, events};
use crate::ledger::Ledger;
use crate::seen::Shown;
use crate::world::text;

/// How a line about a dead letter begins.
pub(crate) const UNDELIVERED: &str = "Could not deliver ";

/// One line for each post that Discord refused; and one for a page of which nobody can say whether it arrived.
pub(super) fn told(incident: u32, shown: &Shown, ledger: &Ledger, verdict: &mut Verdict) {
    let refused = |words: &str| ledger.refused.iter().any(|part| words.contains(part.as_str()));
    let expected = events(shown, "noted").filter(|event| refused(text(&event["text"]))).count();
    let most = expected + events(shown, "contact_failed").count();
    verdict.count(incident, "lines to the operators about dead letters", shown.notices.len(), expected, most);
}
