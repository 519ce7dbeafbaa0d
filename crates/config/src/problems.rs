//! Purpose: mistakes as data, as text with the source line under them, and (through serde) as JSON.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Origin, Renderer, Snippet};
use serde::Serialize;

use crate::places::Doc;

/// Whether a problem keeps the configuration from being used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The configuration is refused.
    Error,
    /// Allowed, but probably not meant.
    Warning,
}

/// One mistake and its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The file, as it was named to the loader.
    pub file: String,
    /// Line from 1; 0 when the whole file is meant (it cannot be read).
    pub line: u32,
    /// Column from 1, in characters; 0 when the whole file is meant.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Error or warning.
    pub severity: Level,
    /// Because of it somebody is not paged who should be, or nobody is.
    #[serde(skip)]
    pub unpaged: bool,
    /// Bytes of the source under which the carets stand.
    #[serde(skip)]
    pub(crate) span: Option<Range<usize>>,
}

impl Problem {
    pub(crate) fn of_file(file: &str, message: String) -> Self {
        Self {
            file: file.to_owned(),
            line: 0,
            column: 0,
            message,
            help: None,
            severity: Level::Error,
            unpaged: false,
            span: None,
        }
    }

    pub(crate) fn with_help(mut self, help: &str) -> Self {
        self.help = Some(help.to_owned());
        self
    }
}

/// Everything found in one run. Serializes as a list of `{file, line, column, message, help, severity}`; `Display` is
/// [`Problems::render`] without color.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    list: Vec<Problem>,
    /// Source text by file, for the lines shown.
    sources: BTreeMap<String, String>,
}

impl Problems {
    pub(crate) fn of(list: Vec<Problem>) -> Self {
        Self { list, sources: BTreeMap::new() }
    }

    /// Takes over what was found in one document.
    pub(crate) fn absorb(&mut self, doc: Doc<'_>) {
        let (file, text, found) = doc.into_parts();
        if !found.is_empty() {
            self.sources.insert(file.to_owned(), text.to_owned());
            self.list.extend(found);
        }
    }

    pub(crate) fn sort(&mut self) {
        self.list.sort_by(|a, b| (&a.file, a.line, a.column, a.severity).cmp(&(&b.file, b.line, b.column, b.severity)));
    }

    /// In the order of files and lines.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.list.iter()
    }

    /// True when nothing was found.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many errors and warnings together.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// How many errors.
    pub fn errors(&self) -> usize {
        self.list.iter().filter(|problem| problem.severity == Level::Error).count()
    }

    /// How many warnings.
    pub fn warnings(&self) -> usize {
        self.len() - self.errors()
    }

    /// For people: each problem with its source line, carets under the place and a `help:`, and one line that counts.
    /// `color` uses ANSI codes; pass false when `NO_COLOR` is set or the output is not a terminal.
    pub fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut text = String::new();
        for problem in &self.list {
            text.push_str(&renderer.render(&[self.group(problem)]));
            text.push_str("\n\n");
        }
        match (self.errors(), self.warnings()) {
            (0, 0) => {}
            (0, warnings) => text.push_str(&format!("{}\n", count(warnings, "warning"))),
            (errors, 0) => text.push_str(&format!("{}\n", count(errors, "error"))),
            (errors, warnings) => {
                text.push_str(&format!("{}, {}\n", count(errors, "error"), count(warnings, "warning")));
            }
        }
        text
    }

    fn group<'a>(&'a self, problem: &'a Problem) -> Group<'a> {
        let level = match problem.severity {
            Level::Error => annotate_snippets::Level::ERROR,
            Level::Warning => annotate_snippets::Level::WARNING,
        };
        let title = level.primary_title(problem.message.as_str());
        let mut group = match (&problem.span, self.sources.get(&problem.file)) {
            (Some(span), Some(source)) => title.element(
                Snippet::source(source.as_str())
                    .path(problem.file.as_str())
                    .annotation(AnnotationKind::Primary.span(span.clone())),
            ),
            (Some(_) | None, Some(_) | None) => {
                let mut origin = Origin::path(problem.file.as_str());
                if problem.line > 0 {
                    origin = origin.line(problem.line as usize).char_column(problem.column as usize);
                }
                title.element(origin)
            }
        };
        if let Some(help) = &problem.help {
            group = group.element(annotate_snippets::Level::HELP.message(help.as_str()));
        }
        group
    }
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Serialize for Problems {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.list)
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.render(false).trim_end())
    }
}

impl std::error::Error for Problems {}
