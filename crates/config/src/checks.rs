//! Purpose: what no single section can know: names that do not exist, rules that never match, pages that reach nobody.

use std::collections::BTreeMap;

use domain::setup::{Routing, RoutingRule};
use domain::{Matcher, Severity};

use crate::did_you_mean;
use crate::paging;
use crate::places::Doc;
use crate::read::{Table, Text, Value};
use crate::sections::Draft;

/// Names of one kind that the file declares, also where the rest of the declaration is wrong.
#[derive(Default)]
pub(crate) struct Declared<'a>(Vec<Text<'a>>);

/// Names that the file declares.
pub(crate) struct Names<'a> {
    pub(crate) people: Declared<'a>,
    pub(crate) schedules: Declared<'a>,
    pub(crate) escalations: Declared<'a>,
    services: Declared<'a>,
    severities: Vec<Severity>,
}

impl<'a> Names<'a> {
    /// Looks at the names only and reports those given twice.
    pub(crate) fn collect(root: &Table<'a>) -> Self {
        let keys = |name| {
            let entries = root.get(name).filter(|value| value.is_table()).and_then(Value::entries);
            entries.unwrap_or_default().into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        let named = |name, what: &str| {
            let list = root.get(name).filter(|value| value.is_list()).and_then(Value::list).unwrap_or_default();
            let names: Vec<Text<'a>> = list.into_iter().filter_map(|value| value.peek("name")).collect();
            report_twice(&names, what);
            Declared(names)
        };
        named("integrations", "integration");
        named("heartbeats", "heartbeat");
        Self {
            people: Declared(keys("people")),
            schedules: named("schedules", "schedule"),
            escalations: named("escalations", "escalation"),
            services: named("services", "service"),
            severities: keys("severities").into_iter().filter_map(|name| name.text.parse().ok()).collect(),
        }
    }

    /// A dependent may be a business unit that is nowhere declared; one that looks like a service's name is probably
    /// meant to be that service.
    pub(crate) fn check_dependent(&self, dependent: Text<'_>, service: Option<&str>) {
        if Some(dependent.text) == service {
            dependent.doc.warning(dependent.span, "a service does not depend on itself");
        } else if !self.services.has(dependent.text)
            && let Some(known) = did_you_mean(dependent.text, self.services.names())
        {
            dependent
                .doc
                .warning(dependent.span, format!("no service is named `{}`", dependent.text))
                .help(format!("did you mean \"{known}\"? A business unit may have any name"));
        }
    }

    /// An alert may be of a service that is nowhere declared; one that looks like a declared one is probably that.
    pub(crate) fn check_service(&self, service: Text<'_>) {
        if !self.services.has(service.text)
            && let Some(known) = did_you_mean(service.text, self.services.names())
        {
            service
                .doc
                .warning(service.span, format!("no service is named `{}`", service.text))
                .help(format!("did you mean \"{known}\"?"));
        }
    }

    /// Reports a severity that `[severities]` does not describe.
    pub(crate) fn require_severity(&self, text: Text<'_>, severity: Severity) {
        if !self.severities.is_empty() && !self.severities.contains(&severity) {
            text.error(format!("{severity} is not described in [severities]"))
                .help(format!("add {severity} = {{ means = \"...\", room = \"thread\", page = false }}"));
        }
    }
}

impl Declared<'_> {
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names().any(|known| known == name)
    }

    /// True if the name is declared; otherwise reports it, with the nearest one.
    pub(crate) fn require(&self, name: Text<'_>, what: &str, section: &str) -> bool {
        let known = self.has(name.text);
        if !known {
            let help = match (did_you_mean(name.text, self.names()), self.0.len()) {
                (Some(near), _) => format!("did you mean \"{near}\"?"),
                (None, 0) => format!("declare it in {section}"),
                (None, 1..=8) => {
                    format!("known: {}; or declare it in {section}", self.names().collect::<Vec<_>>().join(", "))
                }
                (None, _) => format!("declare it in {section}"),
            };
            name.error(format!("no {what} is named `{}`", name.text)).help(help);
        }
        known
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|name| name.text)
    }
}

fn report_twice(names: &[Text<'_>], what: &str) {
    let mut first = BTreeMap::new();
    for name in names {
        match first.get(name.text) {
            Some(span) => {
                let line = name.doc.line(*span);
                name.error(format!("a second {what} is named `{}`", name.text))
                    .help(format!("the first is in line {line}"));
            }
            None => {
                first.insert(name.text, name.span);
            }
        }
    }
}

/// Everything that needs more than one section.
pub(crate) fn across(doc: &Doc<'_>, draft: &Draft, names: &Names<'_>) {
    pages_reach_somebody(doc, draft, names);
    every_rule_can_match(doc, draft);
    every_service_can_match(doc, draft);
    every_policy_is_used(doc, draft, names);
    paging::somebody_is_paged(doc, draft);
}

fn pages_reach_somebody(doc: &Doc<'_>, draft: &Draft, names: &Names<'_>) {
    let Some((routing, routing_span)) = &draft.routing else {
        return;
    };
    let Some((worst, _)) = draft.severities.iter().find(|(_, (plan, _))| plan.page) else {
        return;
    };
    if routing.escalation.is_some() {
        return;
    }
    let policy = names.escalations.names().next();
    let help = |place: &str| match policy {
        Some(policy) => format!("add `escalation = \"{policy}\"` to {place}"),
        None => format!("describe whom to page in [[escalations]] and add `escalation = \"...\"` to {place}"),
    };
    doc.error(*routing_span, format!("a {worst} alert without a service would page nobody")).help(help("[routing]"));
    for (service, span) in draft.services.iter().filter(|(service, _)| service.escalation.is_none()) {
        doc.error(*span, format!("a {worst} alert of {} would page nobody", service.name))
            .help(help("this service or to [routing]"));
    }
}

fn every_rule_can_match(doc: &Doc<'_>, draft: &Draft) {
    let Some((routing, routing_span)) = &draft.routing else {
        return;
    };
    for (index, (rule, span)) in routing.rules.iter().zip(&draft.rules).enumerate() {
        let earlier = routing.rules[..index].iter().find(|earlier| covers(&earlier.matchers, &rule.matchers));
        if let Some((one, other)) = contradiction(&rule.matchers) {
            doc.warning(*span, "this rule can never match")
                .help(format!("no alert has {one} and {other}; write two rules, or one with =~"));
        } else if let Some(earlier) = earlier {
            let what = if earlier.matchers.is_empty() { "everything" } else { "all of its alerts" };
            doc.warning(*span, "this rule can never match")
                .help(format!("the rule in line {} matches {what}; put the narrower rule first", earlier.source.line));
        }
    }
    if !routing.rules.iter().any(|rule| rule.matchers.is_empty()) {
        doc.warning(*routing_span, "no rule is for the rest: an alert that no rule matches gets SEV-3")
            .help("end the list with { match = [], severity = \"SEV-4\" }");
    }
}

fn every_service_can_match(doc: &Doc<'_>, draft: &Draft) {
    for (index, (service, span)) in draft.services.iter().enumerate() {
        let mut earlier = draft.services[..index].iter().map(|(service, _)| service);
        let earlier =
            earlier.find(|earlier| !earlier.matchers.is_empty() && covers(&earlier.matchers, &service.matchers));
        if let Some(earlier) = earlier.filter(|earlier| earlier.name != service.name) {
            doc.warning(*span, format!("no alert can be of {}", service.name)).help(format!(
                "{} stands earlier and takes all of its alerts; put the narrower service first",
                earlier.name
            ));
        }
    }
}

fn every_policy_is_used(doc: &Doc<'_>, draft: &Draft, names: &Names<'_>) {
    let Some((routing, _)) = &draft.routing else {
        return;
    };
    let of_services = draft.services.iter().filter_map(|(service, _)| service.escalation.as_deref());
    let used: Vec<&str> = of_services.chain(routing.escalation.as_deref()).collect();
    if used.iter().any(|name| !names.escalations.has(name)) {
        return; // A mistyped name is reported already; it may mean the one that seems unused.
    }
    for name in names.escalations.0.iter().filter(|name| !used.contains(&name.text)) {
        doc.warning(name.span, format!("nothing uses the escalation `{}`", name.text))
            .help("name it in a service or in [routing], or remove it");
    }
}

/// Rules that can match, in order: neither takes an earlier one all of their alerts, nor do they contradict themselves.
pub(crate) fn rules_that_match(routing: &Routing) -> impl Iterator<Item = &RoutingRule> {
    routing.rules.iter().enumerate().filter_map(|(index, rule)| {
        let covered = routing.rules[..index].iter().any(|earlier| covers(&earlier.matchers, &rule.matchers));
        (!covered && contradiction(&rule.matchers).is_none()).then_some(rule)
    })
}

/// True when every alert that `narrow` takes was taken by `wide`: each condition of `wide` follows from one of `narrow`.
fn covers(wide: &[Matcher], narrow: &[Matcher]) -> bool {
    wide.iter().all(|matcher| narrow.iter().any(|narrow| matcher.follows_from(narrow)))
}

/// Two conditions that no alert satisfies both: one label with two values.
fn contradiction(matchers: &[Matcher]) -> Option<(&Matcher, &Matcher)> {
    let values = || matchers.iter().filter_map(|matcher| Some((matcher, matcher.only_value()?)));
    values().find_map(|(one, value)| {
        let other = values().find(|(other, known)| other.label() == one.label() && *known != value)?;
        Some((one, other.0))
    })
}
