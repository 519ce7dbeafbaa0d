//! Purpose: the one table of every key: the reader refuses what is not in it, takes defaults from it, and the
//! reference in `docs/configuration.md` is printed from it.

#[rustfmt::skip]
mod table;

use std::fmt::Write as _;

pub(crate) use table::{
    ACCESS, ALERTMANAGER, AT_END, CHAT, CONTACT, DISCORD, DRILLS, ESCALATION, FRONT_MATTER, GRAFANA, HEARTBEAT, JSON,
    PERSON, ROOT, ROUTING, RULE, RUNBOOKS, SCENARIO, SCENARIO_ALERT, SCENARIO_DEMO, SCENARIO_MESSAGE, SCHEDULE,
    SERVICE, SEVERITY, SILENCES, STEP, STORM, TRIAGE, WATCH, WEB,
};

/// Whether a key must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Without it the file is refused.
    Required,
    /// May be absent; then there is none.
    Optional,
    /// May be absent; then this text is read in its place.
    Default(&'static str),
}

/// One key.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    /// What kind of value, for people.
    pub(crate) kind: &'static str,
    pub(crate) need: Need,
    /// A value as it would be typed.
    pub(crate) example: &'static str,
    pub(crate) about: &'static str,
}

/// The keys of one table.
pub(crate) struct Section {
    /// How messages and the reference name it.
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) keys: &'static [Key],
}

impl Section {
    pub(crate) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

/// Every section, in the order of the reference.
pub(crate) static SECTIONS: [&Section; 30] = [
    &ROOT,
    &DISCORD,
    &ACCESS,
    &ALERTMANAGER,
    &GRAFANA,
    &JSON,
    &CHAT,
    &HEARTBEAT,
    &PERSON,
    &CONTACT,
    &SCHEDULE,
    &ESCALATION,
    &STEP,
    &AT_END,
    &SERVICE,
    &SEVERITY,
    &TRIAGE,
    &ROUTING,
    &RULE,
    &STORM,
    &SILENCES,
    &RUNBOOKS,
    &DRILLS,
    &WEB,
    &WATCH,
    &FRONT_MATTER,
    &SCENARIO,
    &SCENARIO_ALERT,
    &SCENARIO_MESSAGE,
    &SCENARIO_DEMO,
];

/// Every key as Markdown, printed from the table that the reader uses. `docs/configuration.md` is this text.
pub fn reference() -> String {
    let mut text = String::from(INTRODUCTION);
    for section in SECTIONS {
        let title = capital(section.name);
        let _ = write!(text, "\n## {}\n\n", if title.contains('[') { code_brackets(&title) } else { title });
        if !section.about.is_empty() {
            let _ = write!(text, "{}\n\n", section.about);
        }
        text.push_str("| key | value | default | example | meaning |\n|---|---|---|---|---|\n");
        for Key { name, kind, need, example, about } in section.keys {
            let default = match need {
                Need::Required => "**required**".to_owned(),
                Need::Optional => "none".to_owned(),
                Need::Default(value) => format!("`{value}`"),
            };
            let example = if example.is_empty() { String::new() } else { format!("`{}`", example.replace('|', "\\|")) };
            let _ = writeln!(text, "| `{name}` | {kind} | {default} | {example} | {about} |");
        }
        if std::ptr::eq(section, &CONTACT) {
            ways_known(&mut text);
        }
    }
    text
}

/// The ways that `by` may name besides Discord's, from the table of ways.
fn ways_known(text: &mut String) {
    text.push_str(
        "\n| way | what it is | its key | answered by | limits | a repetition |\n|---|---|---|---|---|---|\n",
    );
    for way in ways::ALL {
        let ways::Way { id, about, key, answer, limits, repeated, .. } = way;
        let _ = writeln!(text, "| `{id}` | {} | `{}` | {answer} | {limits} | {repeated} |", capital(about), key.name);
    }
}

const INTRODUCTION: &str = "\
# Configuration

<!-- Generated from crates/config/src/keys.rs: UPDATE_DOCS=1 cargo test -p config -->

One TOML file (`siaga.toml`, or the one that `SIAGA_CONFIG` names) and a folder of runbooks. `siaga check` reads both and
reports all mistakes at once, each with file, line and column. [`examples/siaga.toml`](../examples/siaga.toml) shows every part in use.

- *Durations* are texts like `\"90s\"`, `\"5m\"` or `\"1h30m\"`. Days are refused: they are not all equally long.
- *Matchers* are Alertmanager's: `severity=\"critical\"`, `service!=\"search\"`, `service=~\"checkout|cart\"`, `env!~\"dev.*\"`.
  Regular expressions match the whole value, and a missing label is the empty text. Put a matcher in single quotes.
- *Time zones* are IANA names like `Asia/Jakarta`.
- *Channels* begin with `#`, *roles* with `@`; a Discord id in quotes works for both.
- Keys and tokens never stand in the file: it names the environment variable that holds them.
";

fn capital(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn code_brackets(title: &str) -> String {
    let Some(open) = title.find('[') else {
        return title.to_owned();
    };
    let close = title.rfind(']').map_or(title.len(), |at| at + 1);
    format!("{}`{}`{}", &title[..open], &title[open..close], &title[close..])
}
