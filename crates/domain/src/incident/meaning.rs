//! Purpose: what each event means to others, in one table: who acted, which messages show it, whether it takes an incident
//! out of a storm, who wants to read it, where it is said. A new event gets its row here; `apply.rs` says what it changes,
//! `words` how it reads.

use super::{AckCheck, Actor, Event, Incident, LostWhy, Opener, StopReason};
use crate::storm::UnfoldWhy;
use crate::{PageVia, Place, Thing};

/// What an event means to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning<'a> {
    /// The person who caused it; none: the bot did.
    pub actor: Option<&'a Actor>,
    /// Which messages look different after it.
    pub shows_on: ShowsOn,
    /// Why it gives a folded incident a room of its own; none: the storm's board goes on counting.
    pub unfolds: Option<UnfoldWhy>,
    /// Who wants to read it.
    pub audience: Audience,
    /// Where it is said as it happens, and how.
    pub post: Post<'a>,
}

/// Where an event is said, and how. `plan` leaves out what the incident has no place for, and what another event of the same
/// moment says already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Post<'a> {
    /// The places, in order. Where the room is the thread, what is for the room and the thread is said once.
    pub places: &'static [Place],
    /// For whom it makes a sound.
    pub loud: Loud<'a>,
    /// What people are asked with it.
    pub asks: Asks,
}

/// For whom a post makes a sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loud<'a> {
    /// For nobody.
    Nobody,
    /// For one person.
    One(&'a Actor),
    /// Where the policy ends: for the role that its end names, else for whoever hears the channel.
    PolicyEnd(Option<&'a str>),
}

/// What people are asked with a post, by its buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Nothing.
    Nothing,
    /// Whether it is over, or stays open.
    WhetherOver,
    /// Whether the holder is still on it.
    WhetherStillOnIt,
    /// For what was learned; only those who work on it, not who follows.
    Postmortem,
}

/// Nobody reads it as it happens.
const NOWHERE: Post<'static> = Post::quiet(&[]);
/// Those who work on it read it.
const ROOM: Post<'static> = Post::quiet(&[Place::Room]);
/// Those who follow the thread read it too.
const ROOM_AND_THREAD: Post<'static> = Post::quiet(&[Place::Room, Place::Thread]);

/// Stakeholders read it as a line of its own, too, if they are told of this incident and it ends, or they want all lines.
const EVERYWHERE: Post<'static> = Post::quiet(&[Place::Room, Place::Thread, Place::Status]);

impl<'a> Post<'a> {
    const fn quiet(places: &'static [Place]) -> Self {
        Self { places, loud: Loud::Nobody, asks: Asks::Nothing }
    }

    /// With a sound for this person, if there is one.
    const fn to(self, whom: Option<&'a Actor>) -> Self {
        match whom {
            Some(whom) => Self { loud: Loud::One(whom), ..self },
            None => self,
        }
    }

    const fn asks(self, asks: Asks) -> Self {
        Self { asks, ..self }
    }
}

/// Which of the messages that show the state of now look different after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShowsOn {
    /// None of them.
    Nothing,
    /// The card.
    Card,
    /// The stakeholders' message.
    Status,
    /// Both.
    Both,
}

impl ShowsOn {
    /// The card looks different.
    pub const fn card(self) -> bool {
        match self {
            Self::Card | Self::Both => true,
            Self::Nothing | Self::Status => false,
        }
    }

    /// The stakeholders' message looks different.
    pub const fn status(self) -> bool {
        match self {
            Self::Status | Self::Both => true,
            Self::Nothing | Self::Card => false,
        }
    }
}

/// Who wants to read an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Whoever catches up: what people tried, and who had it.
    CatchingUp,
    /// Whoever reads the whole timeline.
    Timeline,
}

impl Event {
    /// What it means to others. Exhaustive on purpose: a new event does not compile before somebody has decided all five.
    pub fn meaning(&self) -> Meaning<'_> {
        use Asks::{Postmortem, WhetherOver, WhetherStillOnIt};
        use Audience::{CatchingUp, Timeline};
        use ShowsOn::{Both, Card, Nothing, Status};
        use UnfoldWhy::{Pages, Person, Reminder};
        let row = |actor, shows_on, unfolds, audience, post| Meaning { actor, shows_on, unfolds, audience, post };
        let with_gaps = |gaps: &[String]| if gaps.is_empty() { NOWHERE } else { ROOM };
        match self {
            // How it begins.
            // Whoever opens the thread beside a channel for the work reads at once what is known.
            Self::Opened { opener: Opener::Person { by }, .. } => row(Some(by), Both, None, Timeline, ROOM_AND_THREAD),
            Self::Opened { opener: Opener::Alert { .. }, .. } => row(None, Both, None, Timeline, ROOM_AND_THREAD),
            Self::Folded { .. } => row(None, Both, None, Timeline, NOWHERE),
            Self::Unfolded { by, .. } => row(by.as_ref(), Both, None, Timeline, ROOM_AND_THREAD),
            // What its alerts do: while it is folded the board counts them. The first that fires again after all were over is news.
            Self::AlertFired { .. } => row(None, Card, None, Timeline, ROOM),
            Self::AlertChanged { .. } => row(None, Card, None, Timeline, NOWHERE),
            Self::AlertLate { .. } => row(None, Nothing, None, Timeline, NOWHERE),
            // When nobody in chat says so any more, whoever works on it wants to know.
            Self::ChatLineGone { fires_on: true, .. } => row(None, Nothing, None, CatchingUp, ROOM),
            Self::ChatLineGone { .. } => row(None, Nothing, None, Timeline, NOWHERE),
            // What fired here fires elsewhere now.
            Self::WentOn { .. } => row(None, Card, None, CatchingUp, NOWHERE),
            Self::AlertsStale { .. } => row(None, Card, None, Timeline, NOWHERE),
            Self::AlertResolved { .. } => row(None, Card, None, Timeline, NOWHERE),
            Self::AlertsCounted { .. } => row(None, Card, None, Timeline, NOWHERE),
            Self::AllAlertsResolved { .. } => row(None, Card, None, Timeline, ROOM.asks(WhetherOver)),
            // One line that is edited while it flaps.
            Self::FlapBegan { .. } => row(None, Card, None, CatchingUp, ROOM),
            Self::FlapOver { .. } => row(None, Card, None, CatchingUp, NOWHERE),
            Self::IntegrationRemoved { .. } => row(None, Card, None, Timeline, ROOM),
            Self::KeptOpen { by } => row(Some(by), Card, Some(Person), Timeline, ROOM),
            // Whom it calls.
            Self::Escalated { gaps, .. } => row(None, Both, Some(Pages), Timeline, with_gaps(gaps)),
            Self::EscalationEnded { policy, gaps, .. } => {
                let places: &[Place] =
                    if gaps.is_empty() { &[Place::PolicyEnd] } else { &[Place::Room, Place::PolicyEnd] };
                let post = Post { loud: Loud::PolicyEnd(policy.as_deref()), ..Post::quiet(places) };
                row(None, Both, Some(Pages), Timeline, post)
            }
            Self::PlanFrozen { .. } => row(None, Nothing, None, Timeline, NOWHERE),
            Self::StillUnanswered { policy, .. } => {
                let post = Post { loud: Loud::PolicyEnd(policy.as_deref()), ..Post::quiet(&[Place::PolicyEnd]) };
                row(None, Nothing, Some(Pages), Timeline, post)
            }
            Self::FoundUnheld => row(None, Card, Some(Pages), CatchingUp, ROOM),
            Self::HeldBack { .. } => row(None, Both, None, CatchingUp, ROOM),
            Self::HoldOver { .. } => row(None, Both, None, CatchingUp, ROOM),
            Self::EscalationStopped { reason: StopReason::SeverityLowered } => row(None, Both, None, Timeline, ROOM),
            Self::EscalationStopped {
                reason:
                    StopReason::Acknowledged
                    | StopReason::Resolved
                    | StopReason::AllAlertsResolved
                    | StopReason::Dismissed
                    | StopReason::Merged
                    | StopReason::Silenced,
            } => row(None, Both, None, Timeline, NOWHERE),
            Self::EscalationResumed { .. } | Self::PageReopened { .. } => row(None, Both, None, Timeline, NOWHERE),
            // A person who is called by hand is called although no policy says so.
            Self::Paged { reason, .. } if reason.call().by.is_some() => {
                row(reason.call().by, Both, Some(Pages), Timeline, NOWHERE)
            }
            Self::Paged { .. } => row(None, Card, Some(Pages), Timeline, NOWHERE),
            // What Discord carries is there to be seen.
            Self::Contacted { via: PageVia::Room | PageVia::Direct, .. } => {
                row(None, Nothing, Some(Pages), Timeline, NOWHERE)
            }
            Self::Contacted { via: PageVia::Way(_), .. } => row(None, Nothing, Some(Pages), Timeline, ROOM),
            Self::PageEnded { end, .. } => row(None, Card, None, Timeline, if end.end().said { ROOM } else { NOWHERE }),
            // The card says who of those who are called cannot be reached.
            Self::ContactFailed { .. } | Self::PersonLeft { .. } => row(None, Card, None, Timeline, ROOM),
            Self::PersonChanged { .. } => row(None, Card, None, Timeline, ROOM),
            // What is lost is made anew; the stakeholders' message says where to follow. A card of ours that gave way to a new
            // one is no news, and the stakeholders' message just stands anew.
            Self::ThingLost { thing, why } => {
                let post = match (thing, why) {
                    (_, LostWhy::Replaced) | (Thing::RoomCard | Thing::Status | Thing::Page(..) | Thing::Board, _) => {
                        NOWHERE
                    }
                    (Thing::Card | Thing::Channel, _) => ROOM,
                    (Thing::Thread, _) => Post::quiet(&[Place::Thread]),
                };
                let shows_on = match thing {
                    Thing::Card | Thing::Channel | Thing::RoomCard => Card,
                    Thing::Thread => Both,
                    Thing::Status => Status,
                    Thing::Page(..) | Thing::Board => Nothing,
                };
                row(None, shows_on, None, Timeline, post)
            }
            // Who has it.
            Self::Acknowledged { by, .. } => row(Some(by), Both, Some(Person), CatchingUp, ROOM),
            Self::AckQuestioned { holder, .. } => {
                row(None, Nothing, None, Timeline, ROOM.to(holder.as_ref()).asks(WhetherStillOnIt))
            }
            Self::AckLimited { .. } => row(None, Nothing, None, Timeline, NOWHERE),
            Self::AskedToClose { whom, .. } => {
                row(None, Nothing, Some(Reminder), Timeline, ROOM.to(whom.as_ref()).asks(WhetherOver))
            }
            Self::StillOnIt { by } => row(Some(by), Nothing, Some(Person), Timeline, NOWHERE),
            Self::AckExpired { .. } => row(None, Both, None, CatchingUp, ROOM),
            Self::AckWithdrawn { by } => row(Some(by), Both, Some(Person), CatchingUp, ROOM),
            // What people do.
            Self::SeverityChanged { by, .. } => row(by.as_ref(), Both, by.as_ref().map(|_| Person), CatchingUp, ROOM),
            Self::Corrected { by, .. } => row(Some(by), Both, Some(Person), CatchingUp, ROOM),
            // Whoever is named by somebody else hears it (Netflix/dispatch pull request 530: for a bad one they are even paged).
            Self::CommanderSet { by, commander } => {
                let told = (commander.user != by.user).then_some(commander);
                row(Some(by), Both, Some(Person), CatchingUp, ROOM.to(told))
            }
            Self::UpdatePosted { by, .. } => row(Some(by), Both, Some(Person), CatchingUp, EVERYWHERE),
            // Stakeholders read that it is late, and do not wait for what does not come.
            Self::UpdateOverdue { whom } => {
                let post = Post::quiet(&[Place::Room, Place::Status]).to(whom.as_ref());
                row(None, Both, Some(Reminder), Timeline, post)
            }
            Self::Mitigated { by, .. } | Self::MitigationWithdrawn { by } => {
                row(Some(by), Both, Some(Person), CatchingUp, EVERYWHERE)
            }
            Self::Noted { by, .. } => row(Some(by), Nothing, Some(Person), CatchingUp, ROOM),
            Self::Followed { .. } => row(None, Nothing, Some(Person), Timeline, NOWHERE),
            Self::Unfollowed { .. } => row(None, Nothing, None, Timeline, NOWHERE),
            // A change of severity that follows from it says the two answers as its reason: once is enough.
            Self::Triaged { by, .. } => row(Some(by), Card, Some(Person), CatchingUp, ROOM),
            Self::Absorbed { by, .. } => row(Some(by), Card, Some(Person), CatchingUp, ROOM),
            // How it ends: what ends a folded one needs no room.
            Self::Resolved { by, postmortem_due, .. } => {
                let asks = if postmortem_due.is_some() { Postmortem } else { Asks::Nothing };
                let post = Post::quiet(&[Place::Room, Place::Thread, Place::Debrief, Place::Status]).asks(asks);
                row(by.as_ref(), Both, None, CatchingUp, post)
            }
            // Whoever read that it is over reads that it is not.
            Self::Reopened { by, .. } => row(by.as_ref(), Both, by.as_ref().map(|_| Person), CatchingUp, EVERYWHERE),
            Self::Dismissed { by, .. } | Self::MergedInto { by, .. } => {
                row(Some(by), Both, None, CatchingUp, EVERYWHERE)
            }
            // What is learned.
            Self::SimilarFound { .. } => row(None, Nothing, None, Timeline, ROOM),
            Self::DetectionConfirmed { by, .. } => row(Some(by), Nothing, Some(Person), Timeline, NOWHERE),
            Self::PostmortemWritten { by, .. } => row(Some(by), Nothing, Some(Person), CatchingUp, NOWHERE),
            Self::CollateralChecked { by, .. } => row(Some(by), Nothing, Some(Person), Timeline, NOWHERE),
            Self::ActionItemAdded { by, .. } => row(Some(by), Nothing, Some(Person), Timeline, NOWHERE),
            Self::ActionItemChanged { by, .. } | Self::ActionItemDeleted { by, .. } => {
                row(Some(by), Nothing, Some(Person), Timeline, NOWHERE)
            }
            Self::ActionItemDueSoon { .. } => row(None, Nothing, None, Timeline, NOWHERE),
            Self::ActionItemDone { by, .. } => row(Some(by), Nothing, Some(Person), Timeline, NOWHERE),
            Self::ActionItemReminded { .. } => row(None, Nothing, Some(Reminder), Timeline, ROOM.asks(Postmortem)),
            Self::ProofGiven { by, .. } => row(Some(by), Nothing, Some(Person), CatchingUp, NOWHERE),
            Self::PostmortemReminded { whom, .. } => {
                row(None, Nothing, Some(Reminder), Timeline, ROOM.to(whom.as_ref()).asks(Postmortem))
            }
            Self::PostmortemClosed { by } => row(Some(by), Both, Some(Person), CatchingUp, ROOM),
            // The times they show are other ones now; nobody sees seconds.
            Self::ClockSet { by_ms } if by_ms.abs() < 60_000 => row(None, Nothing, None, Timeline, NOWHERE),
            Self::ClockSet { .. } => row(None, Both, None, Timeline, NOWHERE),
        }
    }

    /// Whether a post about it still makes sense: a question that was answered meanwhile is not asked any more.
    ///
    /// # Errors
    /// The reason why it is not said, for the log and the outbox row.
    pub(crate) fn still_to_be_said(&self, incident: &Incident) -> Result<(), &'static str> {
        let done = |number: &u32| {
            !incident.postmortem.action_items.iter().any(|item| item.number == *number && item.done.is_none())
        };
        match self {
            Self::AckQuestioned { .. } if !matches!(incident.ack_check, Some(AckCheck::Grace { .. })) => {
                Err("the holder has answered")
            }
            Self::StillUnanswered { .. } if incident.acknowledged.is_some() => Err("somebody has it"),
            Self::AskedToClose { .. } if incident.quiet_since.is_none() || !incident.status.is_open() => {
                Err("it fires again, or is over")
            }
            Self::PostmortemReminded { .. } if incident.postmortem.closed.is_some() => Err("the postmortem is closed"),
            Self::ActionItemReminded { number } if done(number) => Err("the action item is done, or none any more"),
            _ => Ok(()),
        }
    }

    /// The person who caused it.
    pub fn actor(&self) -> Option<&Actor> {
        self.meaning().actor
    }
}
