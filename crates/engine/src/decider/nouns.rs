//! Purpose: the nouns beside incidents and storms, in one table: what people ask of each and what they hear, when each is looked at,
//! what its timer does, what the clock, a person who left and a start mean to it. A new noun gets its line in each of these, and
//! nothing else of the engine knows it but its own file beneath this one.

mod on_call;
mod silences;

use std::sync::Arc;

use domain::oncall::{OnCallAnswer, OnCallRequest};
use domain::silence::{SilenceAnswer, SilenceEvent, SilenceRequest};
use domain::{Access, Actor, ChatUserId, PersonId, Setup, Subject, World};
use tracing::warn;

use super::Decider;
use crate::action::{ActError, Action, ActionOutcome, Request};
use crate::handle::{Engine, Shared};
use crate::work::Work;

pub use on_call::Mention;
pub use silences::{SilenceAsk, SilenceView};

/// What people ask of a noun.
#[derive(Clone, Debug)]
pub enum NounRequest {
    /// Changes who is on call for a time.
    OnCall(OnCallRequest),
    /// Silences alerts for a time, or changes that.
    Silence(SilenceAsk),
}

/// What they hear.
#[derive(Clone, Debug)]
pub enum NounAnswer {
    /// Who is on call was changed, or could not be.
    OnCall(OnCallAnswer),
    /// A silence was proposed, made or changed, or could not be.
    Silence(Box<SilenceAnswer>),
}

impl From<OnCallRequest> for NounRequest {
    fn from(request: OnCallRequest) -> Self {
        Self::OnCall(request)
    }
}

impl From<SilenceAsk> for NounRequest {
    fn from(ask: SilenceAsk) -> Self {
        Self::Silence(ask)
    }
}

impl From<SilenceRequest> for NounRequest {
    fn from(request: SilenceRequest) -> Self {
        Self::Silence(SilenceAsk::Request(request))
    }
}

impl NounRequest {
    /// What a yes or no to a question means, if a noun asked it.
    pub(crate) fn answers(world: &World, asked: u64, yes: bool) -> Option<Self> {
        let number = world.overrides().asked(asked)?.number;
        Some(OnCallRequest::Answer { number, yes }.into())
    }
}

/// The configuration by which each noun was looked at last; none when that has to be done anew.
#[derive(Default)]
pub(crate) struct Kept {
    on_call: Option<Arc<Setup>>,
    silences: Option<Arc<Setup>>,
}

impl Decider {
    /// At the start and with each new configuration.
    pub(super) async fn keep_nouns(&mut self) -> store::Result<()> {
        self.keep_on_call().await?;
        self.keep_silences().await
    }

    /// What people ask.
    pub(crate) async fn noun(
        &self,
        work: &mut Work,
        action: &Action,
        request: &NounRequest,
    ) -> Result<ActionOutcome, ActError> {
        match request {
            NounRequest::OnCall(request) => self.on_call(work, action, request),
            NounRequest::Silence(ask) => self.silence(work, action, ask).await,
        }
    }

    /// The timer of a noun is due.
    pub(super) async fn noun_due(&self, work: &mut Work, subject: &Subject) -> store::Result<()> {
        match subject {
            Subject::Override(number) => self.override_due(work, *number),
            Subject::Handoff(schedule) => self.handoff_due(work, schedule),
            Subject::Silence(number) => self.silence_due(work, *number).await,
            Subject::Incident(_) | Subject::Storm(_) => Ok(()),
        }
    }

    /// Reports were decided.
    pub(super) async fn nouns_after_reports(&self) -> store::Result<()> {
        self.hold_what_is_left().await
    }

    /// The guard looks at what nobody would be responsible for.
    pub(super) async fn guard_nouns(&self) -> store::Result<()> {
        self.guard_silenced().await
    }

    /// The machine's clock was set: ends of overrides and handoffs are times of the day, so their timers are set anew.
    pub(super) fn nouns_follow_clock(&mut self) {
        self.kept.on_call = None;
    }
}

impl Work {
    /// The machine's clock was set: what waits for so long, and not until a time of the day, is moved with it.
    pub(crate) fn nouns_move(&mut self, by_ms: i64) -> store::Result<()> {
        let silences: Vec<u32> = self.world.silences().known().map(|own| own.number).collect();
        for number in silences {
            self.silence_changes(number, vec![SilenceEvent::ClockSet { by_ms }])?;
        }
        Ok(())
    }
}

impl Shared {
    /// At the start: what holds alerts back is known before the first of them is decided. Overrides are read with the schedules.
    pub(crate) async fn stored_nouns(&self) -> store::Result<()> {
        let world = self.world().with_silences(self.stored_silences().await?);
        self.take_changes(&world);
        Ok(())
    }

    /// The newest number of subjects that are numbered without a gap, found by halving.
    pub(crate) async fn newest(&self, subject: fn(u32) -> Subject) -> store::Result<u32> {
        let is_there = async |number| -> store::Result<bool> {
            Ok(!self.store.events::<serde_json::Value>(&subject(number)).await?.is_empty())
        };
        let (mut known, mut unknown) = (0_u32, 1_u32);
        while is_there(unknown).await? {
            (known, unknown) = (unknown, unknown.saturating_mul(2));
        }
        while known + 1 < unknown {
            let middle = known + (unknown - known) / 2;
            if is_there(middle).await? { known = middle } else { unknown = middle }
        }
        Ok(known)
    }
}

impl Engine {
    /// Discord says that this person is no member: whatever they are on call for in another's place ends, and what they silenced. What cannot be written
    /// now is found out again at the next look.
    pub async fn is_gone(&self, person: &PersonId) {
        let world = self.world();
        let on_call = world.overrides().known().any(|own| own.person == *person);
        let silences = world.silences().known().any(|own| own.by.person.as_ref() == Some(person));
        let theirs = [
            on_call.then(|| Request::from(OnCallRequest::Left { person: person.clone() })),
            silences.then(|| Request::from(SilenceRequest::Left { person: person.clone() })),
        ];
        for request in theirs.into_iter().flatten() {
            let by = Actor { user: ChatUserId(0), name: "Siaga".to_owned(), person: None, access: Access::None };
            if let Err(error) = self.act(Action { interaction: None, by, request }).await {
                warn!(person = %person, "The end of what {person} holds was not written: {error}");
            }
        }
    }
}
