//! Purpose: the facts of an incident. Stored as JSON: variants and fields are only ever added. What each one changes is in
//! `apply.rs` beside this file.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Actor, AlertBrief, AlertCounts, LostWhy, Missing, Opener, PageEnd, PageReason};
use crate::drill::DrillReport;
use crate::escalation::{EscalationPlan, Position};
use crate::postmortem::{ActionItem, Collateral, Gap, Proof};
use crate::routing::{Reasons, Why};
use crate::setup::RoomKind;
use crate::storm::{FoldedBy, UnfoldWhy};
use crate::triage::{Impact, Urgency};
use crate::{
    ChatUserId, DedupKey, Detection, Drill, GroupKey, IncidentId, Labels, Link, PageId, PageVia, PersonId, Severity,
    Thing, Timestamp,
};

/// A fact decided by the domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "an incident has one `Opened`; a box would only be one more thing to read"
)]
pub enum Event {
    /// It opened.
    Opened {
        /// One line.
        title: String,
        /// Who is hurt and how.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        impact: Option<String>,
        /// Service.
        service: Option<String>,
        /// Team that owns the service.
        owner: Option<String>,
        /// Severity.
        severity: Severity,
        /// What kind of room it gets.
        room: RoomKind,
        /// Who or what opened it.
        opener: Opener,
        /// Why this severity.
        why: Why,
        /// Alerts with this key join.
        group_key: Option<GroupKey>,
        /// Links.
        links: Vec<Link>,
        /// Our runbook.
        runbook: Option<String>,
        /// The sender's runbook.
        runbook_url: Option<String>,
        /// What the alert lacks.
        missing: Vec<Missing>,
        /// Escalation policy.
        policy: Option<String>,
        /// Labels of the alert: what the rules looked at.
        #[serde(default, skip_serializing_if = "Labels::is_empty")]
        labels: Labels,
        /// Why the service, the group, the policy and the runbook.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reasons: Option<Reasons>,
        /// Who knew first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detected: Option<Detection>,
        /// It is a drill.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        drill: Option<Drill>,
    },
    /// A storm's board shows it, and nothing else does.
    Folded {
        /// Which storm, and by which threshold.
        by: FoldedBy,
    },
    /// It gets the card and room that any other incident has.
    Unfolded {
        /// Why.
        why: UnfoldWhy,
        /// Who caused it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Actor>,
    },
    /// An alert began to fire, for the first time or again.
    AlertFired {
        /// Which.
        dedup_key: DedupKey,
        /// Its title.
        title: String,
        /// It was part of the incident before.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        again: bool,
        /// The measured value, as sent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<String>,
        /// Its sender never says that it is over: it ends with the incident.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        endless: bool,
    },
    /// An alert that fires was reported again, and the report says something else than the one before.
    AlertChanged {
        /// Which.
        dedup_key: DedupKey,
        /// Its title now.
        title: String,
        /// The measured value now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<String>,
        /// What the card shows of the alert that opened the incident; none for any other.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        card: Option<Box<CardChange>>,
        /// Whether nobody will tell its end any more, when that changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        endless: Option<bool>,
    },
    /// A report came again after the end of its alert was told: it rings nobody.
    AlertLate {
        /// Which.
        dedup_key: DedupKey,
    },
    /// Alerts that fired on after a person had ended it go on elsewhere.
    WentOn {
        /// Which, when it is one; none: all that are left.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dedup_key: Option<DedupKey>,
        /// How many; 0: none of them fires any more.
        alerts: usize,
        /// In which incident.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        into: Option<IncidentId>,
        /// In none: this silence holds them back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        silence: Option<u32>,
    },
    /// So many of its alerts have not been heard of for three of their sender's intervals.
    AlertsStale {
        /// How many; 0: all of them were heard of again.
        alerts: usize,
    },
    /// An alert is over.
    AlertResolved {
        /// Which.
        dedup_key: DedupKey,
    },
    /// Alerts of an incident that has many fired or are over; only numbers are kept.
    AlertsCounted {
        /// How many.
        #[serde(flatten)]
        counts: AlertCounts,
    },
    /// None of its alerts fires any more.
    AllAlertsResolved {
        /// When it closes by itself, if nobody takes it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        closes_at: Option<Timestamp>,
    },
    /// It fires again soon after it was calm: it flaps from now on, until it stays calm for so long.
    FlapBegan {
        /// Since when nothing fired.
        since: Timestamp,
        /// How long it has to stay calm before it is over, in milliseconds.
        calm_ms: i64,
    },
    /// It has stayed calm for so long that it does not flap any more.
    FlapOver {
        /// How often it fired again.
        times: u32,
        /// From the first time it was calm to the last time it fired again, in milliseconds.
        lasted_ms: i64,
    },
    /// A person wants it open although no alert fires.
    KeptOpen {
        /// Who.
        by: Actor,
    },
    /// A step of the policy was taken.
    Escalated {
        /// Policy.
        policy: String,
        /// Which step.
        position: Position,
        /// When the next one is taken.
        due: Timestamp,
        /// Schedules on the way that had nobody on call.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        gaps: Vec<String>,
        /// The policy as it was, when the escalation starts with this step; none: it goes on by the plan it has.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plan: Option<Box<EscalationPlan>>,
    },
    /// The policy of an escalation that an older version started, as it was when this version first saw it.
    PlanFrozen {
        /// The policy.
        plan: Box<EscalationPlan>,
    },
    /// The policy's end was reached and nobody answered.
    EscalationEnded {
        /// Policy, if there is one at all.
        policy: Option<String>,
        /// Schedules on the way that had nobody on call.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        gaps: Vec<String>,
        /// The policy as it was, when the escalation starts and ends with it, because it reaches nobody.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plan: Option<Box<EscalationPlan>>,
        /// When it is told again; older versions told it once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        again_at: Option<Timestamp>,
    },
    /// Still nobody has it, and nobody is left to page.
    StillUnanswered {
        /// Policy that ended; none when people were paged by hand, or there is no policy.
        policy: Option<String>,
        /// Since when nobody has had it.
        since: Timestamp,
        /// When it is told once more.
        again_at: Timestamp,
    },
    /// The guard found that nobody was responsible. What comes after it mends that.
    FoundUnheld,
    /// All its alerts that fire are silenced: it rings nobody until then.
    HeldBack {
        /// By which silences, whose, and until when.
        #[serde(flatten)]
        held: Box<HeldBack>,
    },
    /// It is not held back any more. What comes after it calls people.
    HoldOver {
        /// Why.
        why: HoldOverWhy,
    },
    /// Escalation stopped.
    EscalationStopped {
        /// Why.
        reason: StopReason,
    },
    /// A page was decided.
    Paged {
        /// Its number.
        page: PageId,
        /// Who.
        person: PersonId,
        /// Why.
        reason: PageReason,
        /// On which other ways the person is called, and how many milliseconds after the page, as long as nobody answers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        contacts: Vec<(PageVia, u64)>,
        /// On which ways it goes out at once; older versions did not write that down.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ways: Vec<PageVia>,
        /// Which account the person is in Discord, as far as that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<ChatUserId>,
    },
    /// A page that was over with its alerts waits for an answer again: they fire again, and whoever was called is not rung twice.
    PageReopened {
        /// Which.
        page: PageId,
    },
    /// An unanswered page goes out on one more way.
    Contacted {
        /// Which page.
        page: PageId,
        /// Who.
        person: PersonId,
        /// On which way.
        via: PageVia,
        /// Why now.
        why: ContactWhy,
    },
    /// A page is over.
    PageEnded {
        /// Which.
        page: PageId,
        /// How.
        end: PageEnd,
    },
    /// A page did not reach the person on this way. Once a closed door was an event of its own, without way and reason.
    #[serde(alias = "direct_message_failed")]
    ContactFailed {
        /// Which page.
        page: PageId,
        /// Who.
        person: PersonId,
        /// On which way.
        #[serde(default = "direct")]
        via: PageVia,
        /// Why, as a phrase without secrets; none when the person takes no direct messages.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// They do not see where it stands. It is there, for everybody but them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unseen: Option<Unseen>,
    },
    /// Somebody who is called is no member of the server any more: no mention and no direct message reaches them.
    PersonLeft {
        /// Who.
        person: PersonId,
        /// Their pages.
        pages: Vec<PageId>,
    },
    /// The configuration says something else about somebody who is called. What comes after it ends their pages, and calls them
    /// or somebody else anew.
    PersonChanged {
        /// Who.
        person: PersonId,
        /// Their pages.
        pages: Vec<PageId>,
        /// What it says.
        why: PersonWhy,
    },
    /// An integration is not configured any more: nothing will be heard of its alerts.
    IntegrationRemoved {
        /// Its name.
        integration: String,
        /// How many of its alerts fired here.
        alerts: usize,
        /// Those of them that are known by name.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        named: Vec<DedupKey>,
    },
    /// Something of it in Discord was deleted, or refused.
    ThingLost {
        /// What.
        thing: Thing,
        /// Why.
        why: LostWhy,
    },
    /// A responder has it.
    Acknowledged {
        /// Who.
        by: Actor,
        /// How long it holds without a sign of life from the holder, in milliseconds; none means for ever.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holds_ms: Option<i64>,
        /// When stakeholders expect the first update.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        update_by: Option<Timestamp>,
        /// Who would have been paged next, and is not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        spared: Option<PersonId>,
    },
    /// The holder is asked whether they still have it, and has until then to answer.
    AckQuestioned {
        /// When escalation resumes.
        until: Timestamp,
        /// What happened; none when the acknowledgement was long silent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<AskedWhy>,
        /// Who is asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holder: Option<Actor>,
    },
    /// An acknowledgement that held for ever does so no longer, because people are called for the incident now.
    AckLimited {
        /// How long it holds without a sign of life, in milliseconds.
        holds_ms: i64,
        /// Its severity pages now; else somebody was only paged by hand.
        pages: bool,
    },
    /// Nothing fires any more, and somebody is asked to close it.
    AskedToClose {
        /// Who has it, or wanted it open.
        whom: Option<Actor>,
        /// Since when nothing fires.
        since: Timestamp,
        /// When they are asked again.
        again_at: Timestamp,
    },
    /// The holder is still on it.
    StillOnIt {
        /// Who.
        by: Actor,
    },
    /// Nobody has it any more: the holder did not answer, is not in the configuration, or is not in the server.
    AckExpired {
        /// Who had it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holder: Option<Actor>,
        /// The holder is not in the configuration any more.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        removed: bool,
        /// The holder is not a member of the server any more.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        left: bool,
    },
    /// The holder took the acknowledgement back.
    AckWithdrawn {
        /// Who.
        by: Actor,
    },
    /// Escalation goes on after it had stopped; nobody is paged before `due`.
    EscalationResumed {
        /// When the next step is taken.
        due: Timestamp,
    },
    /// A person corrected what it says. It calls nobody.
    Corrected {
        /// Who.
        by: Actor,
        /// Its title now, if that is another one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// Its impact now, if that is another one; empty: none is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        impact: Option<String>,
        /// Its service now, if that is another one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        service: Option<Box<ServiceNow>>,
    },
    /// The severity changed.
    SeverityChanged {
        /// Before.
        from: Severity,
        /// Now.
        to: Severity,
        /// Who; none when an alert raised it.
        by: Option<Actor>,
        /// Why.
        reason: Option<String>,
        /// What kind of room it has now; never a smaller one.
        room: RoomKind,
        /// The rule by which an alert raised it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Why>,
    },
    /// Somebody took command.
    CommanderSet {
        /// Who commands.
        commander: Actor,
        /// Who said so.
        by: Actor,
    },
    /// An update for stakeholders.
    UpdatePosted {
        /// Who wrote it.
        by: Actor,
        /// What we know.
        know: String,
        /// What we do.
        doing: String,
        /// When the next one is promised.
        next: Option<Timestamp>,
        /// Which update of the incident it is, from 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<u32>,
    },
    /// The impact is over, the cause is not.
    Mitigated {
        /// Who said so.
        by: Actor,
        /// What ended it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        how: Option<String>,
    },
    /// The impact is not over after all.
    MitigationWithdrawn {
        /// Who said so.
        by: Actor,
    },
    /// The promised update did not come.
    UpdateOverdue {
        /// Who is reminded.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        whom: Option<Actor>,
    },
    /// A note for the timeline.
    Noted {
        /// Who wrote it.
        by: Actor,
        /// What.
        text: String,
        /// Link to the message it was taken from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        link: Option<String>,
    },
    /// Somebody follows, or follows otherwise than before.
    Followed {
        /// Who.
        user: ChatUserId,
        /// How they hear of it.
        #[serde(default, skip_serializing_if = "FollowHow::is_usual")]
        how: FollowHow,
    },
    /// Somebody no longer follows.
    Unfollowed {
        /// Who.
        user: ChatUserId,
    },
    /// It is over.
    Resolved {
        /// Who said so; none when its alerts resolved and nobody had taken it.
        by: Option<Actor>,
        /// What fixed it.
        fixed: Option<String>,
        /// When the postmortem has to be closed; none when none is needed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        postmortem_due: Option<Timestamp>,
        /// How it went, if it is a drill.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        report: Option<DrillReport>,
        /// When the alerts that still fire open it again; none when none does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fires_on_at: Option<Timestamp>,
    },
    /// It was not over.
    Reopened {
        /// Who said so; none when an alert fired again.
        by: Option<Actor>,
        /// Why.
        reason: Option<String>,
        /// How many alerts had fired on since it was ended; none when that is not why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fired_on: Option<usize>,
    },
    /// Somebody looked at it and said how bad it is and how fast it must end. A change of severity is an event of its own.
    Triaged {
        /// Who.
        by: Actor,
        /// How many are hurt.
        impact: Impact,
        /// How fast it must end.
        urgency: Urgency,
        /// What the two make.
        severity: Severity,
    },
    /// It is no incident.
    Dismissed {
        /// Who said so.
        by: Actor,
        /// Why.
        reason: String,
        /// When the alerts that still fire open a new one; none when none does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fires_on_at: Option<Timestamp>,
    },
    /// It is the same as another one, which goes on.
    MergedInto {
        /// Which.
        into: IncidentId,
        /// Who said so.
        by: Actor,
    },
    /// Another one is the same as this one: its alerts and followers are here now.
    Absorbed {
        /// Which.
        from: IncidentId,
        /// Its title.
        title: String,
        /// Who said so.
        by: Actor,
        /// Its alerts.
        alerts: Vec<(DedupKey, AlertBrief)>,
        /// Those of its alerts that it only counted.
        #[serde(default, skip_serializing_if = "AlertCounts::is_empty")]
        more: AlertCounts,
        /// Alerts with these keys join here from now on.
        group_keys: Vec<GroupKey>,
    },
    /// A message of a watched channel that told of one of its alerts was deleted, or says nothing of it any more.
    ChatLineGone {
        /// Who wrote it, as shown.
        who: String,
        /// Title of the alert.
        title: String,
        /// It was deleted; otherwise it was changed.
        deleted: bool,
        /// No message says so any more, and it fires on.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        fires_on: bool,
    },
    /// Past incidents that look like this one.
    SimilarFound {
        /// Which, most similar first. Never empty.
        incidents: Vec<Similar>,
    },
    /// Somebody looked at who knew first.
    DetectionConfirmed {
        /// Who looked.
        by: Actor,
        /// What is true.
        detection: Detection,
    },
    /// What was wrong, why, and what was learned.
    PostmortemWritten {
        /// Who wrote it.
        by: Actor,
        /// What was wrong.
        core_problem: String,
        /// Why that could happen.
        root_cause: String,
        /// What is worth knowing next time.
        lessons: String,
    },
    /// Somebody looked for damage at dependents.
    CollateralChecked {
        /// Who looked.
        by: Actor,
        /// What was found where; who is not in it was not checked.
        found: BTreeMap<String, Collateral>,
    },
    /// Work follows.
    ActionItemAdded {
        /// Who said so.
        by: Actor,
        /// What, by whom, until when.
        item: ActionItem,
    },
    /// Work is done.
    ActionItemDone {
        /// Who said so.
        by: Actor,
        /// Which.
        number: u32,
    },
    /// Somebody said something else of it: what, by whom, until when.
    ActionItemChanged {
        /// Who said so.
        by: Actor,
        /// As it is now.
        item: ActionItem,
    },
    /// It is none any more.
    ActionItemDeleted {
        /// Who said so.
        by: Actor,
        /// Which.
        number: u32,
    },
    /// Its owner reads by direct message that it is due soon.
    ActionItemDueSoon {
        /// Which.
        number: u32,
    },
    /// Its owner is reminded in the room, after the day on which it was due.
    ActionItemReminded {
        /// Which.
        number: u32,
    },
    /// Why it cannot come back unseen.
    ProofGiven {
        /// Who gave it.
        by: Actor,
        /// What.
        proof: Proof,
    },
    /// People were reminded of the postmortem.
    PostmortemReminded {
        /// Who is reminded.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        whom: Option<Actor>,
        /// When it was due.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Timestamp>,
        /// What it lacks.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        missing: Vec<Gap>,
    },
    /// The postmortem is complete: the incident is closed.
    PostmortemClosed {
        /// Who closed it.
        by: Actor,
    },
    /// The machine's clock was set: every instant before this is moved by as much, so that waits and durations stay true.
    ClockSet {
        /// By how many milliseconds; negative when it was set back.
        by_ms: i64,
    },
}

/// How somebody who follows hears of an incident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowHow {
    /// Its thread is in their list.
    #[default]
    Thread,
    /// By direct message: updates, and how it ends.
    Direct,
    /// By direct message: only how it ends.
    Ends,
}

impl FollowHow {
    const fn is_usual(&self) -> bool {
        matches!(self, Self::Thread)
    }

    /// Whether somebody who follows like this gets a direct message of an event.
    pub const fn hears(self, event: &Event) -> bool {
        let ends = matches!(
            event,
            Event::Resolved { .. } | Event::Dismissed { .. } | Event::MergedInto { .. } | Event::Reopened { .. }
        );
        let goes_on =
            matches!(event, Event::UpdatePosted { .. } | Event::Mitigated { .. } | Event::MitigationWithdrawn { .. });
        match self {
            Self::Thread => false,
            Self::Direct => ends || goes_on,
            Self::Ends => ends,
        }
    }
}

/// The way of a page of which only is known that it did not arrive by direct message.
const fn direct() -> PageVia {
    PageVia::Direct
}

/// Which service it is, and what follows from that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceNow {
    /// Its name.
    pub name: String,
    /// Team that owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Its policy. An escalation that was started goes on by the one it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// Our runbook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runbook: Option<String>,
    /// Its dashboard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dashboard: Option<String>,
}

/// What the last report of the alert that opened an incident says, besides title and value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardChange {
    /// The sender's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<String>,
    /// Links the sender gave.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// Labels.
    #[serde(default, skip_serializing_if = "Labels::is_empty")]
    pub labels: Labels,
    /// The sender's runbook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runbook_url: Option<String>,
}

/// A past incident that looks like this one, as it was then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Similar {
    /// Which.
    pub id: IncidentId,
    /// Its title.
    pub title: String,
    /// What fixed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed: Option<String>,
    /// How many labels the two share.
    #[serde(default)]
    pub shared_labels: u32,
    /// Work that followed from it and is not done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unfinished: Vec<String>,
}

/// Why an incident rings nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldBack {
    /// The silences that hold back all its alerts that fire.
    pub silences: BTreeSet<u32>,
    /// Who owns the one that ends first.
    pub by: Actor,
    /// When that ends.
    pub until: Timestamp,
    /// Why it was made.
    pub reason: String,
}

/// Why an incident is not held back any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HoldOverWhy {
    /// A silence is over.
    Over {
        /// Which.
        silence: u32,
    },
    /// An alert is worse than what the silence was made for.
    Worse,
    /// An alert fires that no silence holds back.
    NotSilenced,
    /// Somebody raised the severity above what the silence was made for.
    Raised,
    /// Another incident was merged into it that no silence holds back.
    Merged,
}

/// Why a page goes out on one more way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactWhy {
    /// The person's own rule: nobody answered for so long.
    Rule,
    /// Discord cannot be reached.
    DiscordDown,
    /// It was refused on another way.
    Undelivered,
    /// It is stuck on its way to Discord.
    Stuck,
}

/// Why somebody who is mentioned in a place does not see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unseen {
    /// The channel, or that of the thread, is closed to them.
    Place,
    /// It is a channel made for the incident, and Discord did not have them let in.
    NotLetIn,
}

/// What a configuration says about somebody who is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PersonWhy {
    /// Nothing: they are not in it any more.
    Removed,
    /// Their account is listed under another name.
    Renamed {
        /// Which.
        to: PersonId,
    },
    /// They are another account in Discord.
    Account,
    /// None of the ways on which they were called is theirs any more.
    Ways,
}

/// Why the holder of an incident is asked whether they still have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskedWhy {
    /// A worse alert joined.
    Worse,
    /// Nothing fired any more, and now something does again.
    FiresAgain,
    /// Something came that nobody could read.
    Unreadable,
    /// Somebody raised the severity.
    Raised,
    /// Another incident, which nobody had, was merged into it.
    Merged,
    /// A silence is over, or holds back no longer all that fires.
    SilenceOver,
    /// In the configuration they are another account now.
    Account,
}

/// Why escalation stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// Somebody has it.
    Acknowledged,
    /// It is over.
    Resolved,
    /// No alert fires any more.
    AllAlertsResolved,
    /// The severity no longer pages.
    SeverityLowered,
    /// It is no incident.
    Dismissed,
    /// Another incident goes on in its place.
    Merged,
    /// All its alerts that fire are silenced.
    Silenced,
}

/// A fact with its place in the timeline of its subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventAt<E = Event> {
    /// Place in the timeline, from 1.
    pub seq: u32,
    /// When it was decided.
    pub at: Timestamp,
    /// The fact.
    pub event: E,
}

impl<E> EventAt<E> {
    /// Events that happen now, numbered from the one after the last.
    pub(crate) fn after(last: u32, events: Vec<E>, now: Timestamp) -> Vec<Self> {
        (last + 1..).zip(events).map(|(seq, event)| Self { seq, at: now, event }).collect()
    }
}
