//! Purpose: what people want of an incident, and what our own policy asks of them for it.

use std::time::Duration;

use super::{Access, Actor, FollowHow};
use crate::detection::KnownBy;
use crate::postmortem::Proof;
use crate::setup::PageTarget;
use crate::triage::{Impact, Urgency};
use crate::{ChatUserId, Severity};

/// What a person wants of an incident.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// "I have it."
    Acknowledge,
    /// "Can't take it."
    Decline,
    /// Take the acknowledgement back.
    WithdrawAck,
    /// Answer to "still on it?".
    StillOnIt,
    /// Raise or lower.
    SetSeverity {
        /// Wanted severity.
        to: Severity,
        /// Why; needed to lower.
        reason: Option<String>,
    },
    /// Page somebody.
    Page {
        /// Whom.
        targets: Vec<PageTarget>,
        /// What was typed, for the refusal.
        asked: String,
        /// Why.
        reason: String,
    },
    /// Take the next step of the policy now.
    Escalate,
    /// Give command to somebody.
    SetCommander {
        /// To whom.
        commander: Actor,
    },
    /// Tell stakeholders.
    PostUpdate {
        /// What we know.
        know: String,
        /// What we do.
        doing: String,
        /// When the next one comes.
        next_in: Option<Duration>,
    },
    /// The impact is over, the cause is not.
    Mitigate {
        /// What ended it.
        how: Option<String>,
    },
    /// The impact is not over after all.
    WithdrawMitigation,
    /// It is over.
    Resolve {
        /// What fixed it.
        fixed: String,
    },
    /// It is not over although no alert fires.
    KeepOpen,
    /// A note for the timeline.
    Note {
        /// What.
        text: String,
        /// Link to the message it was taken from.
        link: Option<String>,
    },
    /// Follow without working.
    Follow {
        /// Who.
        user: ChatUserId,
        /// How they want to hear of it.
        how: FollowHow,
    },
    /// No longer follow.
    Unfollow {
        /// Who.
        user: ChatUserId,
    },
    /// Say how bad it is by two questions; the matrix makes the severity.
    Triage {
        /// How many are hurt.
        impact: Impact,
        /// How fast it must end.
        urgency: Urgency,
        /// Why; needed when that lowers the severity.
        reason: Option<String>,
    },
    /// It is no incident.
    Dismiss {
        /// Why.
        reason: String,
    },
    /// It was said to be no incident by mistake, a moment ago.
    UndoDismiss,
    /// It was not over.
    Reopen {
        /// Why.
        reason: String,
    },
    /// Who knew first.
    ConfirmDetection {
        /// Who.
        known_by: KnownBy,
        /// How many minutes later we knew.
        lag_minutes: Option<u32>,
        /// What shows it.
        link: Option<String>,
    },
    /// What was wrong, why, and what was learned.
    WritePostmortem {
        /// What was wrong.
        core_problem: String,
        /// Why that could happen.
        root_cause: String,
        /// What is worth knowing next time.
        lessons: String,
        /// Work that follows, for whoever writes it, and until when.
        item: Option<(String, jiff::civil::Date)>,
        /// Why it cannot come back unseen.
        proof: Option<Proof>,
    },
    /// What was found at dependents; who is named in neither list was not checked.
    CheckCollateral {
        /// Damaged.
        affected: Vec<String>,
        /// Looked at, no damage.
        clear: Vec<String>,
    },
    /// Something it says is wrong; what is none stays as it is.
    Correct {
        /// One line.
        title: Option<String>,
        /// Who is hurt and how; empty: not known.
        impact: Option<String>,
        /// Which service is broken.
        service: Option<String>,
    },
    /// Work follows.
    AddActionItem {
        /// What.
        what: String,
        /// Who does it; none: whoever adds it.
        owner: Option<Actor>,
        /// Until when.
        due: jiff::civil::Date,
    },
    /// It is something else, somebody else does it, or until another day; what is none stays as it is.
    ChangeActionItem {
        /// Which.
        number: u32,
        /// What.
        what: Option<String>,
        /// Who does it.
        owner: Option<Actor>,
        /// Until when.
        due: Option<jiff::civil::Date>,
    },
    /// It was none.
    DeleteActionItem {
        /// Which.
        number: u32,
    },
    /// Work is done.
    FinishActionItem {
        /// Which.
        number: u32,
    },
    /// Why it cannot come back unseen.
    GiveProof(Proof),
    /// The postmortem is complete.
    ClosePostmortem {
        /// Whoever closes it says that it was known first as it looks, and that dependents nobody checked were not affected.
        confirms: bool,
    },
}

impl Command {
    /// What our own policy asks for. Somebody who was paged counts as a responder for that incident.
    pub const fn needs(&self) -> Access {
        match self {
            Self::Acknowledge
            | Self::Decline
            | Self::WithdrawAck
            | Self::StillOnIt
            | Self::SetSeverity { .. }
            | Self::Page { .. }
            | Self::Escalate
            | Self::SetCommander { .. }
            | Self::PostUpdate { .. }
            | Self::Mitigate { .. }
            | Self::WithdrawMitigation
            | Self::Resolve { .. }
            | Self::KeepOpen
            | Self::Note { .. }
            | Self::Triage { .. }
            | Self::Dismiss { .. }
            | Self::UndoDismiss
            | Self::Reopen { .. }
            | Self::ConfirmDetection { .. }
            | Self::WritePostmortem { .. }
            | Self::CheckCollateral { .. }
            | Self::Correct { .. }
            | Self::AddActionItem { .. }
            | Self::ChangeActionItem { .. }
            | Self::DeleteActionItem { .. }
            | Self::FinishActionItem { .. }
            | Self::GiveProof(_)
            | Self::ClosePostmortem { .. } => Access::Responder,
            Self::Follow { .. } | Self::Unfollow { .. } => Access::Read,
        }
    }
}
