//! Purpose: what decisions look at besides the incident: the configuration, and what people changed at run time. It alone
//! answers who is on call, whom targets mean, who may be called and on which ways.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::escalation::{EscalationPlan, LeftOut, Position, Reach, StepPeople};
use crate::oncall::{OnCall, next_handoff};
use crate::setup::{ContactRule, PageTarget, Setup};
use crate::silence::Silences;
use crate::{ChatUserId, Drill, Incident, PageVia, PersonId, Timestamp};

pub use crate::oncall::Overrides;

/// The configuration and what people changed at run time, at one moment. Cheap to clone: whoever decides or renders keeps the
/// one it began with.
#[derive(Clone, Debug)]
pub struct World {
    setup: Arc<Setup>,
    overrides: Arc<Overrides>,
    silences: Arc<Silences>,
    accounts: Arc<BTreeMap<PersonId, ChatUserId>>,
    renamed: Arc<BTreeMap<PersonId, PersonId>>,
}

impl World {
    /// A configuration in which nobody has changed anything.
    pub fn new(setup: impl Into<Arc<Setup>>) -> Self {
        Self {
            setup: setup.into(),
            overrides: Arc::default(),
            silences: Arc::default(),
            accounts: Arc::default(),
            renamed: Arc::default(),
        }
    }

    /// The same with another configuration: what people changed stays.
    #[must_use]
    pub fn with_setup(&self, setup: impl Into<Arc<Setup>>) -> Self {
        Self { setup: setup.into(), ..self.clone() }
    }

    /// The same with other overrides.
    #[must_use]
    pub fn with_overrides(&self, overrides: impl Into<Arc<Overrides>>) -> Self {
        Self { overrides: overrides.into(), ..self.clone() }
    }

    /// The same with other silences.
    #[must_use]
    pub fn with_silences(&self, silences: impl Into<Arc<Silences>>) -> Self {
        Self { silences: silences.into(), ..self.clone() }
    }

    /// The same with other accounts.
    #[must_use]
    pub fn with_accounts(&self, accounts: impl Into<Arc<BTreeMap<PersonId, ChatUserId>>>) -> Self {
        Self { accounts: accounts.into(), ..self.clone() }
    }

    /// The same with other names that accounts had before.
    #[must_use]
    pub fn with_renamed(&self, renamed: impl Into<Arc<BTreeMap<PersonId, PersonId>>>) -> Self {
        Self { renamed: renamed.into(), ..self.clone() }
    }

    /// How the configuration calls somebody now whom it called so before.
    pub fn called_now<'a>(&'a self, person: &'a PersonId) -> &'a PersonId {
        let known = self.setup.people.contains_key(person);
        self.renamed.get(person).filter(|_| !known).unwrap_or(person)
    }

    /// Names that accounts had in the configuration before.
    pub fn renamed(&self) -> &BTreeMap<PersonId, PersonId> {
        &self.renamed
    }

    /// Which account a person is in Discord, as far as that is known.
    pub fn account(&self, person: &PersonId) -> Option<ChatUserId> {
        self.accounts.get(person).copied()
    }

    /// Which person of the configuration an account is, as far as that is known.
    pub fn person_of(&self, account: ChatUserId) -> Option<&PersonId> {
        self.accounts.iter().find(|(_, user)| **user == account).map(|(person, _)| person)
    }

    /// Accounts of people.
    pub fn accounts(&self) -> &BTreeMap<PersonId, ChatUserId> {
        &self.accounts
    }

    /// The same configuration, with what people changed in another one.
    #[must_use]
    pub fn with_changes_of(&self, other: &Self) -> Self {
        Self { setup: Arc::clone(&self.setup), ..other.clone() }
    }

    /// Whether people changed the same in both: one was made of the other without a change.
    pub fn same_changes(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.overrides, &other.overrides)
            && Arc::ptr_eq(&self.silences, &other.silences)
            && Arc::ptr_eq(&self.accounts, &other.accounts)
            && Arc::ptr_eq(&self.renamed, &other.renamed)
    }

    /// What people silenced.
    pub const fn silences(&self) -> &Arc<Silences> {
        &self.silences
    }

    /// What people changed about who is on call.
    pub fn overrides(&self) -> &Arc<Overrides> {
        &self.overrides
    }

    /// The configuration.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// The configuration, for whoever keeps it.
    pub fn shared_setup(&self) -> Arc<Setup> {
        Arc::clone(&self.setup)
    }

    /// Who is on call on a schedule at an instant, until when, and who follows. Nobody is on call on a schedule that is not
    /// configured.
    pub fn on_call(&self, schedule: &str, at: Timestamp) -> OnCall {
        let Some(schedule) = self.setup.schedules.get(schedule) else { return OnCall::Gap };
        self.overrides.on_call(&self.setup, schedule, at)
    }

    /// The next handoff of a schedule's rotation, whoever is on call in another's place.
    pub fn next_handoff(&self, schedule: &str, at: Timestamp) -> Option<Timestamp> {
        let shift = self.overrides.said.get(schedule).and_then(|said| said.shift.as_ref());
        next_handoff(self.setup.schedules.get(schedule)?, shift, at)
    }

    /// Whom targets mean at an instant.
    pub fn people_of(&self, targets: &[PageTarget], at: Timestamp) -> StepPeople {
        let mut step = StepPeople::default();
        for target in targets {
            let person = match target {
                PageTarget::Person(person) => Some(person.clone()),
                PageTarget::OnCall(name) => match self.on_call(name, at) {
                    OnCall::Person { person, .. } => Some(person),
                    OnCall::Gap => {
                        step.gaps.push(name.clone());
                        None
                    }
                },
            };
            if let Some(person) = person
                && !step.people.contains(&person)
            {
                step.people.push(person);
            }
        }
        step
    }

    /// The schedule by which targets mean a person; none when they name them.
    pub(crate) fn schedule_of(&self, targets: &[PageTarget], person: &PersonId, at: Timestamp) -> Option<String> {
        if targets.contains(&PageTarget::Person(person.clone())) {
            return None;
        }
        targets.iter().find_map(|target| match target {
            PageTarget::OnCall(name) => match self.on_call(name, at) {
                OnCall::Person { person: on_call, .. } if on_call == *person => Some(name.clone()),
                OnCall::Person { .. } | OnCall::Gap => None,
            },
            PageTarget::Person(_) => None,
        })
    }

    /// Whom a step of a plan means now. What it names and the configuration no longer knows is replaced by the same step of the
    /// policy the service has now; if there is none, it means nobody.
    pub fn targets_of(&self, plan: &EscalationPlan, step: usize, service: Option<&str>) -> Vec<PageTarget> {
        let frozen = plan.steps.get(step).map(|step| step.targets.as_slice()).unwrap_or_default();
        let instead = || {
            let step = self.setup.escalation_for(service).and_then(|policy| policy.steps.get(step));
            step.map(|step| step.targets.as_slice()).unwrap_or_default().iter().filter(|target| self.knows(target))
        };
        let mut targets: Vec<PageTarget> = Vec::new();
        for target in frozen {
            let found: Vec<&PageTarget> = if self.knows(target) { vec![target] } else { instead().collect() };
            for target in found {
                if !targets.contains(target) {
                    targets.push(target.clone());
                }
            }
        }
        targets
    }

    /// Who is called once more when a plan is at its end: whom its end names, else everybody whom its steps name. Where that is nobody
    /// (all of them left, or cannot), the policy of `[routing]` is asked: the end of a policy is no place to be forgotten in.
    pub(crate) fn people_at_end(
        &self,
        plan: &EscalationPlan,
        service: Option<&str>,
        left_out: LeftOut<'_>,
        at: Timestamp,
    ) -> Vec<(PersonId, Option<String>)> {
        if !plan.end_calls() {
            return Vec::new();
        }
        let known = |targets: &[PageTarget]| -> Vec<PageTarget> {
            targets.iter().filter(|target| self.knows(target)).cloned().collect()
        };
        let own = || plan.end_page.as_deref().map(known).unwrap_or_default();
        let steps = || (0..plan.steps.len()).flat_map(|step| self.targets_of(plan, step, service)).collect();
        let fallback = || {
            let policy = self.setup.routing.escalation.as_ref().and_then(|name| self.setup.escalations.get(name));
            let targets = policy.map(|policy| policy.steps.iter().flat_map(|step| step.targets.clone()));
            targets.map(|targets| known(&targets.collect::<Vec<_>>())).unwrap_or_default()
        };
        let ways: [&dyn Fn() -> Vec<PageTarget>; 3] = [&own, &steps, &fallback];
        for targets in ways.iter().map(|targets| targets()) {
            let mut people = self.people_of(&targets, at).people;
            people.retain(|person| !left_out.unwilling.contains(person) && self.may_be_called(person, left_out.drill));
            if !people.is_empty() {
                let by = |person: PersonId| {
                    let schedule = self.schedule_of(&targets, &person, at);
                    (person, schedule)
                };
                return people.into_iter().map(by).collect();
            }
        }
        Vec::new()
    }

    /// Whether the configuration knows a target.
    fn knows(&self, target: &PageTarget) -> bool {
        match target {
            PageTarget::Person(person) => self.setup.people.contains_key(person),
            PageTarget::OnCall(schedule) => self.setup.schedules.contains_key(schedule),
        }
    }

    /// The first step at or after `position` that reaches somebody, with the gaps met on the way there. A gap never swallows a
    /// page: the next step is taken at once and the gap is told.
    pub fn step_from(
        &self,
        plan: &EscalationPlan,
        service: Option<&str>,
        position: Position,
        left_out: LeftOut<'_>,
        at: Timestamp,
    ) -> Reach {
        let mut gaps = Vec::new();
        let mut next = Some(position);
        while let Some(position) = next {
            let Some(step) = plan.steps.get(position.step) else { break };
            let mut found = self.people_of(&self.targets_of(plan, position.step, service), at);
            found
                .people
                .retain(|person| !left_out.unwilling.contains(person) && self.may_be_called(person, left_out.drill));
            for gap in found.gaps {
                if !gaps.contains(&gap) {
                    gaps.push(gap);
                }
            }
            if !found.people.is_empty() {
                return Reach::Step { position, people: found.people, wait: step.wait(), gaps };
            }
            next = plan.after(position);
        }
        Reach::End { gaps }
    }

    /// Whom the policy of an incident would page after the step it stands at, for texts like "next Rina in 4 minutes". Who said that
    /// they cannot take it is not among them; nobody is when its end comes next.
    pub fn next_people(&self, incident: &Incident, at: Timestamp) -> Vec<PersonId> {
        let next = || {
            let (run, plan) = (incident.escalation.as_ref()?, incident.plan_in_use(&self.setup)?);
            let unwilling = crate::incident::unwilling(incident);
            let left_out = LeftOut { unwilling: &unwilling, drill: incident.drill.as_ref() };
            match self.step_from(&plan, incident.service.as_deref(), plan.after(run.position)?, left_out, at) {
                Reach::Step { people, .. } => Some(people),
                Reach::End { .. } => None,
            }
        };
        next().unwrap_or_default()
    }

    /// Whether a person may be called at all: in a drill only who takes part.
    pub fn may_be_called(&self, person: &PersonId, drill: Option<&Drill>) -> bool {
        drill.is_none_or(|drill| drill.participants.contains(person))
    }

    /// The ways on which a page to this person goes out as soon as it is decided.
    pub fn ways_at_once(&self, person: &PersonId) -> Vec<PageVia> {
        let rules = self.contacts(person);
        if rules.is_empty() {
            return vec![PageVia::Room, PageVia::Direct];
        }
        rules.iter().filter(|rule| rule.after.is_zero()).map(|rule| rule.via).collect()
    }

    /// The ways that follow as long as nobody answers, each with its delay in milliseconds.
    pub fn ways_later(&self, person: &PersonId) -> Vec<(PageVia, u64)> {
        let later = self.contacts(person).iter().filter(|rule| !rule.after.is_zero());
        later.map(|rule| (rule.via, u64::try_from(rule.after.as_millis()).unwrap_or(u64::MAX))).collect()
    }

    fn contacts(&self, person: &PersonId) -> &[ContactRule] {
        self.setup.people.get(person).map(|known| known.contacts.as_slice()).unwrap_or_default()
    }
}
