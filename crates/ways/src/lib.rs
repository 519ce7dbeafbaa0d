//! Purpose: the ways to reach a person outside Discord, as data: what the configuration, the texts, the documents and the crate that
//! sends read alike. One file per way and one line in [`ALL`]; `notify` has its code, one folder per way.

pub mod email;
pub mod ntfy;
pub mod webhook;

use std::time::Duration;

use domain::setup::{ContactRule, Language};
use domain::{PageVia, WayId};

/// Every way, in the order in which people read of them. Another one is a file beside this and a line here.
pub const ALL: [&Way; 3] = [&ntfy::NTFY, &email::EMAIL, &webhook::WEBHOOK];

/// What is known of a way.
#[derive(Debug)]
pub struct Way {
    /// Its name in the database, in `contact`, and for programs.
    pub id: WayId,
    /// What people read.
    pub name: Name,
    /// What operators call one message that goes on it, in a sentence like "no ... reaches budi".
    pub message: &'static str,
    /// The same for what `contact` explains: "a push message by ntfy".
    pub about: &'static str,
    /// Its key in `[people]`.
    pub key: Key,
    /// Variables that it needs besides the person's address, for everybody the same.
    pub needs: &'static [Variable],
    /// How long a page is unanswered before it goes out on this way, where the person has no rules of their own.
    pub usually_after: Duration,
    /// How a page is answered where it arrives.
    pub answer: &'static str,
    /// What it holds, and what becomes of more.
    pub limits: &'static str,
    /// What a repetition after a lost answer looks like.
    pub repeated: &'static str,
}

/// A name in each language.
#[derive(Clone, Copy, Debug)]
pub struct Name {
    /// English.
    pub en: &'static str,
    /// Indonesian.
    pub id: &'static str,
}

/// The key of a way in `[people]`.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// What is typed.
    pub name: &'static str,
    /// A value as it would be typed, in quotes.
    pub example: &'static str,
    /// The sentence of the reference.
    pub about: &'static str,
    /// What the value is.
    pub value: Value,
}

/// What a key's value is.
#[derive(Clone, Copy, Debug)]
pub enum Value {
    /// The address itself. What is wrong with a text, and how it is written; none when it can be one.
    Plain(fn(&str) -> Option<(String, &'static str)>),
    /// The name of an environment variable that holds the address, which is a secret: what to set it to.
    Secret(&'static str),
}

/// A variable that everybody on this way needs.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What to do when it is not set, for all of them.
    pub help: &'static str,
}

/// The way with this id; none when it is of another version.
#[must_use]
pub fn of(id: WayId) -> Option<&'static Way> {
    ALL.into_iter().find(|way| way.id == id)
}

/// What people read for it; its id when it is of another version.
#[must_use]
pub fn name(id: &WayId, lang: Language) -> &str {
    match (of(*id), lang) {
        (Some(way), Language::En) => way.name.en,
        (Some(way), Language::Id) => way.name.id,
        (None, _) => id.as_str(),
    }
}

/// The keys that give somebody a way, for a sentence: "`ntfy_env` or `email`".
#[must_use]
pub fn keys() -> String {
    let keys: Vec<String> = ALL.iter().map(|way| format!("`{}`", way.key.name)).collect();
    match keys.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

impl Way {
    /// When it is used where the person has no rules of their own.
    #[must_use]
    pub const fn usual(&self) -> ContactRule {
        ContactRule { via: PageVia::Way(self.id), after: self.usually_after }
    }
}

/// An id that is checked when this is compiled.
#[allow(clippy::panic, reason = "evaluated by the compiler only")]
const fn id(text: &str) -> WayId {
    match WayId::new(text) {
        Some(id) => id,
        None => panic!("no id of a way"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_way_has_a_name_and_a_key_of_its_own_and_says_what_it_is() {
        let ids: BTreeSet<&str> = ALL.iter().map(|way| way.id.as_str()).collect();
        let own_keys: BTreeSet<&str> = ALL.iter().map(|way| way.key.name).collect();
        assert_eq!((ids.len(), own_keys.len()), (ALL.len(), ALL.len()));
        for way in ALL {
            let sentences = [way.key.about, way.answer, way.limits, way.repeated];
            assert!(sentences.iter().all(|text| text.ends_with('.')), "{}", way.id);
            assert!(!way.name.en.is_empty() && !way.name.id.is_empty() && !way.message.is_empty(), "{}", way.id);
            let is_secret = matches!(way.key.value, Value::Secret(_));
            assert_eq!(way.key.name.ends_with("_env"), is_secret, "{}: a secret never stands in the file", way.id);
            assert_eq!(of(way.id).map(|found| found.id), Some(way.id));
        }
        assert!(ALL.iter().all(|way| keys().contains(way.key.name)));
    }

    #[test]
    fn a_way_of_another_version_is_called_by_its_id() {
        let fax = id("fax");
        assert_eq!((name(&fax, Language::En), of(fax).is_none()), ("fax", true));
    }
}
