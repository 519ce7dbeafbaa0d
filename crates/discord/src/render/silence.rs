//! Purpose: what stands below what people read of silences, and the form in which they change what is proposed.

use domain::setup::Language;
use domain::silence::{Choice, Silence, SilenceAnswer, TEXT_LIMIT};
use serde_json::{Value, json};
use words::SilenceText;

use super::buttons::{PRIMARY, SECONDARY, rows};
use super::forms::{Input, field, modal};
use super::limits;
use crate::custom_id::{CustomId, Form, SilenceAct};

/// Buttons below an answer about silences.
pub fn silence_components(answer: &SilenceAnswer, lang: Language) -> Value {
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
        SilenceAnswer::Extended { .. }
        | SilenceAnswer::Ended { .. }
        | SilenceAnswer::LetEnd { .. }
        | SilenceAnswer::Cancelled
        | SilenceAnswer::Nothing
        | SilenceAnswer::NotPossible(_) => rows(Vec::new()),
    }
}

/// Buttons below the question whether it ends.
pub fn silence_question(number: u32, lang: Language) -> Value {
    buttons(number, &[(SilenceText::Extend, SilenceAct::Extend), (SilenceText::LetEnd, SilenceAct::LetEnd)], lang)
}

fn buttons(number: u32, all: &[(SilenceText, SilenceAct)], lang: Language) -> Value {
    let button = |(text, act): &(SilenceText, SilenceAct)| {
        let style = match act {
            SilenceAct::Confirm(Choice::AsProposed) | SilenceAct::Extend => PRIMARY,
            SilenceAct::Confirm(_) | SilenceAct::Change | SilenceAct::Cancel | SilenceAct::LetEnd | SilenceAct::End => {
                SECONDARY
            }
        };
        json!({
            "type": 2,
            "style": style,
            "label": words::cut(&words::silence_text(*text, lang), limits::BUTTON_LABEL),
            "custom_id": CustomId::Silence { number, act: *act }.to_string(),
        })
    };
    rows(all.iter().map(button).collect())
}

/// The form that changes what is proposed: the `data` of a modal response. `until` is the end it has, as people type it.
pub fn silence_form(own: &Silence, until: &str, lang: Language) -> Value {
    let label = |text| words::silence_text(text, lang);
    modal(
        &label(SilenceText::FormTitle),
        Form::Silence(own.number),
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
