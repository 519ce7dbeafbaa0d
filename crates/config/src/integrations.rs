//! Purpose: `[[integrations]]`: who may send alerts, and the rules over chat lines.

use domain::IntegrationName;
use domain::setup::{ChatAuthor, ChatName, ChatRule, Grafana, Integration, IntegrationKind};
use regex::Regex;

use crate::checks::Names;
use crate::read::{Text, Value};
use crate::{Env, did_you_mean, key_places, keys, mapping, values};

const KINDS: [&str; 4] = ["alertmanager", "grafana", "json", "chat"];

/// Reads one integration; the key `kind` says which other keys it has.
pub(crate) fn read(value: Value<'_>, names: &Names<'_>, env: Env<'_>) -> Option<Integration> {
    let kind = value.peek("kind").map(|kind| kind.text);
    let section = match kind {
        Some("chat") => &keys::CHAT,
        Some("alertmanager") => &keys::ALERTMANAGER,
        Some("grafana") => &keys::GRAFANA,
        Some("json") => &keys::JSON,
        Some(_) | None => return unknown(value),
    };
    let table = value.table(section)?;
    let name = table.required("name", own_name);
    table.need("kind");
    let kind = if kind == Some("chat") {
        let channels = table.need("channels");
        if let Some(list) = channels.filter(|list| list.list_is_empty()) {
            list.doc.error(list.span, "this rule watches no channel").help("add one: [\"#support\"]");
        }
        let channels = channels.map(Value::texts).unwrap_or_default().into_iter().filter_map(values::channel).collect();
        let pattern = table.required("match", |text| Some((text, values::pattern(text)?)));
        let title = table.optional("title", |text| title(text, pattern.as_ref().map(|(_, regex)| regex)));
        let severity = table.optional("severity", |text| {
            let severity = values::severity(text)?;
            names.require_severity(text, severity);
            Some(severity)
        });
        let candidate = table.boolean_or_default("candidate");
        let resolved_words = table.texts_or_default("resolved").into_iter().filter_map(values::sentence);
        let resolved_words = resolved_words.map(|word| word.to_lowercase()).collect();
        let threads = table.boolean_or_default("threads");
        let authors = table.get("authors");
        if let Some(list) = authors.filter(|list| list.list_is_empty()) {
            list.doc.error(list.span, "nobody's lines count for this rule").help("leave `authors` out: everybody's do");
        }
        let authors = authors.map(Value::texts).unwrap_or_default().into_iter().filter_map(author).collect();
        pattern.map(|(text, pattern)| {
            check_pattern(text, &pattern, table.get("resolved"));
            IntegrationKind::Chat(ChatRule {
                channels,
                pattern,
                title,
                severity,
                candidate,
                resolved_words,
                threads,
                authors,
            })
        })
    } else {
        let keys = key_places::read(&table, env, "its alerts will be refused");
        if keys.is_empty() && table.get("key_file").is_none() {
            table.need("key_env");
        }
        match kind {
            Some("json") => mapping::read(&table, keys).map(IntegrationKind::Json),
            Some("grafana") => {
                let blind_severity = table.optional("blind_severity", values::sentence);
                (!keys.is_empty()).then_some(IntegrationKind::Grafana(Grafana { keys, blind_severity }))
            }
            _ => (!keys.is_empty()).then_some(IntegrationKind::Alertmanager { keys }),
        }
    };
    let resolves = table.get("resolves").and_then(Value::boolean);
    let resolve_after = table.optional("resolve_after", |text| values::duration(text, "1m", "720h"));
    let source = table.doc.source_ref(table.span);
    table.done();
    let integration = Integration { name: IntegrationName(name?), kind: kind?, resolves, resolve_after, source };
    if let Some(value) = value.peek("resolve_after").filter(|_| integration.tells_ends()) {
        value
            .doc
            .warning(value.span, "`resolve_after` has no effect: this sender says when an alert is over")
            .help("write `resolves = false` if it never does");
    }
    Some(integration)
}

/// Whose lines count: `bots`, a role with its `@`, an id, or a user name.
fn author(text: Text<'_>) -> Option<ChatAuthor> {
    let name = text.text.trim();
    if name == "bots" {
        return Some(ChatAuthor::Bots);
    }
    if name.starts_with('@') {
        return values::role(text).map(|role| match role {
            ChatName::Id(id) => ChatAuthor::Id(id),
            ChatName::Name(name) => ChatAuthor::Role(name),
        });
    }
    // Bots have names that no person can have, so whatever it is may be one.
    let id = Some(name).filter(|name| name.len() >= 15 && name.chars().all(|c| c.is_ascii_digit()));
    match id.and_then(|id| id.parse().ok()) {
        Some(id) => Some(ChatAuthor::Id(id)),
        None => values::sentence(text).map(ChatAuthor::User),
    }
}

/// The name of an integration; one is taken.
fn own_name(text: Text<'_>) -> Option<String> {
    let name = values::address_name(text)?;
    if name == domain::heartbeat::INTEGRATION {
        text.error("`heartbeat` is the name under which [[heartbeats]] report")
            .help("give the integration another name");
        return None;
    }
    Some(name)
}

/// Reports a kind that is missing or unknown; which other keys there may be depends on it.
fn unknown(value: Value<'_>) -> Option<Integration> {
    if let Some(name) = value.peek("name") {
        values::address_name(name);
    }
    let known = "alertmanager, grafana, json or chat";
    match value.peek("kind") {
        Some(kind) => kind.error(format!("`{}` is not a kind of integration", kind.text)).help(
            match did_you_mean(kind.text, KINDS) {
                Some(kind) => format!("did you mean \"{kind}\"?"),
                None => format!("the kind is {known}"),
            },
        ),
        None => {
            value.doc.error(value.span, "[[integrations]] lacks `kind` (a text)").help(format!("the kind is {known}"));
        }
    }
    None
}

/// Every `{group}` of the title must be a named group of the expression.
fn title(text: Text<'_>, pattern: Option<&Regex>) -> Option<String> {
    let mut rest = 0;
    while let Some(open) = text.text[rest..].find('{').map(|at| rest + at) {
        let Some(close) = text.text[open..].find('}').map(|at| open + at) else {
            text.doc.error(text.part(open, open + 1), "this brace is not closed");
            return None;
        };
        let group = &text.text[open + 1..close];
        let names = || pattern.into_iter().flat_map(|regex| regex.capture_names().flatten());
        if pattern.is_some() && !names().any(|name| name == group) {
            let help = match did_you_mean(group, names()) {
                Some(name) => format!("did you mean `{{{name}}}`?"),
                None => format!("name it there: (?P<{group}>...)"),
            };
            text.doc.error(text.part(open, close + 1), format!("`match` has no group named `{group}`")).help(help);
        }
        rest = close + 1;
    }
    values::sentence(text)
}

fn check_pattern(text: Text<'_>, pattern: &Regex, resolved: Option<Value<'_>>) {
    if pattern.is_match("") {
        text.doc
            .warning(text.span, "this expression matches every line, the empty one too")
            .help("anchor it or ask for a word that only alerts have");
    }
    if let Some(resolved) = resolved
        && !pattern.capture_names().flatten().any(|name| name == "status")
    {
        resolved
            .doc
            .warning(resolved.span, "`resolved` has no effect: `match` has no group named `status`")
            .help("name the word that tells: (?P<status>...)");
    }
}
