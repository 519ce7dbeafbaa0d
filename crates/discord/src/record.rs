//! Purpose: the record of an incident as files: Markdown for people, JSON for programs.

use domain::Setup;
use domain::incident::{EventAt, Incident};
use domain::postmortem::{dependents, gaps};
use domain::setup::Language;
use words::RecordFacts;

use crate::directory::Directory;
use crate::rest::File;

/// Bytes of one file. Discord takes 10 MiB; the timeline is cut visibly before that.
pub(crate) const FILE_LIMIT: usize = 8 * 1024 * 1024;

/// The name of the files, without their endings: `inc-7`.
pub(crate) fn name(incident: &Incident) -> String {
    incident.id.label().to_lowercase()
}

/// Both files.
pub(crate) fn files(
    incident: &Incident,
    timeline: &[EventAt],
    setup: &Setup,
    directory: &Directory,
    lang: Language,
) -> Vec<File> {
    let json = engine::record_json(incident, timeline, FILE_LIMIT);
    let json = File { name: format!("{}.json", name(incident)), kind: "application/json", bytes: json.into_bytes() };
    vec![markdown(incident, timeline, setup, directory, lang), json]
}

/// The file for people.
pub(crate) fn markdown(
    incident: &Incident,
    timeline: &[EventAt],
    setup: &Setup,
    directory: &Directory,
    lang: Language,
) -> File {
    let facts = RecordFacts {
        incident,
        timeline,
        dependents: &dependents(setup, incident.service.as_deref()),
        missing: &gaps(incident, setup),
        timezone: &setup.timezone,
        guild: directory.guild,
        limit: FILE_LIMIT,
    };
    let names = |person: &domain::PersonId| directory.name(person).to_owned();
    let text = words::record(&facts, &names, lang);
    File { name: format!("{}.md", name(incident)), kind: "text/markdown; charset=utf-8", bytes: text.into_bytes() }
}
