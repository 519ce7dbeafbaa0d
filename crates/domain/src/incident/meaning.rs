//! Purpose: what each event means to others, in one table: who acted, which messages show it, whether it takes an incident
//! out of a storm, who wants to read it. A new event gets its row here; `apply.rs` says what it changes, `words` how it reads.

use super::{Actor, Event, Opener, PageReason, Thing};
use crate::storm::UnfoldWhy;

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
    /// What it means to others. Exhaustive on purpose: a new event does not compile before somebody has decided all four.
    pub fn meaning(&self) -> Meaning<'_> {
        use Audience::{CatchingUp, Timeline};
        use ShowsOn::{Both, Card, Nothing, Status};
        use UnfoldWhy::{Pages, Person, Reminder};
        let row = |actor, shows_on, unfolds, audience| Meaning { actor, shows_on, unfolds, audience };
        match self {
            // How it begins.
            Self::Opened { opener: Opener::Person { by }, .. } => row(Some(by), Both, None, Timeline),
            Self::Opened { opener: Opener::Alert { .. }, .. } => row(None, Both, None, Timeline),
            Self::Folded { .. } => row(None, Both, None, Timeline),
            Self::Unfolded { by, .. } => row(by.as_ref(), Both, None, Timeline),
            // What its alerts do: while it is folded the board counts them.
            Self::AlertFired { .. } => row(None, Card, None, Timeline),
            Self::AlertResolved { .. } => row(None, Card, None, Timeline),
            Self::AlertsCounted { .. } => row(None, Card, None, Timeline),
            Self::AllAlertsResolved => row(None, Card, None, Timeline),
            Self::KeptOpen { by } => row(Some(by), Card, Some(Person), Timeline),
            // Whom it calls.
            Self::Escalated { .. } => row(None, Card, Some(Pages), Timeline),
            Self::EscalationEnded { .. } => row(None, Card, Some(Pages), Timeline),
            Self::EscalationStopped { .. } => row(None, Card, None, Timeline),
            Self::EscalationResumed { .. } => row(None, Card, None, Timeline),
            Self::Paged { reason: PageReason::ByHand { by, .. }, .. } => row(Some(by), Card, Some(Pages), Timeline),
            Self::Paged { reason: PageReason::Step { .. }, .. } => row(None, Card, Some(Pages), Timeline),
            Self::Contacted { .. } => row(None, Nothing, Some(Pages), Timeline),
            Self::PageEnded { .. } => row(None, Card, None, Timeline),
            Self::DirectMessageFailed { .. } => row(None, Nothing, None, Timeline),
            Self::ContactFailed { .. } => row(None, Nothing, None, Timeline),
            // What is lost is made anew; the stakeholders' message says where to follow.
            Self::ThingLost { thing: Thing::Card | Thing::Channel, .. } => row(None, Card, None, Timeline),
            Self::ThingLost { thing: Thing::Thread, .. } => row(None, Both, None, Timeline),
            Self::ThingLost { thing: Thing::Status, .. } => row(None, Status, None, Timeline),
            // Who has it.
            Self::Acknowledged { by, .. } => row(Some(by), Both, Some(Person), CatchingUp),
            Self::AckQuestioned { .. } => row(None, Nothing, None, Timeline),
            Self::StillOnIt { by } => row(Some(by), Nothing, Some(Person), Timeline),
            Self::AckExpired => row(None, Both, None, CatchingUp),
            Self::AckWithdrawn { by } => row(Some(by), Both, Some(Person), CatchingUp),
            // What people do.
            Self::SeverityChanged { by, .. } => row(by.as_ref(), Both, by.as_ref().map(|_| Person), CatchingUp),
            Self::CommanderSet { by, .. } => row(Some(by), Both, Some(Person), CatchingUp),
            Self::UpdatePosted { by, .. } => row(Some(by), Both, Some(Person), CatchingUp),
            Self::UpdateOverdue => row(None, Nothing, Some(Reminder), Timeline),
            Self::Noted { by, .. } => row(Some(by), Nothing, Some(Person), CatchingUp),
            Self::Followed { .. } => row(None, Nothing, Some(Person), Timeline),
            Self::Unfollowed { .. } => row(None, Nothing, None, Timeline),
            Self::Triaged { by, .. } => row(Some(by), Card, Some(Person), CatchingUp),
            Self::Absorbed { by, .. } => row(Some(by), Card, Some(Person), CatchingUp),
            // How it ends: what ends a folded one needs no room.
            Self::Resolved { by, .. } => row(by.as_ref(), Both, None, CatchingUp),
            Self::Reopened { by, .. } => row(by.as_ref(), Both, by.as_ref().map(|_| Person), CatchingUp),
            Self::Dismissed { by, .. } => row(Some(by), Both, None, CatchingUp),
            Self::MergedInto { by, .. } => row(Some(by), Both, None, CatchingUp),
            // What is learned.
            Self::SimilarFound { .. } => row(None, Nothing, None, Timeline),
            Self::DetectionConfirmed { by, .. } => row(Some(by), Nothing, Some(Person), Timeline),
            Self::PostmortemWritten { by, .. } => row(Some(by), Nothing, Some(Person), CatchingUp),
            Self::CollateralChecked { by, .. } => row(Some(by), Nothing, Some(Person), Timeline),
            Self::ActionItemAdded { by, .. } => row(Some(by), Nothing, Some(Person), Timeline),
            Self::ActionItemDone { by, .. } => row(Some(by), Nothing, Some(Person), Timeline),
            Self::ActionItemReminded { .. } => row(None, Nothing, Some(Reminder), Timeline),
            Self::ProofGiven { by, .. } => row(Some(by), Nothing, Some(Person), CatchingUp),
            Self::PostmortemReminded => row(None, Nothing, Some(Reminder), Timeline),
            Self::PostmortemClosed { by } => row(Some(by), Both, Some(Person), CatchingUp),
            // The times they show are other ones now; nobody sees seconds.
            Self::ClockSet { by_ms } if by_ms.abs() < 60_000 => row(None, Nothing, None, Timeline),
            Self::ClockSet { .. } => row(None, Both, None, Timeline),
        }
    }

    /// The person who caused it.
    pub fn actor(&self) -> Option<&Actor> {
        self.meaning().actor
    }
}
