//! Purpose: what another configuration changes for open incidents, overrides and silences, before it is in use. The same decisions
//! are made that will be made then, and nothing of them is written.

use std::collections::BTreeMap;

use domain::incident::{EventAt, PageEnd, PersonWhy, hand_over};
use domain::oncall::{Overrides, changed, decide_configuration, reconfigured};
use domain::{
    Event, Fact, Incident, IncidentId, Input, IntegrationName, PersonId, Pin, Setup, Severity, Timestamp, World,
};

use crate::action::ActError;
use crate::handle::Engine;

/// Why another configuration touches an open incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TouchedWhy {
    /// Its policy is gone: the escalation goes on as it was started.
    PolicyGone(String),
    /// Its service is gone.
    ServiceGone(String),
    /// Its severity is gone: it pages as it did.
    SeverityGone(Severity),
    /// An integration of its alerts is gone: so many of them count as over.
    IntegrationGone(IntegrationName, usize),
    /// A silence that holds it back ends: what still fires rings.
    SilenceEnds(u32),
    /// Whoever is called for it is not called any more.
    PageMoves {
        /// Who.
        person: PersonId,
        /// Why.
        why: Moved,
        /// Who is called instead.
        to: Vec<PersonId>,
        /// Who is called besides, and goes on to be.
        besides: Vec<PersonId>,
    },
    /// Whoever has it does not have it any more.
    HolderGone {
        /// Their name, as shown.
        holder: String,
        /// Who is called.
        to: Vec<PersonId>,
    },
    /// Whoever has it is asked whether that is still so: they are another account.
    HolderAsked {
        /// Their name, as shown.
        holder: String,
    },
    /// A step that is still to come stands for nobody any more: the next one is called in its place.
    StepStandsForNobody {
        /// Policy.
        policy: String,
        /// Step, from 1.
        step: usize,
    },
}

/// Why a page does not stay with whom it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// Another person is on call.
    OnCall(String),
    /// What the configuration says of them.
    Person(PersonWhy),
}

/// An open incident that another configuration touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// Which.
    pub incident: IncidentId,
    /// Its title.
    pub title: String,
    /// Why; never empty.
    pub why: Vec<TouchedWhy>,
}

/// Something that people made at run time, and that ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ends {
    /// Somebody is on call in another's place.
    Override {
        /// Its number.
        number: u32,
        /// On which schedule.
        schedule: String,
        /// Who.
        person: PersonId,
        /// Until when it would have been.
        until: Timestamp,
        /// The schedule is not configured any more; else the person is not.
        no_schedule: bool,
    },
    /// A silence.
    Silence {
        /// Its number.
        number: u32,
        /// Whose, as shown.
        by: String,
    },
}

/// What another configuration changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consequences {
    /// Open incidents it touches, by number.
    pub touched: Vec<Touched>,
    /// What ends.
    pub ends: Vec<Ends>,
}

impl Engine {
    /// What a configuration changes that is not in use yet. Changes nothing. `found` are accounts that were found for it and are not
    /// kept yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn consequences(&self, setup: &Setup, found: &[Pin]) -> Result<Consequences, ActError> {
        let failed = |error: store::StoreError| self.failed(&error);
        let mut alerts: BTreeMap<IncidentId, Vec<TouchedWhy>> = BTreeMap::new();
        for integration in self.shared.integrations_not_in(setup).await.map_err(failed)? {
            for (id, count) in self.shared.store.incidents_of(&integration).await.map_err(failed)? {
                alerts.entry(id).or_default().push(TouchedWhy::IntegrationGone(integration.clone(), count));
            }
        }
        let mut pins = self.shared.store.pins().await.map_err(failed)?;
        pins.retain(|pin| !found.iter().any(|new| new.person == pin.person));
        pins.extend(found.iter().cloned());
        let (before, now) = (self.world(), self.now());
        let accounts = domain::people::accounts(setup, &pins);
        let before = before.with_renamed(domain::people::renamed(setup, &pins));
        let mut after = reconfigured(&before, setup.clone(), now).with_accounts(accounts);
        let ends = ends(&mut after, now);
        let silences: Vec<u32> = ends
            .iter()
            .filter_map(|one| match one {
                Ends::Silence { number, .. } => Some(*number),
                Ends::Override { .. } => None,
            })
            .collect();
        let mut touched = Vec::new();
        for incident in self.shared.book.open() {
            let mut why = gone(&incident, &before, setup);
            why.extend(alerts.remove(&incident.id).unwrap_or_default());
            let held = incident.held_back.iter().flat_map(|held| &held.silences);
            why.extend(held.filter(|number| silences.contains(number)).map(|number| TouchedWhy::SilenceEnds(*number)));
            why.extend(people(&incident, &before, &after, now));
            if !why.is_empty() {
                touched.push(Touched { incident: incident.id, title: incident.title.clone(), why });
            }
        }
        Ok(Consequences { touched, ends })
    }
}

/// Overrides and silences that end; the overrides are over in `after` then.
fn ends(after: &mut World, now: Timestamp) -> Vec<Ends> {
    let mut found = Vec::new();
    let mut overrides = Overrides::clone(after.overrides());
    for own in after.overrides().known() {
        let Some(over) = decide_configuration(after, own, now) else { continue };
        found.push(Ends::Override {
            number: own.number,
            schedule: own.schedule.clone(),
            person: own.person.clone(),
            until: own.until,
            no_schedule: !after.setup().schedules.contains_key(&own.schedule),
        });
        if let Some((own, _, _)) = changed(own.number, Some(own), vec![over], now) {
            overrides.put(own);
        }
    }
    for own in after.silences().known() {
        if domain::silence::decide_configuration(after, own).is_some() {
            found.push(Ends::Silence { number: own.number, by: own.by.name.clone() });
        }
    }
    *after = after.with_overrides(overrides);
    found
}

/// What an incident is made of and the configuration does not know any more.
fn gone(incident: &Incident, before: &World, setup: &Setup) -> Vec<TouchedWhy> {
    let old = before.setup();
    let mut why = Vec::new();
    let policy = incident.policy_in_use();
    let is_gone = |name: &&str| old.escalations.contains_key(*name) && !setup.escalations.contains_key(*name);
    why.extend(policy.filter(is_gone).map(|policy| TouchedWhy::PolicyGone(policy.to_owned())));
    let is_gone = |name: &&str| old.service(name).is_some() && setup.service(name).is_none();
    let service = incident.service.as_deref().filter(is_gone);
    why.extend(service.map(|service| TouchedWhy::ServiceGone(service.to_owned())));
    let severity = incident.severity;
    if old.severities.contains_key(&severity) && !setup.severities.contains_key(&severity) {
        why.push(TouchedWhy::SeverityGone(severity));
    }
    why
}

/// What it changes for whoever is called and whoever has it, and for the steps that are still to come.
fn people(incident: &Incident, before: &World, after: &World, now: Timestamp) -> Vec<TouchedWhy> {
    let mut why = Vec::new();
    let mut state = incident.clone();
    let schedules = before.setup().schedules.keys();
    for schedule in schedules {
        let who = |world: &World| world.on_call(schedule, now).person().cloned();
        if let (Some(from), Some(to)) = (who(before), who(after))
            && from != to
        {
            let events = hand_over(&state, schedule, &from, &to, after, now);
            why.extend(moves(&state, &events, Some(schedule)));
            apply(&mut state, &events, now);
        }
    }
    let input = Input::Fact { incident: &state, fact: &Fact::PeopleChanged };
    let events = domain::decide(after, &input, now).of_one().unwrap_or_default();
    why.extend(moves(&state, &events, None));
    apply(&mut state, &events, now);
    if let (Some(run), Some(plan)) = (&incident.escalation, incident.plan_in_use(before.setup()))
        && timers_run(incident)
    {
        let service = incident.service.as_deref();
        let nobody =
            |world: &World, step| world.people_of(&world.targets_of(&plan, step, service), now).people.is_empty();
        let steps = (run.position.step + 1)..plan.steps.len();
        let lost = steps.filter(|step| nobody(after, *step) && !nobody(before, *step));
        why.extend(lost.map(|step| TouchedWhy::StepStandsForNobody { policy: plan.policy.clone(), step: step + 1 }));
    }
    why
}

/// Whether its policy is on its way to the next step.
fn timers_run(incident: &Incident) -> bool {
    let timers = domain::incident::timers(incident);
    timers.iter().any(|(kind, _)| *kind == domain::TimerKind::EscalationStep)
}

fn apply(incident: &mut Incident, events: &[Event], now: Timestamp) {
    for event in events {
        let seq = incident.last_seq + 1;
        incident.apply(&EventAt { seq, at: now, event: event.clone() });
    }
}

/// What events of one decision mean for people. `schedule`: another person is on call on it.
fn moves(incident: &Incident, events: &[Event], schedule: Option<&String>) -> Vec<TouchedWhy> {
    let mut why = Vec::new();
    let called: Vec<PersonId> = events
        .iter()
        .filter_map(|event| match event {
            Event::Paged { person, .. } => Some(person.clone()),
            _ => None,
        })
        .collect();
    let over = |page: &domain::incident::Page| {
        events.iter().any(|event| matches!(event, Event::PageEnded { page: over, .. } if *over == page.id))
    };
    let mut besides: Vec<PersonId> = Vec::new();
    for page in incident.open_pages().filter(|page| !over(page)) {
        if !besides.contains(&page.person) && !called.contains(&page.person) {
            besides.push(page.person.clone());
        }
    }
    let mut said: Vec<PersonId> = Vec::new();
    for event in events {
        match event {
            Event::PageEnded { page, end } if schedule.is_some() => {
                let Some(page) = incident.page(*page).filter(|page| !said.contains(&page.person)) else { continue };
                said.push(page.person.clone());
                let to = match end {
                    PageEnd::HandedOver { to } => vec![to.clone()],
                    _ => called.clone(),
                };
                let moved = Moved::OnCall(schedule.cloned().unwrap_or_default());
                let besides = besides.iter().filter(|who| !to.contains(who)).cloned().collect();
                why.push(TouchedWhy::PageMoves { person: page.person.clone(), why: moved, to, besides });
            }
            Event::PersonChanged { person, why: changed, .. } => {
                let to = match changed {
                    PersonWhy::Removed => called.iter().filter(|who| *who != person).cloned().collect(),
                    PersonWhy::Renamed { to } => vec![to.clone()],
                    PersonWhy::Account | PersonWhy::Ways => vec![person.clone()],
                };
                let moved = Moved::Person(changed.clone());
                why.push(TouchedWhy::PageMoves { person: person.clone(), why: moved, to, besides: besides.clone() });
            }
            Event::AckExpired { holder: Some(holder), removed: true, .. } => {
                why.push(TouchedWhy::HolderGone { holder: holder.name.clone(), to: called.clone() });
            }
            Event::AckQuestioned { holder: Some(holder), .. } => {
                why.push(TouchedWhy::HolderAsked { holder: holder.name.clone() });
            }
            _ => {}
        }
    }
    why
}
