//! Purpose: what people read of silences: where everybody reads it, and what its owner is asked.

use domain::effect::Whom;
use domain::silence::{Silence, SilenceEvent};
use engine::Receipt;

use super::on_call::body;
use super::{Attempt, Step, fault};
use crate::render;

impl Attempt<'_> {
    /// An event of a silence, said in the incidents channel or to its owner.
    pub(super) async fn silence_said(&self, number: u32, seq: u32, to: &Whom) -> Step<Receipt> {
        let history = self.history::<SilenceEvent>()?;
        let event = history.iter().find(|entry| entry.seq == seq).map(|entry| &entry.event);
        let event = event.ok_or_else(|| fault("nothing is known that it says"))?;
        let own = Silence::replay(number, &history).ok_or_else(|| fault("the silence does not exist"))?;
        let lang = match to {
            Whom::Person(person) => self.language_of(person),
            Whom::Account(_) | Whom::Channel => self.cx.setup().language,
        };
        let text = words::silence_said(&own, event, lang);
        let asks = matches!(event, SilenceEvent::Asked { .. });
        let components = asks.then(|| render::silence_question(number, lang));
        let object = match to {
            Whom::Channel => self.create_message(self.incidents_channel()?, body(&text, components, true)).await?,
            Whom::Person(person) => self.to_person(self.account_of(person).await?, &text, components, false).await?,
            Whom::Account(user) => self.to_person(Some(*user), &text, components, false).await?,
        };
        Ok(Receipt { message: Some(object), ..Receipt::default() })
    }
}
