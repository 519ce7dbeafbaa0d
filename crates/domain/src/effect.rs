//! Purpose: what becomes visible outside, as data. `words` gives it text, the outbox brings it there once.
//! Stored as JSON: variants and fields are only ever added.

mod table;

use serde::{Deserialize, Serialize};

pub use table::{Needs, Of, Row, Text};

use crate::incident::{Actor, EventAt, Incident};
use crate::setup::ChatName;
use crate::{
    ChatChannelId, ChatMessageId, ChatUserId, IncidentId, PageId, PageVia, PersonId, Severity, Subject, Thing,
    Timestamp,
};

/// What becomes visible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Effect {
    /// The card shows the state of now: created once, then edited.
    Card {
        /// Whose.
        incident: IncidentId,
    },
    /// The public thread on the card.
    Thread {
        /// Whose.
        incident: IncidentId,
    },
    /// The channel for the work.
    Channel {
        /// Whose.
        incident: IncidentId,
    },
    /// The card in the channel for the work shows the state of now: created once, then edited.
    RoomCard {
        /// Whose.
        incident: IncidentId,
    },
    /// The topic of the channel for the work says how bad it is, what it is and who has it.
    Topic {
        /// Whose.
        incident: IncidentId,
    },
    /// Pin the card where people work.
    Pin {
        /// Whose.
        incident: IncidentId,
    },
    /// Unpin the card. No decision plans it any more: cards stay pinned. Rows that an earlier version planned still leave.
    Unpin {
        /// Whose.
        incident: IncidentId,
    },
    /// A message that stays as it is: an event, said in a place.
    Post {
        /// Whose.
        incident: IncidentId,
        /// Which event of it; 0 in a row of an earlier release, which holds the text's parts itself.
        #[serde(default)]
        seq: u32,
        /// Where.
        place: Place,
    },
    /// What was said of an event is said anew, by the state of now: it is edited where it stands.
    PostEdited {
        /// Whose.
        incident: IncidentId,
        /// Which event of it.
        seq: u32,
        /// Key of the outbox row that said it.
        post: String,
    },
    /// What happened while Discord could not be reached, in one message.
    Outage {
        /// Whose.
        incident: IncidentId,
        /// Where.
        place: Place,
        /// Since when.
        since: Timestamp,
        /// What would have been posted, in order.
        posts: Vec<Said>,
    },
    /// A notification that demands an answer from one person.
    Page {
        /// Whose.
        incident: IncidentId,
        /// Which page.
        page: PageId,
        /// Who.
        person: PersonId,
        /// On which way.
        via: PageVia,
    },
    /// The page's message, where there is one, says how it ended and loses its buttons; as long as it waits for an answer, it says how
    /// bad it is now.
    PageSettled {
        /// Whose.
        incident: IncidentId,
        /// Which page.
        page: PageId,
        /// On which way it was sent.
        via: PageVia,
    },
    /// The stakeholders' message shows the state of now: created once, then edited.
    Status {
        /// Whose.
        incident: IncidentId,
    },
    /// Somebody who follows reads of an event by direct message.
    FollowerTold {
        /// Whose.
        incident: IncidentId,
        /// Which event of it.
        seq: u32,
        /// Who.
        user: ChatUserId,
    },
    /// Somebody is added to or taken from the thread.
    Member {
        /// Whose.
        incident: IncidentId,
        /// Who.
        user: ChatUserId,
        /// Added or taken away.
        add: bool,
    },
    /// Somebody who is called is let into the channel of the incident, so that they see what mentions them.
    Admit {
        /// Whose.
        incident: IncidentId,
        /// For which page.
        page: PageId,
        /// Who.
        person: PersonId,
    },
    /// A person is asked whether a chat line is an incident.
    Candidate {
        /// Journal row of the report.
        journal: i64,
        /// The incident's title, if it becomes one.
        title: String,
        /// Where the line stands.
        channel: ChatChannelId,
        /// The line.
        message: ChatMessageId,
    },
    /// Responders are asked whether an incident that somebody else wants to open, and that would page, is to be opened.
    OpeningAsked {
        /// Which opening: the interaction that asked.
        asked: u64,
        /// Who wants it opened, as shown.
        by: String,
        /// Its title.
        title: String,
        /// Its severity.
        severity: Severity,
    },
    /// The question says how it was answered and loses its buttons.
    CandidateSettled {
        /// Journal row of the report; 0 for an opening that somebody asked for.
        journal: i64,
        /// Key of the outbox row that asked.
        question: String,
        /// The incident it became, if any.
        incident: Option<IncidentId>,
        /// Who answered.
        by: String,
    },
    /// A line is about what an open incident is about: its reporter reads that it is known.
    Known {
        /// Key of the outbox row itself.
        note: String,
        /// Which incident.
        incident: IncidentId,
        /// Where the line stands.
        channel: ChatChannelId,
        /// The line.
        message: ChatMessageId,
    },
    /// A message of ours under a chat line ([`crate::chat_note`]) shows the state of now.
    NoteShows {
        /// Key of the outbox row that posted it.
        note: String,
    },
    /// A line for the bot's operators.
    Operators {
        /// What it says.
        text: String,
        /// It goes where everybody reads it: where operators are told it was refused, or it is for everybody.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        everybody: bool,
    },
    /// Whoever has an action item reads by direct message that it is theirs, or due soon.
    ItemTold {
        /// Whose.
        incident: IncidentId,
        /// Which item.
        number: u32,
        /// To whom.
        to: Whom,
        /// Who gave it to them; none: it is due soon.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        given_by: Option<String>,
    },
    /// The record of the incident as files, in its room.
    Record {
        /// Whose.
        incident: IncidentId,
    },
    /// The board of a storm shows the state of now: created once, then edited.
    Board {
        /// Number of the storm.
        storm: u32,
    },
    /// People read that a storm is over, and what was in it.
    StormOver {
        /// Number of the storm.
        storm: u32,
    },
    /// An event of a subject that is no incident, said to a person or in a channel. It stays as it is.
    Said {
        /// Whose event.
        subject: Subject,
        /// Which.
        seq: u32,
        /// To whom.
        to: Whom,
    },
    /// A question of such a subject to a person shows the state of now: created once, then edited.
    Question {
        /// Whose.
        subject: Subject,
        /// Who is asked.
        person: PersonId,
    },
    /// Whether a person has the role of a subject follows the state of now.
    Role {
        /// Whose.
        subject: Subject,
        /// Who.
        person: PersonId,
        /// Which role; in rows of older releases the one that the schedule names now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<ChatName>,
    },
}

/// To whom an event of a subject that is no incident is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whom {
    /// A person of the configuration, by direct message; in the incidents channel if they take none.
    Person(PersonId),
    /// The same for somebody who is none.
    Account(ChatUserId),
    /// Everybody in the channel of the subject.
    Channel,
}

impl Whom {
    /// Whoever did something.
    pub fn who_did(by: &Actor) -> Self {
        by.person.clone().map_or(Self::Account(by.user), Self::Person)
    }
}

impl std::fmt::Display for Whom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Person(person) => write!(f, "person:{person}"),
            Self::Account(user) => write!(f, "account:{user}"),
            Self::Channel => f.write_str("channel"),
        }
    }
}

/// An event as it is said in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Which event of the incident.
    pub seq: u32,
    /// Where.
    pub place: Place,
}

/// Where a post goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Where people work: the channel if there is one, else the thread.
    Room,
    /// The public thread, where stakeholders follow.
    Thread,
    /// The stakeholders' channel.
    Status,
    /// The channel the policy's end names, else the room.
    PolicyEnd,
    /// The room, after a drill: how it went.
    Debrief,
    /// The thread in which people worked until there was a channel: where the work goes on.
    Left,
    /// The channel that took over from the thread: what is known so far.
    Brought,
}

impl Place {
    /// Where it goes in this incident: a drill is loud for nobody who does not take part.
    pub const fn of(self, incident: &Incident) -> Self {
        match self {
            Self::PolicyEnd if incident.drill.is_some() => Self::Room,
            Self::Debrief => Self::Room,
            Self::Room | Self::Thread | Self::Status | Self::PolicyEnd | Self::Left | Self::Brought => self,
        }
    }
}

/// Order of delivery when not everything can go at once. Each lane has places of its own in the outbox, so what all incidents
/// share has lanes of its own: elsewhere one queue for everything made a busy channel hold up all others
/// (matrix-org/matrix-appservice-irc issue 122), and here a note in a room waited behind hundreds of messages for one channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Pages.
    Page,
    /// Cards, threads, channels: what a page stands in.
    Card,
    /// Posts.
    Update,
    /// Edits.
    Edit,
    /// Pins, members.
    Housekeeping,
    /// Cards that call nobody, and what changes on any card: all of them stand in one channel.
    Shown,
    /// What stakeholders read: it stands in one channel for all incidents, or goes to whoever follows.
    Told,
}

impl Lane {
    /// All lanes in order of delivery.
    pub const ALL: [Self; 7] =
        [Self::Page, Self::Card, Self::Update, Self::Edit, Self::Housekeeping, Self::Shown, Self::Told];
    /// The one that goes last.
    pub const LAST: Self = Self::Told;

    /// Name for logs, metrics and programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Card => "card",
            Self::Update => "update",
            Self::Edit => "edit",
            Self::Housekeeping => "housekeeping",
            Self::Shown => "shown",
            Self::Told => "told",
        }
    }

    /// Rank in the database; lower goes first.
    pub const fn rank(self) -> i64 {
        match self {
            Self::Page => 0,
            Self::Card => 1,
            Self::Update => 2,
            Self::Edit => 3,
            Self::Housekeeping => 4,
            Self::Shown => 5,
            Self::Told => 6,
        }
    }

    /// Reads the rank in the database.
    pub const fn from_rank(rank: i64) -> Self {
        match rank {
            0 => Self::Page,
            1 => Self::Card,
            2 => Self::Update,
            3 => Self::Edit,
            5 => Self::Shown,
            6 => Self::Told,
            _ => Self::Housekeeping,
        }
    }
}

/// An effect with its place in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedEffect {
    /// What.
    pub effect: Effect,
    /// Order of delivery.
    pub lane: Lane,
    /// Unique for ever: planning the same thing twice keeps one.
    pub key: String,
    /// A waiting effect with the same supersede key makes this one unnecessary: both show the state of now.
    pub supersede: Option<String>,
    /// Effects with the same order key are delivered one after another.
    pub order: Option<String>,
}

impl PlannedEffect {
    /// An effect in its own lane, once under this key.
    pub const fn once(key: String, effect: Effect) -> Self {
        let lane = effect.row().lane;
        Self { effect, lane, key, supersede: None, order: None }
    }

    /// An event of a subject that is no incident, said to somebody once.
    pub fn said(subject: &Subject, seq: u32, to: Whom) -> Self {
        let key = format!("{subject}:e{seq}:{to}");
        Self::once(key, Effect::Said { subject: subject.clone(), seq, to })
    }

    /// The same behind whatever has this order key.
    #[must_use]
    pub fn behind(self, order: Option<String>) -> Self {
        Self { order, ..self }
    }

    /// Something that shows the state of now: a waiting one under the same name makes it unnecessary, and they leave in order.
    #[must_use]
    pub fn of_now(self, name: String) -> Self {
        Self { supersede: Some(name.clone()), order: Some(name), ..self }
    }

    /// The same in another lane.
    #[must_use]
    pub const fn in_lane(mut self, lane: Lane) -> Self {
        self.lane = lane;
        self
    }
}

impl Effect {
    /// Whether it still makes sense, asked again right before it is sent; `said` are the events a post says. `Err` says why not.
    ///
    /// # Errors
    /// The reason why it is dropped, for the log and the outbox row.
    pub fn still_wanted(&self, incident: Option<&Incident>, said: &[EventAt]) -> Result<(), &'static str> {
        let Some(incident) = incident else { return Ok(()) };
        let has_channel = !incident.lost.contains_key(&Thing::Channel);
        match self {
            Self::FollowerTold { user, .. } if !incident.told_directly.contains_key(user) => {
                Err("whoever was to read it does not follow by direct message any more")
            }
            Self::RoomCard { .. } | Self::Topic { .. } | Self::Post { place: Place::Left | Place::Brought, .. }
                if !has_channel =>
            {
                Err("there is no channel")
            }
            Self::Post { .. } => said.iter().try_for_each(|entry| entry.event.still_to_be_said(incident)),
            Self::Page { page, via: PageVia::Room | PageVia::Direct, .. } if incident.left.contains(page) => {
                Err("the person is not a member of the server any more")
            }
            Self::Page { page, .. } => match incident.page(*page) {
                Some(page) if page.end.is_some() => Err("the page was answered or is no longer needed"),
                Some(_) if !incident.status.is_open() => Err("the incident is over"),
                Some(_) => Ok(()),
                None => Err("the page does not exist"),
            },
            Self::Admit { page, .. } => match incident.page(*page) {
                Some(page) if page.end.is_some() => Err("the page was answered or is no longer needed"),
                Some(_) if !incident.status.is_open() => Err("the incident is over"),
                Some(_) if !has_channel => Err("there is no channel"),
                Some(_) => Ok(()),
                None => Err("the page does not exist"),
            },
            Self::Pin { .. } if !incident.status.is_open() => Err("the incident is over"),
            Self::Unpin { .. } | Self::Record { .. } if incident.status.is_open() => Err("the incident is open again"),
            Self::Card { .. }
            | Self::Thread { .. }
            | Self::Channel { .. }
            | Self::RoomCard { .. }
            | Self::Topic { .. }
            | Self::Pin { .. }
            | Self::Unpin { .. }
            | Self::PostEdited { .. }
            | Self::Outage { .. }
            | Self::PageSettled { .. }
            | Self::Status { .. }
            | Self::FollowerTold { .. }
            | Self::Member { .. }
            | Self::ItemTold { .. }
            | Self::Candidate { .. }
            | Self::OpeningAsked { .. }
            | Self::CandidateSettled { .. }
            | Self::Known { .. }
            | Self::NoteShows { .. }
            | Self::Operators { .. }
            | Self::Board { .. }
            | Self::StormOver { .. }
            | Self::Said { .. }
            | Self::Question { .. }
            | Self::Role { .. }
            | Self::Record { .. } => Ok(()),
        }
    }
}
