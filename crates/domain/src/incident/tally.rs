//! Purpose: the alerts of an incident as it needs them: exact numbers, and the first of them by name. A storm brings hundreds
//! of thousands; which of them fire is in the database, not in memory.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::DedupKey;

/// Alerts an incident knows by name; the rest it counts.
pub const NAMED_ALERTS: usize = 64;
/// An incident with so many alerts gives a name's place to a new alert only when none fires: its timeline stays readable.
const NAMES_SETTLE: usize = 1_000;

/// What an incident keeps of one alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertBrief {
    /// Its title.
    pub title: String,
    /// True while it fires.
    pub firing: bool,
    /// The measured value of the last report, as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Its sender never says that it is over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub endless: bool,
}

impl AlertBrief {
    /// An alert that fires and says no more than its title.
    pub fn firing(title: &str) -> Self {
        Self { title: title.to_owned(), firing: true, value: None, endless: false }
    }
}

/// Changes of alerts that are only counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertCounts {
    /// Alerts that began to fire and were never part of the incident.
    #[serde(default)]
    pub new: usize,
    /// Alerts of the incident that fire again.
    #[serde(default)]
    pub again: usize,
    /// Alerts that are over.
    #[serde(default)]
    pub resolved: usize,
    /// Of those that began to fire: alerts whose sender never says that they are over.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub endless: usize,
}

/// By reference: serde calls it so.
const fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl AlertCounts {
    /// True when nothing is counted.
    pub const fn is_empty(&self) -> bool {
        self.new == 0 && self.again == 0 && self.resolved == 0
    }

    /// Both together.
    pub const fn and(self, more: Self) -> Self {
        Self {
            new: self.new + more.new,
            again: self.again + more.again,
            resolved: self.resolved + more.resolved,
            endless: self.endless + more.endless,
        }
    }
}

/// The alerts of an incident.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertTally {
    firing: usize,
    resolved: usize,
    /// Of those without a name that fire: those that end with the incident.
    endless: usize,
    named: BTreeMap<DedupKey, AlertBrief>,
}

impl AlertTally {
    /// How many fire.
    pub const fn firing(&self) -> usize {
        self.firing
    }

    /// How many are over.
    pub const fn resolved(&self) -> usize {
        self.resolved
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.firing + self.resolved
    }

    /// True when there are none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Those known by name, by key; [`NAMED_ALERTS`] at most.
    pub fn named(&self) -> impl Iterator<Item = (&DedupKey, &AlertBrief)> {
        self.named.iter()
    }

    /// Titles of those known by name; those that fire come first.
    pub fn titles(&self) -> impl Iterator<Item = &AlertBrief> {
        let firing = self.named.values().filter(|alert| alert.firing);
        firing.chain(self.named.values().filter(|alert| !alert.firing))
    }

    /// True when an alert is known by name.
    pub fn names(&self, key: &DedupKey) -> bool {
        self.named.contains_key(key)
    }

    /// True when an alert that begins to fire would be known by name.
    pub fn would_name(&self, key: &DedupKey) -> bool {
        let gives_place = self.len() < NAMES_SETTLE || self.firing == 0;
        self.names(key) || self.named.len() < NAMED_ALERTS || (gives_place && self.over().is_some())
    }

    /// An alert begins to fire and gets a name. `again`: it was part of the incident before.
    pub fn fires(&mut self, key: &DedupKey, brief: AlertBrief, again: bool) {
        if !self.names(key) && self.named.len() >= NAMED_ALERTS {
            match self.over().cloned() {
                Some(over) => drop(self.named.remove(&over)),
                None => {
                    let endless = usize::from(brief.endless);
                    return self.count(&AlertCounts { endless, ..counts_of_one(again) });
                }
            }
        }
        match self.named.insert(key.clone(), brief) {
            Some(before) if before.firing => {}
            Some(_) => self.count(&AlertCounts { again: 1, ..AlertCounts::default() }),
            None => self.count(&counts_of_one(again)),
        }
    }

    /// What a named alert says now; `endless`: whether nobody tells its end any more, when that changed.
    pub fn says(&mut self, key: &DedupKey, title: &str, value: Option<&str>, endless: Option<bool>) {
        if let Some(alert) = self.named.get_mut(key) {
            alert.endless = endless.unwrap_or(alert.endless);
            title.clone_into(&mut alert.title);
            alert.value = value.map(str::to_owned);
        }
    }

    /// The incident is over: so are the alerts whose sender never says it.
    pub fn end_endless(&mut self) {
        let mut over = std::mem::take(&mut self.endless);
        for alert in self.named.values_mut().filter(|alert| alert.firing && alert.endless) {
            alert.firing = false;
            over += 1;
        }
        self.count(&AlertCounts { resolved: over, ..AlertCounts::default() });
    }

    /// Those that fire go on elsewhere: none fires here any more.
    pub fn go(&mut self) {
        self.named.values_mut().for_each(|alert| alert.firing = false);
        self.endless = 0;
        self.count(&AlertCounts { resolved: self.firing, ..AlertCounts::default() });
    }

    /// An alert is over.
    pub fn resolves(&mut self, key: &DedupKey) {
        match self.named.get_mut(key) {
            Some(alert) if !alert.firing => return,
            Some(alert) => alert.firing = false,
            None => {}
        }
        self.count(&AlertCounts { resolved: 1, ..AlertCounts::default() });
    }

    /// Changes of alerts without a name.
    pub fn count(&mut self, counts: &AlertCounts) {
        self.firing = (self.firing + counts.new + counts.again).saturating_sub(counts.resolved);
        self.resolved = (self.resolved + counts.resolved).saturating_sub(counts.again);
        self.endless = (self.endless + counts.endless).min(self.firing);
    }

    /// Those of another incident that are not known by name.
    pub fn unnamed(&self) -> AlertCounts {
        let named_firing = self.named.values().filter(|alert| alert.firing).count();
        let firing = self.firing.saturating_sub(named_firing);
        let resolved = self.resolved.saturating_sub(self.named.len() - named_firing);
        AlertCounts { new: firing + resolved, again: 0, resolved, endless: self.endless.min(firing) }
    }

    /// Takes in the alerts of another incident.
    pub fn absorb(&mut self, named: &[(DedupKey, AlertBrief)], more: &AlertCounts) {
        for (key, alert) in named {
            self.fires(key, AlertBrief { firing: true, ..alert.clone() }, false);
            if !alert.firing {
                self.resolves(key);
            }
        }
        self.count(more);
    }

    /// The first named one that is over.
    fn over(&self) -> Option<&DedupKey> {
        self.named.iter().find(|(_, alert)| !alert.firing).map(|(key, _)| key)
    }
}

const fn counts_of_one(again: bool) -> AlertCounts {
    let (new, again) = if again { (0, 1) } else { (1, 0) };
    AlertCounts { new, again, resolved: 0, endless: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: usize) -> DedupKey {
        DedupKey(format!("k{n:05}"))
    }

    fn brief(title: &str) -> AlertBrief {
        AlertBrief::firing(title)
    }

    #[test]
    fn what_never_says_that_it_is_over_ends_with_the_incident() {
        let mut alerts = AlertTally::default();
        (0..100).for_each(|n| alerts.fires(&key(n), AlertBrief { endless: n % 2 == 0, ..brief("disk full") }, false));
        alerts.resolves(&key(1));
        alerts.end_endless();
        assert_eq!((alerts.firing(), alerts.resolved()), (49, 51));
        alerts.end_endless();
        assert_eq!((alerts.firing(), alerts.resolved()), (49, 51));
    }

    #[test]
    fn the_numbers_are_exact_whoever_has_a_name() {
        let mut alerts = AlertTally::default();
        for n in 0..500 {
            alerts.fires(&key(n), brief("disk full"), false);
        }
        assert_eq!((alerts.firing(), alerts.resolved(), alerts.named().count()), (500, 0, NAMED_ALERTS));
        // Named and unnamed ones end; a new one takes the place of a named one that is over.
        for n in (0..500).step_by(2) {
            alerts.resolves(&key(n));
        }
        assert_eq!((alerts.firing(), alerts.resolved()), (250, 250));
        assert!(alerts.would_name(&key(900)));
        alerts.fires(&key(900), brief("disk slow"), false);
        assert_eq!((alerts.firing(), alerts.resolved(), alerts.len()), (251, 250, 501));
        // One that lost its name fires again: it is not a new one.
        assert!(!alerts.names(&key(0)));
        alerts.fires(&key(0), brief("disk full"), true);
        assert_eq!((alerts.firing(), alerts.resolved(), alerts.len()), (252, 249, 501));
    }

    #[test]
    fn in_a_storm_names_settle_until_it_is_quiet() {
        let mut alerts = AlertTally::default();
        for n in 0..NAMES_SETTLE {
            alerts.fires(&key(n), brief("disk full"), false);
        }
        alerts.resolves(&key(1));
        assert!(!alerts.would_name(&key(NAMES_SETTLE)));
        (0..NAMES_SETTLE).filter(|n| *n != 1).for_each(|n| alerts.resolves(&key(n)));
        assert!(alerts.would_name(&key(NAMES_SETTLE)));
    }

    #[test]
    fn what_is_absorbed_is_counted_as_it_was() {
        let mut from = AlertTally::default();
        (0..100).for_each(|n| from.fires(&key(n), brief("disk full"), false));
        (0..30).for_each(|n| from.resolves(&key(n)));
        (80..90).for_each(|n| from.resolves(&key(n)));
        let named: Vec<_> = from.named().map(|(key, alert)| (key.clone(), alert.clone())).collect();
        let mut into = AlertTally::default();
        (200..250).for_each(|n| into.fires(&key(n), brief("disk slow"), false));
        into.absorb(&named, &from.unnamed());
        assert_eq!((into.firing(), into.resolved()), (60 + 50, 40));
    }
}
