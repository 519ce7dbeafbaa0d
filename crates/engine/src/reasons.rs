//! Purpose: why an alert did what it did, or nothing, as people ask for it: by its title, by the number of a report, in a room.

use domain::episode::KnownAlert;
use domain::{ChatMessageId, DedupKey, IncidentId};
use store::{BodyKind, BodyRow, StoreError};

use crate::action::ActError;
use crate::handle::Engine;

pub use store::{DecidedReport, HeardAlert};

/// Reports of an alert that are looked at: repetitions count as one, so that they fill no answer.
const REPORTS: u32 = 200;
/// Alerts that are named when the words fit several.
const CANDIDATES: usize = 25;
/// What is no alert, that is named beside them.
const BODIES: usize = 3;

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
        if let Some(message) = message_of_link(typed)
            && let Some(line) = store.chat_lines_of(message).await.map_err(failed)?.into_iter().next()
        {
            let history = self.history_of(&line.dedup_key).await?;
            return Ok(if history.reports.is_empty() { FoundAlert::None } else { FoundAlert::One(Box::new(history)) });
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

    /// What came lately with all these words and is no alert, because the configuration says so; newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn no_alerts(&self, typed: &str) -> Result<Vec<BodyRow>, ActError> {
        let typed = typed.to_lowercase();
        let words: Vec<&str> = typed.split_whitespace().collect();
        let mut found = self.shared.store.bodies().await.map_err(|error| self.failed(&error))?;
        found.retain(|body| {
            let text = body.text.to_lowercase();
            body.kind != BodyKind::Unmapped && !words.is_empty() && words.iter().all(|word| text.contains(word))
        });
        found.truncate(BODIES);
        Ok(found)
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

/// The message that a link leads to, as Discord copies it.
fn message_of_link(typed: &str) -> Option<ChatMessageId> {
    let (before, message) = typed.rsplit_once('/')?;
    before.contains("/channels/").then(|| message.parse().ok().map(ChatMessageId)).flatten()
}
