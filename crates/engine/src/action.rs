//! Purpose: what people ask of the engine, and what comes back.

use std::sync::Arc;

use domain::incident::EventAt;
use domain::{Actor, ChatChannelId, Command, Drill, Incident, IncidentId, Refusal, Severity, Timestamp};

use crate::nouns::{NounAnswer, NounRequest};

/// What a person does. The same interaction twice is done once.
#[derive(Clone, Debug)]
pub struct Action {
    /// Id of the interaction; none for the system's own inputs.
    pub interaction: Option<u64>,
    /// Who.
    pub by: Actor,
    /// What they ask for.
    pub request: Request,
}

/// What a person asks for.
#[derive(Clone, Debug)]
pub enum Request {
    /// Something to an incident.
    Incident {
        /// Which one.
        which: IncidentRef,
        /// What.
        command: Command,
    },
    /// Takes all incidents that wait for whoever asks.
    AcknowledgeAll {
        /// Only what called them until then; none: whatever waits.
        called_by: Option<Timestamp>,
    },
    /// Takes back what was taken together with this one.
    WithdrawAll {
        /// One of them.
        with: IncidentId,
    },
    /// Two incidents are one.
    Merge {
        /// The one that ends.
        which: IncidentRef,
        /// The one that goes on.
        into: IncidentId,
    },
    /// Opens one.
    Open(Opened),
    /// Answers the question about a chat line.
    Candidate {
        /// Journal row of the report.
        journal: i64,
        /// Yes or no.
        open: bool,
    },
    /// Something of another noun.
    Noun(NounRequest),
    /// Answers a question that somebody asked for: whether an incident is opened, whether somebody takes over on call.
    Asked {
        /// The interaction that asked.
        asked: u64,
        /// Yes or no.
        open: bool,
    },
}

impl<N: Into<NounRequest>> From<N> for Request {
    fn from(request: N) -> Self {
        Self::Noun(request.into())
    }
}

/// What a person opens.
#[derive(Clone, Debug)]
pub struct Opened {
    /// One line.
    pub title: String,
    /// Service, if known.
    pub service: Option<String>,
    /// Severity; the mildest one that pages if none is given.
    pub severity: Option<Severity>,
    /// Who is hurt and how.
    pub impact: Option<String>,
    /// Link to the message it was opened from.
    pub link: Option<String>,
    /// It is a drill.
    pub drill: Option<Drill>,
}

/// Which incident is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentRef {
    /// By number.
    Number(IncidentId),
    /// The one whose room, thread or card's channel this is.
    Place(ChatChannelId),
}

/// What became of a request.
#[derive(Clone, Debug)]
pub enum ActionOutcome {
    /// Facts were added.
    Changed {
        /// The incident with them.
        incident: Arc<Incident>,
        /// The facts.
        events: Vec<EventAt>,
    },
    /// The same to several incidents; never none.
    ChangedAll {
        /// Each incident with its facts, worst first.
        changed: Vec<(Arc<Incident>, Vec<EventAt>)>,
    },
    /// It is not an incident, by the answer to a question.
    CandidateDeclined,
    /// Responders are asked whether it is to be opened: it would page, and whoever asked may not.
    OpeningAsked {
        /// Its severity.
        severity: Severity,
    },
    /// Something of another noun was changed, or could not be.
    Noun(NounAnswer),
    /// The same interaction had been handled before; nothing was done now.
    Repeated,
}

/// Why nothing was done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ActError {
    /// The rules say no.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// It failed; logged under this id, nothing was changed.
    #[error("failed as {error_id}")]
    Failed {
        /// For the person to quote and for us to find in the log.
        error_id: String,
    },
}

impl From<Refusal> for ActError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
