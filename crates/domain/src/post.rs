//! Purpose: what is said in rooms, threads and channels, as data; `words` gives it text. Stored as JSON: variants and fields
//! are only ever added.

use serde::{Deserialize, Serialize};

use crate::incident::{Actor, ContactWhy, LostWhy, Similar, StopReason, Thing};
use crate::postmortem::{ActionItem, Gap};
use crate::routing::Why;
use crate::triage::{Impact, Urgency};
use crate::{IncidentId, PageVia, PersonId, Severity, Timestamp};

/// What a post says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "says", rename_all = "snake_case")]
pub enum Post {
    /// Why it opened, and the first step of the runbook.
    Why {
        /// Why this severity.
        why: Why,
        /// Title of the runbook and its first step.
        runbook: Option<(String, String)>,
    },
    /// A responder has it.
    Acknowledged {
        /// Who.
        by: String,
        /// When.
        at: Timestamp,
        /// Who will therefore not be paged.
        spared: Option<PersonId>,
    },
    /// A helper answers their page.
    HelpComing {
        /// Who.
        by: String,
    },
    /// Somebody cannot take it.
    Declined {
        /// Who.
        person: PersonId,
        /// Who is paged instead.
        next: Option<PersonId>,
    },
    /// Nobody was on call on these schedules; the next step was taken.
    Gaps {
        /// Schedules.
        schedules: Vec<String>,
    },
    /// Nobody answered and nobody is left. Loud.
    PolicyEnded {
        /// Policy, if there is one at all.
        policy: Option<String>,
    },
    /// The page's direct message was not delivered.
    DirectMessageFailed {
        /// To whom.
        person: PersonId,
    },
    /// The holder is asked. Loud for the holder.
    StillOnIt {
        /// Who.
        holder: Actor,
        /// Until when to answer.
        until: Timestamp,
    },
    /// The holder did not answer.
    AckExpired {
        /// Who.
        holder: String,
    },
    /// The holder took it back.
    AckWithdrawn {
        /// Who.
        by: String,
    },
    /// The severity changed.
    SeverityChanged {
        /// Before.
        from: Severity,
        /// Now.
        to: Severity,
        /// Who; none for an alert.
        by: Option<String>,
        /// Why.
        reason: Option<String>,
    },
    /// Escalation stopped because the severity no longer pages.
    EscalationStopped {
        /// Why.
        reason: StopReason,
    },
    /// Somebody commands.
    Commander {
        /// Who.
        commander: String,
        /// Who said so, if somebody else.
        by: Option<String>,
    },
    /// An update for stakeholders.
    Update {
        /// Its number.
        number: usize,
        /// Who wrote it.
        by: String,
        /// What we know.
        know: String,
        /// What we do.
        doing: String,
        /// When the next one comes.
        next: Option<Timestamp>,
    },
    /// The promised update did not come. Loud for the commander.
    UpdateOverdue {
        /// Who is reminded.
        whom: Option<Actor>,
    },
    /// A note.
    Note {
        /// Who wrote it.
        by: String,
        /// What.
        text: String,
        /// Where it was taken from.
        link: Option<String>,
    },
    /// No alert fires any more; with the buttons to resolve or keep it open.
    AllAlertsResolved {
        /// When it closes by itself, if nobody took it.
        closes_at: Option<Timestamp>,
    },
    /// It stays open although no alert fires.
    KeptOpen {
        /// Who said so.
        by: String,
    },
    /// An alert fires again although all were resolved.
    FiresAgain {
        /// Its title.
        title: String,
    },
    /// It is over.
    Resolved {
        /// Who; none when its alerts resolved.
        by: Option<String>,
        /// Since when it had been open.
        opened_at: Timestamp,
        /// When it ended.
        at: Timestamp,
        /// What fixed it.
        fixed: Option<String>,
        /// When the postmortem has to be closed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        postmortem_due: Option<Timestamp>,
    },
    /// It goes on after it had been over.
    Reopened {
        /// Who.
        by: Option<String>,
        /// Why.
        reason: Option<String>,
    },
    /// Somebody said how bad it is, and the severity stays.
    Triaged {
        /// Who.
        by: String,
        /// How many are hurt.
        impact: Impact,
        /// How fast it must end.
        urgency: Urgency,
        /// The severity.
        severity: Severity,
    },
    /// It is no incident.
    Dismissed {
        /// Who said so.
        by: String,
        /// Why.
        reason: String,
    },
    /// It goes on elsewhere.
    MergedInto {
        /// Where.
        into: IncidentId,
        /// Who said so.
        by: String,
    },
    /// Another one is part of this one now.
    Absorbed {
        /// Which.
        from: IncidentId,
        /// Its title.
        title: String,
        /// How many alerts came along.
        alerts: usize,
        /// Who said so.
        by: String,
    },
    /// Past incidents that look like it, and what fixed them.
    Similar {
        /// Which.
        incidents: Vec<Similar>,
    },
    /// An unanswered page went out on another way.
    Contacted {
        /// Who.
        person: PersonId,
        /// On which way.
        via: PageVia,
        /// Why.
        why: ContactWhy,
    },
    /// A page did not arrive on another way.
    ContactFailed {
        /// Who.
        person: PersonId,
        /// On which way.
        via: PageVia,
        /// Why.
        reason: String,
    },
    /// Something of the incident in Discord was deleted, or refused.
    ThingLost {
        /// What.
        thing: Thing,
        /// Why.
        why: LostWhy,
    },
    /// The postmortem is due, or overdue.
    PostmortemDue {
        /// Who is reminded.
        whom: Option<Actor>,
        /// When it was due.
        due: Timestamp,
        /// What it lacks.
        missing: Vec<Gap>,
    },
    /// An action item is due.
    ActionItemDue {
        /// Which.
        item: ActionItem,
    },
    /// The postmortem is closed.
    PostmortemClosed {
        /// Who closed it.
        by: String,
    },
    /// How a drill went.
    DrillReport {
        /// How long until somebody had it, in milliseconds.
        acknowledged_after_ms: Option<i64>,
        /// How long it lasted, in milliseconds.
        lasted_ms: i64,
        /// Who commanded.
        commander: Option<String>,
        /// Updates that were promised and came in time, and those that were late.
        updates: (usize, usize),
        /// Pages that nobody answered.
        unanswered: usize,
    },
    /// What happened while Discord could not be reached, in one message.
    Outage {
        /// Since when.
        since: Timestamp,
        /// What would have been posted, in order.
        posts: Vec<Post>,
    },
}
