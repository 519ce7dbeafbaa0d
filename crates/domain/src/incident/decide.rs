//! Purpose: what people and timers do to an incident. State and input go in; facts or a refusal come out.

use super::alerts::fires_on_from;
use super::opening::{IMPACT_LIMIT, TITLE_LIMIT};
use super::paging::{
    first_step, next_step, next_step_by_hand, page_id, paged, same_step, stop, unless_somebody_is_called,
};
use super::rings::{Comes, holds_ms, limit_of_page_by_hand, rings};
use super::timers::resolved;
use super::undelivered::{may_reach, told_at_once, told_unless_somebody_rings};
use super::{
    Access, AckCheck, Actor, Command, Event, FollowHow, Incident, IncidentStatus, PageEnd, PageReason, Refusal,
    ServiceNow, StopReason, learn,
};
use crate::setup::Setup;
use crate::triage::{Impact, Urgency};
use crate::{PageId, PersonId, Severity, Timestamp, World};

/// Characters of a note, a reason, or one field of an update.
pub const TEXT_LIMIT: usize = 1_500;

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
pub(crate) fn decide_command(
    incident: &Incident,
    by: &Actor,
    command: &Command,
    world: &World,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let mut events = decided(incident, by, command, world, now)?;
    // Whatever the holder does is a sign: their phone need not ring on.
    let sign = events.iter().any(|event| event.actor().is_some_and(|actor| actor.user == by.user));
    if sign && holder(incident, by).is_ok() && incident.status.is_open() {
        let ended = |page: &super::Page| {
            events.iter().any(|event| matches!(event, Event::PageEnded { page: ended, .. } if *ended == page.id))
        };
        let end = PageEnd::Acknowledged { by: by.name.clone() };
        let asked = incident.open_pages().filter(|page| page.reason.call().asks_holder);
        let over: Vec<Event> = asked
            .filter(|page| !ended(page))
            .map(|page| Event::PageEnded { page: page.id, end: end.clone() })
            .collect();
        events.extend(over);
    }
    Ok(events)
}

fn decided(
    incident: &Incident,
    by: &Actor,
    command: &Command,
    world: &World,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    check_access_to(incident, by, command.needs(), world.setup())?;
    let id = incident.id;
    match command {
        Command::Note { text: note, link } => {
            let text = text("note", note, TEXT_LIMIT)?;
            return Ok(vec![Event::Noted { by: by.clone(), text, link: link.clone() }]);
        }
        Command::Follow { user, how } => {
            // Whoever wants direct messages instead does not hear of it twice: the thread leaves their list.
            let leaves = incident.follows(*user) == Some(FollowHow::Thread) && *how != FollowHow::Thread;
            let left = leaves.then_some(Event::Unfollowed { user: *user });
            return Ok(left.into_iter().chain([Event::Followed { user: *user, how: *how }]).collect());
        }
        Command::Unfollow { user } => return Ok(vec![Event::Unfollowed { user: *user }]),
        Command::Reopen { reason } => return reopen(incident, by, reason, world, now),
        Command::UndoDismiss => return undo_dismiss(incident, by, world, now),
        Command::FinishActionItem { number } => return learn::finish_action_item(incident, by, *number),
        // Work goes on after the postmortem is closed, and so do its owner and its day.
        Command::ChangeActionItem { number, what, owner, due } => {
            let change = learn::ItemChange { what: what.as_deref(), owner: owner.as_ref(), due: *due };
            return learn::change_action_item(incident, by, *number, &change, world, now);
        }
        Command::ClosePostmortem { confirms } => return learn::close(incident, by, *confirms, world),
        Command::ConfirmDetection { .. }
        | Command::WritePostmortem { .. }
        | Command::CheckCollateral { .. }
        | Command::AddActionItem { .. }
        | Command::DeleteActionItem { .. }
        | Command::Correct { .. }
        | Command::GiveProof(_) => learn::check_not_closed(incident)?,
        _ if !incident.status.is_open() => return Err(over(incident)),
        _ => {}
    }
    match command {
        Command::Acknowledge => acknowledge(incident, by, world, now),
        Command::Decline => decline(incident, by, world, now),
        Command::WithdrawAck => withdraw(incident, by, world, now),
        Command::StillOnIt => {
            holder(incident, by)?;
            Ok(vec![Event::StillOnIt { by: by.clone() }])
        }
        Command::SetSeverity { to, reason } => set_severity(incident, by, *to, reason.as_deref(), world, now),
        Command::Page { targets, asked, reason } => {
            let reason = text("reason", reason, TEXT_LIMIT)?;
            let mut found = world.people_of(targets, now);
            if found.people.is_empty() {
                return Err(Refusal::NobodyOnCall { target: asked.clone() });
            }
            found.people.retain(|person| world.may_be_called(person, incident.drill.as_ref()));
            if found.people.is_empty() {
                return Err(Refusal::NotInDrill { target: asked.clone() });
            }
            Ok(page_by_hand(incident, by, &reason, found.people, world))
        }
        Command::Escalate => escalate(incident, by, world, now),
        Command::SetCommander { commander } => {
            may_command(incident, commander, world)?;
            Ok(vec![Event::CommanderSet { commander: commander.clone(), by: by.clone() }])
        }
        Command::PostUpdate { know, doing, next_in } => {
            let know = text("what we know", know, TEXT_LIMIT)?;
            let doing = text("what we do", doing, TEXT_LIMIT)?;
            let next = next_in.and_then(|wait| jiff::SignedDuration::try_from(wait).ok()).map(|wait| now + wait);
            let number = u32::try_from(incident.updates.len() + 1).ok();
            Ok(vec![Event::UpdatePosted { by: by.clone(), know, doing, next, number }])
        }
        Command::Mitigate { how } => mitigate(incident, by, how.as_deref(), world, now),
        Command::WithdrawMitigation => match incident.mitigated {
            Some(_) => Ok(vec![Event::MitigationWithdrawn { by: by.clone() }]),
            None => Err(Refusal::NotMitigated { id }),
        },
        Command::Resolve { fixed } => {
            let fixed = text("what fixed it", fixed, TEXT_LIMIT)?;
            let mut events = stop(incident, StopReason::Resolved, &PageEnd::NotNeeded);
            events.push(resolved(incident, Some(by), Some(fixed), world, now));
            Ok(events)
        }
        Command::KeepOpen => {
            // Whoever kept it open is asked again one day, and may answer the same.
            let is_answered = incident.kept_open && incident.close_ask.as_ref().is_none_or(|ask| ask.asked == 0);
            if incident.quiet_since.is_none() || is_answered {
                return Err(Refusal::NothingToKeepOpen { id });
            }
            Ok(vec![Event::KeptOpen { by: by.clone() }])
        }
        Command::Triage { impact, urgency, reason } => {
            triage(incident, by, (*impact, *urgency), reason.as_deref(), world, now)
        }
        Command::Dismiss { reason } => {
            let reason = text("reason", reason, TEXT_LIMIT)?;
            let fires_on_at = fires_on_from(incident, world, now);
            let mut events = vec![Event::Dismissed { by: by.clone(), reason, fires_on_at }];
            events.extend(stop(incident, StopReason::Dismissed, &PageEnd::NotNeeded));
            Ok(events)
        }
        Command::ConfirmDetection { known_by, lag_minutes, link } => {
            learn::detection(incident, by, *known_by, *lag_minutes, link.as_deref())
        }
        Command::WritePostmortem { core_problem, root_cause, lessons, item, proof } => {
            let mut events = learn::write(incident, by, core_problem, root_cause, lessons)?;
            if let Some((what, due)) = item {
                events.extend(learn::add_action_item(incident, by, what, None, *due, world, now)?);
            }
            if let Some(proof) = proof {
                events.extend(learn::proof(by, proof)?);
            }
            Ok(events)
        }
        Command::CheckCollateral { affected, clear } => learn::collateral(incident, by, affected, clear, world),
        Command::AddActionItem { what, owner, due } => {
            learn::add_action_item(incident, by, what, owner.as_ref(), *due, world, now)
        }
        Command::DeleteActionItem { number } => learn::delete_action_item(incident, by, *number),
        Command::Correct { title, impact, service } => {
            correct(incident, by, (title.as_deref(), impact.as_deref(), service.as_deref()), world)
        }
        Command::GiveProof(proof) => learn::proof(by, proof),
        Command::Note { .. }
        | Command::Follow { .. }
        | Command::Unfollow { .. }
        | Command::Reopen { .. }
        | Command::UndoDismiss
        | Command::FinishActionItem { .. }
        | Command::ChangeActionItem { .. }
        | Command::ClosePostmortem { .. } => Ok(Vec::new()),
    }
}

/// What is really another one than it says: a form sends all of it.
fn correct(
    incident: &Incident,
    by: &Actor,
    (title, impact, service): (Option<&str>, Option<&str>, Option<&str>),
    world: &World,
) -> Result<Vec<Event>, Refusal> {
    let title = title.map(|title| text("title", title, TITLE_LIMIT)).transpose()?;
    let title = title.filter(|title| *title != incident.title);
    let impact = impact.map(str::trim).filter(|impact| *impact != incident.impact.as_deref().unwrap_or_default());
    let impact = match impact {
        None => None,
        Some("") => Some(String::new()),
        Some(impact) => Some(text("impact", impact, IMPACT_LIMIT)?),
    };
    let service = service.map(str::trim).filter(|name| !name.is_empty() && Some(*name) != incident.service.as_deref());
    let service = service.map(|name| service_now(incident, name, world)).transpose()?.map(Box::new);
    if title.is_none() && impact.is_none() && service.is_none() {
        return Err(Refusal::NothingToCorrect { id: incident.id });
    }
    Ok(vec![Event::Corrected { by: by.clone(), title, impact, service }])
}

fn service_now(incident: &Incident, name: &str, world: &World) -> Result<ServiceNow, Refusal> {
    let setup = world.setup();
    let service = setup.service(name).ok_or_else(|| Refusal::NoSuchService {
        name: name.to_owned(),
        known: setup.services.iter().map(|service| service.name.clone()).collect(),
    })?;
    let mut labels = incident.labels.clone();
    labels.insert("service".to_owned(), service.name.clone());
    Ok(ServiceNow {
        name: service.name.clone(),
        owner: service.owner.clone(),
        policy: setup.escalation_for(Some(name)).map(|policy| policy.name.clone()),
        runbook: crate::runbook::find(&setup.runbooks, &labels).map(|runbook| runbook.name.clone()),
        dashboard: service.dashboard.clone(),
    })
}

/// Why nothing can be done to an incident that is over.
pub(super) fn over(incident: &Incident) -> Refusal {
    match incident.status {
        IncidentStatus::Closed => learn::closed(incident),
        IncidentStatus::Resolved
        | IncidentStatus::Triggered
        | IncidentStatus::Acknowledged
        | IncidentStatus::Mitigated => Refusal::AlreadyResolved { id: incident.id },
    }
}

/// Whether somebody may do what needs this access here. Who was paged counts as a responder.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub fn check_access_to(incident: &Incident, by: &Actor, needs: Access, setup: &Setup) -> Result<(), Refusal> {
    let paged = by.person.as_ref().is_some_and(|person| incident.was_paged(person));
    let access = if paged { by.access.max(Access::Responder) } else { by.access };
    if access < needs { Err(setup.not_allowed(needs)) } else { Ok(()) }
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

fn acknowledge(incident: &Incident, by: &Actor, world: &World, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    let end = PageEnd::Acknowledged { by: by.name.clone() };
    if let Some((holder, at)) = &incident.acknowledged {
        let asked = matches!(incident.ack_check, Some(AckCheck::Grace { .. }));
        if holder.user == by.user && asked {
            return Ok(vec![Event::StillOnIt { by: by.clone() }]);
        }
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
    let holds_ms = holds_ms(incident, incident.severity, world);
    let update_by = world
        .setup()
        .severity_plan(incident.severity)
        .update_every
        .and_then(|every| jiff::SignedDuration::try_from(every).ok())
        .map(|every| now + every);
    let next = if incident.escalates() { world.next_people(incident, now) } else { Vec::new() };
    // Whoever would be next and takes it themselves is spared nothing.
    let spared = next.into_iter().find(|next| by.person.as_ref() != Some(next));
    let mut events = vec![Event::Acknowledged { by: by.clone(), holds_ms, update_by, spared }];
    events.extend(stop(incident, StopReason::Acknowledged, &end));
    Ok(events)
}

/// The impact is over, the cause is not. It stays open and whoever has it keeps it; what nobody has is taken by whoever says so, because
/// they are at it: a phone that rings for what was just mitigated is a false alarm (bentleypark/aiwatch issue 1041).
fn mitigate(
    incident: &Incident,
    by: &Actor,
    how: Option<&str>,
    world: &World,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    if let Some(said) = &incident.mitigated {
        return Err(Refusal::AlreadyMitigated { id: incident.id, by: said.by.name.clone(), at: said.at });
    }
    let how = how.filter(|how| !how.trim().is_empty()).map(|how| text("how", how, TEXT_LIMIT)).transpose()?;
    let mut events = vec![Event::Mitigated { by: by.clone(), how }];
    if incident.acknowledged.is_none() {
        events.extend(acknowledge(incident, by, world, now)?);
    }
    Ok(events)
}

fn decline(incident: &Incident, by: &Actor, world: &World, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    let declined = |next: Option<PersonId>| -> Vec<Event> {
        let end = PageEnd::Declined { person: by.person.clone(), next };
        own_open_pages(incident, by).map(|page| Event::PageEnded { page, end: end.clone() }).collect()
    };
    let mut events = declined(None);
    if events.is_empty() {
        return Err(Refusal::NoOpenPage { id: incident.id });
    }
    let own = |page: &&super::Page| Some(&page.person) == by.person.as_ref();
    let asked = incident.open_pages().filter(own).any(|page| page.reason.call().asks_holder);
    if holder(incident, by).is_ok() && asked {
        // They were asked whether it is still theirs, and it is not.
        events.push(Event::AckWithdrawn { by: by.clone() });
        let after = applied(incident, &events, now);
        let goes_on = incident.pages(world.setup()) && !incident.rests() && incident.held_back.is_none();
        let instead = if goes_on {
            next_step(&after, world, now)
        } else {
            told_unless_somebody_rings(incident, &events, world, now)
        };
        let withdrawn = Event::AckWithdrawn { by: by.clone() };
        return Ok(declined(first_paged(&instead)).into_iter().chain([withdrawn]).chain(instead).collect());
    }
    // A helper's no moves no policy, and one of several who are called leaves the others time to answer.
    let of_step = incident.step_pages().any(|page| own(&page));
    let after = applied(incident, &events, now);
    let reached = |page: &super::Page| may_reach(&after, page, world);
    let rings = after.open_pages().any(reached);
    let mut instead = Vec::new();
    if incident.status == IncidentStatus::Triggered && incident.escalates() {
        if (of_step || !rings) && !after.step_pages().any(reached) {
            instead = unless_somebody_is_called(next_step(&after, world, now), rings);
        }
    } else if !rings && after.open_pages().next().is_some() {
        instead = told_at_once(&after, now);
    }
    Ok(declined(first_paged(&instead)).into_iter().chain(instead).collect())
}

/// Whom events page first.
fn first_paged(events: &[Event]) -> Option<PersonId> {
    events.iter().find_map(|event| match event {
        Event::Paged { person, .. } => Some(person.clone()),
        _ => None,
    })
}

/// The incident after events that are about to happen.
pub(super) fn applied(incident: &Incident, events: &[Event], now: Timestamp) -> Incident {
    let mut after = incident.clone();
    for (seq, event) in (incident.last_seq + 1..).zip(events) {
        after.apply(&super::EventAt { seq, at: now, event: event.clone() });
    }
    after
}

fn withdraw(incident: &Incident, by: &Actor, world: &World, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    holder(incident, by)?;
    let mut events = vec![Event::AckWithdrawn { by: by.clone() }];
    // Whoever was asked is not called twice: the step that begins again calls whom it names.
    let asked = incident.open_pages().filter(|page| page.reason.call().asks_holder);
    events.extend(asked.map(|page| Event::PageEnded { page: page.id, end: PageEnd::NotNeeded }));
    if incident.pages(world.setup()) && !incident.rests() && incident.held_back.is_none() {
        events.extend(same_step(incident, world, now));
    }
    events.extend(told_unless_somebody_rings(incident, &events, world, now));
    Ok(events)
}

fn set_severity(
    incident: &Incident,
    by: &Actor,
    to: Severity,
    reason: Option<&str>,
    world: &World,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let id = incident.id;
    if to == incident.severity {
        return Err(Refusal::SameSeverity { id, severity: to });
    }
    if !world.setup().severities.is_empty() && !world.setup().severities.contains_key(&to) {
        return Err(Refusal::SeverityNotConfigured {
            severity: to,
            known: world.setup().severities.keys().copied().collect(),
        });
    }
    let reason =
        reason.filter(|reason| !reason.trim().is_empty()).map(|r| text("reason", r, TEXT_LIMIT)).transpose()?;
    if incident.severity.is_worse_than(to) && reason.is_none() {
        return Err(Refusal::ReasonNeeded { id, to });
    }
    let plan = world.setup().severity_plan(to);
    let mut events = vec![Event::SeverityChanged {
        from: incident.severity,
        to,
        by: Some(by.clone()),
        reason,
        room: incident.room.max(plan.room),
        why: None,
    }];
    if !plan.page {
        events.extend(stop(incident, StopReason::SeverityLowered, &PageEnd::NotNeeded));
    } else if to.is_worse_than(incident.severity) || !incident.pages_people {
        events.extend(rings(incident, Comes::Raised(by), to, world, now));
    }
    Ok(events)
}

fn page_by_hand(
    incident: &Incident,
    by: &Actor,
    reason: &str,
    people: Vec<crate::PersonId>,
    world: &World,
) -> Vec<Event> {
    let by_hand = || PageReason::ByHand { by: by.clone(), reason: reason.to_owned() };
    let mut events = limit_of_page_by_hand(incident, world);
    events.extend(
        (1..)
            .zip(people)
            .map(|(offset, person)| paged(world, page_id(incident.pages.len(), offset), person, by_hand())),
    );
    events
}

/// Impact and urgency make the severity; if it is another one, everything follows that a changed severity brings.
fn triage(
    incident: &Incident,
    by: &Actor,
    (impact, urgency): (Impact, Urgency),
    reason: Option<&str>,
    world: &World,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let severity = world.setup().triage.severity(impact, urgency, world.setup());
    let mut events = vec![Event::Triaged { by: by.clone(), impact, urgency, severity }];
    if severity != incident.severity {
        // The two answers are the reason for raising; whoever lowers says why in their own words, as everywhere.
        let answers = format!("impact: {}, urgency: {}", impact.as_str(), urgency.as_str());
        let typed = reason.filter(|reason| !reason.trim().is_empty());
        let reason = if incident.severity.is_worse_than(severity) { typed } else { typed.or(Some(&answers)) };
        events.extend(set_severity(incident, by, severity, reason, world, now)?);
    }
    Ok(events)
}

/// It goes on: the policy begins anew, because whoever had it may sleep by now.
fn reopen(incident: &Incident, by: &Actor, reason: &str, world: &World, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    if incident.status.is_open() {
        return Err(Refusal::NotOver { id: incident.id });
    }
    if incident.merged_into.is_some() {
        return Err(learn::closed(incident));
    }
    let reason = text("reason", reason, TEXT_LIMIT)?;
    let mut events = vec![Event::Reopened { by: Some(by.clone()), reason: Some(reason), fired_on: None }];
    if incident.pages(world.setup()) {
        events.extend(first_step(incident, &[], world, now));
    }
    Ok(events)
}

/// How long somebody may take back with one press what they pressed.
pub const UNDO_FOR: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

/// As if it had not been dismissed. Whoever dismissed it and had it has it again, and nobody is called; else the policy begins.
fn undo_dismiss(incident: &Incident, by: &Actor, world: &World, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    if incident.status.is_open() {
        return Err(Refusal::NotOver { id: incident.id });
    }
    let own = incident.dismissed.as_ref().is_some_and(|(who, _)| who.user == by.user);
    if !own || incident.changed_at + UNDO_FOR < now {
        return Err(Refusal::UndoOver { id: incident.id });
    }
    let mut events = vec![Event::Reopened { by: Some(by.clone()), reason: None, fired_on: None }];
    if incident.acknowledged.as_ref().is_some_and(|(holder, _)| holder.user == by.user) {
        let after = applied(incident, &events, now);
        events.extend(acknowledge(&after, by, world, now)?);
    } else if incident.pages(world.setup()) {
        events.extend(first_step(incident, &[], world, now));
    }
    Ok(events)
}

/// Whoever commands is told with a sound, and works on it: somebody who may do neither is named by mistake.
fn may_command(incident: &Incident, commander: &Actor, world: &World) -> Result<(), Refusal> {
    check_access_to(incident, commander, Access::Responder, world.setup())
        .map_err(|_| Refusal::MayNotCommand { who: commander.name.clone() })?;
    let takes_part = commander.person.as_ref().is_some_and(|who| world.may_be_called(who, incident.drill.as_ref()));
    if incident.drill.is_some() && !takes_part {
        return Err(Refusal::NotInDrill { target: commander.name.clone() });
    }
    Ok(())
}

fn escalate(incident: &Incident, by: &Actor, world: &World, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    let mut events = next_step_by_hand(incident, world, now);
    if !events.iter().any(|event| matches!(event, Event::Escalated { .. })) {
        events.clear();
    }
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
    if incident.status == IncidentStatus::Triggered && incident.held_back.is_none() {
        return Ok(events);
    }
    // Somebody has it, or a silence holds it back, and calls for help: page, but let no timer run.
    Ok(page_by_hand(incident, by, "escalated", people, world))
}
