//! Purpose: the page `docs/commands.md`, made from what is registered, so that it cannot say anything else.

use std::fmt::Write as _;

use serde_json::Value;

/// The reference of all commands, as Markdown.
#[must_use]
pub fn reference() -> String {
    let registration = crate::registration();
    let entries: Vec<&Value> = registration.as_array().map(|list| list.iter().collect()).unwrap_or_default();
    let mut page = String::from(
        "# Commands\n\nMade from the registered commands; `UPDATE_DOCS=1 cargo test -p commands` writes it anew.\n\n\
         Every command answers privately. In an incident's room a command means that incident; elsewhere, choose it \
         with `incident`.\nOptions in brackets may be left out. [security.md](security.md) says who may use which.\n\n## Slash commands\n",
    );
    for entry in entries.iter().filter(|entry| kind(entry) == SLASH) {
        command(&mut page, text(entry, "name"), entry);
    }
    page.push_str("\n## In the menu of a message (Apps)\n\n");
    for entry in entries.iter().filter(|entry| kind(entry) == MESSAGE_MENU) {
        let localized = entry["name_localizations"]["id"].as_str().unwrap_or_default();
        let _ = writeln!(page, "- **{}** (in Indonesian: {localized})", text(entry, "name"));
    }
    page
}

const SLASH: u64 = 1;
const MESSAGE_MENU: u64 = 3;
const SUBCOMMAND: u64 = 1;

fn command(page: &mut String, name: &str, entry: &Value) {
    let options: Vec<&Value> = entry["options"].as_array().map(|list| list.iter().collect()).unwrap_or_default();
    let (below, own): (Vec<&Value>, Vec<&Value>) = options.into_iter().partition(|option| option["type"] == SUBCOMMAND);
    if !below.is_empty() {
        for option in below {
            command(page, &format!("{name} {}", text(option, "name")), option);
        }
        return;
    }
    let usage: Vec<String> = own
        .iter()
        .map(|option| match option["required"] == true {
            true => format!(" {}", text(option, "name")),
            false => format!(" [{}]", text(option, "name")),
        })
        .collect();
    let _ = writeln!(page, "\n### `/{name}{}`\n\n{}.", usage.concat(), text(entry, "description"));
    if !own.is_empty() {
        page.push('\n');
    }
    for option in own {
        let choices: Vec<&str> =
            option["choices"].as_array().into_iter().flatten().map(|choice| text(choice, "name")).collect();
        let choices = if choices.is_empty() { String::new() } else { format!(" ({})", choices.join(", ")) };
        let _ = writeln!(page, "- `{}`: {}{choices}", text(option, "name"), text(option, "description"));
    }
}

fn kind(entry: &Value) -> u64 {
    entry["type"].as_u64().unwrap_or(SLASH)
}

fn text<'a>(entry: &'a Value, field: &str) -> &'a str {
    entry[field].as_str().unwrap_or_default()
}
