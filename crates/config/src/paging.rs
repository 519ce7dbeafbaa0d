//! Purpose: a file that is whole and pages nobody: severities that nothing reaches, people whom no way reaches.
//!
//! That a severity pages where no escalation is named is an error, in `checks`. Here are the quiet ways to the same night.

use std::collections::BTreeSet;

use domain::routing::UNMATCHED;
use domain::setup::{IntegrationKind, PageTarget};
use domain::{PersonId, Severity};

use crate::checks::rules_that_match;
use crate::places::Doc;
use crate::sections::Draft;

/// Warns of everything that keeps a page from being made, or from reaching anybody.
pub(crate) fn somebody_is_paged(doc: &Doc<'_>, draft: &Draft) {
    if doc.has_errors() {
        return; // What could not be read may be just what pages somebody.
    }
    let pages: Vec<Severity> =
        draft.severities.iter().filter(|(_, (plan, _))| plan.page).map(|(severity, _)| *severity).collect();
    let come = severities_of_alerts(draft);
    if pages.is_empty() {
        doc.warning(draft.severities_span, "no severity pages anybody: whatever happens, nobody is woken")
            .unpaged()
            .help("set page = true at the worst ones, and say in [[escalations]] whom to page");
    } else if !pages.iter().any(|severity| come.contains(severity)) {
        let names: Vec<&str> = pages.iter().map(|severity| severity.label()).collect();
        let (names, verb) = (names.join(", "), if pages.len() == 1 { "pages" } else { "page" });
        doc.warning(
            draft.severities_span,
            format!("no alert pages anybody: only {names} {verb}, and no rule gives that"),
        )
        .unpaged()
        .help(format!("let a rule give it: {{ match = ['severity=\"critical\"'], severity = \"{}\" }}", pages[0]));
    }
    every_severity_comes(doc, draft, &come);
    everybody_is_reached(doc, draft);
}

/// Severities that an alert can get: by a rule, by its sender, or because nothing says which.
fn severities_of_alerts(draft: &Draft) -> BTreeSet<Severity> {
    let mut come: BTreeSet<Severity> = draft.heartbeats.iter().filter_map(|one| one.fixed_severity()).collect();
    if let Some((routing, _)) = &draft.routing {
        come.extend(rules_that_match(routing).map(|rule| rule.severity));
        if !routing.rules.iter().any(|rule| rule.matchers.is_empty()) {
            come.insert(UNMATCHED);
        }
    }
    for integration in &draft.integrations {
        match &integration.kind {
            IntegrationKind::Chat(rule) => {
                come.extend(rule.severity);
                if rule.pattern.capture_names().flatten().any(|name| name == "severity") {
                    come.extend(Severity::ALL);
                }
            }
            // A payload of an unknown shape is shown as this.
            IntegrationKind::Alertmanager { .. } | IntegrationKind::Grafana(_) | IntegrationKind::Json(_) => {
                come.insert(UNMATCHED);
            }
        }
    }
    come
}

fn every_severity_comes(doc: &Doc<'_>, draft: &Draft, come: &BTreeSet<Severity>) {
    for (severity, (plan, span)) in &draft.severities {
        if come.contains(severity) || draft.triage_names.contains(severity) {
            continue;
        }
        let warning = doc.warning(*span, format!("no alert gets {severity}: no rule, heartbeat or chat rule gives it"));
        let warning = if plan.page { warning.unpaged() } else { warning };
        warning.help(format!(
            "add a rule to [routing] that gives {severity}; if only people choose it, name it in [triage]; or remove it"
        ));
    }
}

/// Everybody who is in a schedule or a step.
fn in_use(draft: &Draft) -> BTreeSet<&PersonId> {
    let steps = draft.escalations.values().flat_map(|policy| &policy.steps).flat_map(|step| &step.targets);
    let ends = draft.escalations.values().filter_map(|policy| policy.at_end.as_ref()?.page.as_ref()).flatten();
    let named = steps.chain(ends).filter_map(|target| match target {
        PageTarget::Person(person) => Some(person),
        PageTarget::OnCall(_) => None,
    });
    draft.schedules.values().flat_map(|schedule| &schedule.people).chain(named).collect()
}

fn everybody_is_reached(doc: &Doc<'_>, draft: &Draft) {
    let used = in_use(draft);
    for (person, (span, why)) in draft.unreached.iter().filter(|(person, _)| used.contains(person)) {
        doc.warning(*span, format!("no page reaches {person}: {why}"))
            .unpaged()
            .help("set what is missing, or add { by = \"mention\" } to `contact`");
    }
}
