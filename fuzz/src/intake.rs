//! Purpose: targets of what senders write: payloads, expressions over them, lines of chat.

use std::sync::LazyLock;

use ::intake::clean;
use ::intake::json::Envelope;
use ::intake::{ChatLine, EmbedText, Parsed};
use domain::setup::{IntegrationKind, Setup};
use domain::{AlertReport, ChatChannelId, ChatMessageId, ChatUserId, IntegrationName};

use super::inert;
use super::world::{SETUP, now};

/// What a configuration must have besides its integrations.
const REST: &str = "[severities]\nSEV-4 = { means = \"none\", room = \"line\", page = false }\n[routing]\nrules = [{ match = [], severity = \"SEV-4\" }]\n";

/// A webhook of Alertmanager, or of Grafana.
pub fn alertmanager(data: &[u8]) {
    let name = IntegrationName::from("alertmanager");
    parsed(data, ::intake::alertmanager::parse(&name, data), 0);
    let grafana = domain::setup::Grafana { keys: Vec::new(), blind_severity: None };
    parsed(data, ::intake::grafana::parse(&name, &grafana, data), 0);
}

/// JSON of any shape. Before a line `===` stand expressions (`title = "body.name"`), without it the sample's are used.
pub fn json_mapping(data: &[u8]) {
    let (expressions, body) = split(data);
    let own;
    let setup = match expressions {
        None => &*SETUP,
        Some(expressions) => {
            let head = "version = 1\n[discord]\nincidents = \"#i\"\n[[integrations]]\nname = \"j\"\nkind = \"json\"\nkey_env = \"K\"\n";
            let Ok(loaded) = config::from_text("siaga.toml", &format!("{head}{expressions}\n{REST}"), &[]) else {
                return;
            };
            own = loaded.setup;
            &own
        }
    };
    let envelope = Envelope {
        headers: vec![("X-Event".to_owned(), expressions.unwrap_or("down").to_owned())],
        query: vec![("key".to_owned(), "hunter2".to_owned()), ("team".to_owned(), "@here".to_owned())],
    };
    for integration in &setup.integrations {
        if let IntegrationKind::Json(mapping) = &integration.kind {
            parsed(body, ::intake::json::parse(&integration.name, mapping, body, &envelope), 1);
        }
    }
}

/// A line in a watched channel. Before a line `===` stands a pattern, without it the sample's are used.
pub fn chat_line(data: &[u8]) {
    static SEVERE: LazyLock<Setup> =
        LazyLock::new(|| chat(r"(?s)(?P<severity>SEV-\d)?(?P<title>.*?)(?P<dedup_key>#\w+)?(?P<value>\d*)$").unwrap());
    let (pattern, text) = split(data);
    let text = String::from_utf8_lossy(text).into_owned();
    let own = pattern.and_then(chat);
    let line = ChatLine {
        embeds: vec![EmbedText {
            title: Some(text.chars().rev().collect()),
            description: Some(text.clone()),
            fields: vec![(text.clone(), text.clone())],
            url: Some(text.clone()),
            author: Some(text.clone()),
            footer: Some(text.clone()),
        }],
        author: text.clone(),
        text,
        channel: ChatChannelId(3),
        channel_name: Some("sre".to_owned()),
        parent: None,
        message: ChatMessageId(5),
        author_id: ChatUserId(7),
        user_name: "rina".to_owned(),
        by_bot: false,
        at: now(),
    };
    for integration in [&*SETUP, &SEVERE].into_iter().chain(&own).flat_map(|setup| &setup.integrations) {
        if let IntegrationKind::Chat(rule) = &integration.kind {
            ::intake::chat::read(rule, &integration.name, &line).iter().for_each(report);
        }
    }
}

fn chat(pattern: &str) -> Option<Setup> {
    let head = "version = 1\n[discord]\nincidents = \"#i\"\n[[integrations]]\nname = \"c\"\nkind = \"chat\"\nchannels = [\"#sre\"]\n";
    let loaded = config::from_text("siaga.toml", &format!("{head}match = '''{pattern}'''\n{REST}"), &[]);
    loaded.ok().map(|loaded| loaded.setup)
}

/// What stands before a line `===`, if there is one, and the rest.
pub fn split(data: &[u8]) -> (Option<&str>, &[u8]) {
    let mark = b"\n===\n";
    let at = data.windows(mark.len()).position(|window| window == mark);
    match at.and_then(|at| Some((at, std::str::from_utf8(&data[..at]).ok()?))) {
        Some((at, before)) => (Some(before), &data[at + mark.len()..]),
        None => (None, data),
    }
}

/// A body is taken, whole; what is no JSON is one report.
fn parsed(body: &[u8], parsed: Parsed, skipped: u64) {
    parsed.reports.iter().for_each(report);
    assert!(parsed.skipped <= skipped.max(::intake::json::ITEMS as u64));
    if parsed.not_json.is_some() {
        assert_eq!(parsed.reports.len(), 1, "a body that is no JSON is one report");
        assert!(serde_json::from_slice::<serde_json::Value>(body).is_err(), "JSON was not read");
    }
}

/// A report is clean and bounded, and is read from the journal as it was written.
pub fn report(report: &AlertReport) {
    inert::clean(&report.title, clean::TITLE_CHARS);
    assert!(!report.title.is_empty(), "an alert without a title");
    report.body.iter().for_each(|body| inert::clean(body, clean::BODY_CHARS + 1_000));
    report.value.iter().for_each(|value| inert::clean(value, clean::VALUE_CHARS));
    report.unmapped.iter().for_each(|raw| inert::clean(raw, clean::RAW_BYTES + 100));
    assert!(report.labels.len() <= clean::LABEL_COUNT);
    for (name, value) in &report.labels {
        inert::clean(name, clean::LABEL_NAME_CHARS);
        // It is matched as it was sent; whoever shows it makes it inert.
        assert!(!value.is_empty() && value.chars().count() <= clean::LABEL_VALUE_CHARS, "{name}: {value}");
    }
    let urls = report.links.iter().map(|link| &link.url).chain(&report.runbook_url);
    for url in urls {
        inert::clean(url, clean::URL_CHARS);
        let lower = url.to_lowercase();
        assert!(lower.starts_with("http://") || lower.starts_with("https://"), "{url}");
        assert!(!url.contains(['<', '>', ')', '(', ' ', '\n', '`']), "{url}");
    }
    assert!(!report.dedup_key.as_str().chars().any(inert::hides) && report.dedup_key.as_str().len() < 1_000);
    let text = serde_json::to_string(report).unwrap();
    assert_eq!(serde_json::from_str::<AlertReport>(&text).unwrap(), *report);
}
