//! Purpose: the nouns beside incidents and storms as Discord sees them, in one table: the ids of their buttons and forms and what these do,
//! what people read after asking, and what is said, asked and given of each. A new noun gets its line in each of these, and its
//! own file beside this one.

pub(crate) mod on_call;
pub(crate) mod silence;

use std::fmt;

use domain::effect::Whom;
use domain::setup::{ChatName, Language};
use domain::{Access, PersonId, Subject};
use engine::nouns::NounAnswer;
use engine::{ActError, Receipt, Request};
use serde_json::Value;
use words::Names;

use crate::actor::Asker;
use crate::answer::Replier;
use crate::components::Fields;
use crate::data::Data;
use crate::deliver::{Attempt, Step, dropped, fault};

pub use on_call::end_components;
pub use silence::{ACTS, SilenceAct};

/// A button of a noun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NounId {
    /// Ends an override.
    EndOverride {
        /// Which.
        number: u32,
        /// They were asked whether they mean it.
        sure: bool,
    },
    /// A button of a silence.
    Silence {
        /// Its number.
        number: u32,
        /// What it does.
        act: SilenceAct,
    },
}

/// A form of a noun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NounForm {
    /// What is silenced, until when and why.
    Silence(u32),
}

impl NounId {
    /// Reads the parts of a `custom_id` behind its version.
    pub(crate) fn parse(parts: &[&str]) -> Option<Self> {
        let ends = on_call::parse(parts).map(|(number, sure)| Self::EndOverride { number, sure });
        ends.or_else(|| silence::parse(parts).map(|(number, act)| Self::Silence { number, act }))
    }

    /// One of each kind, with the longest numbers.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let number = u32::MAX;
        let ends = [true, false].map(|sure| Self::EndOverride { number, sure });
        ends.into_iter().chain(ACTS.map(|(act, _)| Self::Silence { number, act })).collect()
    }
}

impl fmt::Display for NounId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match *self {
            Self::EndOverride { number, sure } => on_call::id(number, sure),
            Self::Silence { number, act } => silence::id(number, act),
        })
    }
}

impl NounForm {
    /// Reads the parts of a `custom_id` behind its version.
    pub(crate) fn parse(parts: &[&str]) -> Option<Self> {
        match parts {
            ["form-silence", number] => Some(Self::Silence(number.parse().ok()?)),
            _ => None,
        }
    }

    /// What it takes to send it.
    #[must_use]
    pub const fn needs(self) -> Access {
        match self {
            Self::Silence(_) => silence::NEEDS,
        }
    }

    /// One of each kind, with the longest numbers.
    #[must_use]
    pub fn all() -> Vec<Self> {
        vec![Self::Silence(u32::MAX)]
    }
}

impl fmt::Display for NounForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Silence(number) => write!(f, "form-silence:{number}"),
        }
    }
}

/// Does what a button asks for and answers.
pub(crate) async fn press(data: &Data, replier: Replier, asker: &Asker, id: NounId) {
    match id {
        NounId::EndOverride { number, sure } => on_call::press(data, replier, asker, number, sure).await,
        NounId::Silence { number, act } => silence::press(data, replier, asker, number, act).await,
    }
}

/// The fields of a form, in their order, with what they are called.
pub(crate) fn form_fields(form: NounForm, lang: Language) -> Vec<(&'static str, String)> {
    match form {
        NounForm::Silence(_) => silence::form_fields(lang),
    }
}

/// A form as it is opened now, for whoever may send it.
pub(crate) async fn form(data: &Data, asker: &Asker, form: NounForm) -> Result<Value, ActError> {
    match form {
        NounForm::Silence(number) => silence::opened(data, asker, number).await,
    }
}

/// What a form says.
pub(crate) fn submitted(fields: &Fields, form: NounForm) -> Request {
    match form {
        NounForm::Silence(number) => silence::submitted(fields, number),
    }
}

/// What was done, as a sentence for who did it.
pub(crate) fn in_words(answer: &NounAnswer, names: &dyn Names, lang: Language) -> String {
    match answer {
        NounAnswer::OnCall(answer) => words::on_call_answer(answer, names, lang),
        NounAnswer::Silence(answer) => words::silence_answer(answer, lang),
    }
}

/// What stands below it.
pub(crate) fn components(answer: &NounAnswer, lang: Language) -> Option<Value> {
    match answer {
        NounAnswer::OnCall(answer) => on_call::components(answer, lang),
        NounAnswer::Silence(answer) => Some(silence::components(answer, lang)),
    }
}

/// An event of a noun, said to somebody.
pub(crate) async fn said(attempt: &Attempt<'_>, subject: &Subject, seq: u32, to: &Whom) -> Step<Receipt> {
    match subject {
        Subject::Override(_) | Subject::Handoff(_) => attempt.on_call_said(subject, seq, to).await,
        Subject::Silence(number) => attempt.silence_said(*number, seq, to).await,
        Subject::Incident(_) | Subject::Storm(_) => Err(fault("nobody is told of it so")),
    }
}

/// A question of a noun to a person, as it stands now.
pub(crate) async fn question(attempt: &Attempt<'_>, subject: &Subject, person: &PersonId) -> Step<Receipt> {
    match subject {
        Subject::Override(number) => attempt.on_call_question(*number, person).await,
        Subject::Incident(_) | Subject::Storm(_) | Subject::Handoff(_) | Subject::Silence(_) => {
            Err(fault("it asks nothing"))
        }
    }
}

/// The role a person has by a noun, or has not, as it is now.
pub(crate) async fn role(
    attempt: &Attempt<'_>,
    subject: &Subject,
    person: &PersonId,
    role: Option<&ChatName>,
) -> Step<Receipt> {
    match subject {
        Subject::Handoff(schedule) => attempt.on_call_role(schedule, person, role).await,
        Subject::Incident(_) | Subject::Storm(_) | Subject::Override(_) | Subject::Silence(_) => {
            Err(dropped("no role is named for it any more"))
        }
    }
}
