//! Purpose: why something was not done, as data; `words` makes it one sentence that says what to do instead.

use jiff::civil::Date;

use super::Access;
use crate::postmortem::Gap;
use crate::setup::GivenBy;
use crate::{IncidentId, Severity, Timestamp};

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing waits for whoever wants to take it all.
    NothingWaits,
    /// The person may not do this.
    NotAllowed {
        /// What it takes.
        needs: Access,
        /// What would give it.
        given_by: GivenBy,
    },
    /// The person is not in the home server, or not any more.
    NotAMember,
    /// No incident has this number.
    NoSuchIncident {
        /// The number.
        id: IncidentId,
    },
    /// Neither the place nor an option says which incident is meant.
    WhichIncident,
    /// It is over.
    AlreadyResolved {
        /// Which.
        id: IncidentId,
    },
    /// Somebody else has it.
    AlreadyAcknowledged {
        /// Which.
        id: IncidentId,
        /// Who has it.
        by: String,
        /// Since when.
        at: Timestamp,
    },
    /// Somebody said already that its impact is over.
    AlreadyMitigated {
        /// Which.
        id: IncidentId,
        /// Who said so.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// Nobody said that its impact is over, or it came back since.
    NotMitigated {
        /// Which.
        id: IncidentId,
    },
    /// The person already has it.
    AlreadyYours {
        /// Which.
        id: IncidentId,
    },
    /// The person was not paged, or the page is over.
    NoOpenPage {
        /// Which.
        id: IncidentId,
    },
    /// The acknowledgement is not theirs to take back or confirm.
    NotTheHolder {
        /// Which.
        id: IncidentId,
    },
    /// It already has this severity.
    SameSeverity {
        /// Which.
        id: IncidentId,
        /// The severity.
        severity: Severity,
    },
    /// Lowering a severity needs a reason.
    ReasonNeeded {
        /// Which.
        id: IncidentId,
        /// The wanted severity.
        to: Severity,
    },
    /// What was pressed can no longer be taken back with one press.
    UndoOver {
        /// Which.
        id: IncidentId,
    },
    /// Somebody who may not act on it cannot command it.
    MayNotCommand {
        /// Whom.
        who: String,
    },
    /// The wanted severity is not configured.
    SeverityNotConfigured {
        /// Which one.
        severity: Severity,
        /// Configured ones.
        known: Vec<Severity>,
    },
    /// Text that should be a severity could not be read.
    NotASeverity {
        /// What was typed.
        text: String,
        /// Configured ones.
        known: Vec<Severity>,
    },
    /// A text is empty.
    Empty {
        /// Which field.
        field: &'static str,
    },
    /// A text is too long.
    TooLong {
        /// Which field.
        field: &'static str,
        /// Allowed characters.
        limit: usize,
    },
    /// Nobody is left to page.
    NobodyLeft {
        /// Which.
        id: IncidentId,
    },
    /// Nobody is on call there.
    NobodyOnCall {
        /// What was asked for.
        target: String,
    },
    /// No person, service or schedule has this name.
    NoSuchTarget {
        /// What was asked for.
        target: String,
    },
    /// Alerts still fire or it is not quiet: nothing to keep open.
    NothingToKeepOpen {
        /// Which.
        id: IncidentId,
    },
    /// The person opened too many incidents in the last hour.
    TooManyOpened {
        /// How many are allowed per hour.
        limit: u32,
    },
    /// No service has this name.
    NoSuchService {
        /// What was asked for.
        name: String,
        /// Known names.
        known: Vec<String>,
    },
    /// The candidate was already answered.
    CandidateAnswered {
        /// What became of it.
        incident: Option<IncidentId>,
    },
    /// The person of a command is a bot or not in this server.
    NotAPerson,
    /// Text that should say when could not be read.
    BadDuration {
        /// What was typed.
        text: String,
    },
    /// Text that should say when could mean several times.
    VagueTime {
        /// What was typed.
        text: String,
    },
    /// What was typed has passed.
    TimePassed {
        /// It.
        at: Timestamp,
    },
    /// No runbook has this name.
    NoSuchRunbook {
        /// What was asked for.
        name: String,
    },
    /// The button belongs to a version we no longer know.
    StaleButton,
    /// Another server than the home server.
    ForeignServer,
    /// The incident has no thread yet.
    NoThread {
        /// Which.
        id: IncidentId,
    },
    /// It is over and closed: nothing more can be said about it.
    AlreadyClosed {
        /// Which.
        id: IncidentId,
    },
    /// It was merged into another one.
    Merged {
        /// Which.
        id: IncidentId,
        /// The one that goes on.
        into: IncidentId,
    },
    /// It goes on: reopening or closing it makes no sense.
    NotOver {
        /// Which.
        id: IncidentId,
    },
    /// Another incident is open for the same alerts: two would answer to one group.
    OpenElsewhere {
        /// Which.
        id: IncidentId,
        /// The one that is open.
        other: IncidentId,
    },
    /// An incident cannot be merged into itself.
    MergeIntoItself {
        /// Which.
        id: IncidentId,
    },
    /// The incident to merge into is over.
    MergeTargetOver {
        /// Which.
        id: IncidentId,
    },
    /// A drill and a real incident are never one.
    MergeDrill {
        /// Which.
        id: IncidentId,
        /// Into which.
        into: IncidentId,
    },
    /// Nobody of those takes part in the drill.
    NotInDrill {
        /// What was asked for.
        target: String,
    },
    /// It is no drill, so `/drill end` does not end it.
    NotADrill {
        /// Which.
        id: IncidentId,
    },
    /// A drill needs somebody who takes part.
    NoParticipants,
    /// No scenario has this name.
    NoSuchScenario {
        /// What was asked for.
        name: String,
        /// Known names.
        known: Vec<String>,
    },
    /// The root cause repeats the core problem.
    SameAsCoreProblem {
        /// Which.
        id: IncidentId,
    },
    /// The postmortem still lacks something.
    PostmortemIncomplete {
        /// Which.
        id: IncidentId,
        /// What, in the order of the form.
        missing: Vec<Gap>,
    },
    /// No dependent has this name.
    NoSuchDependent {
        /// What was asked for.
        name: String,
        /// Known names.
        known: Vec<String>,
    },
    /// It says all of that already.
    NothingToCorrect {
        /// Which.
        id: IncidentId,
    },
    /// No open action item has this number.
    NoSuchActionItem {
        /// Which.
        id: IncidentId,
        /// The number.
        number: u32,
    },
    /// Text that should be a date could not be read.
    BadDate {
        /// What was typed.
        text: String,
    },
    /// The date has passed.
    DateInThePast {
        /// The date.
        date: Date,
    },
    /// Text that should be an address is none.
    NotALink {
        /// What was typed.
        text: String,
    },
    /// Neither a link to a change nor a reason for none, or both.
    ProofNeeded {
        /// Which.
        id: IncidentId,
    },
    /// The person is not in the configuration.
    UnknownPerson {
        /// What was asked for.
        name: String,
    },
}
