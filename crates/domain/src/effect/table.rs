//! Purpose: what each effect is to whoever brings it outside, in one table: whose it is, its name, its lane, what it stands on, who
//! carries it, what becomes of its text. A new effect gets its row here; `discord/deliver` says how it is made, `words` its name.

use super::{Effect, Lane, PageVia, Place};
use crate::{IncidentId, Subject};

/// What an effect is to whoever brings it outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// Whose it is.
    pub of: Of<'a>,
    /// Name for logs and metrics.
    pub kind: &'static str,
    /// Order of delivery, unless whoever plans it knows better: a card on which somebody is called goes before others.
    pub lane: Lane,
    /// What has to be there first.
    pub needs: Needs,
    /// On which way it goes to a person, if it is a page.
    pub carrier: Option<PageVia>,
    /// What becomes of its text after it left first.
    pub text: Text,
}

/// Whose an effect is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of<'a> {
    /// An incident's.
    Incident(IncidentId),
    /// A storm's, by number.
    Storm(u32),
    /// Another subject's, which brings its own events to the attempt.
    Own(&'a Subject),
    /// Nobody's.
    Nobody,
}

/// What has to be there before an effect can leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// The card.
    Card,
    /// The thread.
    Thread,
    /// The room people work in.
    Room,
    /// The room, for a page: it never waits long for decoration.
    RoomForPage,
    /// The channel for the work.
    Channel,
    /// The card where people work.
    CardInRoom,
    /// The thread, for a little while: it says where to follow.
    ThreadForStatus,
    /// Whatever the place stands in.
    Place(Place),
}

/// What becomes of a text after it left first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// It says for ever what it said first: a repetition says the same, and is found again by it.
    Kept,
    /// It shows the state of now, or is known by what its buttons belong to, or there is none.
    OfNow,
}

impl Effect {
    /// Its row in the table. Exhaustive on purpose: a new effect does not compile before somebody has decided all of it.
    pub const fn row(&self) -> Row<'_> {
        use Of::{Nobody, Own, Storm};
        match self {
            Self::Card { incident } => row(of(*incident), "card", Lane::Shown, Needs::Nothing, Text::OfNow),
            Self::Thread { incident } => row(of(*incident), "thread", Lane::Card, Needs::Card, Text::OfNow),
            Self::Channel { incident } => row(of(*incident), "channel", Lane::Card, Needs::Nothing, Text::OfNow),
            // The channel begins with it: what is said there comes after.
            Self::RoomCard { incident } => row(of(*incident), "room_card", Lane::Card, Needs::Channel, Text::OfNow),
            Self::Topic { incident } => row(of(*incident), "topic", Lane::Housekeeping, Needs::Channel, Text::OfNow),
            Self::Pin { incident } => row(of(*incident), "pin", Lane::Housekeeping, Needs::CardInRoom, Text::OfNow),
            Self::Unpin { incident } => row(of(*incident), "unpin", Lane::Housekeeping, Needs::Card, Text::OfNow),
            Self::Post { incident, place, .. } => {
                row(of(*incident), "post", lane_of(*place), Needs::Place(*place), Text::Kept)
            }
            Self::PostEdited { incident, .. } => {
                row(of(*incident), "post_edited", Lane::Edit, Needs::Nothing, Text::OfNow)
            }
            Self::Outage { incident, place, .. } => {
                row(of(*incident), "outage", lane_of(*place), Needs::Place(*place), Text::Kept)
            }
            Self::Page { incident, via, .. } => {
                let needs = match via {
                    PageVia::Room => Needs::RoomForPage,
                    PageVia::Direct | PageVia::Way(_) => Needs::Nothing,
                };
                Row { carrier: Some(*via), ..row(of(*incident), "page", Lane::Page, needs, Text::OfNow) }
            }
            // In front of the mention in the room, and no more patient than it.
            Self::Admit { incident, .. } => row(of(*incident), "admit", Lane::Page, Needs::RoomForPage, Text::OfNow),
            Self::PageSettled { incident, .. } => {
                row(of(*incident), "page_settled", Lane::Edit, Needs::Nothing, Text::OfNow)
            }
            Self::Status { incident } => row(of(*incident), "status", Lane::Told, Needs::ThreadForStatus, Text::OfNow),
            Self::FollowerTold { incident, .. } => {
                row(of(*incident), "follower_told", Lane::Told, Needs::Nothing, Text::Kept)
            }
            Self::Member { incident, .. } => {
                row(of(*incident), "member", Lane::Housekeeping, Needs::Thread, Text::OfNow)
            }
            Self::ItemTold { incident, .. } => {
                row(of(*incident), "item_told", Lane::Update, Needs::Nothing, Text::Kept)
            }
            Self::Record { incident } => row(of(*incident), "record", Lane::Housekeeping, Needs::Room, Text::Kept),
            Self::Candidate { .. } => row(Nobody, "candidate", Lane::Update, Needs::Nothing, Text::Kept),
            Self::OpeningAsked { .. } => row(Nobody, "opening_asked", Lane::Update, Needs::Nothing, Text::Kept),
            Self::CandidateSettled { incident, .. } => {
                let whose = match incident {
                    Some(incident) => of(*incident),
                    None => Nobody,
                };
                row(whose, "candidate_settled", Lane::Edit, Needs::Nothing, Text::OfNow)
            }
            Self::Known { .. } => row(Nobody, "known", Lane::Update, Needs::Nothing, Text::Kept),
            Self::NoteShows { .. } => row(Nobody, "note_shows", Lane::Edit, Needs::Nothing, Text::OfNow),
            Self::Operators { .. } => row(Nobody, "operators", Lane::Update, Needs::Nothing, Text::Kept),
            // Its edits, too: while it stands for everything else, they go before those of other cards.
            Self::Board { storm } => row(Storm(*storm), "board", Lane::Card, Needs::Nothing, Text::OfNow),
            Self::StormOver { storm } => row(Storm(*storm), "storm_over", Lane::Update, Needs::Nothing, Text::Kept),
            // What any other subject says, asks and gives: a new noun needs no row.
            Self::Said { subject, .. } => row(Own(subject), "said", Lane::Update, Needs::Nothing, Text::Kept),
            Self::Question { subject, .. } => row(Own(subject), "question", Lane::Edit, Needs::Nothing, Text::OfNow),
            Self::Role { subject, .. } => row(Own(subject), "role", Lane::Housekeeping, Needs::Nothing, Text::OfNow),
        }
    }

    /// Whose it is.
    pub fn subject(&self) -> Option<Subject> {
        match self.row().of {
            Of::Incident(id) => Some(Subject::Incident(id)),
            Of::Storm(number) => Some(Subject::Storm(number)),
            Of::Own(subject) => Some(subject.clone()),
            Of::Nobody => None,
        }
    }

    /// The subject it belongs to, when that is neither an incident nor a storm.
    pub const fn own_subject(&self) -> Option<&Subject> {
        match self.row().of {
            Of::Own(subject) => Some(subject),
            Of::Incident(_) | Of::Storm(_) | Of::Nobody => None,
        }
    }

    /// The storm it belongs to.
    pub const fn storm(&self) -> Option<u32> {
        match self.row().of {
            Of::Storm(number) => Some(number),
            Of::Incident(_) | Of::Own(_) | Of::Nobody => None,
        }
    }

    /// The incident it belongs to.
    pub const fn incident(&self) -> Option<IncidentId> {
        match self.row().of {
            Of::Incident(id) => Some(id),
            Of::Storm(_) | Of::Own(_) | Of::Nobody => None,
        }
    }

    /// On which way it goes to a person, if it is a page.
    pub const fn carrier(&self) -> Option<PageVia> {
        self.row().carrier
    }

    /// Name for logs and metrics.
    pub const fn kind(&self) -> &'static str {
        self.row().kind
    }
}

/// What stakeholders read waits for one channel, and no room waits for that.
const fn lane_of(place: Place) -> Lane {
    match place {
        Place::Status => Lane::Told,
        Place::Room | Place::Thread | Place::PolicyEnd | Place::Debrief | Place::Left | Place::Brought => Lane::Update,
    }
}

const fn of(incident: IncidentId) -> Of<'static> {
    Of::Incident(incident)
}

const fn row<'a>(of: Of<'a>, kind: &'static str, lane: Lane, needs: Needs, text: Text) -> Row<'a> {
    Row { of, kind, lane, needs, carrier: None, text }
}
