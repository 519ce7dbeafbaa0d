//! Purpose: silences in Discord: what their buttons and their form do, what stands below what people read of them, and where that is said.

use domain::effect::Whom;
use domain::setup::Language;
use domain::silence::{Choice, EXTEND_BY, Silence, SilenceAnswer, SilenceEvent, SilenceRequest, TEXT_LIMIT};
use domain::typed_time::End;
use domain::{Access, IncidentId, Refusal};
use engine::nouns::SilenceAsk;
use engine::{ActError, IncidentRef, Receipt, Request};
use serde_json::Value;
use words::SilenceText;

use super::{NounForm, NounId};
use crate::actor::Asker;
use crate::answer::Replier;
use crate::components::Fields;
use crate::custom_id::{CustomId, Form};
use crate::data::Data;
use crate::deliver::{Attempt, Step, body, fault};
use crate::render::buttons::{PRIMARY, SECONDARY, labelled, rows};
use crate::render::field;
use crate::render::forms::{Input, modal};

/// What it takes to change one.
pub(super) const NEEDS: Access = Access::Responder;

/// What a button of a silence does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SilenceAct {
    /// Yes, until then.
    Confirm(Choice),
    /// Change what is proposed: a form.
    Change,
    /// No.
    Cancel,
    /// It ends later: the answer to the question whether it ends.
    Extend,
    /// It ends later.
    Longer,
    /// It ends when it ends.
    LetEnd,
    /// It ends now.
    End,
}

/// Acts and their names in an id.
pub const ACTS: [(SilenceAct, &str); 10] = [
    (SilenceAct::Confirm(Choice::AsProposed), "yes"),
    (SilenceAct::Confirm(Choice::HalfHour), "30m"),
    (SilenceAct::Confirm(Choice::TwoHours), "2h"),
    (SilenceAct::Confirm(Choice::Morning), "morning"),
    (SilenceAct::Change, "change"),
    (SilenceAct::Cancel, "cancel"),
    (SilenceAct::Extend, "extend"),
    (SilenceAct::Longer, "longer"),
    (SilenceAct::LetEnd, "let"),
    (SilenceAct::End, "end"),
];

/// The button of a silence in a `custom_id`: `sil:3:30m`.
pub(super) fn id(number: u32, act: SilenceAct) -> String {
    let name = ACTS.iter().find(|(known, _)| *known == act).map_or("let", |(_, name)| name);
    format!("sil:{number}:{name}")
}

/// Reads the same.
pub(super) fn parse(parts: &[&str]) -> Option<(u32, SilenceAct)> {
    let ["sil", number, act] = parts else { return None };
    let act = ACTS.iter().find(|(_, known)| known == act).map(|(act, _)| *act)?;
    Some((number.parse().ok()?, act))
}

/// Does what a button asks for.
pub(super) async fn press(data: &Data, replier: Replier, asker: &Asker, number: u32, act: SilenceAct) {
    let request = match act {
        SilenceAct::Confirm(choice) => SilenceRequest::Confirm { number, choice },
        SilenceAct::Cancel => SilenceRequest::Cancel { number },
        SilenceAct::End => SilenceRequest::End { number },
        SilenceAct::LetEnd => SilenceRequest::LetEnd { number },
        SilenceAct::Extend => SilenceRequest::ExtendAsked { number },
        SilenceAct::Longer => {
            let lasts = Some(format!("{}h", EXTEND_BY.as_hours()));
            SilenceRequest::Extend { number, end: End { until: None, lasts } }
        }
        SilenceAct::Change => return change(data, replier, asker, number).await,
    };
    // What is answered is not asked any more. Only where the question stands for others to read it does it stay.
    let replier = match act {
        SilenceAct::Extend | SilenceAct::LetEnd if asker.guild.is_some() => replier,
        SilenceAct::Extend | SilenceAct::LetEnd => replier.replacing_when_done(),
        SilenceAct::Confirm(_) | SilenceAct::Cancel | SilenceAct::End | SilenceAct::Longer | SilenceAct::Change => {
            replier.replacing()
        }
    };
    replier.answer(data.act(asker, request.into())).await;
}

/// The button on the card of an incident: what fires of it is silenced.
pub(crate) async fn press_on_incident(data: &Data, replier: Replier, asker: &Asker, incident: IncidentId) {
    let ask = SilenceAsk::Incident(IncidentRef::Number(incident));
    replier.answer(data.act(asker, ask.into())).await;
}

/// A form must be the first response; it is shown to whoever may send it.
async fn change(data: &Data, replier: Replier, asker: &Asker, number: u32) {
    match data.in_time(asker, opened(data, asker, number)).await {
        Ok(form) => replier.form(&form).await,
        Err(error) => replier.replacing().answer(std::future::ready(Err(error))).await,
    }
}

/// The form that changes what is proposed, for whoever proposed it.
pub(super) async fn opened(data: &Data, asker: &Asker, number: u32) -> Result<Value, ActError> {
    let by = data.actor(asker).await?;
    data.engine.reader(&by).has(NEEDS)?;
    let own = data.engine.world().silences().get(number).cloned();
    let own = own.filter(|own| own.by.user == asker.user).ok_or(ActError::Refused(Refusal::StaleButton))?;
    Ok(form(&own, &until_as_typed(&own, data, asker), data.language(asker)))
}

/// Its fields, in their order, with what they are called.
pub(super) fn form_fields(lang: Language) -> Vec<(&'static str, String)> {
    [
        (field::MATCHERS, SilenceText::FormMatchers),
        (field::UNTIL, SilenceText::FormUntil),
        (field::REASON, SilenceText::FormReason),
    ]
    .map(|(name, label)| (name, words::silence_text(label, lang)))
    .to_vec()
}

/// The end it has, as people type it; two hours while none was chosen.
fn until_as_typed(own: &Silence, data: &Data, asker: &Asker) -> String {
    let zone = data.zone(asker);
    let typed = |until: domain::Timestamp| until.to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string();
    own.terms.until.map_or_else(|| "2h".to_owned(), typed)
}

/// Does what the form says.
pub(super) fn submitted(fields: &Fields, number: u32) -> Request {
    let request = SilenceRequest::Change {
        number,
        matchers: fields.text(field::MATCHERS),
        end: fields.text(field::UNTIL),
        reason: fields.text(field::REASON),
    };
    request.into()
}

/// Buttons below an answer about silences.
pub(super) fn components(answer: &SilenceAnswer, lang: Language) -> Value {
    match answer {
        SilenceAnswer::Proposed { number, until: Some(_), .. } => buttons(
            *number,
            &[
                (SilenceText::Silence, SilenceAct::Confirm(Choice::AsProposed)),
                (SilenceText::Change, SilenceAct::Change),
                (SilenceText::Cancel, SilenceAct::Cancel),
            ],
            lang,
        ),
        SilenceAnswer::Proposed { number, until: None, .. } => buttons(
            *number,
            &[
                (SilenceText::HalfHour, SilenceAct::Confirm(Choice::HalfHour)),
                (SilenceText::TwoHours, SilenceAct::Confirm(Choice::TwoHours)),
                (SilenceText::Morning, SilenceAct::Confirm(Choice::Morning)),
                (SilenceText::Change, SilenceAct::Change),
                (SilenceText::Cancel, SilenceAct::Cancel),
            ],
            lang,
        ),
        SilenceAnswer::Began { number, .. } => buttons(*number, &[(SilenceText::End, SilenceAct::End)], lang),
        SilenceAnswer::Holds { number, .. } => {
            buttons(*number, &[(SilenceText::Extend, SilenceAct::Longer), (SilenceText::End, SilenceAct::End)], lang)
        }
        SilenceAnswer::Extended { .. }
        | SilenceAnswer::Shortened { .. }
        | SilenceAnswer::Ended { .. }
        | SilenceAnswer::LetEnd { .. }
        | SilenceAnswer::Cancelled
        | SilenceAnswer::Nothing
        | SilenceAnswer::NotPossible(_) => rows(Vec::new()),
    }
}

/// Buttons below the question whether it ends.
fn question(number: u32, lang: Language) -> Value {
    buttons(number, &[(SilenceText::Extend, SilenceAct::Extend), (SilenceText::LetEnd, SilenceAct::LetEnd)], lang)
}

fn buttons(number: u32, all: &[(SilenceText, SilenceAct)], lang: Language) -> Value {
    let button = |(text, act): &(SilenceText, SilenceAct)| {
        let style = match act {
            SilenceAct::Confirm(Choice::AsProposed) | SilenceAct::Extend | SilenceAct::Longer => PRIMARY,
            SilenceAct::Confirm(_) | SilenceAct::Change | SilenceAct::Cancel | SilenceAct::LetEnd | SilenceAct::End => {
                SECONDARY
            }
        };
        labelled(&words::silence_text(*text, lang), style, &CustomId::Noun(NounId::Silence { number, act: *act }))
    };
    rows(all.iter().map(button).collect())
}

/// The form that changes what is proposed: the `data` of a modal response. `until` is the end it has, as people type it.
fn form(own: &Silence, until: &str, lang: Language) -> Value {
    let label = |text| words::silence_text(text, lang);
    modal(
        &label(SilenceText::FormTitle),
        Form::Noun(NounForm::Silence(own.number)),
        vec![
            Input::long(field::MATCHERS, &label(SilenceText::FormMatchers), TEXT_LIMIT)
                .lines(Some(&own.terms.matchers.join("\n"))),
            Input::short(field::UNTIL, &label(SilenceText::FormUntil), 50)
                .value(Some(until))
                .placeholder(&label(SilenceText::FormUntilHint)),
            Input::long(field::REASON, &label(SilenceText::FormReason), TEXT_LIMIT).lines(Some(&own.terms.reason)),
        ],
    )
}

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
        let components = asks.then(|| question(number, lang));
        // That one is over is read, and wakes nobody: whatever still fires rings whoever it must.
        let quiet = matches!(event, SilenceEvent::Over { .. });
        let object = match to {
            Whom::Channel => self.create_message(self.incidents_channel()?, body(&text, components, true)).await?,
            Whom::Person(person) => self.to_person(self.account_of(person).await?, &text, components, quiet).await?,
            Whom::Account(user) => self.to_person(Some(*user), &text, components, quiet).await?,
        };
        Ok(Receipt { message: Some(object), ..Receipt::default() })
    }
}
