//! The house stays as it was drawn: who may know whom, read from the `Cargo.toml` files; and lists that must agree.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Dependencies by crate, without those of tests.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    let crates = std::fs::read_dir(Path::new(ROOT).join("crates")).unwrap();
    let folders = crates.map(|entry| entry.unwrap().path()).chain([Path::new(ROOT).join("commands")]);
    for folder in folders {
        let manifest = folder.join("Cargo.toml");
        let text = std::fs::read_to_string(&manifest).unwrap_or_else(|error| panic!("{}: {error}", manifest.display()));
        let named = |line: &str| line.split(['=', '.', ' ']).next().unwrap_or_default().to_owned();
        let names = text.lines().skip_while(|line| *line != "[dependencies]").skip(1);
        let names =
            names.take_while(|line| !line.starts_with('[')).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let name = text.lines().find_map(|line| line.strip_prefix("name = ")).unwrap().trim_matches('"').to_owned();
        all.insert(name, names.map(named).collect());
    }
    all
}

const OURS: [&str; 11] =
    ["commands", "config", "discord", "domain", "engine", "intake", "notify", "sandbox", "store", "web", "words"];

fn users_of(dependency: &str) -> Vec<String> {
    dependencies().into_iter().filter(|(_, names)| names.contains(dependency)).map(|(name, _)| name).collect()
}

#[test]
fn each_crate_knows_only_those_below_it() {
    let may_know: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("domain", &[] as &[&str]),
        ("words", &["domain"]),
        ("config", &["domain"]),
        ("intake", &["domain"]),
        ("store", &["domain"]),
        ("engine", &["domain", "store", "words"]),
        ("web", &["domain", "intake"]),
        ("discord", &["domain", "engine", "intake", "words"]),
        ("notify", &["domain", "engine", "words"]),
        ("commands", &["discord", "domain", "engine", "words"]),
        // It must not be able to agree with our mistakes.
        ("sandbox", &[]),
    ]);
    for (name, names) in dependencies() {
        let allowed =
            may_know.get(name.as_str()).unwrap_or_else(|| panic!("the crate {name} has no place in the house yet"));
        for ours in names.iter().filter(|known| OURS.contains(&known.as_str())) {
            assert!(allowed.contains(&ours.as_str()), "{name} must not know {ours}");
        }
    }
}

#[test]
fn big_libraries_stay_behind_their_wall() {
    for library in ["serenity", "poise"] {
        assert_eq!(users_of(library), ["commands", "discord"], "{library}");
    }
    assert_eq!(users_of("sqlx"), ["store"]);
    assert_eq!(users_of("axum"), ["sandbox", "web"]);
    assert_eq!(users_of("reqwest"), ["discord", "notify"]);
    assert_eq!(users_of("lettre"), ["notify"]);
    let root = std::fs::read_to_string(Path::new(ROOT).join("Cargo.toml")).unwrap();
    let package = &root[root.find("[package]").unwrap()..];
    for library in ["serenity", "poise", "sqlx", "axum"] {
        assert!(!package.contains(&format!("\n{library}")), "the composition root names {library}");
    }
}

#[test]
fn the_rules_of_the_domain_are_pure() {
    let names = &dependencies()["domain"];
    for impure in ["tokio", "futures-util", "reqwest", "sqlx", "serenity", "tracing", "rand", "axum"] {
        assert!(!names.contains(impure), "domain must not know {impure}");
    }
    for without_io in ["words", "intake", "config"] {
        assert!(!dependencies()[without_io].contains("tokio"), "{without_io} does no waiting");
    }
}

#[test]
fn the_example_of_the_environment_lists_exactly_what_is_read() {
    let example = std::fs::read_to_string(Path::new(ROOT).join(".env.example")).unwrap();
    let assigned = example.lines().filter_map(|line| line.trim_start_matches('#').split_once('='));
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit());
    let listed: BTreeSet<String> = assigned.map(|(name, _)| name.to_owned()).filter(|name| is_name(name)).collect();
    let sample = std::fs::read_to_string(Path::new(ROOT).join("examples/siaga.toml")).unwrap();
    let keys = sample.lines().filter_map(|line| line.trim().strip_prefix("key_env = \"")?.split('"').next());
    let read: BTreeSet<String> = siaga::settings::VARIABLES.into_iter().chain(keys).map(str::to_owned).collect();
    assert_eq!(listed, read);
}

#[test]
fn migrations_are_numbered_without_a_gap() {
    let folder = Path::new(ROOT).join("migrations");
    for engine in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let mut names: Vec<String> = std::fs::read_dir(&engine)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        for (number, name) in (1..).zip(&names) {
            let stem = name.strip_suffix(".sql").unwrap_or_else(|| panic!("{name} is no migration"));
            let (digits, words) = stem.split_once('_').unwrap_or_else(|| panic!("{name} has no name after its number"));
            assert_eq!(digits, format!("{number:04}"), "{} comes after a gap", name);
            assert!(words.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{name}");
        }
    }
}

#[test]
fn nothing_public_names_the_machine_it_was_written_on() {
    for file in [".env.example", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "examples/siaga.toml"] {
        let Ok(text) = std::fs::read_to_string(Path::new(ROOT).join(file)) else { continue };
        for word in ["/home/", "/root/", "/tmp/"] {
            assert!(!text.contains(word), "{file} names {word}");
        }
    }
}

/// What stands in the parentheses or braces that open at the end of `before`.
fn inside(after_opening: &str) -> &str {
    let mut depth = 1;
    let end = after_opening.find(|c| {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    &after_opening[..end.unwrap_or(after_opening.len())]
}

fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

#[test]
fn what_people_read_in_discord_comes_from_words() {
    let handed_over = [
        "tell_operators(",
        "Effect::Operators {",
        "Answer::Text(",
        "words::cut(",
        "quiet(",
        "\"content\": \"",
        "\"label\": \"",
        "\"placeholder\": \"",
        "\"title\": \"",
    ];
    for folder in ["crates/engine/src", "crates/discord/src", "commands", "src"] {
        for (file, text) in sources(&Path::new(ROOT).join(folder)) {
            if file.contains("/tests/") {
                continue;
            }
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for opening in handed_over {
                for rest in code.split(opening).skip(1) {
                    let (literals, first) = if opening.ends_with('"') { (rest, 0) } else { (inside(rest), 1) };
                    let literal = literals.split('"').skip(first).step_by(2).next().unwrap_or_default();
                    let sentence = literal.split(' ').filter(|word| word.starts_with(char::is_alphabetic)).count() > 1;
                    assert!(!sentence, "{file} hands people \"{literal}\", which belongs to crates/words");
                }
            }
        }
    }
}
