//! Purpose: one condition reported by a source, as every intake hands it on.

use serde::{Deserialize, Serialize};

use crate::episode::{number_of, whole_millis};
use crate::{ChatChannelId, ChatMessageId, ChatUserId, DedupKey, Drill, IntegrationName, Labels, Severity, Timestamp};

/// What a source says about its alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertStatus {
    /// The condition holds.
    Firing,
    /// The condition is over.
    Resolved,
}

/// A link a sender gave, with the word people click on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// `Dashboard`, `Source`, ...
    pub label: String,
    /// An `http` or `https` address; anything else is dropped by the intake.
    pub url: String,
}

/// How a report reached us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AlertOrigin {
    /// Over HTTP.
    Http,
    /// A line in a watched channel.
    Chat {
        /// Where it was written.
        channel: ChatChannelId,
        /// The message.
        message: ChatMessageId,
        /// Who wrote it, as shown.
        author: String,
        /// Who wrote it.
        author_id: ChatUserId,
        /// Another bot wrote it.
        #[serde(default)]
        by_bot: bool,
    },
}

/// Who sent a report, as the sender itself says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// Its own address: two senders of one integration have two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The sender's key of the group the alert came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The report is about all other alerts of that group: they are over, and the sender left them out of its body.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rest_is_over: bool,
    /// When the condition was over, by the sender's clock; only in a report that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// Nobody said so: nothing was heard of it for `resolve_after`, and its sender never tells ends.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub expired: bool,
    /// Nobody will tell that this alert is over, although its sender tells ends of others: a notice. It ends with its incident.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_end: bool,
    /// Its sender does not measure it any more, and called that an end. It is none: the alert fires on, and nobody will tell its end.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lost_sight: bool,
}

/// One report about one alert, accepted and kept in the journal. Stored as JSON: fields are only ever added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertReport {
    /// Who sent it.
    pub integration: IntegrationName,
    /// Which alert it is about.
    pub dedup_key: DedupKey,
    /// Firing or resolved.
    pub status: AlertStatus,
    /// One line a person reads first.
    pub title: String,
    /// Longer text, as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Labels the routing looks at.
    pub labels: Labels,
    /// The measured value, as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Links the sender gave (dashboard, source), runbook excluded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// The runbook's address the sender gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runbook_url: Option<String>,
    /// When the condition began, by the sender's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// How it reached us.
    pub origin: AlertOrigin,
    /// The severity the integration fixes (chat rules); routing rules are then not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Ask a person before opening.
    #[serde(default)]
    pub candidate: bool,
    /// The raw payload when its shape is unknown: visible as "unmapped", never dropped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmapped: Option<String>,
    /// Part of a drill: it meets no real alert, pages only who takes part, and is not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drill: Option<Drill>,
    /// Who sent it, when the sender says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender>,
}

impl AlertReport {
    /// Its sender as a number; 0 when it names none.
    pub fn sender_number(&self) -> i64 {
        self.sender.as_ref().and_then(|sender| sender.url.as_deref()).map_or(0, number_of)
    }

    /// When its sender says that it was over, in whole milliseconds.
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.sender.as_ref().and_then(|sender| sender.ends_at).map(whole_millis)
    }

    /// Its group as a number, to find the other alerts of it; none when the sender names no group.
    pub fn group_number(&self) -> Option<i64> {
        let group = self.sender.as_ref()?.group.as_deref()?;
        Some(number_of(&format!("{}\n{group}", self.integration)))
    }

    /// That an alert of a sender that tells no ends is over: nothing was heard of it for `resolve_after`.
    pub fn expired(integration: IntegrationName, dedup_key: DedupKey, title: String) -> Self {
        Self {
            integration,
            dedup_key,
            status: AlertStatus::Resolved,
            title,
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
            sender: Some(Sender { expired: true, ..Sender::default() }),
        }
    }

    /// Nobody told this end.
    pub fn is_expiry(&self) -> bool {
        self.sender.as_ref().is_some_and(|sender| sender.expired)
    }

    /// Nobody will tell its end.
    pub fn has_no_end(&self) -> bool {
        self.sender.as_ref().is_some_and(|sender| sender.no_end || sender.lost_sight)
    }

    /// Its sender does not measure it any more: that is news of an alert that fires, and of no other.
    pub fn is_lost_from_sight(&self) -> bool {
        self.sender.as_ref().is_some_and(|sender| sender.lost_sight)
    }

    /// It says that the rest of a group is over.
    pub fn ends_rest_of_group(&self) -> bool {
        self.sender.as_ref().is_some_and(|sender| sender.rest_is_over)
    }
}
