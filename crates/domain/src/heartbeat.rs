//! Purpose: a heartbeat is something that must keep happening; its silence is an alert like any other.

use std::time::Duration;

use jiff::SignedDuration;
use jiff::tz::TimeZone;

use crate::setup::{KeyPlace, SourceRef};
use crate::{AlertOrigin, AlertReport, AlertStatus, DedupKey, IntegrationName, Labels, Severity, Timestamp};

/// The name under which heartbeats report; no configured integration may have it.
pub const INTEGRATION: &str = "heartbeat";

/// Something that must be heard of again and again: orders, a backup, an Alertmanager.
#[derive(Clone, Debug)]
pub struct Heartbeat {
    /// Its name, the last part of `/heartbeat/{name}`.
    pub name: String,
    /// How long it may be silent.
    pub every: Duration,
    /// What its silence means, in one sentence: the title of the alert.
    pub says: String,
    /// What is broken then.
    pub service: Option<String>,
    /// Label `severity` of its alert; a text like `SEV-2` decides the severity itself.
    pub severity: String,
    /// Where the runbook is.
    pub runbook_url: Option<String>,
    /// Where its key is: one place, or two while the key is changed; without any, whoever reaches the address may beat.
    pub keys: Vec<KeyPlace>,
    /// Further labels.
    pub labels: Labels,
    /// Where it is configured.
    pub source: SourceRef,
}

impl Heartbeat {
    /// When its silence becomes an alert, if it was last heard of (or first known) at `since`.
    pub fn due(&self, since: Timestamp) -> Timestamp {
        let every = SignedDuration::try_from(self.every).unwrap_or(SignedDuration::MAX);
        since.checked_add(every).unwrap_or(Timestamp::MAX)
    }

    /// The alert that it is silent. `last` is its last beat, if there was one; `since` is what the silence counts from.
    pub fn silent(&self, since: Timestamp, last: Option<Timestamp>, zone: &TimeZone) -> AlertReport {
        let every = SignedDuration::try_from(self.every).unwrap_or(SignedDuration::MAX);
        let body = match last {
            Some(last) => {
                let last = last.to_zoned(zone.clone()).strftime("%-d %b %H:%M:%S %Z");
                format!("Nothing was heard of {} for {every:#}; the last time was {last}.", self.name)
            }
            None => format!("Nothing was heard of {} for {every:#}, and never before.", self.name),
        };
        AlertReport {
            status: AlertStatus::Firing,
            title: self.says.clone(),
            body: Some(body),
            value: Some(format!("silent for {every:#}")),
            starts_at: Some(since),
            ..self.report()
        }
    }

    /// The alert is over: it was heard of again.
    pub fn heard_again(&self) -> AlertReport {
        AlertReport { status: AlertStatus::Resolved, title: self.says.clone(), ..self.report() }
    }

    /// Its labels, as the routing sees them.
    pub fn all_labels(&self) -> Labels {
        let mut labels = self.labels.clone();
        labels.insert("alertname".to_owned(), self.name.clone());
        labels.insert("heartbeat".to_owned(), self.name.clone());
        labels.insert("severity".to_owned(), self.severity.clone());
        if let Some(service) = &self.service {
            labels.insert("service".to_owned(), service.clone());
        }
        labels
    }

    fn report(&self) -> AlertReport {
        AlertReport {
            labels: self.all_labels(),
            runbook_url: self.runbook_url.clone(),
            severity: self.fixed_severity(),
            ..gone(&self.name)
        }
    }

    /// The severity it decides itself, when its `severity` is one of ours.
    pub fn fixed_severity(&self) -> Option<Severity> {
        let ours = self.severity.trim().get(..3).is_some_and(|start| start.eq_ignore_ascii_case("sev"));
        if ours { self.severity.parse().ok() } else { None }
    }
}

/// The alert of a heartbeat that is no longer configured is over.
pub fn gone(name: &str) -> AlertReport {
    AlertReport {
        integration: IntegrationName::from(INTEGRATION),
        dedup_key: DedupKey(format!("v1:{INTEGRATION}:{name}")),
        status: AlertStatus::Resolved,
        title: format!("The heartbeat {name} is no longer configured"),
        body: None,
        labels: Labels::new(),
        value: None,
        links: Vec::new(),
        runbook_url: None,
        starts_at: None,
        origin: AlertOrigin::Http,
        severity: None,
        candidate: false,
        unmapped: None,
        drill: None,
        sender: None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn orders(severity: &str) -> Heartbeat {
        Heartbeat {
            name: "orders".into(),
            every: Duration::from_secs(300),
            says: "No orders for 5 minutes".into(),
            service: Some("checkout".into()),
            severity: severity.into(),
            runbook_url: None,
            keys: Vec::new(),
            labels: Labels::from([("team".into(), "shop".into())]),
            source: SourceRef { file: "siaga.toml".into(), line: 1 },
        }
    }

    #[test]
    fn silence_is_an_alert_that_says_what_it_means() {
        let last: Timestamp = "2026-03-01T20:10:00Z".parse().unwrap();
        let zone = TimeZone::get("Asia/Jakarta").unwrap();
        let report = orders("critical").silent(last, Some(last), &zone);
        assert_eq!(report.title, "No orders for 5 minutes");
        assert_eq!(report.body.unwrap(), "Nothing was heard of orders for 5m; the last time was 2 Mar 03:10:00 WIB.");
        assert_eq!(report.dedup_key.as_str(), "v1:heartbeat:orders");
        assert_eq!(report.labels["alertname"], "orders");
        assert_eq!(report.labels["team"], "shop");
        assert_eq!(report.severity, None);
        assert_eq!(orders("critical").heard_again().dedup_key, gone("orders").dedup_key);
        assert_eq!(orders("critical").due(last).to_string(), "2026-03-01T20:15:00Z");
    }

    #[test]
    fn only_a_severity_of_ours_goes_past_the_rules() {
        for (text, expected) in
            [("SEV-2", Some(Severity::Sev2)), ("sev1", Some(Severity::Sev1)), ("2", None), ("critical", None)]
        {
            assert_eq!(orders(text).fixed_severity(), expected, "{text}");
        }
    }
}
