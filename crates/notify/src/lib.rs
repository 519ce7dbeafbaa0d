//! Purpose: ways to reach one person outside Discord, one folder each in `ways`, and the signed link with which a page is answered.
//!
//! Nothing is decided here, and the sentences of a page come from `words`. An attempt says truthfully how it ended
//! ([`domain::Outcome`]), so that the outbox knows whether a repetition could be seen twice.
//! About duplicates: every way carries the stable [`Message::id`], so that a repetition can be told from another message.

mod client;
mod deliver;
mod link;
mod notifier;
mod ping;
mod text;
mod tls;
mod ways;

pub use deliver::{LINK_LIVES, Links, PageDelivery, RoomUrl};
pub use link::{Claim, LinkProblem, Signer, WeakKey};
pub use notifier::{Contact, Notifier, Problem, Settings};
pub use ping::Pinger;

use jiff::Timestamp;

/// The mail a message becomes, as it would travel.
///
/// # Errors
/// When one of the addresses is none.
pub fn mail_text(from: &str, to: &str, message: &Message) -> Result<Vec<u8>, &'static str> {
    ways::email::text(from, to, message)
}

/// The body of the push message a message becomes, for a topic's address.
///
/// # Errors
/// When the address is none.
pub fn push_text(topic: &secrecy::SecretString, message: &Message) -> Result<String, &'static str> {
    ways::ntfy::body(topic, message)
}

/// How long one attempt may take before its answer counts as lost.
pub const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(10);

/// What one person is told. All texts are final; they may contain what alerts say, and are made harmless here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Stable for this delivery: a repetition carries the same.
    pub id: String,
    /// Stable for the incident: mails with the same value form one thread.
    pub thread: String,
    /// Which incidents it is about, worst first; none when it is no page.
    pub about: Vec<About>,
    /// The title of the push message, the subject of the mail.
    pub title: String,
    /// The text, one paragraph each.
    pub lines: Vec<String>,
    /// The button that acknowledges. Whoever has its address can press it.
    pub acknowledge: Option<Button>,
    /// Where the incident is talked about.
    pub room_url: Option<String>,
    /// Whether it is a page: the phone rings even when it is quiet, the mail is marked as important.
    pub urgent: bool,
    /// A last line in small print: why this person gets it.
    pub footer: Option<String>,
    /// When it is sent, for the date of the mail.
    pub at: Timestamp,
}

/// An incident that a message is about, for programs.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct About {
    /// As people call it: `INC-7`.
    pub incident: String,
    /// How bad it is: `SEV-2`.
    pub severity: String,
}

/// A button: what is written on it, and the address it calls.
#[derive(Clone, PartialEq, Eq)]
pub struct Button {
    /// What is written on it.
    pub label: String,
    /// A link of [`Signer::sign`] behind the public address of the bot. A secret.
    pub url: String,
}

impl std::fmt::Debug for Button {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Button").field("label", &self.label).finish_non_exhaustive()
    }
}
