//! Every key has words in every language, with the variables the code fills in; and no words lie around unused.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use domain::setup::Language;
use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};

use crate::say::words_of;

type Keys = BTreeMap<String, BTreeSet<String>>;

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|known| known == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn variables(pattern: &Pattern<String>, found: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { .. } => {}
            PatternElement::Placeable { expression } => in_expression(expression, found),
        }
    }
}

fn in_expression(expression: &Expression<String>, found: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => in_inline(inline, found),
        Expression::Select { selector, variants } => {
            in_inline(selector, found);
            variants.iter().for_each(|variant| variables(&variant.value, found));
        }
    }
}

fn in_inline(inline: &InlineExpression<String>, found: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            found.insert(id.name.clone());
        }
        InlineExpression::Placeable { expression } => in_expression(expression, found),
        InlineExpression::FunctionReference { arguments, .. } => {
            let CallArguments { positional, named } = arguments;
            positional.iter().for_each(|argument| in_inline(argument, found));
            named.iter().for_each(|argument| in_inline(&argument.value, found));
        }
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        InlineExpression::MessageReference { id, .. } | InlineExpression::TermReference { id, .. } => {
            panic!("{} is a message inside another one: the code fills in words itself", id.name)
        }
    }
}

/// Key to variables, of all files of a language.
fn words(language: &str) -> Keys {
    let mut keys = Keys::new();
    for file in files(&root().join("locales").join(language), "ftl") {
        let text = std::fs::read_to_string(&file).unwrap();
        let resource =
            fluent_syntax::parser::parse(text).unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", file.display()));
        let area = file.file_stem().unwrap().to_str().unwrap().replace('_', "-") + "-";
        for entry in resource.body {
            let message = match entry {
                Entry::Message(message) => message,
                Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => continue,
                Entry::Term(_) | Entry::Junk { .. } => panic!("{} has something that is no message", file.display()),
            };
            let key = message.id.name;
            let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(key.chars().all(kebab) && key.starts_with(&area), "{key} is not in kebab-case behind {area}");
            assert!(message.attributes.is_empty(), "{key} has attributes, which nobody reads");
            let mut found = BTreeSet::new();
            variables(&message.value.unwrap_or_else(|| panic!("{key} is empty")), &mut found);
            assert!(keys.insert(key.clone(), found).is_none(), "{key} stands twice in {language}");
        }
    }
    keys
}

/// The pieces between the commas of a macro's arguments, up to its closing parenthesis.
fn arguments(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let (mut depth, mut in_text, mut escaped) = (0_u32, false, false);
    for c in text.chars() {
        if in_text {
            in_text = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else {
            match c {
                '"' => in_text = true,
                '(' | '[' | '{' => depth += 1,
                ')' if depth == 0 => break,
                ')' | ']' | '}' => depth -= 1,
                ',' if depth == 0 => {
                    pieces.push(String::new());
                    continue;
                }
                _ => {}
            }
        }
        pieces.last_mut().unwrap().push(c);
    }
    pieces.iter().map(|piece| piece.trim().to_owned()).filter(|piece| !piece.is_empty()).collect()
}

/// Every use of a key in the code: where, the key, and the variables that are filled in.
fn used() -> Vec<(String, String, BTreeSet<String>)> {
    let mut found = Vec::new();
    for file in files(&root().join("src"), "rs") {
        let text = std::fs::read_to_string(&file).unwrap();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        for call in code.split("say!(").skip(1) {
            let pieces = arguments(call);
            let Some(key) = pieces.get(1).map(|key| key.trim_matches('"')) else { continue };
            let names = pieces.iter().skip(2).map(|piece| piece.split([' ', '=']).next().unwrap().to_owned());
            found.push((file.display().to_string(), key.to_owned(), names.collect()));
        }
    }
    assert!(found.len() > 20, "the search for keys in the code finds nothing any more");
    found
}

#[test]
fn both_languages_say_the_same_with_the_same_variables() {
    let (english, indonesian) = (words("en"), words("id"));
    let missing: Vec<_> = english.keys().filter(|key| !indonesian.contains_key(*key)).collect();
    assert!(missing.is_empty(), "no Indonesian words for {missing:?}");
    let extra: Vec<_> = indonesian.keys().filter(|key| !english.contains_key(*key)).collect();
    assert!(extra.is_empty(), "no English words for {extra:?}");
    for (key, variables) in &english {
        assert_eq!(variables, &indonesian[key], "the variables of {key} differ");
    }
}

#[test]
fn the_files_are_the_same_in_both_languages() {
    let names = |language: &str| -> Vec<_> {
        let files = files(&root().join("locales").join(language), "ftl");
        files.iter().map(|file| file.file_name().unwrap().to_owned()).collect()
    };
    assert_eq!(names("en"), names("id"));
}

#[test]
fn every_key_in_the_code_has_words_and_all_words_are_used() {
    let words = words("en");
    let mut unused: BTreeSet<&String> = words.keys().collect();
    for (file, key, filled_in) in &used() {
        let wanted = words.get(key).unwrap_or_else(|| panic!("{file}: there are no words for {key}"));
        assert_eq!(wanted, filled_in, "{file}: the variables of {key}");
        unused.remove(key);
    }
    assert!(unused.is_empty(), "nobody says {unused:?}");
}

#[test]
fn buttons_and_forms_keep_discords_limits_in_every_language() {
    for (folder, lang) in [("en", Language::En), ("id", Language::Id)] {
        for (key, variables) in words(folder) {
            let limit = match key.split('-').next() {
                Some("button") => 80,
                Some("form") if key.ends_with("-hint") => 100,
                // The highest number of an incident follows the title.
                Some("form") if key.ends_with("-title") => 45 - " INC-4294967295".len(),
                Some("form") => 45,
                _ => continue,
            };
            if variables.is_empty() {
                let said = words_of(lang, &key, []);
                assert!(crate::length(&said) <= limit && said != key, "{key} in {folder}: {said}");
            }
        }
    }
}
