//! Purpose: how an effect gets outside. The engine owns this trait; `discord` implements it.

use std::pin::Pin;
use std::sync::Arc;

use domain::incident::{EventAt, LostWhy};
use domain::storm::Board;
use domain::{ChatChannelId, ChatMessageId, Effect, Incident, Lane, PageId, Reason, Thing, Timestamp};

use crate::objects::{ObjectRef, Objects};

/// One attempt to bring one effect outside.
#[derive(Clone, Debug)]
pub struct Job {
    /// Row in the outbox.
    pub row: i64,
    /// What.
    pub effect: Effect,
    /// Order of delivery.
    pub lane: Lane,
    /// At most 25 characters, unique over the whole bot, the same on every attempt of this row.
    pub nonce: String,
    /// The incident as it is now.
    pub incident: Option<Arc<Incident>>,
    /// What the storm's board says now.
    pub board: Option<Board>,
    /// The message under a chat line, as it is now.
    pub note: Option<domain::chat_note::ChatNote>,
    /// Everything that happened to a subject of which something is said, as it is stored; empty for incidents and storms.
    pub history: Vec<EventAt<serde_json::Value>>,
    /// The events that a post says, in order.
    pub said: Vec<EventAt>,
    /// The body that an earlier attempt left with: this one leaves with the same.
    pub rendered: Option<String>,
    /// What Discord gave us for it so far.
    pub objects: Objects,
    /// When the effect was planned.
    pub planned_at: Timestamp,
    /// Number of this attempt, from 1.
    pub attempt: u32,
    /// When an earlier attempt was sent whose answer is not known: look before repeating.
    pub sent_at: Option<Timestamp>,
    /// Where that attempt sent a message: a repetition must go there too, even if there is a better place by now.
    pub sent_to: Option<ChatChannelId>,
    /// Why nobody wants it any more, though it may be outside: look for it, and do not create it.
    pub unwanted: Option<&'static str>,
    /// Messages already known to be the receipt of other rows of this incident; a look for our own lost message
    /// must not take one of them.
    pub claimed: Vec<ChatMessageId>,
    /// The domain clock at the start of this attempt.
    pub now: Timestamp,
}

/// How an attempt ended.
pub type Outcome = domain::Outcome<Box<Receipt>, LostSurface>;

/// Why a thing cannot be used any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoneWhy {
    /// Somebody deleted it.
    Deleted,
    /// Somebody closed and locked it.
    Locked,
    /// We deleted it ourselves, to put a new one in its place.
    Replaced,
}

/// What an attempt found missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LostSurface {
    /// What it edits or stands in is not in Discord any more: somebody deleted it.
    Gone {
        /// What.
        kind: Thing,
        /// As it was known.
        object: ObjectRef,
        /// Why.
        why: GoneWhy,
        /// What Discord said.
        reason: Reason,
    },
    /// A channel is not made, on purpose: the work goes on in the thread. Nothing failed, so nobody has to try it again.
    NoChannel {
        /// Why, as the thread says it.
        why: LostWhy,
    },
}

/// What Discord gave back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// Things that exist now, or changed.
    pub objects: Vec<(Thing, ObjectRef)>,
    /// The message that was created, when it is not one of the things.
    pub message: Option<ObjectRef>,
    /// A page that did not reach the person on this way; the room is told.
    pub direct_failed: Option<PageId>,
    /// Something that failed but does not matter enough to stop (a pin); logged as a warning.
    pub warning: Option<String>,
}

/// Called right before a request that creates something leaves, so that the outbox row says "sent" first.
pub trait Gate: Send + Sync {
    /// Writes "sent", and where to if it is a message; `rendered` is its body, if a repetition has to leave with the same. `Err`
    /// means: do not send.
    fn about_to_send<'a>(
        &'a self,
        to: Option<ChatChannelId>,
        rendered: Option<&'a str>,
    ) -> Pin<Box<dyn Future<Output = Result<(), Reason>> + Send + 'a>>;
}

/// Brings effects outside.
pub trait Deliver: Send + Sync + 'static {
    /// Makes one attempt. Must call `gate.about_to_send()` before each request that is not safe to repeat.
    fn deliver<'a>(&'a self, job: &'a Job, gate: &'a dyn Gate) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

    /// Whether Discord is known well enough to deliver there at all. Pages that go elsewhere do not wait for that.
    fn knows_discord(&self) -> bool;
}
