//! Purpose: suggestions while people type. They are hints: every command checks again what it was given.

use std::sync::Arc;

use discord::actor::Asker;
use discord::data::Context;
use domain::{Actor, Incident, Setup};
use serenity::builder::{AutocompleteChoice, CreateAutocompleteResponse};

/// Suggestions Discord shows. Source: Discord docs, "Autocomplete".
const MOST: usize = 25;
/// Recent incidents that are looked at for suggestions.
const LOOKED_AT: u32 = 100;
/// Characters of a suggestion and of its value.
const LONGEST: usize = 100;

/// Whoever types; none when Discord does not know them.
async fn actor(cx: Context<'_>) -> Option<Actor> {
    cx.framework.user_data.actor(&Asker::from(cx.interaction)).await.ok()
}

/// The configuration, for whoever may read it; nothing is suggested to others.
pub(crate) async fn configuration(cx: Context<'_>) -> Option<Arc<Setup>> {
    let by = actor(cx).await?;
    cx.framework.user_data.engine.reader(&by).configuration().ok()
}

/// What stands for all that waits for whoever types.
pub(crate) const ALL: &str = "all";

/// All that waits for whoever types, if that are several; then as [`incidents`].
pub(crate) async fn incidents_to_take(cx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let Some(by) = actor(cx).await else { return nothing() };
    let open = cx.framework.user_data.engine.reader(&by).open_incidents();
    let waits = |incident: &&Arc<Incident>| by.person.as_ref().is_some_and(|person| incident.waits_for(person, None));
    let count = open.iter().filter(waits).count();
    let language = cx.framework.user_data.language(&Asker::from(cx.interaction));
    let all = (count > 1).then(|| (words::all_choice(count, language), ALL.to_owned()));
    response(partial, all.into_iter().chain(choices(cx, &by)))
}

/// Open incidents, newest first: `INC-8 · SEV-1 · Checkout errors`.
pub(crate) async fn incidents(cx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let Some(by) = actor(cx).await else { return nothing() };
    response(partial, choices(cx, &by))
}

fn choices(cx: Context<'_>, by: &Actor) -> Vec<(String, String)> {
    let engine = &cx.framework.user_data.engine;
    let mut open = engine.reader(by).open_incidents();
    open.sort_by_key(|incident| std::cmp::Reverse(incident.id));
    let drill = words::drill_mark(engine.setup().language);
    let choices = open.iter().map(|incident| {
        let title = match incident.drill {
            Some(_) => format!("{drill} · {}", incident.title),
            None => incident.title.clone(),
        };
        (words::incident_choice(incident.id, incident.severity, &title), incident.id.label())
    });
    choices.collect()
}

/// Incidents open or over, newest first, or those with the words typed so far.
pub(crate) async fn all_incidents(cx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let Some(by) = actor(cx).await else { return nothing() };
    let reader = cx.framework.user_data.engine.reader(&by);
    // What cannot be read is only a suggestion that is missing.
    let found = reader.list(engine::IncidentFilter::Recent, Some(partial), 25).await.unwrap_or_default();
    let choices =
        found.iter().map(|line| (words::incident_choice(line.id, line.severity, &line.title), line.id.label()));
    // The engine has looked for the words already, also where they do not show.
    response("", choices)
}

/// Incidents that are over and may be opened again, newest first. Merged ones go on elsewhere.
pub(crate) async fn finished_incidents(cx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let Some(by) = actor(cx).await else { return nothing() };
    let reader = cx.framework.user_data.engine.reader(&by);
    let lines = reader.list(engine::IncidentFilter::Recent, None, LOOKED_AT).await.unwrap_or_default();
    let mut choices = Vec::new();
    for line in lines {
        // Suggestions are a help: what cannot be read is left out, and the command still knows it by its number.
        let Ok(incident) = reader.incident(line.id).await else { continue };
        if !incident.status.is_open() && incident.merged_into.is_none() {
            let shown = words::incident_choice(incident.id, incident.severity, &incident.title);
            choices.push((shown, incident.id.label()));
        }
    }
    response(partial, choices)
}

/// Alerts of the last reports, the one heard of last first; the value is the number of that report.
pub(crate) async fn alerts(cx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let Some(by) = actor(cx).await else { return nothing() };
    let found = cx.framework.user_data.engine.reader(&by).heard_alerts(partial).await.unwrap_or_default();
    let choices =
        found.iter().map(|alert| (words::alert_choice(&alert.title, &alert.integration), format!("#{}", alert.report)));
    // The store has looked for the words already.
    response("", choices)
}

/// Services of the configuration.
pub(crate) async fn services(cx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let Some(setup) = configuration(cx).await else { return nothing() };
    response(partial, setup.services.iter().map(|service| (service.name.clone(), service.name.clone())))
}

/// Runbooks by title; the value is the name.
pub(crate) async fn runbooks(cx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let Some(setup) = configuration(cx).await else { return nothing() };
    response(
        partial,
        setup.runbooks.iter().map(|runbook| {
            let shown = if runbook.title == runbook.name {
                runbook.name.clone()
            } else {
                format!("{} · {}", runbook.title, runbook.name)
            };
            (shown, runbook.name.clone())
        }),
    )
}

/// No suggestions.
pub(crate) fn nothing() -> CreateAutocompleteResponse {
    CreateAutocompleteResponse::new()
}

/// Topics of the help.
pub(crate) async fn topics(_cx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    response(partial, words::help_topics().iter().map(|topic| ((*topic).to_owned(), (*topic).to_owned())))
}

/// Choices whose shown text holds every word typed so far. Values that do not fit are left out: cut, they would mean
/// something else.
pub(crate) fn response(
    partial: &str,
    choices: impl IntoIterator<Item = (String, String)>,
) -> CreateAutocompleteResponse {
    CreateAutocompleteResponse::new().set_choices(
        matching(partial, choices).into_iter().map(|(shown, value)| AutocompleteChoice::new(shown, value)).collect(),
    )
}

fn matching(partial: &str, choices: impl IntoIterator<Item = (String, String)>) -> Vec<(String, String)> {
    let wanted: Vec<String> = partial.split_whitespace().map(str::to_lowercase).collect();
    let fits = |(shown, value): &(String, String)| {
        let shown = shown.to_lowercase();
        words::length(value) <= LONGEST && wanted.iter().all(|word| shown.contains(word))
    };
    let found = choices.into_iter().filter(fits).take(MOST);
    found.map(|(shown, value)| (words::cut(&shown, LONGEST), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_typed_must_occur_and_no_more_than_discord_takes_are_offered() {
        let incidents = ["INC-8 · SEV-1 · Checkout errors", "INC-9 · SEV-2 · Login slow"];
        let choices = || incidents.iter().map(|text| ((*text).to_owned(), text[..5].to_owned()));
        let shown =
            |partial| -> Vec<String> { matching(partial, choices()).into_iter().map(|(shown, _)| shown).collect() };
        assert_eq!(shown(""), incidents);
        assert_eq!(shown("sev-1 CHECK"), [incidents[0]]);
        assert!(shown("moon").is_empty());
        let many = (0..100).map(|n| (n.to_string(), n.to_string()));
        assert_eq!(matching("", many).len(), MOST);
        let long = [("x".repeat(150), "x".to_owned()), ("y".to_owned(), "y".repeat(101))];
        let fitting = matching("", long);
        assert_eq!(fitting.len(), 1);
        assert_eq!(words::length(&fitting[0].0), LONGEST);
    }
}
