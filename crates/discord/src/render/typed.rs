//! Purpose: what was typed and not taken. It stands as private text below the refusal, and `[Edit again]` opens the form with it.
//!
//! Discord closes a form as soon as it is sent, whatever the answer says, and keeps nothing of it. The private message is the memory:
//! the button's id says which form and which of its fields, the embeds hold the texts as they were typed. So it works after a restart,
//! and on another device.

use domain::setup::Language;
use serde_json::{Value, json};
use serenity::model::channel::Embed;
use words::Button;

use super::buttons::{PRIMARY, button};
use super::{forms, limits};
use crate::components::Fields;
use crate::custom_id::{CustomId, Form};

/// Characters of a text that is shown again. No field takes more.
const LONGEST: usize = 1_550;
/// Three of these begin and end a block of text in which nothing is marked up.
const FENCE: &str = "```";
/// What stands for them inside of it, as long as they are.
const NO_FENCE: &str = "ˋˋˋ";

/// What was typed and not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    form: Option<Form>,
    /// One bit for each field of the form that has a text.
    filled: u8,
    /// What each is called, and its text.
    texts: Vec<(String, String)>,
}

impl Typed {
    /// The fields of a form.
    pub(crate) fn of(form: Option<Form>, fields: &Fields, lang: Language) -> Self {
        let Some(known) = form.map(|form| forms::fields(form, lang)) else {
            let texts = fields.all().filter(|(_, text)| !text.trim().is_empty());
            return Self::free(texts.map(|(name, text)| (name.to_owned(), text.to_owned())).collect());
        };
        let (mut filled, mut texts) = (0, Vec::new());
        for (bit, (name, label)) in known.into_iter().enumerate() {
            let text = fields.text(name);
            if !text.is_empty() {
                filled |= 1 << bit;
                texts.push((label, text));
            }
        }
        Self { form, filled, texts }
    }

    /// Texts that no form can be filled with: the options of a command.
    #[must_use]
    pub fn free(texts: Vec<(String, String)>) -> Self {
        Self { form: None, filled: 0, texts }
    }

    /// The texts, to be read and copied.
    pub(crate) fn embeds(&self, lang: Language) -> Vec<Value> {
        let mut left = limits::EMBED_SUM;
        let mut embeds = Vec::new();
        for (label, text) in &self.texts {
            let title = words::cut(&words::typed_heading(label, lang), limits::EMBED_TITLE);
            let text = fenced(text);
            left = match left.checked_sub(words::length(&title) + words::length(&text)) {
                Some(left) => left,
                None => break,
            };
            embeds.push(json!({ "title": title, "description": text }));
        }
        embeds
    }

    /// Opens the form once more.
    pub(crate) fn button(&self, lang: Language) -> Option<Value> {
        let id = CustomId::Again { filled: self.filled, form: self.form? };
        Some(button(Button::EditAgain, PRIMARY, &id, lang))
    }

    /// Whether this is about that form.
    pub(crate) fn is_of(&self, form: Form) -> bool {
        self.form == Some(form)
    }
}

/// Reads the texts back from the private message: they are its last embeds.
pub(crate) fn read_back(form: Form, filled: u8, embeds: &[Embed]) -> Vec<(&'static str, String)> {
    let known = forms::fields(form, Language::En);
    let names = known.into_iter().enumerate().filter(|(bit, _)| filled & (1 << bit) != 0).map(|(_, (name, _))| name);
    let names: Vec<&'static str> = names.collect();
    let texts = embeds.get(embeds.len().saturating_sub(names.len())..).unwrap_or_default();
    let texts = texts.iter().map(|embed| unfenced(embed.description.as_deref().unwrap_or_default()));
    names.into_iter().zip(texts).collect()
}

/// A text as it was typed, in which nothing is marked up; empty for none.
pub(crate) fn fenced(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("{FENCE}\n{}\n{FENCE}", words::cut(&text.replace(FENCE, NO_FENCE), LONGEST))
}

/// Reads it back.
pub(crate) fn unfenced(text: &str) -> String {
    let inside = text.trim().strip_prefix(FENCE).and_then(|text| text.strip_suffix(FENCE)).unwrap_or(text);
    inside.trim_matches('\n').replace(NO_FENCE, FENCE)
}

/// A form with these texts in its fields: what was typed stands in place of what it is filled with otherwise.
pub(crate) fn refilled(mut form: Value, texts: &[(&'static str, String)]) -> Value {
    let rows = form["components"].as_array_mut().into_iter().flatten();
    for input in rows.flat_map(|row| row["components"].as_array_mut().into_iter().flatten()) {
        let typed = texts.iter().find(|(name, _)| input["custom_id"] == **name);
        match (typed, input.as_object_mut()) {
            (Some((_, text)), Some(input)) => {
                let most = input.get("max_length").and_then(Value::as_u64).and_then(|most| usize::try_from(most).ok());
                input.insert("value".into(), json!(words::cut(text, most.unwrap_or(limits::INPUT_TEXT))));
            }
            // It was left empty on purpose.
            (None, Some(input)) => {
                input.remove("value");
            }
            (_, None) => {}
        }
    }
    form
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use domain::{IncidentId, KnownBy};

    use super::*;
    use crate::nouns::NounForm;

    const FIRST: IncidentId = IncidentId(1);
    const FORMS: [Form; 11] = [
        Form::Item(FIRST, 1),
        Form::Correct(FIRST),
        Form::Update(FIRST),
        Form::Resolve(FIRST),
        Form::Write(FIRST),
        Form::ActionItem(FIRST),
        Form::Proof(FIRST),
        Form::Knew(FIRST, KnownBy::Monitor),
        Form::Dismiss(FIRST),
        Form::Noun(NounForm::Silence(1)),
        Form::Open { channel: 1, message: 1 },
    ];

    fn as_discord_gives_it_back(embeds: &[Value]) -> Vec<Embed> {
        // Discord names the kind of each embed, and cuts spaces at its ends.
        let given = embeds.iter().map(|embed| {
            let text = embed["description"].as_str().unwrap().trim();
            json!({ "type": "rich", "title": embed["title"], "description": text })
        });
        given.map(|embed| serde_json::from_value(embed).unwrap()).collect()
    }

    #[test]
    fn what_was_typed_is_read_back_as_it_was_whatever_stands_in_it() {
        let texts = ["*bold* <@1> ||x||\n- a\n\n- b", "```\nlog\n```", "`", "|", "line\r\nline", "😀 ```", "0"];
        for form in FORMS {
            let names = forms::fields(form, Language::En);
            // Every set of filled fields.
            for filled in 0..(1_u8 << names.len()) {
                for (at, _) in texts.iter().enumerate() {
                    let typed: Vec<(String, String)> = names
                        .iter()
                        .enumerate()
                        .filter(|(bit, _)| filled & (1 << bit) != 0)
                        .map(|(bit, (name, _))| ((*name).to_owned(), texts[(at + bit) % texts.len()].to_owned()))
                        .collect();
                    let kept = Typed::of(Some(form), &Fields::from(typed.clone()), Language::Id);
                    let mut page = vec![json!({ "type": "rich", "title": "a page above", "description": "text" })];
                    page.extend(kept.embeds(Language::Id));
                    let back = read_back(form, kept.filled, &as_discord_gives_it_back(&page));
                    let back: Vec<(String, String)> =
                        back.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
                    assert_eq!(back, typed, "{form:?}");
                }
            }
        }
    }

    #[test]
    fn the_longest_texts_stand_in_one_message() {
        for form in FORMS {
            let names = forms::fields(form, Language::Id);
            // What is written beside the postmortem is short: limits of its form.
            let most = |name: &str| match form {
                Form::Write(_) if name == forms::field::WHAT || name == forms::field::PREVENTION => 300,
                _ => 1_500,
            };
            let texts = names.iter().map(|(name, _)| ((*name).to_owned(), "`".repeat(most(name)))).collect();
            let typed = Typed::of(Some(form), &Fields::from(texts), Language::Id);
            let embeds = typed.embeds(Language::Id);
            let all = embeds.iter().flat_map(|embed| [&embed["title"], &embed["description"]]);
            let sum: usize = all.map(|text| words::length(text.as_str().unwrap())).sum();
            // The work page of a postmortem keeps a few lines beside them.
            let page = if matches!(form, Form::Write(_)) { 500 } else { 0 };
            assert!(sum + page <= limits::EMBED_SUM, "{form:?}: {sum}");
            // The form to open an incident has shorter fields than these.
            assert!(matches!(form, Form::Open { .. }) || embeds.len() == names.len(), "{form:?}");
        }
    }
}
