//! Purpose: the facts of an incident, and what each one changes. Stored as JSON: variants and fields are only ever added.

use serde::{Deserialize, Serialize};

use super::{
    AckCheck, Actor, AlertBrief, EscalationRun, EscalationState, Incident, IncidentStatus, Missing, Opener, Page,
    Resolution, StatusUpdate,
};
use crate::escalation::Position;
use crate::routing::Why;
use crate::setup::RoomKind;
use crate::{ChatUserId, DedupKey, GroupKey, IncidentId, Link, PageId, PersonId, Severity, Timestamp};

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
    },
    /// It was not over.
    Reopened {
        /// Who said so; none when an alert fired again.
        by: Option<Actor>,
        /// Why.
        reason: Option<String>,
    },
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
            last_seq: first.seq,
            changed_at: first.at,
        })
    }

    /// Takes a fact in. Never fails: what was decided has happened.
    pub fn apply(&mut self, entry: &EventAt) {
        self.last_seq = entry.seq;
        self.changed_at = entry.at;
        match &entry.event {
            Event::Opened { .. } | Event::Noted { .. } => {}
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
            Event::Paged { page, person, reason } => self.pages.push(Page {
                id: *page,
                person: person.clone(),
                at: entry.at,
                reason: reason.clone(),
                end: None,
            }),
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
            Event::Resolved { by, fixed } => {
                self.status = IncidentStatus::Resolved;
                self.next_update = None;
                self.ack_check = None;
                self.resolution = Some(Resolution { by: by.clone(), at: entry.at, fixed: fixed.clone() });
            }
            Event::Reopened { .. } => {
                self.status = IncidentStatus::Triggered;
                self.acknowledged = None;
                self.resolution = None;
                self.quiet_since = None;
            }
        }
        self.renew_acknowledgement(entry);
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
            | Self::Noted { by, .. } => Some(by),
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
            | Self::Unfollowed { .. } => None,
        }
    }
}
