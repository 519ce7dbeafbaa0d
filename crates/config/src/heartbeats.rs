//! Purpose: `[[heartbeats]]`: what must keep happening.

use domain::Labels;
use domain::heartbeat::Heartbeat;

use crate::checks::Names;
use crate::read::{Text, Value};
use crate::{Env, keys, values};

/// Labels that the heartbeat's own keys give.
const OWN_LABELS: [&str; 4] = ["alertname", "heartbeat", "service", "severity"];

/// Reads one heartbeat.
pub(crate) fn read(value: Value<'_>, names: &Names<'_>, env: Env<'_>) -> Option<Heartbeat> {
    let table = value.table(&keys::HEARTBEAT)?;
    let name = table.required("name", values::address_name);
    let every = table.required("every", |text| values::duration(text, "10s", "168h"));
    let says = table.required("says", values::sentence);
    let service = table.optional("service", |text| {
        names.check_service(text);
        values::sentence(text)
    });
    let severity = table.text_or_default("severity");
    let runbook_url = table.optional("runbook", values::url);
    let key_env = table.optional("key_env", |text| key_variable(text, env, "its beats will be refused"));
    let labels = table.get("labels").map(labels).unwrap_or_default();
    let source = table.doc.source_ref(table.span);
    table.done();
    let severity = severity.and_then(|text| Some((text, values::sentence(text)?)));
    let (name, every, says, (text, severity)) = (name?, every?, says?, severity?);
    let heartbeat = Heartbeat { name, every, says, service, severity, runbook_url, key_env, labels, source };
    if let Some(fixed) = heartbeat.fixed_severity() {
        names.require_severity(text, fixed);
    }
    Some(heartbeat)
}

/// The variable that holds a key; one that nobody has set is a warning that says what follows.
pub(crate) fn key_variable(text: Text<'_>, env: Env<'_>, follows: &str) -> Option<String> {
    let key_env = values::variable(text)?;
    if env.is_some_and(|env| env(&key_env).is_none_or(|value| value.trim().is_empty())) {
        text.doc
            .warning(text.span, format!("the environment variable {key_env} is not set: {follows}"))
            .help("set it to a long random text, here and in the sender");
    }
    Some(key_env)
}

fn labels(value: Value<'_>) -> Labels {
    let mut labels = Labels::new();
    for (name, value) in value.entries().unwrap_or_default() {
        if OWN_LABELS.contains(&name.text) {
            let help = match name.text {
                "service" | "severity" => format!("write `{}` beside `labels`", name.text),
                _ => "its value is the heartbeat's name".to_owned(),
            };
            name.error(format!("the label `{}` is given by the heartbeat itself", name.text)).help(help);
        } else if let Some(text) = value.text().and_then(values::sentence) {
            labels.insert(name.text.to_owned(), text);
        }
    }
    labels
}
