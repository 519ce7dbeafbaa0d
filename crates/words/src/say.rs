//! Purpose: the words behind a key, in the reader's language. The words are in `locales`, one file per area.
//!
//! That a key exists, in every language and with the same variables, is shown by the tests beside this file.

use std::collections::HashMap;

use domain::setup::Language;
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, langid, static_loader};

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en",
        // Discord shows the isolating marks in mentions as they are, and the mention is none any more.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static ENGLISH: LanguageIdentifier = langid!("en");
static INDONESIAN: LanguageIdentifier = langid!("id");

/// `say!(lang, "post-acknowledged", who = name, at = clock)`: the words of a key with its variables filled in.
///
/// Variables are text, or bare numbers for choosing a plural. Text from outside is made inert before it comes here.
/// The key is a literal, so that the tests find it.
macro_rules! say {
    ($lang:expr, $key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::say::words_of($lang, $key, [$((stringify!($name), ($value).into())),*])
    };
}
pub(crate) use say;

/// What `say!` calls.
pub(crate) fn words_of<'a, const N: usize>(
    lang: Language,
    key: &str,
    variables: [(&'static str, FluentValue<'a>); N],
) -> String {
    let variables: HashMap<&'static str, FluentValue<'a>> = variables.into_iter().collect();
    let find = |language| LOCALES.lookup_single_language(language, key, Some(&variables));
    let language = match lang {
        Language::En => &ENGLISH,
        Language::Id => &INDONESIAN,
    };
    find(language).or_else(|_| find(&ENGLISH)).unwrap_or_else(|error| {
        tracing::error!(%error, key, "There are no words for {key}");
        key.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_without_words_shows_itself_and_breaks_nothing() {
        for lang in [Language::En, Language::Id] {
            assert_eq!(words_of(lang, "there-is-no-such-key", [("who", "Budi".into())]), "there-is-no-such-key");
        }
    }

    #[test]
    fn variables_come_through_as_they_are() {
        let evil = "<@1> { $who } \"x\" \u{200B}";
        assert_eq!(say!(Language::En, "text-and-two", first = evil, last = "b"), format!("{evil} and b"));
    }
}
