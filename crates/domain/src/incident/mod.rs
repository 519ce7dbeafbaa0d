//! Purpose: something people respond to: its state, and how facts change it.

mod alerts;
mod apply;
mod called;
mod claims;
mod command;
mod decide;
mod event;
mod flap;
mod hold;
mod learn;
mod lost;
mod meaning;
mod merge;
mod moved;
mod opening;
mod paging;
mod question;
mod refusal;
mod removed;
mod responsibility;
mod rings;
mod tally;
mod timers;
mod together;
mod undelivered;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use alerts::AlertOutcome;
pub(crate) use alerts::{
    chat_line_gone, fires_on, fires_on_at, flaps_on, goes_on_here, integration_removed, join, late, leaves,
    not_silenced, repeat, resolve_alert, unreadable_again,
};
pub use called::{Call, End, PageEnd, PageReason};
pub use claims::{Claims, NextPage, Offer, alerts_shown, claims, next_page, nobody_left, severity_with_room};
pub use command::Command;
pub(crate) use decide::decide_command;
pub use decide::{TEXT_LIMIT, UNDO_FOR, check_access_to};
pub use event::{
    AskedWhy, CardChange, ContactWhy, Event, EventAt, FollowHow, HeldBack, HoldOverWhy, PersonWhy, ServiceNow, Similar,
    StopReason, Unseen,
};
pub use flap::Flap;
pub(crate) use hold::{hold_back, silence_over};
pub use learn::ACTION_LIMIT;
pub(crate) use lost::thing_lost;
pub use lost::{CategoryTrouble, LostWhy, MADE_ANEW};
pub use meaning::{Asks, Audience, Loud, Meaning, Post, ShowsOn};
pub(crate) use merge::merge;
pub use moved::{CLOCK_TOLERANCE, by_todays_clock, clock_set, set_back};
pub(crate) use opening::open;
pub use opening::{AskedOpening, IMPACT_LIMIT, Opening, TITLE_LIMIT};
pub use paging::hand_over;
pub(crate) use paging::unwilling;
pub use question::Question;
pub use refusal::Refusal;
pub(crate) use removed::people_changed;
pub use responsibility::{Responsibility, responsibility};
pub(crate) use responsibility::{freeze, mend};
pub use tally::{AlertBrief, AlertCounts, AlertTally, NAMED_ALERTS};
pub use timers::{ACK_GRACE, AUTO_RESOLVE_AFTER, CLOSE_ASK_AT_MOST, KEPT_OPEN_FOR, REMIND_EVERY, timers};
pub(crate) use timers::{contact_now, decide_timer};
pub use together::{
    Answer, LONGEST as LONGEST_RING, Outage, Ring, ring_of, rings_later, rings_of, tell_together, told_by,
    told_together,
};
pub use undelivered::called_in_discord;
pub(crate) use undelivered::{direct_message_refused, holder_left, page_undelivered, person_left, room_unseen};

pub use crate::quality::Missing;

use crate::escalation::{AGAIN_AFTER, EscalationPlan, Position};
use crate::postmortem::Postmortem;
use crate::routing::{Reasons, Why};
use crate::setup::{AtEnd, RoomKind, Setup};
use crate::storm::Fold;
use crate::triage::{Impact, Urgency};
use crate::{
    ChatUserId, DedupKey, Detection, Drill, GroupKey, IncidentId, Labels, Link, PageId, PageVia, PersonId, Severity,
    Thing, Timestamp,
};

/// What a person may do here; each includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "StoredAccess", into = "StoredAccess")]
pub enum Access {
    /// Nothing but what a page gives.
    None,
    /// May list, show, ask why, export, follow, search.
    Read,
    /// May open incidents; those that page become a question.
    Open,
    /// May open incidents that page, and answer such questions.
    Page,
    /// May run incidents.
    Responder,
    /// May do everything.
    Admin,
}

impl Access {
    /// From nothing to everything.
    pub const ALL: [Self; 6] = [Self::None, Self::Read, Self::Open, Self::Page, Self::Responder, Self::Admin];
}

/// The words that events hold since the first version: who acts is asked for anew each time, so these are history, and the
/// version before must be able to read them.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredAccess {
    Member,
    Responder,
    Admin,
}

impl From<StoredAccess> for Access {
    fn from(stored: StoredAccess) -> Self {
        match stored {
            StoredAccess::Member => Self::Open,
            StoredAccess::Responder => Self::Responder,
            StoredAccess::Admin => Self::Admin,
        }
    }
}

impl From<Access> for StoredAccess {
    fn from(access: Access) -> Self {
        match access {
            Access::None | Access::Read | Access::Open | Access::Page => Self::Member,
            Access::Responder => Self::Responder,
            Access::Admin => Self::Admin,
        }
    }
}

/// Who acts. The name is the one shown when it happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Discord user.
    pub user: ChatUserId,
    /// As shown.
    pub name: String,
    /// The configured person, if this user is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// What our own policy allows, by the roles the interaction carried.
    pub access: Access,
}

/// Where an incident stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentStatus {
    /// Nobody has it yet.
    Triggered,
    /// A responder has it.
    Acknowledged,
    /// The impact is over, the cause is not.
    Mitigated,
    /// Over.
    Resolved,
    /// Over, and its postmortem is settled.
    Closed,
}

impl IncidentStatus {
    /// Name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Triggered => "triggered",
            Self::Acknowledged => "acknowledged",
            Self::Mitigated => "mitigated",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }

    /// True until resolved.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Triggered | Self::Acknowledged | Self::Mitigated => true,
            Self::Resolved | Self::Closed => false,
        }
    }
}

/// Who or what opened it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Opener {
    /// An alert.
    Alert {
        /// The integration that sent it.
        integration: String,
    },
    /// A person.
    Person {
        /// Who.
        by: Actor,
    },
}

/// Where an escalation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EscalationRun {
    /// Policy.
    pub policy: String,
    /// Step that was paged last.
    pub position: Position,
    /// Running, with the instant of the next step; or not.
    pub state: EscalationState,
    /// The policy as it was when it started; none when an older version started it.
    pub plan: Option<EscalationPlan>,
    /// How many pages there were before the step that was paged last.
    pub pages_before: usize,
}

/// Whether an escalation goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EscalationState {
    /// The next step is taken at this instant.
    Running {
        /// When.
        due: Timestamp,
    },
    /// Stopped by an acknowledgement, a resolve or a lowered severity.
    Stopped,
    /// The policy's end was reached.
    Ended,
}

/// Nobody has it, and nobody is left to page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unanswered {
    /// Since when.
    pub since: Timestamp,
    /// How often that was told.
    pub told: u32,
    /// When it is told again.
    pub again_at: Timestamp,
    /// People were only paged by hand: it is over when none of them is called any more.
    pub by_hand: bool,
}

/// When somebody is asked to close what no longer fires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloseAsk {
    /// When.
    pub at: Timestamp,
    /// How often they were asked.
    pub asked: u32,
}

/// One page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its number.
    pub id: PageId,
    /// Who was paged.
    pub person: PersonId,
    /// When it was decided.
    pub at: Timestamp,
    /// Why.
    pub reason: PageReason,
    /// Other ways on which the person is called as long as nobody answers.
    pub contacts: Vec<Contact>,
    /// On which ways it went out at once; empty when an older version decided it.
    pub ways: Vec<PageVia>,
    /// Which account the person was in Discord, if that was known.
    pub account: Option<ChatUserId>,
    /// How it ended, and when.
    pub end: Option<(PageEnd, Timestamp)>,
}

/// One more way on which an unanswered page goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contact {
    /// On which way.
    pub via: PageVia,
    /// When.
    pub due: Timestamp,
    /// It went out.
    pub done: bool,
}

/// A status update for stakeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusUpdate {
    /// Who wrote it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// What we know.
    pub know: String,
    /// What we do.
    pub doing: String,
    /// When the next one is promised.
    pub next: Option<Timestamp>,
    /// Its place in the timeline.
    pub seq: u32,
}

/// The impact is over, the cause is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mitigation {
    /// Who said so.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// What ended it.
    pub how: Option<String>,
}

/// An incident: the sum of its events.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// Its number.
    pub id: IncidentId,
    /// One line.
    pub title: String,
    /// From which severity a person lowered it: what they knew to be that bad raises it no more by saying so again.
    pub lowered_from: Option<Severity>,
    /// A person corrected the title: no report changes it any more.
    pub title_corrected: bool,
    /// Who is hurt and how.
    pub impact: Option<String>,
    /// A person corrected the impact.
    pub impact_corrected: bool,
    /// Service.
    pub service: Option<String>,
    /// Team that owns the service.
    pub owner: Option<String>,
    /// Severity now.
    pub severity: Severity,
    /// Every severity it had.
    pub severities: BTreeSet<Severity>,
    /// Status now.
    pub status: IncidentStatus,
    /// What kind of room it has.
    pub room: RoomKind,
    /// Who or what opened it.
    pub opener: Opener,
    /// Why it opened with its first severity.
    pub why: Why,
    /// When it opened.
    pub opened_at: Timestamp,
    /// Alerts with this key join while it is open.
    pub group_key: Option<GroupKey>,
    /// Its alerts.
    pub alerts: AlertTally,
    /// The alert that gave title, links and labels.
    pub lead: Option<DedupKey>,
    /// A person ended it while alerts fired: when these open it again.
    pub fires_on_at: Option<Timestamp>,
    /// Alerts that nothing has been heard of for so long that they are stale.
    pub stale: usize,
    /// Links of the first alert and the service.
    pub links: Vec<Link>,
    /// Name of a runbook of ours.
    pub runbook: Option<String>,
    /// Address of the sender's runbook.
    pub runbook_url: Option<String>,
    /// What the first alert lacks.
    pub missing: Vec<Missing>,
    /// Escalation policy to use.
    pub policy: Option<String>,
    /// Where its escalation stands, once started.
    pub escalation: Option<EscalationRun>,
    /// All pages, in order.
    pub pages: Vec<Page>,
    /// Who has it, since when.
    pub acknowledged: Option<(Actor, Timestamp)>,
    /// Commander.
    pub commander: Option<Actor>,
    /// Updates for stakeholders, in order.
    pub updates: Vec<StatusUpdate>,
    /// When the next update is due.
    pub next_update: Option<Timestamp>,
    /// An update was promised for then, and none has come since.
    pub update_overdue: Option<Timestamp>,
    /// Its impact is over, as far as anybody knows.
    pub mitigated: Option<Mitigation>,
    /// When it was over, however it ended.
    pub ended_at: Option<Timestamp>,
    /// How it ended.
    pub resolution: Option<Resolution>,
    /// People who follow without working.
    pub followers: Vec<ChatUserId>,
    /// Those of them who hear of it by direct message.
    pub told_directly: BTreeMap<ChatUserId, FollowHow>,
    /// Pages whose direct message did not arrive.
    pub direct_failed: BTreeSet<PageId>,
    /// Pages that did not arrive on one of the person's other ways.
    pub contact_failed: BTreeSet<(PageId, PageVia)>,
    /// Pages of somebody who left the server: what Discord carries of them is not sent any more.
    pub left: BTreeSet<PageId>,
    /// Pages whose mention stands where the person does not see it.
    pub unseen: BTreeMap<PageId, Unseen>,
    /// Things in Discord that were deleted or refused, and how often.
    pub lost: BTreeMap<Thing, u32>,
    /// All alerts are resolved, and a person said to keep it open.
    pub kept_open: bool,
    /// Who said so.
    pub kept_open_by: Option<Actor>,
    /// When whoever has it, or keeps it open, is asked to close it.
    pub close_ask: Option<CloseAsk>,
    /// An escalation started, and nobody lowered the severity to one that pages nobody since.
    pub pages_people: bool,
    /// Nobody has it, and nobody is left to page.
    pub unanswered: Option<Unanswered>,
    /// Since when no alert fires.
    pub quiet_since: Option<Timestamp>,
    /// How long that has to last before it closes by itself.
    pub closes_after: jiff::SignedDuration,
    /// How it flaps, or flapped last.
    pub flap: Option<Flap>,
    /// All its alerts that fire are silenced: it rings nobody.
    pub held_back: Option<HeldBack>,
    /// How long the acknowledgement holds without a sign of life.
    pub ack_holds: Option<jiff::SignedDuration>,
    /// When the holder is asked, or has to have answered.
    pub ack_check: Option<AckCheck>,
    /// Labels of the alert that opened it.
    pub labels: Labels,
    /// Why the service, the group, the policy and the runbook; none for incidents of older versions and people's own.
    pub reasons: Option<Reasons>,
    /// Who knew first.
    pub detected: Option<Detection>,
    /// Set when it is a drill.
    pub drill: Option<Drill>,
    /// What triage said, if somebody did it.
    pub triaged: Option<(Impact, Urgency)>,
    /// Who said that it is no incident, and why.
    pub dismissed: Option<(Actor, String)>,
    /// The incident that goes on in its place.
    pub merged_into: Option<IncidentId>,
    /// Incidents that were merged into this one.
    pub absorbed: Vec<IncidentId>,
    /// Alerts with these keys join, too.
    pub more_groups: Vec<GroupKey>,
    /// Past incidents that look like it.
    pub similar: Vec<Similar>,
    /// What is learned from it.
    pub postmortem: Postmortem,
    /// When somebody had it for the first time.
    pub first_acknowledged_at: Option<Timestamp>,
    /// Its part in a storm, if it was folded into one.
    pub fold: Option<Fold>,
    /// Questions in the room that wait for an answer.
    pub questions: Vec<Question>,
    /// Texts of notes and updates, for whoever searches.
    pub notes: Vec<String>,
    /// Number of the last event.
    pub last_seq: u32,
    /// When the last event happened.
    pub changed_at: Timestamp,
}

/// What happens next to a silent acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AckCheck {
    /// The holder is asked then.
    Ask {
        /// When.
        at: Timestamp,
    },
    /// The holder was asked and has until then to answer.
    Grace {
        /// When escalation resumes.
        until: Timestamp,
    },
}

/// How an incident ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// Who; none when its alerts resolved and nobody had taken it.
    pub by: Option<Actor>,
    /// When.
    pub at: Timestamp,
    /// What fixed it.
    pub fixed: Option<String>,
}

/// The plan of a policy as it is now, or, if that is gone, of the policy the service has now.
pub(crate) fn plan_now(policy: Option<&str>, service: Option<&str>, setup: &Setup) -> Option<EscalationPlan> {
    let named = policy.and_then(|name| setup.escalations.get(name));
    // Without a name there was none when it opened, and one may have come since.
    named.or_else(|| setup.escalation_for(service)).map(EscalationPlan::of)
}

impl Incident {
    /// Rebuilds an incident from its events; none when the first one is not `Opened`.
    pub fn replay(id: IncidentId, events: impl IntoIterator<Item = EventAt>) -> Option<Self> {
        let mut events = events.into_iter();
        let first = events.next()?;
        let mut incident = Self::from_opened(id, &first)?;
        for event in events {
            incident.apply(&event);
        }
        Some(incident)
    }

    /// Alerts that fire, and alerts that are resolved.
    pub fn alert_counts(&self) -> (usize, usize) {
        (self.alerts.firing(), self.alerts.resolved())
    }

    /// True when it has alerts and none fires.
    pub fn all_alerts_resolved(&self) -> bool {
        !self.alerts.is_empty() && self.alerts.firing() == 0
    }

    /// Alerts that still fire although it is over: their sender tells ends, and told none.
    pub const fn still_firing(&self) -> usize {
        self.alerts.firing()
    }

    /// Pages nobody answered yet.
    pub fn open_pages(&self) -> impl Iterator<Item = &Page> {
        self.pages.iter().filter(|page| page.end.is_none())
    }

    /// The policy it escalates by: the one in progress, else the one it opened with.
    pub fn policy_in_use(&self) -> Option<&str> {
        self.escalation.as_ref().map(|run| run.policy.as_str()).or(self.policy.as_deref())
    }

    /// The plan it escalates by: the frozen one, else its policy as it is now. None when nothing names a policy that exists.
    pub fn plan_in_use(&self, setup: &Setup) -> Option<Cow<'_, EscalationPlan>> {
        match self.escalation.as_ref().and_then(|run| run.plan.as_ref()) {
            Some(plan) => Some(Cow::Borrowed(plan)),
            None => self.plan_now(setup).map(Cow::Owned),
        }
    }

    /// The plan that an escalation would have that starts now: its policy, or, if that is gone, the policy its service has now.
    pub fn plan_now(&self, setup: &Setup) -> Option<EscalationPlan> {
        plan_now(self.policy_in_use(), self.service.as_deref(), setup)
    }

    /// What happens when nobody answered.
    pub fn at_end(&self, setup: &Setup) -> Option<AtEnd> {
        self.plan_in_use(setup).map(|plan| plan.at_end())
    }

    /// Whether it pages people: it did when it started, or its severity does now.
    pub fn pages(&self, setup: &Setup) -> bool {
        self.pages_people || setup.severity_plan(self.severity).page
    }

    /// Pages of the step that was paged last, which nobody answered yet.
    pub(crate) fn step_pages(&self) -> impl Iterator<Item = &Page> {
        let before = self.escalation.as_ref().map_or(0, |run| run.pages_before);
        self.pages
            .iter()
            .skip(before)
            .filter(|page| page.end.is_none())
            .filter(|page| page.reason.call().step.is_some())
    }

    /// Whether its policy calls people now.
    pub(crate) fn escalates(&self) -> bool {
        self.escalation.as_ref().is_some_and(|run| matches!(run.state, EscalationState::Running { .. }))
    }

    /// Its end is told again so long after it was told for the first time.
    pub(crate) fn again_first(&self) -> Duration {
        let plan = self.escalation.as_ref().and_then(|run| run.plan.as_ref());
        plan.map_or(AGAIN_AFTER, |plan| Duration::from_millis(plan.again_ms))
    }

    /// The page with this number.
    pub fn page(&self, id: PageId) -> Option<&Page> {
        self.pages.iter().find(|page| page.id == id)
    }

    /// True when a page of this incident went to this person.
    pub fn was_paged(&self, person: &PersonId) -> bool {
        self.pages.iter().any(|page| page.person == *person)
    }

    /// All keys under which alerts join.
    pub fn group_keys(&self) -> impl Iterator<Item = &GroupKey> {
        self.group_key.iter().chain(&self.more_groups)
    }

    /// Where it stands as long as it is open: by who has it, and whether its impact is over. What nobody has calls people, whatever
    /// became of its impact.
    pub(crate) const fn open_status(&self) -> IncidentStatus {
        match (&self.acknowledged, &self.mitigated) {
            (None, _) => IncidentStatus::Triggered,
            (Some(_), None) => IncidentStatus::Acknowledged,
            (Some(_), Some(_)) => IncidentStatus::Mitigated,
        }
    }

    /// How somebody follows; none when they do not.
    pub fn follows(&self, user: ChatUserId) -> Option<FollowHow> {
        let directly = self.told_directly.get(&user).copied().unwrap_or_default();
        self.followers.contains(&user).then_some(directly)
    }

    /// Those in whose list its thread is.
    pub fn in_thread(&self) -> impl Iterator<Item = ChatUserId> {
        self.followers.iter().copied().filter(|user| !self.told_directly.contains_key(user))
    }

    /// Whether this update's promise of another one still holds.
    pub fn promises(&self, update: u32) -> bool {
        self.status.is_open() && self.updates.last().is_some_and(|last| last.seq == update)
    }

    /// What kind of room people work in: `Line` incidents have none.
    pub const fn has_thread(&self) -> bool {
        match self.room {
            RoomKind::Line => false,
            RoomKind::Thread | RoomKind::Channel => true,
        }
    }
}
