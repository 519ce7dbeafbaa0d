//! Purpose: what people and timers do to an incident. State and input go in; facts or a refusal come out.

use std::time::Duration;

use super::paging::{next_step, next_step_by_hand, page_id, stop, unwilling};
use super::{
    Access, AckCheck, Actor, EscalationState, Event, Incident, IncidentStatus, PageEnd, PageReason, Refusal, StopReason,
};
use crate::escalation::people_of;
use crate::setup::{PageTarget, Setup};
use crate::{ChatUserId, PageId, Severity, TimerKind, Timestamp};

/// How long the holder of a silent acknowledgement has to answer.
pub const ACK_GRACE: jiff::SignedDuration = jiff::SignedDuration::from_mins(5);
/// How long all alerts stay resolved before an incident that nobody took closes by itself.
pub const AUTO_RESOLVE_AFTER: jiff::SignedDuration = jiff::SignedDuration::from_mins(10);
/// Characters of a note, a reason, or one field of an update.
pub const TEXT_LIMIT: usize = 1_500;

/// What a decision may look at besides the incident.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The configuration.
    pub setup: &'a Setup,
    /// The domain clock.
    pub now: Timestamp,
}

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
    },
    /// No longer follow.
    Unfollow {
        /// Who.
        user: ChatUserId,
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
            | Self::Resolve { .. }
            | Self::KeepOpen
            | Self::Note { .. } => Access::Responder,
            Self::Follow { .. } | Self::Unfollow { .. } => Access::Member,
        }
    }
}

/// Checks a text a person typed: neither empty nor too long.
pub(super) fn text(field: &'static str, value: &str, limit: usize) -> Result<String, Refusal> {
    let value = value.trim();
    if value.is_empty() {
        return Err(Refusal::Empty { field });
    }
    if value.chars().count() > limit {
        return Err(Refusal::TooLong { field, limit });
    }
    Ok(value.to_owned())
}

/// Decides what a person's command does.
///
/// # Errors
/// A [`Refusal`], with which nothing has changed.
pub fn decide(incident: &Incident, by: &Actor, command: &Command, cx: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    check_access(incident, by, command)?;
    let id = incident.id;
    match command {
        Command::Note { text: note, link } => {
            let text = text("note", note, TEXT_LIMIT)?;
            return Ok(vec![Event::Noted { by: by.clone(), text, link: link.clone() }]);
        }
        Command::Follow { user } => return Ok(vec![Event::Followed { user: *user }]),
        Command::Unfollow { user } => return Ok(vec![Event::Unfollowed { user: *user }]),
        _ if !incident.status.is_open() => return Err(Refusal::AlreadyResolved { id }),
        _ => {}
    }
    match command {
        Command::Acknowledge => acknowledge(incident, by, cx),
        Command::Decline => decline(incident, by, cx),
        Command::WithdrawAck => withdraw(incident, by, cx),
        Command::StillOnIt => {
            holder(incident, by)?;
            Ok(vec![Event::StillOnIt { by: by.clone() }])
        }
        Command::SetSeverity { to, reason } => set_severity(incident, by, *to, reason.as_deref(), cx),
        Command::Page { targets, asked, reason } => {
            let reason = text("reason", reason, TEXT_LIMIT)?;
            let found = people_of(cx.setup, targets, cx.now);
            if found.people.is_empty() {
                return Err(Refusal::NobodyOnCall { target: asked.clone() });
            }
            Ok(page_by_hand(incident, by, &reason, found.people))
        }
        Command::Escalate => escalate(incident, by, cx),
        Command::SetCommander { commander } => {
            Ok(vec![Event::CommanderSet { commander: commander.clone(), by: by.clone() }])
        }
        Command::PostUpdate { know, doing, next_in } => {
            let know = text("what we know", know, TEXT_LIMIT)?;
            let doing = text("what we do", doing, TEXT_LIMIT)?;
            let next = next_in.and_then(|wait| jiff::SignedDuration::try_from(wait).ok()).map(|wait| cx.now + wait);
            Ok(vec![Event::UpdatePosted { by: by.clone(), know, doing, next }])
        }
        Command::Resolve { fixed } => {
            let fixed = text("what fixed it", fixed, TEXT_LIMIT)?;
            let mut events = stop(incident, StopReason::Resolved, &PageEnd::NotNeeded);
            events.push(Event::Resolved { by: Some(by.clone()), fixed: Some(fixed) });
            Ok(events)
        }
        Command::KeepOpen => {
            if incident.quiet_since.is_none() || incident.kept_open {
                return Err(Refusal::NothingToKeepOpen { id });
            }
            Ok(vec![Event::KeptOpen { by: by.clone() }])
        }
        Command::Note { .. } | Command::Follow { .. } | Command::Unfollow { .. } => Ok(Vec::new()),
    }
}

fn check_access(incident: &Incident, by: &Actor, command: &Command) -> Result<(), Refusal> {
    let paged = by.person.as_ref().is_some_and(|person| incident.was_paged(person));
    let access = if paged { by.access.max(Access::Responder) } else { by.access };
    let needs = command.needs();
    if access < needs { Err(Refusal::NotAllowed { needs }) } else { Ok(()) }
}

fn holder(incident: &Incident, by: &Actor) -> Result<(), Refusal> {
    match &incident.acknowledged {
        Some((holder, _)) if holder.user == by.user => Ok(()),
        Some(_) | None => Err(Refusal::NotTheHolder { id: incident.id }),
    }
}

fn own_open_pages<'a>(incident: &'a Incident, by: &'a Actor) -> impl Iterator<Item = PageId> + 'a {
    incident.open_pages().filter(|page| Some(&page.person) == by.person.as_ref()).map(|page| page.id)
}

fn acknowledge(incident: &Incident, by: &Actor, cx: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    let end = PageEnd::Acknowledged { by: by.name.clone() };
    if let Some((holder, at)) = &incident.acknowledged {
        // Somebody who was called in to help answers their own page; the holder stays.
        let answered: Vec<Event> =
            own_open_pages(incident, by).map(|page| Event::PageEnded { page, end: end.clone() }).collect();
        if !answered.is_empty() {
            return Ok(answered);
        }
        return Err(if holder.user == by.user {
            Refusal::AlreadyYours { id: incident.id }
        } else {
            Refusal::AlreadyAcknowledged { id: incident.id, by: holder.name.clone(), at: *at }
        });
    }
    let policy = incident.policy.as_ref().and_then(|name| cx.setup.escalations.get(name));
    let holds_ms =
        policy.and_then(|policy| policy.ack_timeout).and_then(|timeout| i64::try_from(timeout.as_millis()).ok());
    let update_by = cx
        .setup
        .severity_plan(incident.severity)
        .update_every
        .and_then(|every| jiff::SignedDuration::try_from(every).ok())
        .map(|every| cx.now + every);
    let mut events = vec![Event::Acknowledged { by: by.clone(), holds_ms, update_by }];
    events.extend(stop(incident, StopReason::Acknowledged, &end));
    Ok(events)
}

fn decline(incident: &Incident, by: &Actor, cx: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    let mut events: Vec<Event> =
        own_open_pages(incident, by).map(|page| Event::PageEnded { page, end: PageEnd::Declined }).collect();
    if events.is_empty() {
        return Err(Refusal::NoOpenPage { id: incident.id });
    }
    let running = matches!(incident.escalation.as_ref().map(|run| run.state), Some(EscalationState::Running { .. }));
    if incident.status == IncidentStatus::Triggered && running {
        let mut after = incident.clone();
        for (seq, event) in (incident.last_seq + 1..).zip(&events) {
            after.apply(&super::EventAt { seq, at: cx.now, event: event.clone() });
        }
        events.extend(next_step(&after, cx));
    }
    Ok(events)
}

fn withdraw(incident: &Incident, by: &Actor, cx: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    holder(incident, by)?;
    let mut events = vec![Event::AckWithdrawn { by: by.clone() }];
    if let Some(run) = &incident.escalation
        && run.state == EscalationState::Stopped
        && cx.setup.severity_plan(incident.severity).page
        && incident.quiet_since.is_none()
    {
        let wait = cx
            .setup
            .escalations
            .get(&run.policy)
            .and_then(|policy| policy.steps.get(run.position.step))
            .and_then(|step| jiff::SignedDuration::try_from(step.wait).ok())
            .unwrap_or(ACK_GRACE);
        events.push(Event::EscalationResumed { due: cx.now + wait });
    }
    Ok(events)
}

fn set_severity(
    incident: &Incident,
    by: &Actor,
    to: Severity,
    reason: Option<&str>,
    cx: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let id = incident.id;
    if to == incident.severity {
        return Err(Refusal::SameSeverity { id, severity: to });
    }
    if !cx.setup.severities.is_empty() && !cx.setup.severities.contains_key(&to) {
        return Err(Refusal::SeverityNotConfigured {
            severity: to,
            known: cx.setup.severities.keys().copied().collect(),
        });
    }
    let reason =
        reason.filter(|reason| !reason.trim().is_empty()).map(|r| text("reason", r, TEXT_LIMIT)).transpose()?;
    if incident.severity.is_worse_than(to) && reason.is_none() {
        return Err(Refusal::ReasonNeeded { id, to });
    }
    let plan = cx.setup.severity_plan(to);
    let mut events = vec![Event::SeverityChanged {
        from: incident.severity,
        to,
        by: Some(by.clone()),
        reason,
        room: incident.room.max(plan.room),
    }];
    if !plan.page {
        events.extend(stop(incident, StopReason::SeverityLowered, &PageEnd::NotNeeded));
    } else if incident.status == IncidentStatus::Triggered {
        let idle = incident.escalation.as_ref().is_none_or(|run| run.state == EscalationState::Stopped);
        if idle {
            events.extend(super::paging::same_step(incident, cx));
        }
    }
    Ok(events)
}

fn page_by_hand(incident: &Incident, by: &Actor, reason: &str, people: Vec<crate::PersonId>) -> Vec<Event> {
    (1..)
        .zip(people)
        .map(|(offset, person)| Event::Paged {
            page: page_id(incident.pages.len(), offset),
            person,
            reason: PageReason::ByHand { by: by.clone(), reason: reason.to_owned() },
        })
        .collect()
}

fn escalate(incident: &Incident, by: &Actor, cx: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    let events = next_step_by_hand(incident, cx);
    let people: Vec<crate::PersonId> = events
        .iter()
        .filter_map(|event| match event {
            Event::Paged { person, .. } => Some(person.clone()),
            _ => None,
        })
        .collect();
    if people.is_empty() {
        return Err(Refusal::NobodyLeft { id: incident.id });
    }
    if incident.status == IncidentStatus::Triggered {
        return Ok(events);
    }
    // Somebody has it and calls for help: page, but let no timer run.
    Ok(page_by_hand(incident, by, "escalated", people))
}

/// Decides what a timer does when it is due. Timers that no longer fit the state do nothing.
pub fn decide_timer(incident: &Incident, kind: TimerKind, cx: &Context<'_>) -> Vec<Event> {
    if !incident.status.is_open() {
        return Vec::new();
    }
    match kind {
        TimerKind::EscalationStep => match incident.escalation.as_ref().map(|run| run.state) {
            Some(EscalationState::Running { due }) if due <= cx.now && incident.status == IncidentStatus::Triggered => {
                next_step(incident, cx)
            }
            _ => Vec::new(),
        },
        TimerKind::AckTimeout => match incident.ack_check {
            Some(AckCheck::Ask { at }) if at <= cx.now => vec![Event::AckQuestioned { until: cx.now + ACK_GRACE }],
            _ => Vec::new(),
        },
        TimerKind::AckGrace => match incident.ack_check {
            Some(AckCheck::Grace { until }) if until <= cx.now => expire(incident, cx),
            _ => Vec::new(),
        },
        TimerKind::UpdateDue => match incident.next_update {
            Some(due) if due <= cx.now => vec![Event::UpdateOverdue],
            _ => Vec::new(),
        },
        TimerKind::AutoResolve => match auto_resolve_at(incident) {
            Some(at) if at <= cx.now => vec![Event::Resolved { by: None, fixed: None }],
            _ => Vec::new(),
        },
    }
}

fn expire(incident: &Incident, cx: &Context<'_>) -> Vec<Event> {
    let mut events = vec![Event::AckExpired];
    if !cx.setup.severity_plan(incident.severity).page || incident.quiet_since.is_some() {
        return events;
    }
    let next = next_step(incident, cx);
    let reaches = next.iter().any(|event| matches!(event, Event::Paged { .. }));
    if reaches {
        events.extend(next);
    } else {
        // The policy's end: begin again, the holder is asleep.
        let start = Some(crate::escalation::Position::START);
        events.extend(super::paging::take_step(
            cx,
            incident.policy_in_use(),
            start,
            &unwilling(incident),
            incident.pages.len(),
        ));
    }
    events
}

/// When an incident that nobody took closes by itself because no alert fires any more.
fn auto_resolve_at(incident: &Incident) -> Option<Timestamp> {
    let untaken = incident.status == IncidentStatus::Triggered && !incident.kept_open;
    incident.quiet_since.filter(|_| untaken).map(|since| since + AUTO_RESOLVE_AFTER)
}

/// The timers an incident in this state has.
pub fn timers(incident: &Incident) -> Vec<(TimerKind, Timestamp)> {
    if !incident.status.is_open() {
        return Vec::new();
    }
    let mut timers = Vec::new();
    if let Some(EscalationState::Running { due }) = incident.escalation.as_ref().map(|run| run.state)
        && incident.status == IncidentStatus::Triggered
    {
        timers.push((TimerKind::EscalationStep, due));
    }
    match incident.ack_check {
        Some(AckCheck::Ask { at }) => timers.push((TimerKind::AckTimeout, at)),
        Some(AckCheck::Grace { until }) => timers.push((TimerKind::AckGrace, until)),
        None => {}
    }
    if let Some(due) = incident.next_update {
        timers.push((TimerKind::UpdateDue, due));
    }
    if let Some(at) = auto_resolve_at(incident) {
        timers.push((TimerKind::AutoResolve, at));
    }
    timers
}
