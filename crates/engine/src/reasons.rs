//! Purpose: why an alert did what it did, or nothing, as people ask for it: by its title, by the number of a report, in a room.

use domain::episode::KnownAlert;
use domain::{DedupKey, IncidentId};
use store::StoreError;

use crate::action::ActError;
use crate::handle::Engine;

pub use store::{DecidedReport, HeardAlert};

/// Reports of an alert that are looked at: repetitions count as one, so that they fill no answer.
const REPORTS: u32 = 200;
/// Alerts that are named when the words fit several.
const CANDIDATES: usize = 25;

/// What was found for what somebody typed.
#[derive(Clone, Debug)]
pub enum FoundAlert {
    /// Nothing has these words lately.
    None,
    /// Several have.
    Several(Vec<HeardAlert>),
    /// One, and what became of it.
    One(Box<AlertHistory>),
}

/// An alert and what its last reports did.
#[derive(Clone, Debug)]
pub struct AlertHistory {
    /// What is known of it now.
    pub known: Option<KnownAlert>,
    /// Its last reports, newest first; the one that was asked for when its number was given. Never empty.
    pub reports: Vec<DecidedReport>,
}

impl Engine {
    /// Alerts of the last reports with all these words, the one heard of last first.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn heard_alerts(&self, words: &str) -> Result<Vec<HeardAlert>, ActError> {
        let found = self.shared.store.heard_alerts(words, CANDIDATES).await;
        found.map_err(|error| self.failed(&error))
    }

    /// The alert that is meant by the number of a report, or by words of its title.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn alert_history(&self, typed: &str) -> Result<FoundAlert, ActError> {
        let failed = |error: StoreError| self.failed(&error);
        let store = &self.shared.store;
        let typed = typed.trim();
        if let Ok(number) = typed.strip_prefix('#').unwrap_or(typed).parse()
            && let Some(asked) = store.decided_report(number).await.map_err(failed)?
        {
            let key = asked.report.as_ref().map(|report| report.dedup_key.clone());
            let mut history = match &key {
                Some(key) => self.history_of(key).await?,
                None => AlertHistory { known: None, reports: Vec::new() },
            };
            // What came after the report that was asked for is told by what is known now.
            history.reports.retain(|report| report.id < asked.id);
            history.reports.insert(0, asked);
            return Ok(FoundAlert::One(Box::new(history)));
        }
        let found = self.heard_alerts(typed).await?;
        let one = match found.as_slice() {
            [] => return Ok(FoundAlert::None),
            [one] => one,
            several => {
                // A title typed whole is meant, although others hold it.
                let mut same = several.iter().filter(|alert| alert.title.eq_ignore_ascii_case(typed));
                match (same.next(), same.next()) {
                    (Some(one), None) => one,
                    _ => return Ok(FoundAlert::Several(found)),
                }
            }
        };
        let history = self.history_of(&one.dedup_key).await?;
        Ok(if history.reports.is_empty() { FoundAlert::None } else { FoundAlert::One(Box::new(history)) })
    }

    async fn history_of(&self, alert: &DedupKey) -> Result<AlertHistory, ActError> {
        let failed = |error: StoreError| self.failed(&error);
        let store = &self.shared.store;
        let known = store.known_alert(alert).await.map_err(failed)?;
        let reports = store.decided_reports_of(alert, REPORTS).await.map_err(failed)?;
        Ok(AlertHistory { known, reports })
    }

    /// The last report that came to an incident and rang nobody, and how many of its alerts several senders tell.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn held_back(&self, id: IncidentId) -> Result<(Option<DecidedReport>, usize), ActError> {
        let failed = |error: StoreError| self.failed(&error);
        let last = self.shared.store.last_held_back(id).await.map_err(failed)?;
        let several = self.shared.store.told_by_several(id).await.map_err(failed)?;
        Ok((last, several))
    }
}
