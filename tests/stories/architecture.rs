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

const OURS: [&str; 12] = [
    "commands", "config", "discord", "domain", "engine", "intake", "notify", "sandbox", "store", "ways", "web", "words",
];

fn users_of(dependency: &str) -> Vec<String> {
    dependencies().into_iter().filter(|(_, names)| names.contains(dependency)).map(|(name, _)| name).collect()
}

#[test]
fn each_crate_knows_only_those_below_it() {
    let may_know: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("domain", &[] as &[&str]),
        ("ways", &["domain"]),
        ("words", &["domain", "ways"]),
        ("config", &["domain", "ways"]),
        ("intake", &["domain"]),
        ("store", &["domain"]),
        ("engine", &["domain", "store", "words"]),
        ("web", &["domain", "intake"]),
        ("discord", &["domain", "engine", "intake", "words"]),
        ("notify", &["domain", "engine", "ways", "words"]),
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
    let needed = ways::ALL.iter().flat_map(|way| way.needs).map(|needed| needed.name);
    let read: BTreeSet<String> =
        siaga::settings::VARIABLES.into_iter().chain(keys).chain(needed).map(str::to_owned).collect();
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

/// A noun beside incidents and storms: what is its own, and who else knows it.
struct Noun {
    name: &'static str,
    /// What its names hold, in small letters.
    names: &'static [&'static str],
    /// Its own files.
    home: &'static [&'static str],
    /// Every other production file that names it.
    known_to: &'static [&'static str],
}

const NOUNS: [Noun; 2] = [
    Noun {
        name: "override",
        names: &["override", "insteadof", "instead_of", "oncallrequest", "oncallanswer", "oncallevent"],
        home: &[
            "commands/oncall.rs",
            "crates/discord/src/nouns/on_call.rs",
            "crates/domain/src/oncall/ask.rs",
            "crates/domain/src/oncall/overrides.rs",
            "crates/engine/src/decider/nouns/on_call.rs",
            "crates/words/src/on_call.rs",
        ],
        known_to: &[
            "crates/discord/src/nouns.rs",
            "crates/domain/src/incident/called.rs",
            "crates/domain/src/lib.rs",
            "crates/domain/src/oncall.rs",
            "crates/domain/src/oncall/rotation.rs",
            "crates/domain/src/oncall/schedules.rs",
            "crates/domain/src/subject.rs",
            "crates/domain/src/world.rs",
            "crates/engine/src/consequences.rs",
            "crates/engine/src/decider/nouns.rs",
            "crates/words/src/called.rs",
            "crates/words/src/lib.rs",
            "src/consequences.rs",
        ],
    },
    Noun {
        name: "silence",
        names: &["silence", "heldback", "holdover"],
        home: &[
            "commands/silence.rs",
            "crates/config/src/silences.rs",
            "crates/discord/src/nouns/silence.rs",
            "crates/domain/src/incident/hold.rs",
            "crates/domain/src/silence.rs",
            "crates/engine/src/decider/nouns/silences.rs",
            "crates/words/src/silence.rs",
        ],
        known_to: &[
            "commands/lib.rs",
            "crates/config/src/keys.rs",
            "crates/config/src/keys/table.rs",
            "crates/config/src/lib.rs",
            "crates/config/src/sections.rs",
            "crates/discord/src/components.rs",
            "crates/discord/src/custom_id.rs",
            "crates/discord/src/nouns.rs",
            "crates/discord/src/render/buttons.rs",
            "crates/discord/src/render/card.rs",
            "crates/discord/src/render/page.rs",
            "crates/discord/src/render/private.rs",
            "crates/domain/src/decision.rs",
            "crates/domain/src/episode.rs",
            "crates/domain/src/incident/alerts.rs",
            "crates/domain/src/incident/apply.rs",
            "crates/domain/src/incident/called.rs",
            "crates/domain/src/incident/claims.rs",
            "crates/domain/src/incident/event.rs",
            "crates/domain/src/incident/meaning.rs",
            "crates/domain/src/incident/merge.rs",
            "crates/domain/src/incident/mod.rs",
            "crates/domain/src/incident/moved.rs",
            "crates/domain/src/incident/paging.rs",
            "crates/domain/src/incident/responsibility.rs",
            "crates/domain/src/incident/rings.rs",
            "crates/domain/src/incident/timers.rs",
            "crates/domain/src/lib.rs",
            "crates/domain/src/plan.rs",
            "crates/domain/src/setup.rs",
            "crates/domain/src/stages.rs",
            "crates/domain/src/subject.rs",
            "crates/domain/src/world.rs",
            "crates/engine/src/broken.rs",
            "crates/engine/src/consequences.rs",
            "crates/engine/src/decider/nouns.rs",
            "crates/engine/src/episodes.rs",
            "crates/engine/src/requests.rs",
            "crates/engine/src/work.rs",
            "crates/store/src/alerts.rs",
            "crates/store/src/lib.rs",
            "crates/words/src/answer.rs",
            "crates/words/src/button.rs",
            "crates/words/src/called.rs",
            "crates/words/src/card.rs",
            "crates/words/src/entry.rs",
            "crates/words/src/lib.rs",
            "crates/words/src/post.rs",
            "crates/words/src/terms.rs",
            "crates/words/src/why.rs",
            "crates/words/src/why_alert.rs",
            "src/broken.rs",
            "src/consequences.rs",
            "src/try_payload.rs",
        ],
    },
];

/// Whether code, without its comments, texts and tests, has a name that holds one of these.
fn names_one(text: &str, names: &[&str]) -> bool {
    let code = text.split("\nmod tests {").next().unwrap_or_default();
    code.lines().any(|line| {
        let line = line.split("//").next().unwrap_or_default();
        line.split('"').step_by(2).any(|part| {
            let part = part.to_lowercase();
            names.iter().any(|name| part.contains(name))
        })
    })
}

#[test]
fn each_noun_is_known_to_few_files_outside_its_home() {
    let mut production = Vec::new();
    for folder in ["commands", "src", "crates"] {
        production.extend(sources(&Path::new(ROOT).join(folder)));
    }
    let within = |file: &str| file.strip_prefix(ROOT).unwrap_or(file).trim_start_matches('/').to_owned();
    let counts = |file: &str| {
        let code = !file.starts_with("crates/") || file.split('/').nth(2) == Some("src");
        let aside = ["crates/sandbox/", "/rehearse", "/tests/", "/tests.rs"];
        code && !aside.iter().any(|aside| file.contains(aside))
    };
    let architecture = std::fs::read_to_string(Path::new(ROOT).join("ARCHITECTURE.md")).unwrap();
    for Noun { name, names, home, known_to } in NOUNS {
        let files: BTreeSet<String> = production
            .iter()
            .filter(|(_, text)| names_one(text, names))
            .map(|(file, _)| within(file))
            .filter(|file| counts(file))
            .collect();
        for own in home {
            assert!(files.contains(*own), "{own} is no home of the {name}");
        }
        let outside: BTreeSet<&str> = files.iter().map(String::as_str).filter(|file| !home.contains(file)).collect();
        let listed: BTreeSet<&str> = known_to.iter().copied().collect();
        let more: Vec<_> = outside.difference(&listed).collect();
        assert!(more.is_empty(), "these files need not know the {name}, or belong on the list: {more:#?}");
        let fewer: Vec<_> = listed.difference(&outside).collect();
        assert!(fewer.is_empty(), "these files do not know the {name} any more, take them off the list: {fewer:#?}");
        let row = format!("| {name} | {} | {} |", home.len(), outside.len());
        assert!(architecture.contains(&row), "ARCHITECTURE.md does not say `{row}`");
    }
}

/// Files that may name a way to reach a person though they are not its home, and why.
const MAY_NAME_A_WAY: [(&str, &str); 5] = [
    ("crates/notify/src/lib.rs", "what the fuzzers write: a mail and a push message"),
    ("crates/notify/src/ways/mod.rs", "the table of code"),
    ("crates/sandbox/src/gateway/mod.rs", "Discord's users have an email"),
    ("crates/sandbox/src/rest/users.rs", "Discord's users have an email"),
    ("crates/ways/src/lib.rs", "the table of what is known"),
];

/// Everything that is compiled into the program, without tests beside it.
fn production(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("tests") {
                production(&path, found);
            }
        } else if path.extension().is_some_and(|kind| kind == "rs" || kind == "ftl") {
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned();
            let text = text.split("#[cfg(test)]\n#[allow").next().unwrap().to_owned();
            found.push((path.strip_prefix(ROOT).unwrap().to_str().unwrap().to_owned(), text));
        }
    }
}

#[test]
fn a_way_to_reach_a_person_is_named_at_home_only() {
    let mut files = Vec::new();
    for folder in ["src", "commands"] {
        production(&Path::new(ROOT).join(folder), &mut files);
    }
    for entry in std::fs::read_dir(Path::new(ROOT).join("crates")).unwrap() {
        production(&entry.unwrap().path(), &mut files);
    }
    assert!(files.len() > 300, "the house is found: {}", files.len());
    let mut named = BTreeSet::new();
    for way in ways::ALL {
        let (id, mut camel) = (way.id.to_string(), way.id.to_string());
        camel[..1].make_ascii_uppercase();
        let quoted = [format!("\"{id}\""), format!("'{id}'"), format!("ways::{id}"), format!("PageVia::{camel}")];
        let others = [format!("via-{id}"), format!("{}\"", way.key.name), format!("`{}`", way.key.name)];
        let needed = way.needs.iter().map(|needed| needed.name.to_owned());
        let words: Vec<String> = quoted.into_iter().chain(others).chain(needed).collect();
        let homes = [format!("crates/ways/src/{id}.rs"), format!("crates/notify/src/ways/{id}/")];
        for (file, text) in files.iter().filter(|(file, _)| !homes.iter().any(|home| file.starts_with(home))) {
            if let Some(word) = words.iter().find(|word| text.contains(*word)) {
                assert!(
                    MAY_NAME_A_WAY.iter().any(|(allowed, _)| allowed == file),
                    "{file} names the way {id} ({word}): what is known of it belongs into {}, what sends into {}",
                    homes[0],
                    homes[1]
                );
                named.insert(file.as_str());
            }
        }
    }
    let allowed: BTreeSet<&str> = MAY_NAME_A_WAY.iter().map(|(file, _)| *file).collect();
    let tables = ["crates/notify/src/ways/mod.rs", "crates/ways/src/lib.rs"];
    let needless: Vec<_> = allowed.difference(&named).filter(|file| !tables.contains(file)).collect();
    assert!(needless.is_empty(), "these name no way any more: {needless:?}");
}
