//! Purpose: a scenario: what happens, and when, in a drill or in the demo. Read from a file; nothing in it is random.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::{AlertOrigin, AlertReport, AlertStatus, DedupKey, Drill, IncidentId, Labels, Severity, Timestamp};

/// What happens, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scenario {
    /// The file's name without its ending; the same in every language.
    pub name: String,
    /// One line: the title of the drill.
    pub title: String,
    /// What one learns from it, for lists.
    pub about: Option<String>,
    /// The service the drill is about.
    pub service: Option<String>,
    /// How bad the drill is at its beginning.
    pub severity: Option<Severity>,
    /// What monitors report.
    pub alerts: Vec<ScriptedAlert>,
    /// What people write.
    pub messages: Vec<ScriptedMessage>,
    /// What people do in the demo; a drill's people do it themselves.
    pub demo: Vec<DemoStep>,
}

/// An alert that fires and ends as the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScriptedAlert {
    /// Its name, the label `alertname`.
    pub name: String,
    /// One line a person reads first.
    pub title: String,
    /// Longer text.
    pub text: Option<String>,
    /// The measured value.
    pub value: Option<String>,
    /// All labels, `alertname` included.
    pub labels: Labels,
    /// When it fires, from the beginning.
    pub fires: Vec<Duration>,
    /// When it is over, from the beginning.
    pub resolves: Vec<Duration>,
    /// How many senders report it, at least 1: of two Alertmanagers each sends.
    pub copies: u32,
}

/// A message that somebody writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptedMessage {
    /// When, from the beginning.
    pub at: Duration,
    /// Who, by user name.
    pub by: String,
    /// Where, without `#`.
    pub channel: String,
    /// What.
    pub says: String,
}

/// What is told and done in the demo at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DemoStep {
    /// When, from the beginning.
    pub at: Duration,
    /// What the narrator says first.
    pub tell: Option<String>,
    /// Who does it: a user name, or whoever was paged last.
    pub who: Option<DemoPerson>,
    /// What they do.
    pub act: Option<DemoAct>,
    /// What they fill into the form that opens then, top to bottom.
    pub form: Vec<String>,
    /// The number of the incident whose room it is done in; the newest if absent.
    pub incident: Option<u32>,
    /// The story up to here is played in `siaga demo`; from here on the person at the screen acts, and only `--once` goes on.
    pub yours: bool,
}

/// Who acts in the demo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DemoPerson {
    /// By user name.
    Named(String),
    /// Whoever was paged for the incident.
    Paged,
}

/// What a person does in the demo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DemoAct {
    /// Presses the newest button with this label.
    Press(String),
    /// Chooses, in the newest menu that offers all of it, what reads like this.
    Choose {
        /// What the menu itself says, where several offer the same.
        menu: Option<String>,
        /// What is chosen.
        labels: Vec<String>,
    },
    /// Types a command.
    Slash {
        /// Without the slash: `incident show`.
        command: String,
        /// Its options.
        options: BTreeMap<String, String>,
    },
}

/// Something that happens by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening<'a> {
    /// An alert fires.
    Fires(&'a ScriptedAlert),
    /// An alert is over.
    Resolves(&'a ScriptedAlert),
    /// Somebody writes.
    Says(&'a ScriptedMessage),
}

impl Scenario {
    /// What happens by itself, in order. At the same moment alerts that end come first, then alerts that fire, then
    /// people.
    #[must_use]
    pub fn happenings(&self) -> Vec<(Duration, Happening<'_>)> {
        let ends =
            self.alerts.iter().flat_map(|alert| alert.resolves.iter().map(|at| (*at, Happening::Resolves(alert))));
        let fires = self.alerts.iter().flat_map(|alert| alert.fires.iter().map(|at| (*at, Happening::Fires(alert))));
        let says = self.messages.iter().map(|message| (message.at, Happening::Says(message)));
        let mut all: Vec<_> = ends.chain(fires).chain(says).collect();
        all.sort_by_key(|(at, _)| *at);
        all
    }
}

impl ScriptedAlert {
    /// What a monitor would report, as a part of a drill's incident.
    #[must_use]
    pub fn report(&self, incident: IncidentId, status: AlertStatus, drill: &Drill, now: Timestamp) -> AlertReport {
        let labels: Vec<String> = self.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        AlertReport {
            integration: "drill".into(),
            dedup_key: DedupKey(format!("drill:{}:{}", incident.0, labels.join(","))),
            status,
            title: self.title.clone(),
            body: self.text.clone(),
            labels: self.labels.clone(),
            value: self.value.clone(),
            links: Vec::new(),
            runbook_url: None,
            starts_at: Some(now),
            origin: AlertOrigin::Http,
            severity: None,
            candidate: false,
            unmapped: None,
            drill: Some(Drill { incident: Some(incident), ..drill.clone() }),
            sender: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_happen_in_order_and_an_alert_that_ends_makes_way_for_one_that_fires() {
        let seconds = Duration::from_secs;
        let flapping = ScriptedAlert {
            name: "A".to_owned(),
            fires: vec![seconds(0), seconds(20)],
            resolves: vec![seconds(10)],
            ..ScriptedAlert::default()
        };
        let other = ScriptedAlert { name: "B".to_owned(), fires: vec![seconds(10)], ..ScriptedAlert::default() };
        let message =
            ScriptedMessage { at: seconds(5), by: "sari".into(), channel: "support".into(), says: "Help".into() };
        let scenario = Scenario { alerts: vec![flapping, other], messages: vec![message], ..Scenario::default() };
        let told: Vec<String> = scenario
            .happenings()
            .into_iter()
            .map(|(at, what)| match what {
                Happening::Fires(alert) => format!("{} {} fires", at.as_secs(), alert.name),
                Happening::Resolves(alert) => format!("{} {} ends", at.as_secs(), alert.name),
                Happening::Says(message) => format!("{} {} writes", at.as_secs(), message.by),
            })
            .collect();
        assert_eq!(told, ["0 A fires", "5 sari writes", "10 A ends", "10 B fires", "20 A fires"]);
    }
}
