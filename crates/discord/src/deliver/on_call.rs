//! Purpose: what people read of who is on call, by direct message or in a channel of choice, and the role that follows it.

use std::sync::Arc;

use domain::effect::Whom;
use domain::incident::EventAt;
use domain::oncall::{OnCallEvent, Override, ShiftChange};
use domain::setup::{ChatName, Language, Schedule};
use domain::{ChatChannelId, ChatUserId, PersonId, Subject, Thing};
use engine::{ObjectRef, Receipt};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{ASK_AGAIN, Attempt, MISSING_WAIT, Step, code, dropped, fault, message, not_there};
use crate::custom_id::CustomId;
use crate::directory::Directory;
use crate::people::Asked;
use crate::render;
use crate::rest::{Failure, Route, UserId};

/// Discord's codes for "no such role" and "no such member".
const UNKNOWN_ROLE: u64 = 10_011;
const UNKNOWN_MEMBER: u64 = 10_007;
/// A button that stands out, and one that does not. Source: Discord docs, "Button Styles".
const SUCCESS: u8 = 3;
const SECONDARY: u8 = 2;

impl Attempt<'_> {
    /// An event of an override or of a schedule, said to somebody.
    pub(super) async fn said(&self, subject: &Subject, seq: u32, to: &Whom) -> Step<Receipt> {
        if let Subject::Silence(number) = subject {
            return self.silence_said(*number, seq, to).await;
        }
        let history = self.history::<OnCallEvent>()?;
        let entry = history.iter().find(|entry| entry.seq == seq);
        let entry = entry.ok_or_else(|| fault("nothing is known that it says"))?;
        let event = &entry.event;
        let object = match (subject, to) {
            (Subject::Handoff(schedule), Whom::Person(person)) => {
                for change in event.shift_changes() {
                    for one in change.before.iter().chain(&change.after) {
                        // Only for their names: who cannot be asked for now is written as in the file.
                        let _ = self.account_of(one).await;
                    }
                }
                let (user, lang) = (self.account_of(person).await?, self.language_of(person));
                // A shift that begins now wakes; turns of the next weeks can wait for the morning.
                let mut changes = event.shift_changes().iter();
                // The timeline keeps whole milliseconds.
                let began = |change: &ShiftChange| change.from.as_millisecond() <= entry.at.as_millisecond();
                let now = changes.any(|change| change.after.as_ref() == Some(person) && began(change));
                let text = words::shift_changes_said(schedule, event, person, &*self.names(), lang);
                self.to_person(user, &text, None, !now).await?
            }
            (Subject::Handoff(schedule), _) => {
                let channel = self.announced_in(schedule)?;
                if let OnCallEvent::HandedOver { to: Some(person), .. } = event {
                    self.account_of(person).await?;
                }
                let lang = self.cx.setup().language;
                let text = words::handoff_said(schedule, event, &*self.names(), lang);
                let end =
                    self.end_of(schedule, event).map(|number| render::end_components(&[(number, schedule)], lang));
                self.create_message(channel, body(&text, end, true)).await?
            }
            (Subject::Override(number), Whom::Person(person)) => {
                let own = as_of(*number, &history)?;
                let (user, lang) = (self.account_of(person).await?, self.language_of(person));
                let text = words::override_said(&own, event, Some(person), &*self.names(), lang);
                self.to_person(user, &text, None, false).await?
            }
            (Subject::Override(number), Whom::Account(user)) => {
                let own = as_of(*number, &history)?;
                let text = words::override_said(&own, event, None, &*self.names(), self.cx.setup().language);
                self.to_person(Some(*user), &text, None, false).await?
            }
            (_, _) => {
                return Err(fault("nobody is told of it so"));
            }
        };
        Ok(Receipt { message: Some(object), ..Receipt::default() })
    }

    /// The question whether somebody takes over, as it stands now.
    pub(super) async fn question(&self, subject: &Subject, person: &PersonId) -> Step<Receipt> {
        let Subject::Override(number) = subject else { return Err(fault("it asks nothing")) };
        let own = as_of(*number, &self.history()?)?;
        let (user, lang) = (self.account_of(person).await?, self.language_of(person));
        let (text, labels) = words::on_call_question(&own, &*self.names(), lang);
        let components = match (&labels, own.question) {
            (Some((yes, no)), Some(asked)) => {
                let button = |label: &str, style: u8, open: bool| json!({ "type": 2, "style": style, "label": label, "custom_id": CustomId::Asked { asked, open }.to_string() });
                json!([{ "type": 1, "components": [button(yes, SUCCESS, true), button(no, SECONDARY, false)] }])
            }
            (_, _) => json!([]),
        };
        let object = match self.job.objects.get(&Thing::Card) {
            Some(object) => {
                let edit = json!({ "content": text, "components": components, "allowed_mentions": { "parse": [] } });
                self.edit_if_there(object, edit).await?;
                object.clone()
            }
            None if labels.is_none() && self.job.sent_at.is_none() => {
                return Err(dropped("it was over before it was asked"));
            }
            None => self.to_person(user, &text, Some(components), false).await?,
        };
        Ok(Receipt { objects: vec![(Thing::Card, object)], ..Receipt::default() })
    }

    /// A member has the role of who is on call, or has not, as it is now. Several schedules may name one role: whoever is on call on
    /// any of them has it (asked for in target/goalert issue 4338).
    ///
    /// A role that the configuration names no longer is taken away all the same, also from somebody whom it does not know any more.
    pub(super) async fn role(&self, subject: &Subject, person: &PersonId, role: Option<&ChatName>) -> Step<Receipt> {
        let gone = || dropped("no role is named for it any more");
        let Subject::Handoff(name) = subject else { return Err(gone()) };
        let setup = self.cx.setup();
        let of_now = || setup.schedules.get(name).and_then(|schedule| schedule.role.as_ref());
        let role = role.or_else(of_now).ok_or_else(gone)?;
        let is_named = setup.schedules.values().any(|schedule| schedule.role.as_ref() == Some(role));
        let missing = "the role of a schedule is not there: create it or correct its name";
        let id = match self.directory.role(role) {
            Some(id) => id,
            None if is_named => return Err(not_there(missing, MISSING_WAIT)),
            None => return Err(gone()),
        };
        let user = if setup.people.contains_key(person) {
            self.account_of(person).await?
        } else {
            self.own.engine.pinned(person).await
        };
        let user = user.ok_or_else(|| dropped("they are not a member of the server"))?;
        let has = |schedule: &Schedule| {
            schedule.role.as_ref() == Some(role)
                && self.cx.world.on_call(&schedule.name, self.cx.now).person() == Some(person)
        };
        let (guild, user) = (self.guild()?, UserId(user.0));
        let route = if setup.schedules.values().any(has) {
            Route::add_member_role(guild, user, id.0)
        } else {
            Route::remove_member_role(guild, user, id.0)
        };
        match self.send_empty(&route).await {
            Ok(_) => Ok(Receipt::default()),
            Err(failure) if matches!(failure.code(), Some(UNKNOWN_ROLE | UNKNOWN_MEMBER)) => {
                Err(dropped(&format!("the role or the member is gone: {failure}")))
            }
            Err(failure) => Err(self.outcome(&failure)),
        }
    }

    /// A direct message; in the incidents channel, where the person is mentioned, when they take none or are not known.
    pub(super) async fn to_person(
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
                Err(message::NotCreated::Failed(failure)) if takes_none(&failure) => {}
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

    /// The override that an announcement tells of, while it holds.
    fn end_of(&self, schedule: &str, event: &OnCallEvent) -> Option<u32> {
        let OnCallEvent::HandedOver { to: Some(person), instead_of: Some(_), .. } = event else { return None };
        let overrides = self.cx.world.overrides();
        let own = overrides.holding(self.cx.setup(), schedule, self.cx.now)?;
        (own.person == *person).then_some(own.number)
    }

    fn announced_in(&self, schedule: &str) -> Step<ChatChannelId> {
        let gone = || dropped("it is not announced any more");
        let known = self.cx.setup().schedules.get(schedule).and_then(|schedule| schedule.announce.as_ref());
        let missing = "the channel of a schedule is not there: create it or correct its name";
        self.directory.channel(known.ok_or_else(gone)?).ok_or_else(|| not_there(missing, MISSING_WAIT))
    }

    /// Everything that happened to the subject, as its own events.
    pub(super) fn history<E: DeserializeOwned>(&self) -> Step<Vec<EventAt<E>>> {
        let events = self.job.history.iter().map(|entry| {
            let event = serde_json::from_value(entry.event.clone())?;
            Ok(EventAt { seq: entry.seq, at: entry.at, event })
        });
        events.collect::<Result<_, serde_json::Error>>().map_err(|error| fault(&format!("it cannot be read: {error}")))
    }

    /// The account of a person; none when they are no member. Who is not known yet, as in the first moments, is looked for.
    pub(super) async fn account_of(&self, person: &PersonId) -> Step<Option<ChatUserId>> {
        if let Some(user) = self.directory.user(person) {
            return Ok(Some(user));
        }
        match self.own.engine.account(person).await {
            Asked::Is(user) => Ok(Some(user)),
            Asked::Nobody(_) => Ok(None),
            Asked::NotNow(why) => Err(not_there(&why, ASK_AGAIN)),
        }
    }

    /// How people are called, with whoever was looked for meanwhile.
    fn names(&self) -> Arc<Directory> {
        self.own.directory.get()
    }

    /// What one person reads is in their language.
    pub(super) fn language_of(&self, person: &PersonId) -> Language {
        let setup = self.cx.setup();
        setup.people.get(person).and_then(|person| person.language).unwrap_or(setup.language)
    }
}

/// The override as it is.
fn as_of(number: u32, history: &[EventAt<OnCallEvent>]) -> Step<Override> {
    Override::replay(number, history).ok_or_else(|| fault("the override does not exist"))
}

fn takes_none(failure: &Failure) -> bool {
    matches!(failure.code(), Some(code::CANNOT_SEND_TO_USER | code::NO_MUTUAL_SERVER | code::OPENING_DMS_TOO_FAST))
}

/// A message that mentions nobody; a quiet one makes no sound.
pub(super) fn body(text: &str, components: Option<Value>, quiet: bool) -> Value {
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
