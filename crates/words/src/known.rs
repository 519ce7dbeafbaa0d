//! Purpose: who knew of the trouble first, and how much later we knew.

use domain::Detection;
use domain::incident::Incident;
use domain::setup::Language;
use jiff::SignedDuration;

use crate::say::say;
use crate::{link, terms};

/// A shorter lag is the time an alert takes to arrive.
const WORTH_TELLING: SignedDuration = SignedDuration::from_mins(1);

/// `a user, 12 minutes before us (evidence)`; none when nobody knows who knew first.
pub(crate) fn known_by(incident: &Incident, evidence: Option<&str>, lang: Language) -> Option<String> {
    let detection = incident.detected.as_ref()?;
    let who = terms::known_by(detection.by, lang);
    let who = match lag(incident, detection) {
        Some(lag) if detection.by.is_us() => {
            say!(lang, "known-after", who = who, lag = crate::duration(lag, lang))
        }
        Some(lag) => say!(lang, "known-before", who = who, lag = crate::duration(lag, lang)),
        None => who,
    };
    Some(match evidence.and_then(|url| link(&say!(lang, "known-evidence"), url)) {
        Some(evidence) => format!("{who} ({evidence})"),
        None => who,
    })
}

/// The same for the card: silent when a monitor of ours knew at once, as it should be.
pub(crate) fn worth_telling(incident: &Incident, evidence: Option<&str>, lang: Language) -> Option<String> {
    let detection = incident.detected.as_ref()?;
    let by_monitor = detection.by == domain::KnownBy::Monitor;
    (!by_monitor || lag(incident, detection).is_some()).then(|| known_by(incident, evidence, lang)).flatten()
}

fn lag(incident: &Incident, detection: &Detection) -> Option<SignedDuration> {
    detection.lag(incident.opened_at).filter(|lag| *lag >= WORTH_TELLING)
}
