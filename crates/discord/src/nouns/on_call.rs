//! Purpose: who is on call, in Discord: what people read of it by direct message or in a channel of choice, what its buttons do, and the
//! role that follows it.

use domain::effect::Whom;
use domain::incident::EventAt;
use domain::oncall::{OnCallAnswer, OnCallEvent, OnCallRequest, Override, ShiftChange};
use domain::setup::{ChatName, Language, Schedule};
use domain::{ChatChannelId, PersonId, Subject, Thing};
use engine::Receipt;
use serde_json::{Value, json};

use super::NounId;
use crate::actor::Asker;
use crate::answer::Replier;
use crate::custom_id::CustomId;
use crate::data::Data;
use crate::deliver::{Attempt, MISSING_WAIT, Step, body, dropped, fault, not_there};
use crate::render::buttons::{DANGER, SECONDARY, SUCCESS, labelled, rows};
use crate::render::limits;
use crate::rest::{Route, UserId};

/// Discord's codes for "no such role" and "no such member".
const UNKNOWN_ROLE: u64 = 10_011;
const UNKNOWN_MEMBER: u64 = 10_007;

/// The button that ends an override in a `custom_id`: `end-override:3:ask`.
pub(super) fn id(number: u32, sure: bool) -> String {
    format!("end-override:{number}:{}", if sure { "sure" } else { "ask" })
}

/// Reads the same: which, and whether they were asked whether they mean it.
pub(super) fn parse(parts: &[&str]) -> Option<(u32, bool)> {
    match parts {
        ["end-override", number, step @ ("ask" | "sure")] => Some((number.parse().ok()?, *step == "sure")),
        _ => None,
    }
}

/// Ends an override, or asks whether they mean it.
pub(super) async fn press(data: &Data, replier: Replier, asker: &Asker, number: u32, sure: bool) {
    // The question stands on a private answer, which no longer is true.
    let replier = if sure { replier.replacing() } else { replier };
    replier.answer(data.act(asker, OnCallRequest::EndOne { number, sure }.into())).await;
}

/// Buttons below an answer about who is on call.
pub(super) fn components(answer: &OnCallAnswer, lang: Language) -> Option<Value> {
    match answer {
        OnCallAnswer::SureToEnd { number, .. } => Some(sure_to_end(*number, lang)),
        _ => None,
    }
}

/// Under who is on call in another's place: an end for each, by its number and schedule.
pub fn end_components(overrides: &[(u32, &str)], lang: Language) -> Value {
    let several = overrides.len() > 1;
    let buttons = overrides.iter().take(limits::BUTTONS_IN_ROW).map(|(number, schedule)| {
        let label = words::end_override(several.then_some(*schedule), lang);
        labelled(&label, SECONDARY, &CustomId::Noun(NounId::EndOverride { number: *number, sure: false }))
    });
    rows(buttons.collect())
}

/// Under the question whether they mean it.
fn sure_to_end(number: u32, lang: Language) -> Value {
    let label = words::end_override_now(lang);
    rows(vec![labelled(&label, DANGER, &CustomId::Noun(NounId::EndOverride { number, sure: true }))])
}

impl Attempt<'_> {
    /// An event of an override or of a schedule, said to somebody.
    pub(super) async fn on_call_said(&self, subject: &Subject, seq: u32, to: &Whom) -> Step<Receipt> {
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
                let end = self.end_of(schedule, event).map(|number| end_components(&[(number, schedule)], lang));
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
    pub(super) async fn on_call_question(&self, number: u32, person: &PersonId) -> Step<Receipt> {
        let own = as_of(number, &self.history()?)?;
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
    pub(super) async fn on_call_role(&self, name: &str, person: &PersonId, role: Option<&ChatName>) -> Step<Receipt> {
        let gone = || dropped("no role is named for it any more");
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
}

/// The override as it is.
fn as_of(number: u32, history: &[EventAt<OnCallEvent>]) -> Step<Override> {
    Override::replay(number, history).ok_or_else(|| fault("the override does not exist"))
}
