//! Purpose: the process as code: TOML and runbooks in, [`domain::Setup`] out, every mistake with file, line and column.
//!
//! Nothing here knows Discord or the network: names of channels and roles are checked for their form only. The reader
//! walks the parsed document with a table of known keys ([`reference`] prints the same table), so one run reports
//! all mistakes and not only the first.

mod checks;
mod heartbeats;
mod integrations;
mod keys;
mod mapping;
mod people;
mod places;
mod problems;
mod read;
mod runbooks;
mod sections;
mod suggest;
mod values;

use std::io::ErrorKind;
use std::path::Path;

use domain::Setup;

pub use keys::reference;
pub use problems::{Level, Problem, Problems};
pub use suggest::did_you_mean;

use places::Doc;
use sections::Folder;

/// A configuration that may be used.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What it says.
    pub setup: Setup,
    /// What is allowed but probably not meant; sorted by file and line.
    pub warnings: Problems,
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
    check(&file, &text, Some(env), |folder, doc| runbooks_in(base, folder, doc))
}

/// Reads a configuration from text, without any I/O. `runbooks` are pairs of file name (`checkout-errors.md`) and text;
/// the `folder` of `[runbooks]` is not looked at.
///
/// # Errors
/// All mistakes at once, as in [`load`].
pub fn from_text(file_name: &str, text: &str, runbooks: &[(&str, &str)]) -> Result<Loaded, Problems> {
    let runbooks = runbooks.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    check(file_name, text, None, |_, _| runbooks)
}

type Env<'a> = Option<&'a dyn Fn(&str) -> Option<String>>;
type Files = Vec<(String, String)>;

fn check(
    file: &str,
    text: &str,
    env: Env<'_>,
    runbooks: impl FnOnce(Option<&Folder>, &Doc<'_>) -> Files,
) -> Result<Loaded, Problems> {
    let doc = Doc::new(file, text);
    let draft = sections::read(&doc, env);
    let files = runbooks(draft.as_ref().and_then(|draft| draft.runbook_folder.as_ref()), &doc);
    let mut problems = Problems::default();
    let mut books = Vec::new();
    for (name, text) in &files {
        let doc = Doc::new(name, text);
        books.extend(runbooks::read(&doc));
        problems.absorb(doc);
    }
    books.sort_by(|a, b| a.name.cmp(&b.name));
    let setup = draft.and_then(|draft| draft.finish(&doc, books));
    problems.absorb(doc);
    problems.sort();
    match setup {
        Some(setup) if problems.errors() == 0 => Ok(Loaded { setup, warnings: problems }),
        Some(_) | None => Err(problems),
    }
}

/// The Markdown files of the runbook folder; what cannot be read is reported in `doc`.
fn runbooks_in(base: &Path, folder: Option<&Folder>, doc: &Doc<'_>) -> Files {
    let Some(folder) = folder else {
        return Files::new();
    };
    let path = base.join(&folder.path);
    let entries = match std::fs::read_dir(&path) {
        Ok(entries) => entries,
        Err(e) => {
            doc.error(folder.span, format!("cannot read the runbook folder `{}`: {}", folder.path, reason(&e)))
                .help("the folder is relative to this file; create it, or remove [runbooks]");
            return Files::new();
        }
    };
    let mut files = Files::new();
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.ends_with(".md") || name.eq_ignore_ascii_case("readme.md") || name.starts_with('.') {
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
