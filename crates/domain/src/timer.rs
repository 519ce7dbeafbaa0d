//! Purpose: what shall happen later to a subject, and what cancels it.

use serde::{Deserialize, Serialize};

use crate::{Subject, Timestamp};

/// One thing that shall happen later. At most one of each kind per subject: setting it again moves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimerKind {
    /// The wait of the current escalation step is over.
    EscalationStep,
    /// The acknowledgement has been silent for long: ask.
    AckTimeout,
    /// Asked, and no answer: escalation resumes.
    AckGrace,
    /// The promised update is due: remind.
    UpdateDue,
    /// All alerts have been resolved for a while and nobody took it: close it.
    AutoResolve,
    /// A page is unanswered for so long that it goes out on one more way.
    Contact,
    /// The postmortem is due, or still open after a reminder.
    PostmortemDue,
    /// An action item is due.
    ActionItemDue,
    /// A person ended it while alerts fired, and they still do: it opens again.
    FiresOn,
    /// The one thing a subject that is no incident waits for: a storm has been quiet for so long that it is over, the time of an
    /// override has come. Its name in the database is from when only storms had one.
    Due,
    /// Nobody has it and nobody is left to page: tell it again.
    EndAgain,
    /// Nothing fires any more: ask whoever has it to close it.
    AskToClose,
    /// It flapped, and has stayed calm for so long that it does no longer.
    FlapCalm,
}

// In the order in which the timers of an incident are listed.
crate::key::names!(TimerKind {
    PostmortemDue = "postmortem_due",
    ActionItemDue = "action_item_due",
    FiresOn = "fires_on",
    Contact = "contact",
    EscalationStep = "escalation_step",
    AckTimeout = "ack_timeout",
    AckGrace = "ack_grace",
    UpdateDue = "update_due",
    AutoResolve = "auto_resolve",
    EndAgain = "end_again",
    FlapCalm = "flap_calm",
    AskToClose = "ask_to_close",
    Due = "storm_quiet",
});

/// A timer that is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timer {
    /// Whose it is.
    pub subject: Subject,
    /// What shall happen.
    pub kind: TimerKind,
    /// When.
    pub due: Timestamp,
}

/// What a decision does to the timers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimerChange {
    /// Set or move.
    Set(Timer),
    /// Take away.
    Cancel(Subject, TimerKind),
}
