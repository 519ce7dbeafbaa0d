//! Purpose: `/why` about an alert: what its last reports did, where each of them stopped, and why. The reasons are those that were
//! stored when the reports were decided.

use domain::episode::{EpisodeEnd, KnownAlert};
use domain::setup::Language;
use domain::stages::{Reason, Stage};
use domain::{IncidentId, Timestamp};

use crate::list::grouped;
use crate::say::say;
use crate::text::{name, title};
use crate::time::{clock, relative};
use crate::{cut, escape, length, plain};

/// Discord's limit for a message.
const LIMIT: usize = 2_000;
/// Reports that are shown; the same again counts as one.
const SHOWN: usize = 6;
/// Characters of a choice.
const CHOICE: usize = 100;

/// A report that was decided.
#[derive(Clone, Debug)]
pub struct ReportLine {
    /// When it came.
    pub at: Timestamp,
    /// The incident it went to.
    pub incident: Option<IncidentId>,
    /// The stage that stopped it; none when it could not be decided, or an older version decided it.
    pub stage: Option<Stage>,
    /// Why; none when nothing stopped it.
    pub reason: Option<Reason>,
    /// It could not be decided.
    pub failed: bool,
}

/// What `/why` needs to know of an alert.
#[derive(Clone, Debug)]
pub struct AlertWhy<'a> {
    /// Its title by the last report.
    pub title: &'a str,
    /// Which integration told it.
    pub integration: &'a str,
    /// Number of its last report.
    pub number: i64,
    /// What is known of it now.
    pub known: Option<&'a KnownAlert>,
    /// Its last reports, newest first.
    pub reports: &'a [ReportLine],
}

/// Why an alert did what it did, or nothing: how it stands, then its last reports.
pub fn alert_why(why: &AlertWhy<'_>, lang: Language) -> String {
    let (integration, number) = (name(why.integration), why.number.to_string());
    let head = say!(lang, "report-head", integration = integration, number = number);
    let mut text = format!("**{}** · {head}", cut(&title(why.title, lang), 200));
    let mut add = |line: String| {
        if length(&text) + length(&line) < LIMIT {
            text.push('\n');
            text.push_str(&cut(&line, 400));
        }
    };
    why.known.into_iter().flat_map(|known| stands(known, lang)).for_each(&mut add);
    for same in why.reports.chunk_by(is_same).take(SHOWN) {
        let Some(newest) = same.first() else { continue };
        let again = match same.len() {
            0 | 1 => String::new(),
            times => say!(lang, "report-again", shown = grouped(times, lang)),
        };
        add(format!("- {}{again} {}", relative(newest.at), became(newest, lang)));
    }
    text
}

/// Several alerts have the words somebody typed.
pub fn alert_why_several<'a>(titles: impl IntoIterator<Item = &'a str>, lang: Language) -> String {
    let mut text = say!(lang, "report-several");
    for found in titles {
        let line = format!("\n- {}", cut(&title(found, lang), 150));
        if length(&text) + length(&line) < LIMIT {
            text.push_str(&line);
        }
    }
    text
}

/// No alert has the words somebody typed.
pub fn alert_why_none(typed: &str, lang: Language) -> String {
    say!(lang, "report-none", typed = cut(&escape(typed), 100))
}

/// What came and is no alert, because the configuration says so.
#[derive(Clone, Copy, Debug)]
pub struct NoAlert<'a> {
    /// Whose it was.
    pub integration: &'a str,
    /// When it came.
    pub at: Timestamp,
    /// A line of chat whose author is none of the rule's; otherwise `when` says that it is none.
    pub by_author: bool,
    /// What it said.
    pub text: &'a str,
}

/// Adds to an answer what came with the same words and is no alert.
pub fn alert_why_no_alert<'a>(answer: String, found: impl IntoIterator<Item = NoAlert<'a>>, lang: Language) -> String {
    found.into_iter().fold(answer, |answer, none| {
        let (at, integration) = (relative(none.at), name(none.integration));
        let said = cut(&escape(&plain(none.text)), 250);
        let line = if none.by_author {
            say!(lang, "report-refused", at = at, integration = integration, said = said)
        } else {
            say!(lang, "report-skipped", at = at, integration = integration, said = said)
        };
        if length(&answer) + length(&line) + 3 < LIMIT { format!("{answer}\n- {line}") } else { answer }
    })
}

/// One alert as autocompletion shows it, plain text of at most 100 characters.
pub fn alert_choice(title: &str, integration: &str) -> String {
    let (title, integration) = (plain(title), plain(integration));
    let rest = length(&integration) + 3;
    cut(&format!("{} · {integration}", cut(&title, CHOICE.saturating_sub(rest).max(20))), CHOICE)
}

/// For an incident's reasons: its last report that rang nobody, and alerts that several senders tell.
pub(crate) fn of_incident(last: Option<&ReportLine>, several: usize, lang: Language) -> Vec<String> {
    let mut lines = Vec::new();
    if several > 0 {
        lines.push(say!(lang, "why-several-senders", number = several, shown = grouped(several, lang)));
    }
    let last =
        last.map(|report| say!(lang, "why-last-report", at = relative(report.at), became = became(report, lang)));
    lines.extend(last);
    lines
}

/// How an alert stands.
fn stands(known: &KnownAlert, lang: Language) -> Vec<String> {
    let incident = known.incident.map(|id| id.label());
    let told = known.told_end.map(|told| relative(told.at));
    let mut lines = vec![match (known.fires(), known.ended, incident, told) {
        (true, Some(EpisodeEnd::Person), Some(incident), _) => say!(lang, "report-fires-on", incident = incident),
        (true, _, Some(incident), _) => say!(lang, "report-fires-in", incident = incident),
        (true, _, None, _) => say!(lang, "report-fires"),
        (false, Some(EpisodeEnd::Expired), ..) => say!(lang, "report-expired"),
        (false, Some(EpisodeEnd::Incident), Some(incident), _) => say!(lang, "report-over-with", incident = incident),
        (false, _, _, Some(at)) => say!(lang, "report-over", at = at),
        (false, _, _, None) => say!(lang, "report-nothing-fires"),
    }];
    let beginnings = known.beginnings();
    if beginnings > 1 {
        lines.push(say!(lang, "report-senders", shown = grouped(beginnings, lang)));
    }
    lines
}

/// Whether two reports read the same, apart from when they came.
fn is_same(one: &ReportLine, next: &ReportLine) -> bool {
    (one.incident, one.stage, &one.reason, one.failed) == (next.incident, next.stage, &next.reason, next.failed)
}

/// `stopped at *late duplicate*: the end of this beginning was told at 03:10. …`
pub(crate) fn became(report: &ReportLine, lang: Language) -> String {
    let incident = report.incident.map(|id| id.label());
    let Some(reason) = &report.reason else {
        return match (report.stage, incident) {
            (Some(_), Some(incident)) => say!(lang, "report-opened", incident = incident),
            (Some(_), None) => say!(lang, "report-went-through"),
            (None, _) if report.failed => say!(lang, "report-failed"),
            (None, Some(incident)) => say!(lang, "report-before-in", incident = incident),
            (None, None) => say!(lang, "report-before"),
        };
    };
    let (what, why) = words_of(reason, incident, lang);
    say!(lang, "report-stopped", what = what, why = why)
}

/// The name of a reason, and its sentence.
fn words_of(reason: &Reason, incident: Option<String>, lang: Language) -> (String, String) {
    let is_known = incident.is_some();
    let incident = incident.unwrap_or_else(|| say!(lang, "report-an-incident"));
    match reason {
        Reason::End if !is_known => (say!(lang, "reason-end"), say!(lang, "reason-end-alone-why")),
        Reason::Repetition => {
            (say!(lang, "reason-repetition"), say!(lang, "reason-repetition-why", incident = incident))
        }
        Reason::LateDuplicate { told_at } => {
            (say!(lang, "reason-late"), say!(lang, "reason-late-why", at = clock(*told_at)))
        }
        Reason::End => (say!(lang, "reason-end"), say!(lang, "reason-end-why", incident = incident)),
        Reason::OneSenderEnded { others } => (
            say!(lang, "reason-senders"),
            say!(lang, "reason-senders-why", number = *others, shown = grouped(*others, lang)),
        ),
        Reason::RestOfGroup { alerts } => (
            say!(lang, "reason-group-end"),
            say!(lang, "reason-group-end-why", number = *alerts, shown = grouped(*alerts, lang)),
        ),
        Reason::NeverFired => (say!(lang, "reason-nothing"), say!(lang, "reason-never-fired-why")),
        Reason::AlreadyOver { told_at: Some(at) } => {
            (say!(lang, "reason-nothing"), say!(lang, "reason-over-why", at = relative(*at)))
        }
        Reason::AlreadyOver { told_at: None } => (say!(lang, "reason-nothing"), say!(lang, "reason-over-untold-why")),
        Reason::OtherBeginning { fires_since: Some(at) } => {
            (say!(lang, "reason-beginning"), say!(lang, "reason-beginning-why", at = relative(*at)))
        }
        Reason::OtherBeginning { fires_since: None } => {
            (say!(lang, "reason-beginning"), say!(lang, "reason-beginning-unknown-why"))
        }
        Reason::OpenIncident => (say!(lang, "reason-open"), say!(lang, "reason-open-why", incident = incident)),
        Reason::DrillOver => (say!(lang, "reason-drill"), say!(lang, "reason-drill-why")),
        Reason::EndedByPerson { opens_at } => (
            say!(lang, "reason-person"),
            say!(lang, "reason-person-why", incident = incident, at = relative(*opens_at)),
        ),
        Reason::FiredOn => (say!(lang, "reason-fired-on"), say!(lang, "reason-fired-on-why", incident = incident)),
        Reason::Flaps => (say!(lang, "reason-flaps"), say!(lang, "reason-flaps-why", incident = incident)),
        Reason::Silenced { silence, by, until } => {
            let (number, until) = (silence.to_string(), crate::timestamp(*until, crate::TimeStyle::DateTime));
            let why = say!(lang, "reason-silenced-why", number = number, who = name(by), until = until);
            (say!(lang, "reason-silenced"), why)
        }
        Reason::Question => (say!(lang, "reason-question"), say!(lang, "reason-question-why")),
        Reason::Declined { by } => (say!(lang, "reason-question"), say!(lang, "reason-declined-why", who = name(by))),
    }
}
