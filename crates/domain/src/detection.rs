//! Purpose: detect-first. Who knew of the trouble first, how much later we knew, and what shows it.

use serde::{Deserialize, Serialize};

use crate::{AlertOrigin, AlertReport, ChatChannelId, ChatMessageId, Timestamp};

/// Who knew first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KnownBy {
    /// A monitor of ours.
    Monitor,
    /// A teammate who noticed it.
    Teammate,
    /// A user, in a channel we watch.
    UserReport,
    /// Somebody outside: a customer's call, the press, a partner.
    Outside,
}

impl KnownBy {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Monitor, Self::Teammate, Self::UserReport, Self::Outside];

    /// Name in the database, in `custom_id`s and in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Monitor => "monitor",
            Self::Teammate => "teammate",
            Self::UserReport => "user_report",
            Self::Outside => "outside",
        }
    }

    /// Reads the name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.as_str() == text)
    }

    /// True when we knew before users did.
    pub const fn is_us(self) -> bool {
        match self {
            Self::Monitor | Self::Teammate => true,
            Self::UserReport | Self::Outside => false,
        }
    }
}

/// How the trouble became known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detection {
    /// Who knew first.
    pub by: KnownBy,
    /// When it began as far as is known; the difference to the opening is how much later we knew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// What shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// A person has looked at it (`/postmortem`).
    #[serde(default)]
    pub confirmed: bool,
}

/// What shows who knew first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Evidence {
    /// A line of a watched channel.
    Message {
        /// Where.
        channel: ChatChannelId,
        /// Which.
        message: ChatMessageId,
    },
    /// An address.
    Link {
        /// `http` or `https`.
        url: String,
    },
}

impl Detection {
    /// How an alert made it known. A line of chat was written by somebody who was hit, unless another bot wrote it.
    pub fn of_report(report: &AlertReport) -> Self {
        let (by, evidence) = match &report.origin {
            AlertOrigin::Http => {
                let source = report.links.iter().find(|link| link.label == "Source").or_else(|| report.links.first());
                (KnownBy::Monitor, source.map(|link| Evidence::Link { url: link.url.clone() }))
            }
            AlertOrigin::Chat { channel, message, by_bot, .. } => {
                let by = if *by_bot { KnownBy::Monitor } else { KnownBy::UserReport };
                (by, Some(Evidence::Message { channel: *channel, message: *message }))
            }
        };
        Self { by, since: report.starts_at, evidence, confirmed: false }
    }

    /// How a person made it known. `link` is the message it was opened from.
    pub fn of_person(link: Option<&str>) -> Self {
        let evidence = link.map(|url| Evidence::Link { url: url.to_owned() });
        Self { by: KnownBy::Teammate, since: None, evidence, confirmed: false }
    }

    /// How much later we knew than it began; never negative, none when nobody knows when it began.
    pub fn lag(&self, opened_at: Timestamp) -> Option<jiff::SignedDuration> {
        self.since.map(|since| opened_at.duration_since(since).max(jiff::SignedDuration::ZERO))
    }
}
