//! Purpose: the process as code: TOML and runbooks in, [`domain::Setup`] out, every mistake with file, line and column.
//!
//! Nothing here knows Discord or the network: names of channels and roles are checked for their form only. The reader
//! walks the parsed document with a table of known keys ([`reference`] prints the same table), so one run reports
//! all mistakes and not only the first.

mod checks;
mod heartbeats;
mod integrations;
mod key_places;
mod keys;
mod mapping;
mod paging;
mod people;
mod places;
mod problems;
mod read;
mod runbooks;
mod scenarios;
mod sections;
mod silences;
mod storm;
mod suggest;
mod upgrades;
mod values;
mod watch;

use std::io::ErrorKind;
use std::path::Path;

use domain::Setup;
use domain::scenario::Scenario;
use serde::{Deserialize, Serialize};

pub use key_places::{read_key, widely_readable};
pub use keys::reference;
pub use problems::{Level, Problem, Problems};
pub use suggest::did_you_mean;
pub use upgrades::{Change, changes, newest_notes};

use places::Doc;
use sections::{Draft, Folder};

/// A configuration that may be used.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What it says.
    pub setup: Setup,
    /// What is allowed but probably not meant; sorted by file and line.
    pub warnings: Problems,
    /// What it was read from.
    pub sources: Sources,
}

/// The texts a configuration was read from. There are no secrets in them: keys are named, and stand in the environment or in files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sources {
    /// The file itself.
    pub text: String,
    /// Runbooks and scenarios: name, as it is shown, and text.
    pub files: Vec<(String, String)>,
}

/// Reads a configuration file and its runbooks. `env` looks up an environment variable: a key that an integration
/// names but nobody has set is a warning.
///
/// # Errors
/// All mistakes at once, with the warnings, when there is at least one error (also when a file cannot be read).
pub fn load(path: &Path, env: &dyn Fn(&str) -> Option<String>) -> Result<Loaded, Problems> {
    let file = path.display().to_string();
    let text = match read_text(path, &file) {
        Ok(text) => text,
        Err(problem) => {
            let missing = !path.exists();
            let problem = if missing {
                problem.with_help("`siaga init` writes one; SIAGA_CONFIG names another")
            } else {
                problem
            };
            return Err(Problems::of(vec![problem]));
        }
    };
    let base = path.parent().unwrap_or(Path::new(""));
    let outside = Env { variables: Some(env), base: Some(base) };
    check(&file, &text, outside, |draft, doc| {
        let mut files = files_in(base, draft.runbook_folder.as_ref(), "runbook", ".md", doc);
        files.extend(files_in(base, draft.scenario_folder.as_ref(), "scenario", ".toml", doc));
        files
    })
}

/// Reads a configuration from what it was read from before, as if the file and its folders still said that.
///
/// # Errors
/// All mistakes at once, as in [`load`]: a newer version may find some.
pub fn load_kept(path: &Path, sources: &Sources, env: &dyn Fn(&str) -> Option<String>) -> Result<Loaded, Problems> {
    let base = path.parent().unwrap_or(Path::new(""));
    let outside = Env { variables: Some(env), base: Some(base) };
    check(&path.display().to_string(), &sources.text, outside, |_, _| sources.files.clone())
}

/// Reads a configuration from text, without any I/O. `files` are pairs of file name and text: runbooks
/// (`checkout-errors.md`) and scenarios (`checkout-outage.toml`); the `folder` of `[runbooks]` and `[drills]` is not
/// looked at.
///
/// # Errors
/// All mistakes at once, as in [`load`].
pub fn from_text(file_name: &str, text: &str, files: &[(&str, &str)]) -> Result<Loaded, Problems> {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    check(file_name, text, Env::default(), |_, _| files)
}

/// Reads one scenario from a file that stands beside no configuration, for the services and severities of `setup`.
///
/// # Errors
/// All mistakes at once, as in [`load`].
pub fn load_scenario(path: &Path, setup: &Setup) -> Result<Scenario, Problems> {
    let file = path.display().to_string();
    let text = read_text(path, &file).map_err(|problem| Problems::of(vec![problem]))?;
    let doc = Doc::new(&file, &text);
    let severities = setup.severities.keys().copied().collect();
    let known = scenarios::Known { services: setup.services.iter().map(|s| s.name.as_str()).collect(), severities };
    let scenario = scenarios::read(&doc, &known);
    let mut problems = Problems::default();
    problems.absorb(doc);
    problems.sort();
    match scenario {
        Some(scenario) if problems.errors() == 0 => Ok(scenario),
        Some(_) | None => Err(problems),
    }
}

/// Looks up an environment variable.
type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What a file of the configuration is read with: the environment, and the folder that its paths are relative to. A bare text
/// has neither, and then nothing is said about them.
#[derive(Clone, Copy, Default)]
struct Env<'a> {
    variables: Option<Variables<'a>>,
    base: Option<&'a Path>,
}

impl Env<'_> {
    /// True when it is known that nobody has set the variable.
    fn lacks(self, name: &str) -> bool {
        self.variables.is_some_and(|look_up| look_up(name).is_none_or(|value| value.trim().is_empty()))
    }
}

type Files = Vec<(String, String)>;

fn check(
    file: &str,
    text: &str,
    env: Env<'_>,
    files: impl FnOnce(&Draft, &Doc<'_>) -> Files,
) -> Result<Loaded, Problems> {
    let doc = Doc::new(file, text);
    let draft = sections::read(&doc, env);
    let files = draft.as_ref().map(|draft| files(draft, &doc)).unwrap_or_default();
    let known = draft.as_ref().map(scenarios::Known::of).unwrap_or_default();
    let mut problems = Problems::default();
    let (mut books, mut scripts) = (Vec::new(), Vec::new());
    for (name, text) in &files {
        let doc = Doc::new(name, text);
        if name.ends_with(".toml") {
            scripts.extend(scenarios::read(&doc, &known));
        } else {
            books.extend(runbooks::read(&doc));
        }
        problems.absorb(doc);
    }
    books.sort_by(|a, b| a.name.cmp(&b.name));
    scripts.sort_by(|a, b| a.name.cmp(&b.name));
    let setup = draft.and_then(|draft| draft.finish(&doc, books, scripts));
    problems.absorb(doc);
    problems.sort();
    match setup {
        Some(setup) if problems.errors() == 0 => {
            let sources = Sources { text: text.to_owned(), files };
            Ok(Loaded { setup, warnings: problems, sources })
        }
        Some(_) | None => Err(problems),
    }
}

/// The files of a folder that end so; what cannot be read is reported in `doc`.
fn files_in(base: &Path, folder: Option<&Folder>, what: &str, ending: &str, doc: &Doc<'_>) -> Files {
    let Some(folder) = folder else {
        return Files::new();
    };
    let path = base.join(&folder.path);
    let entries = match std::fs::read_dir(&path) {
        Ok(entries) => entries,
        Err(e) => {
            let section = if ending == ".md" { "[runbooks]" } else { "[drills]" };
            doc.error(folder.span, format!("cannot read the {what} folder `{}`: {}", folder.path, reason(&e)))
                .help(format!("the folder is relative to this file; create it, or remove {section}"));
            return Files::new();
        }
    };
    let mut files = Files::new();
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.ends_with(ending) || name.eq_ignore_ascii_case("readme.md") || name.starts_with('.') {
            continue;
        }
        let path = entry.path();
        let shown = path.display().to_string();
        match read_text(&path, &shown) {
            Ok(text) => files.push((shown, text)),
            Err(problem) => doc.push(problem),
        }
    }
    files.sort();
    files
}

fn read_text(path: &Path, shown: &str) -> Result<String, Problem> {
    let bytes =
        std::fs::read(path).map_err(|e| Problem::of_file(shown, format!("cannot read {shown}: {}", reason(&e))))?;
    String::from_utf8(bytes).map_err(|e| {
        let good = String::from_utf8_lossy(&e.as_bytes()[..e.utf8_error().valid_up_to()]).into_owned();
        let place = places::position(&good, good.len());
        let mut problem =
            Problem::of_file(shown, "this byte is not UTF-8".to_owned()).with_help("save the file as UTF-8");
        (problem.line, problem.column) = place;
        problem
    })
}

fn reason(e: &std::io::Error) -> String {
    match e.kind() {
        ErrorKind::NotFound => "it does not exist".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        ErrorKind::NotADirectory => "it is not a folder".to_owned(),
        _ => e.to_string(),
    }
}

#[cfg(test)]
mod tests;
