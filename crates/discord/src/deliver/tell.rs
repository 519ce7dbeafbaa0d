//! Purpose: what is said to people of a subject that is no incident: who they are, in which language, and where they read it.

use std::sync::Arc;

use domain::effect::Whom;
use domain::incident::EventAt;
use domain::setup::Language;
use domain::{ChatUserId, PersonId};
use engine::{ObjectRef, Receipt};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Attempt, Step, dropped, fault, message, takes_no_direct};
use crate::directory::Directory;

impl Attempt<'_> {
    /// A direct message; in the incidents channel, where the person is mentioned, when they take none or are not known.
    pub(crate) async fn to_person(
        &self,
        user: Option<ChatUserId>,
        text: &str,
        components: Option<Value>,
        quiet: bool,
    ) -> Step<ObjectRef> {
        if let Some(user) = user {
            let sent = match self.direct_channel(user).await {
                Ok(channel) => {
                    let body = self.with_nonce(body(text, components.clone(), quiet));
                    self.try_create(channel, body, Vec::new()).await
                }
                Err(failure) => Err(message::NotCreated::Failed(failure)),
            };
            match sent {
                Ok(object) => return Ok(object),
                Err(message::NotCreated::Ended(outcome)) => return Err(outcome),
                Err(message::NotCreated::Failed(failure)) if takes_no_direct(&failure) => {}
                Err(message::NotCreated::Failed(failure)) => return Err(self.outcome(&failure)),
            }
        }
        let mut open =
            body(&user.map_or_else(|| text.to_owned(), |user| format!("<@{user}> {text}")), components, quiet);
        if let Some(user) = user {
            open["allowed_mentions"]["users"] = json!([user.to_string()]);
        }
        self.create_message(self.incidents_channel()?, open).await
    }

    /// Whoever has an action item reads that it is theirs, or due. It wakes nobody.
    pub(super) async fn item_told(&self, number: u32, to: &Whom, given_by: Option<&str>) -> Step<Receipt> {
        let incident = self.incident()?;
        let item = incident.postmortem.action_items.iter().find(|item| item.number == number);
        let item = item.filter(|item| item.done.is_none());
        let item = item.ok_or_else(|| dropped("the action item is done, or none any more"))?;
        let (user, person) = match to {
            Whom::Person(person) => (self.account_of(person).await?, Some(person)),
            Whom::Account(user) => (Some(*user), None),
            Whom::Channel => return Err(fault("nobody is told of it so")),
        };
        let lang = person.map_or(self.cx.setup().language, |person| self.language_of(person));
        let today = self.cx.now.to_zoned(self.cx.setup().zone_of(person).clone()).date();
        let text = words::action_item_told(incident, item, given_by, today, lang);
        let object = self.to_person(user, &text, None, true).await?;
        Ok(Receipt { message: Some(object), ..Receipt::default() })
    }

    /// Everything that happened to the subject, as its own events.
    pub(crate) fn history<E: DeserializeOwned>(&self) -> Step<Vec<EventAt<E>>> {
        let events = self.job.history.iter().map(|entry| {
            let event = serde_json::from_value(entry.event.clone())?;
            Ok(EventAt { seq: entry.seq, at: entry.at, event })
        });
        events.collect::<Result<_, serde_json::Error>>().map_err(|error| fault(&format!("it cannot be read: {error}")))
    }

    /// The account of a person; none when they are no member.
    pub(crate) async fn account_of(&self, person: &PersonId) -> Step<Option<ChatUserId>> {
        Ok(self.own.account(person).await?.ok())
    }

    /// How people are called, with whoever was looked for meanwhile.
    pub(crate) fn names(&self) -> Arc<Directory> {
        self.own.directory.get()
    }

    /// What one person reads is in their language.
    pub(crate) fn language_of(&self, person: &PersonId) -> Language {
        let setup = self.cx.setup();
        setup.people.get(person).and_then(|person| person.language).unwrap_or(setup.language)
    }
}

/// A message that mentions nobody; a quiet one makes no sound.
pub(crate) fn body(text: &str, components: Option<Value>, quiet: bool) -> Value {
    let mut body = json!({
        "content": words::cut(text, crate::render::limits::CONTENT),
        "allowed_mentions": { "parse": [] },
    });
    if let Some(components) = components {
        body["components"] = components;
    }
    if quiet {
        body["flags"] = json!(crate::render::limits::SUPPRESS_NOTIFICATIONS);
    }
    body
}
