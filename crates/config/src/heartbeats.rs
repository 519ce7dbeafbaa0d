//! Purpose: `[[heartbeats]]`: what must keep happening.

use domain::Labels;
use domain::heartbeat::Heartbeat;

use crate::checks::Names;
use crate::read::Value;
use crate::{Env, key_places, keys, values};

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
    let places = key_places::read(&table, env, "its beats will be refused");
    let labels = table.get("labels").map(labels).unwrap_or_default();
    let source = table.doc.source_ref(table.span);
    table.done();
    let severity = severity.and_then(|text| Some((text, values::sentence(text)?)));
    let (name, every, says, (text, severity)) = (name?, every?, says?, severity?);
    let heartbeat = Heartbeat { name, every, says, service, severity, runbook_url, keys: places, labels, source };
    if let Some(fixed) = heartbeat.fixed_severity() {
        names.require_severity(text, fixed);
    }
    Some(heartbeat)
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
