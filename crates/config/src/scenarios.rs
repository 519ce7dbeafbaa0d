//! Purpose: scenarios: TOML files into what happens in a drill or in the demo.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::scenario::{DemoAct, DemoPerson, DemoStep, Scenario, ScriptedAlert, ScriptedMessage};
use domain::setup::ChatName;
use domain::{Labels, Severity};

use crate::did_you_mean;
use crate::places::{Doc, Span};
use crate::read::{self, Table, Text, Value};
use crate::sections::Draft;
use crate::{keys, values};

/// Names of the configuration that a scenario may mention.
#[derive(Default)]
pub(crate) struct Known<'a> {
    pub(crate) services: Vec<&'a str>,
    pub(crate) severities: Vec<Severity>,
}

impl<'a> Known<'a> {
    pub(crate) fn of(draft: &'a Draft) -> Self {
        Self {
            services: draft.services.iter().map(|(service, _)| service.name.as_str()).collect(),
            severities: draft.severities.keys().copied().collect(),
        }
    }

    fn service(&self, text: Text<'_>) -> Option<String> {
        if !self.services.contains(&text.text) {
            text.error(format!("no service is named `{}`", text.text)).maybe_help(
                match did_you_mean(text.text, self.services.iter().copied()) {
                    Some(near) => Some(format!("did you mean \"{near}\"?")),
                    None if self.services.is_empty() => Some("declare it in [[services]]".to_owned()),
                    None => Some(format!("known: {}", self.services.join(", "))),
                },
            );
            return None;
        }
        Some(text.text.to_owned())
    }

    fn severity(&self, text: Text<'_>) -> Option<Severity> {
        let severity = values::severity(text)?;
        if !self.severities.is_empty() && !self.severities.contains(&severity) {
            text.error(format!("{severity} is not described in [severities]"));
            return None;
        }
        Some(severity)
    }
}

/// Reads one file.
pub(crate) fn read(doc: &Doc<'_>, known: &Known<'_>) -> Option<Scenario> {
    let tree = read::parse(doc, doc.text, 0)?;
    let whole = Span { start: 0, end: 0 };
    let table = Table::open(doc, &tree, whole, 0, &keys::SCENARIO);
    let title = table.required("title", values::sentence);
    let scenario = Scenario {
        name: doc.stem().to_owned(),
        title: title.clone().unwrap_or_default(),
        about: table.optional("about", values::sentence),
        service: table.optional("service", |text| known.service(text)),
        severity: table.optional("severity", |text| known.severity(text)),
        alerts: tables(&table, "alerts").filter_map(alert).collect(),
        messages: tables(&table, "messages").filter_map(message).collect(),
        demo: steps(&table),
    };
    table.done();
    if scenario.alerts.is_empty() && scenario.messages.is_empty() && title.is_some() {
        doc.warning(whole, format!("nothing happens in the scenario `{}`", scenario.name))
            .help("add [[alerts]] or [[messages]]");
    }
    title.map(|_| scenario)
}

fn tables<'a>(table: &Table<'a>, name: &'static str) -> impl Iterator<Item = Value<'a>> + use<'a> {
    table.get(name).map(Value::tables).unwrap_or_default().into_iter()
}

/// A time from the beginning.
fn moment(text: Text<'_>) -> Option<Duration> {
    values::duration(text, "0s", "24h")
}

fn moments(value: Value<'_>) -> Vec<(Duration, Span)> {
    let texts = value.one_or_more().into_iter();
    texts.filter_map(|text| moment(text).map(|at| (at, text.span))).collect()
}

fn alert(value: Value<'_>) -> Option<ScriptedAlert> {
    let table = value.table(&keys::SCENARIO_ALERT)?;
    let (name, title) = (table.required("name", values::sentence), table.required("title", values::sentence));
    let labels = table.get("labels").map(texts).unwrap_or_default();
    let fires = table.need("fires").map(moments);
    let resolves = table.get("resolves").map(moments).unwrap_or_default();
    let default = table.default("copies").parse().unwrap_or(1);
    let copies = table.get("copies").and_then(|value| value.number(1, 5)).unwrap_or(default);
    let (text, shown) = (table.optional("text", values::sentence), table.optional("value", values::sentence));
    let (doc, span) = (table.doc, table.span);
    table.done();
    let (name, title, fires) = (name?, title?, fires?);
    let first = fires.iter().map(|(at, _)| *at).min();
    if first.is_none() {
        doc.error(span, format!("the alert `{name}` never fires")).help("write fires = \"0s\"");
    }
    for (at, place) in &resolves {
        if first.is_some_and(|first| *at <= first) {
            doc.error(*place, format!("the alert `{name}` is over before it fires"));
        }
    }
    let labels = labels.into_iter().chain([("alertname".to_owned(), name.clone())]).collect::<Labels>();
    let only = |moments: Vec<(Duration, Span)>| moments.into_iter().map(|(at, _)| at).collect();
    let (fires, resolves) = (only(fires), only(resolves));
    Some(ScriptedAlert { name, title, text, value: shown, labels, fires, resolves, copies })
}

fn message(value: Value<'_>) -> Option<ScriptedMessage> {
    let table = value.table(&keys::SCENARIO_MESSAGE)?;
    let at = table.required("at", moment);
    let by = table.required("by", values::sentence);
    let channel = table.required("channel", |text| match values::channel(text)? {
        ChatName::Name(name) => Some(name),
        ChatName::Id(_) => {
            text.error("a scenario names channels, so that it fits every server").help("write it like \"#support\"");
            None
        }
    });
    let says = table.required("says", values::sentence);
    table.done();
    Some(ScriptedMessage { at: at?, by: by?, channel: channel?, says: says? })
}

fn steps(table: &Table<'_>) -> Vec<DemoStep> {
    let mut steps: Vec<DemoStep> = Vec::new();
    for value in tables(table, "demo") {
        let Some((step, span)) = step(value) else { continue };
        if steps.last().is_some_and(|last| last.at > step.at) {
            value.doc.error(span, "this is earlier than the step before it").help("write the steps in their order");
        }
        steps.push(step);
    }
    steps
}

fn step(value: Value<'_>) -> Option<(DemoStep, Span)> {
    let table = value.table(&keys::SCENARIO_DEMO)?;
    let at = table.required("at", moment);
    let place = table.get("at").map_or(table.span, |value| value.span);
    let tell = table.optional("tell", values::sentence);
    let who = table.optional("who", values::sentence);
    let who = who.map(|name| if name == "paged" { DemoPerson::Paged } else { DemoPerson::Named(name) });
    let press = table.optional("press", values::sentence).map(DemoAct::Press);
    let labels = table.get("choose").map(Value::one_or_more).unwrap_or_default();
    let labels: Vec<String> = labels.into_iter().filter_map(values::sentence).collect();
    let given = table.get("menu");
    let menu = table.optional("menu", values::sentence);
    if let (true, Some(given)) = (labels.is_empty(), given) {
        given.doc.error(given.span, "nothing is chosen in this menu").help("add `choose = \"...\"`");
    }
    let choose = (!labels.is_empty()).then_some(DemoAct::Choose { menu, labels });
    let slash = table.optional("slash", values::sentence);
    let given = table.get("options");
    let options = given.map(texts).unwrap_or_default();
    if let (None, Some(given)) = (&slash, given) {
        given.doc.error(given.span, "`options` belong to a command").help("add `slash = \"note\"`");
    }
    let slash = slash.map(|command| DemoAct::Slash { command: command.trim_start_matches('/').to_owned(), options });
    let acts: Vec<DemoAct> = [press, choose, slash].into_iter().flatten().collect();
    let form = table.get("form").map(Value::texts).unwrap_or_default();
    let form: Vec<String> = form.into_iter().map(|text| text.text.to_owned()).collect();
    let incident = table.get("incident").and_then(|value| value.number(1, 1_000));
    let yours = table.boolean_or_default("yours");
    let (doc, span) = (table.doc, table.span);
    table.done();
    if acts.len() > 1 {
        doc.error(span, "one step does one thing").help("write a second [[demo]] with the same `at`");
    } else if !acts.is_empty() && who.is_none() {
        doc.error(span, "nobody does this").help("add `who = \"budi\"`");
    } else if acts.is_empty() && (tell.is_none() || who.is_some() || !form.is_empty()) {
        doc.error(span, "nothing is done here").help("add `press`, `choose` or `slash`, or only `tell`");
    }
    let step = DemoStep { at: at?, tell, who, act: acts.into_iter().next(), form, incident, yours };
    Some((step, place))
}

fn texts(value: Value<'_>) -> BTreeMap<String, String> {
    let entries = value.entries().unwrap_or_default().into_iter();
    entries.filter_map(|(name, value)| Some((name.text.to_owned(), value.text()?.text.to_owned()))).collect()
}
