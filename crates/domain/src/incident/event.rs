//! Purpose: the facts of an incident, and what each one changes. Stored as JSON: variants and fields are only ever added.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    AckCheck, Actor, AlertBrief, Contact, EscalationRun, EscalationState, Incident, IncidentStatus, Missing, Opener,
    Page, REMIND_EVERY, Resolution, StatusUpdate,
};
use crate::escalation::Position;
use crate::postmortem::{ActionItem, Collateral, Postmortem, Proof};
use crate::routing::{Reasons, Why};
use crate::setup::RoomKind;
use crate::triage::{Impact, Urgency};
use crate::{
    ChatUserId, DedupKey, Detection, Drill, GroupKey, IncidentId, Labels, Link, PageId, PageVia, PersonId, Severity,
    Timestamp,
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
    /// An alert began to fire, for the first time or again.
    AlertFired {
        /// Which.
        dedup_key: DedupKey,
        /// Its title.
        title: String,
    },
    /// An alert is over.
    AlertResolved {
        /// Which.
        dedup_key: DedupKey,
    },
    /// None of its alerts fires any more.
    AllAlertsResolved,
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
    },
    /// The policy's end was reached and nobody answered.
    EscalationEnded {
        /// Policy, if there is one at all.
        policy: Option<String>,
        /// Schedules on the way that had nobody on call.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        gaps: Vec<String>,
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
    /// A page did not reach the person by direct message.
    DirectMessageFailed {
        /// Which page.
        page: PageId,
        /// Who.
        person: PersonId,
    },
    /// A page did not reach the person on another way.
    ContactFailed {
        /// Which page.
        page: PageId,
        /// Who.
        person: PersonId,
        /// On which way.
        via: PageVia,
        /// Why, as a phrase without secrets.
        reason: String,
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
    },
    /// The acknowledgement was long silent: the holder is asked and has until then to answer.
    AckQuestioned {
        /// When escalation resumes.
        until: Timestamp,
    },
    /// The holder is still on it.
    StillOnIt {
        /// Who.
        by: Actor,
    },
    /// The holder did not answer: nobody has it.
    AckExpired,
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
    },
    /// The promised update did not come.
    UpdateOverdue,
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
    /// Somebody follows.
    Followed {
        /// Who.
        user: ChatUserId,
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
    },
    /// It was not over.
    Reopened {
        /// Who said so; none when an alert fired again.
        by: Option<Actor>,
        /// Why.
        reason: Option<String>,
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
        /// Alerts with these keys join here from now on.
        group_keys: Vec<GroupKey>,
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
    /// Its owner is reminded.
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
    PostmortemReminded,
    /// The postmortem is complete: the incident is closed.
    PostmortemClosed {
        /// Who closed it.
        by: Actor,
    },
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

/// Why a page goes out on one more way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactWhy {
    /// The person's own rule: nobody answered for so long.
    Rule,
    /// Discord cannot be reached.
    DiscordDown,
}

/// Why somebody is paged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PageReason {
    /// A step of a policy.
    Step {
        /// Policy.
        policy: String,
        /// Which step.
        position: Position,
        /// The schedule on which the person is on call; none when the step names the person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        schedule: Option<String>,
    },
    /// A person asked for it.
    ByHand {
        /// Who asked.
        by: Actor,
        /// Why.
        reason: String,
    },
}

/// How a page ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PageEnd {
    /// Somebody has the incident.
    Acknowledged {
        /// Who.
        by: String,
    },
    /// The person cannot take it.
    Declined,
    /// The incident is over or no longer worth a page.
    NotNeeded,
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
}

/// A fact with its place in the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventAt {
    /// Place in the incident's timeline, from 1.
    pub seq: u32,
    /// When it was decided.
    pub at: Timestamp,
    /// The fact.
    pub event: Event,
}

impl Incident {
    /// The incident an `Opened` event makes; none for any other event.
    pub fn from_opened(id: IncidentId, first: &EventAt) -> Option<Self> {
        let Event::Opened {
            title,
            impact,
            service,
            owner,
            severity,
            room,
            opener,
            why,
            group_key,
            links,
            runbook,
            runbook_url,
            missing,
            policy,
            labels,
            reasons,
            detected,
            drill,
        } = first.event.clone()
        else {
            return None;
        };
        Some(Self {
            id,
            title,
            impact,
            service,
            owner,
            severity,
            status: IncidentStatus::Triggered,
            room,
            opener,
            why,
            opened_at: first.at,
            group_key,
            alerts: std::collections::BTreeMap::new(),
            links,
            runbook,
            runbook_url,
            missing,
            policy,
            escalation: None,
            pages: Vec::new(),
            acknowledged: None,
            commander: None,
            updates: Vec::new(),
            next_update: None,
            resolution: None,
            followers: Vec::new(),
            direct_failed: std::collections::BTreeSet::new(),
            kept_open: false,
            quiet_since: None,
            ack_holds: None,
            ack_check: None,
            labels,
            reasons,
            detected,
            drill,
            triaged: None,
            dismissed: None,
            merged_into: None,
            absorbed: Vec::new(),
            more_groups: Vec::new(),
            similar: Vec::new(),
            postmortem: Postmortem::default(),
            first_acknowledged_at: None,
            notes: Vec::new(),
            last_seq: first.seq,
            changed_at: first.at,
        })
    }

    /// Takes a fact in. Never fails: what was decided has happened.
    pub fn apply(&mut self, entry: &EventAt) {
        self.last_seq = entry.seq;
        self.changed_at = entry.at;
        match &entry.event {
            Event::Opened { .. } | Event::ContactFailed { .. } => {}
            Event::Noted { text, .. } => self.notes.push(text.clone()),
            Event::DirectMessageFailed { page, .. } => {
                self.direct_failed.insert(*page);
            }
            Event::UpdateOverdue => self.next_update = None,
            Event::AlertFired { dedup_key, title } => {
                self.alerts.insert(dedup_key.clone(), AlertBrief { title: title.clone(), firing: true });
                self.kept_open = false;
                self.quiet_since = None;
            }
            Event::AlertResolved { dedup_key } => {
                if let Some(alert) = self.alerts.get_mut(dedup_key) {
                    alert.firing = false;
                }
            }
            Event::AllAlertsResolved => {
                self.kept_open = false;
                self.quiet_since = Some(entry.at);
            }
            Event::KeptOpen { .. } => self.kept_open = true,
            Event::Escalated { policy, position, due, .. } => {
                self.escalation = Some(EscalationRun {
                    policy: policy.clone(),
                    position: *position,
                    state: EscalationState::Running { due: *due },
                });
            }
            Event::EscalationEnded { policy, .. } => match &mut self.escalation {
                Some(run) => run.state = EscalationState::Ended,
                None => {
                    self.escalation = policy.as_ref().map(|policy| EscalationRun {
                        policy: policy.clone(),
                        position: Position::START,
                        state: EscalationState::Ended,
                    });
                }
            },
            Event::EscalationStopped { .. } => {
                if let Some(run) = &mut self.escalation {
                    run.state = EscalationState::Stopped;
                }
            }
            Event::Paged { page, person, reason, contacts } => self.pages.push(Page {
                id: *page,
                person: person.clone(),
                at: entry.at,
                reason: reason.clone(),
                contacts: contacts
                    .iter()
                    .map(|(via, after_ms)| Contact {
                        via: *via,
                        due: entry.at + jiff::SignedDuration::from_millis(i64::try_from(*after_ms).unwrap_or(i64::MAX)),
                        done: false,
                    })
                    .collect(),
                end: None,
            }),
            Event::Contacted { page, via, .. } => {
                let page = self.pages.iter_mut().find(|known| known.id == *page);
                let contact = page.and_then(|page| page.contacts.iter_mut().find(|contact| contact.via == *via));
                if let Some(contact) = contact {
                    contact.done = true;
                }
            }
            Event::PageEnded { page, end } => {
                if let Some(page) = self.pages.iter_mut().find(|known| known.id == *page) {
                    page.end = Some((end.clone(), entry.at));
                }
            }
            Event::EscalationResumed { due } => {
                if let Some(run) = &mut self.escalation {
                    run.state = EscalationState::Running { due: *due };
                }
            }
            Event::Acknowledged { by, holds_ms, update_by } => {
                self.status = IncidentStatus::Acknowledged;
                self.acknowledged = Some((by.clone(), entry.at));
                self.first_acknowledged_at = self.first_acknowledged_at.or(Some(entry.at));
                self.ack_holds = holds_ms.map(jiff::SignedDuration::from_millis);
                self.next_update = self.next_update.or(*update_by);
            }
            Event::AckQuestioned { until } => self.ack_check = Some(AckCheck::Grace { until: *until }),
            Event::StillOnIt { .. } => {}
            Event::AckExpired | Event::AckWithdrawn { .. } => {
                self.status = IncidentStatus::Triggered;
                self.acknowledged = None;
                self.ack_check = None;
            }
            Event::SeverityChanged { to, room, .. } => {
                self.severity = *to;
                self.room = *room;
            }
            Event::CommanderSet { commander, .. } => self.commander = Some(commander.clone()),
            Event::UpdatePosted { by, know, doing, next } => {
                self.next_update = *next;
                self.notes.push(format!("{know} {doing}"));
                self.updates.push(StatusUpdate {
                    by: by.clone(),
                    at: entry.at,
                    know: know.clone(),
                    doing: doing.clone(),
                    next: *next,
                });
            }
            Event::Followed { user } => {
                if !self.followers.contains(user) {
                    self.followers.push(*user);
                }
            }
            Event::Unfollowed { user } => self.followers.retain(|known| known != user),
            Event::Resolved { by, fixed, postmortem_due } => {
                self.status = IncidentStatus::Resolved;
                self.next_update = None;
                self.ack_check = None;
                self.resolution = Some(Resolution { by: by.clone(), at: entry.at, fixed: fixed.clone() });
                self.postmortem.due = *postmortem_due;
                self.postmortem.remind_at = *postmortem_due;
            }
            Event::Reopened { .. } => {
                self.status = IncidentStatus::Triggered;
                self.acknowledged = None;
                self.resolution = None;
                self.dismissed = None;
                self.quiet_since = None;
                self.postmortem.due = None;
                self.postmortem.remind_at = None;
                self.postmortem.closed = None;
            }
            Event::Triaged { impact, urgency, .. } => self.triaged = Some((*impact, *urgency)),
            Event::Dismissed { by, reason } => {
                self.close();
                self.dismissed = Some((by.clone(), reason.clone()));
            }
            Event::MergedInto { into, .. } => {
                self.close();
                self.merged_into = Some(*into);
            }
            Event::Absorbed { from, alerts, group_keys, .. } => {
                self.absorbed.push(*from);
                let fires = alerts.iter().any(|(_, alert)| alert.firing);
                self.alerts.extend(alerts.iter().cloned());
                self.more_groups.extend(group_keys.iter().cloned());
                if fires {
                    self.kept_open = false;
                    self.quiet_since = None;
                }
            }
            Event::SimilarFound { incidents } => self.similar.clone_from(incidents),
            Event::DetectionConfirmed { detection, .. } => self.detected = Some(detection.clone()),
            Event::PostmortemWritten { core_problem, root_cause, lessons, .. } => {
                self.postmortem.core_problem = Some(core_problem.clone());
                self.postmortem.root_cause = Some(root_cause.clone());
                self.postmortem.lessons = Some(lessons.clone());
            }
            Event::CollateralChecked { found, .. } => self.postmortem.collateral.clone_from(found),
            Event::ActionItemAdded { item, .. } => self.postmortem.action_items.push(item.clone()),
            Event::ActionItemDone { number, .. } => {
                if let Some(item) = self.postmortem.action_items.iter_mut().find(|item| item.number == *number) {
                    item.done = Some(entry.at);
                }
            }
            Event::ActionItemReminded { number } => {
                if let Some(item) = self.postmortem.action_items.iter_mut().find(|item| item.number == *number) {
                    item.reminded = true;
                }
            }
            Event::ProofGiven { proof, .. } => self.postmortem.proof = Some(proof.clone()),
            Event::PostmortemReminded => {
                self.postmortem.reminders += 1;
                self.postmortem.remind_at = Some(entry.at + REMIND_EVERY);
            }
            Event::PostmortemClosed { by } => {
                self.status = IncidentStatus::Closed;
                self.postmortem.closed = Some((by.clone(), entry.at));
                self.postmortem.remind_at = None;
            }
        }
        self.renew_acknowledgement(entry);
    }

    /// It is over without having been solved here.
    fn close(&mut self) {
        self.status = IncidentStatus::Closed;
        self.next_update = None;
        self.ack_check = None;
    }

    /// Whatever the holder does is a sign of life.
    fn renew_acknowledgement(&mut self, entry: &EventAt) {
        let (Some((holder, _)), Some(holds), IncidentStatus::Acknowledged) =
            (&self.acknowledged, self.ack_holds, self.status)
        else {
            return;
        };
        if entry.event.actor().is_some_and(|actor| actor.user == holder.user) {
            self.ack_check = Some(AckCheck::Ask { at: entry.at + holds });
        }
    }
}

impl Event {
    /// The person who caused it.
    pub fn actor(&self) -> Option<&Actor> {
        match self {
            Self::KeptOpen { by }
            | Self::Acknowledged { by, .. }
            | Self::StillOnIt { by }
            | Self::AckWithdrawn { by }
            | Self::CommanderSet { by, .. }
            | Self::UpdatePosted { by, .. }
            | Self::Noted { by, .. }
            | Self::Triaged { by, .. }
            | Self::Dismissed { by, .. }
            | Self::MergedInto { by, .. }
            | Self::Absorbed { by, .. }
            | Self::DetectionConfirmed { by, .. }
            | Self::PostmortemWritten { by, .. }
            | Self::CollateralChecked { by, .. }
            | Self::ActionItemAdded { by, .. }
            | Self::ActionItemDone { by, .. }
            | Self::ProofGiven { by, .. }
            | Self::PostmortemClosed { by } => Some(by),
            Self::Opened { opener, .. } => match opener {
                Opener::Person { by } => Some(by),
                Opener::Alert { .. } => None,
            },
            Self::Paged { reason, .. } => match reason {
                PageReason::ByHand { by, .. } => Some(by),
                PageReason::Step { .. } => None,
            },
            Self::SeverityChanged { by, .. } | Self::Resolved { by, .. } | Self::Reopened { by, .. } => by.as_ref(),
            Self::AlertFired { .. }
            | Self::AlertResolved { .. }
            | Self::AllAlertsResolved
            | Self::Escalated { .. }
            | Self::EscalationEnded { .. }
            | Self::EscalationStopped { .. }
            | Self::EscalationResumed { .. }
            | Self::PageEnded { .. }
            | Self::DirectMessageFailed { .. }
            | Self::AckQuestioned { .. }
            | Self::AckExpired
            | Self::UpdateOverdue
            | Self::Followed { .. }
            | Self::Unfollowed { .. }
            | Self::Contacted { .. }
            | Self::ContactFailed { .. }
            | Self::SimilarFound { .. }
            | Self::ActionItemReminded { .. }
            | Self::PostmortemReminded => None,
        }
    }
}
