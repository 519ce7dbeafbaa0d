//! Purpose: what Discord gave us for an incident and does not have any more, because somebody deleted it, or never gave.

use serde::{Deserialize, Serialize};

use super::{Event, Incident};
use crate::Thing;

/// So often one thing of an incident is made anew. Somebody or something that deletes it again and again would otherwise
/// keep us at it for ever.
pub const MADE_ANEW: u32 = 3;

/// Why a thing is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LostWhy {
    /// Somebody deleted it.
    Deleted,
    /// Somebody archived and locked it, and we may not open it again.
    Locked,
    /// We took it away ourselves: a card carries one thread in its life, so a new thread needs a new card.
    Replaced,
    /// Discord refused to make it.
    Refused {
        /// Why, as a phrase without secrets.
        reason: String,
    },
    /// We did not make it: outside a category, or in the wrong one, more people would see it than are meant to.
    NoCategory {
        /// The configured category; none when the configuration names none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        category: Option<String>,
        /// What is wrong with it.
        trouble: CategoryTrouble,
    },
}

/// What is wrong with the category in which channels are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CategoryTrouble {
    /// The configuration names none.
    NotConfigured,
    /// The server has none of that name or id: it was renamed or deleted, or the bot does not see it.
    Missing,
    /// Several have the name, and any of them could be open to everybody.
    Several,
    /// It holds as many channels as Discord allows.
    Full,
}

/// A thing is gone, or was refused: it is made anew, or done without. Nothing when it was made anew too often, and when a
/// refusal is known already.
pub(crate) fn thing_lost(incident: &Incident, thing: Thing, why: LostWhy) -> Vec<Event> {
    let before = incident.lost.get(&thing).copied().unwrap_or(0);
    let known = match why {
        LostWhy::Deleted | LostWhy::Locked => before >= MADE_ANEW,
        LostWhy::Replaced => false,
        LostWhy::Refused { .. } | LostWhy::NoCategory { .. } => before > 0,
    };
    if known { Vec::new() } else { vec![Event::ThingLost { thing, why }] }
}
