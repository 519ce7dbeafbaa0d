//! Purpose: one source document and the problems found in it, each with its place.

use std::cell::{RefCell, RefMut};
use std::ops::Range;

use domain::setup::SourceRef;

use crate::problems::{Level, Problem};

/// Bytes of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self { start: range.start, end: range.end }
    }
}

/// A document under examination.
pub(crate) struct Doc<'a> {
    file: &'a str,
    pub(crate) text: &'a str,
    found: RefCell<Vec<Problem>>,
}

/// The problem just reported, to which a help may be added.
pub(crate) struct Reported<'a>(RefMut<'a, Vec<Problem>>);

impl Reported<'_> {
    /// Says what to do about it.
    pub(crate) fn help(mut self, help: impl Into<String>) {
        if let Some(problem) = self.0.last_mut() {
            problem.help = Some(help.into());
        }
    }

    /// It keeps pages from people: whoever looks whether all is well must not call it well.
    pub(crate) fn unpaged(mut self) -> Self {
        if let Some(problem) = self.0.last_mut() {
            problem.unpaged = true;
        }
        self
    }

    /// The same, if there is something to say.
    pub(crate) fn maybe_help(self, help: Option<String>) {
        if let Some(help) = help {
            self.help(help);
        }
    }
}

impl<'a> Doc<'a> {
    pub(crate) fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, found: RefCell::default() }
    }

    /// Reports an error at a place.
    pub(crate) fn error(&self, span: Span, message: impl Into<String>) -> Reported<'_> {
        self.report(Level::Error, span, message.into())
    }

    /// Reports a warning at a place.
    pub(crate) fn warning(&self, span: Span, message: impl Into<String>) -> Reported<'_> {
        self.report(Level::Warning, span, message.into())
    }

    /// True when something was reported that keeps the document from being used.
    pub(crate) fn has_errors(&self) -> bool {
        self.found.borrow().iter().any(|problem| problem.severity == Level::Error)
    }

    /// Adds a problem that has its place already.
    pub(crate) fn push(&self, problem: Problem) {
        self.found.borrow_mut().push(problem);
    }

    /// The place as the domain names it: file without folders, line.
    pub(crate) fn source_ref(&self, span: Span) -> SourceRef {
        let file = self.file.rsplit(['/', '\\']).next().unwrap_or(self.file);
        SourceRef { file: file.to_owned(), line: self.line(span) }
    }

    /// The file's name without folders and without its ending.
    pub(crate) fn stem(&self) -> &'a str {
        let file = self.file.rsplit(['/', '\\']).next().unwrap_or(self.file);
        file.strip_suffix(".md").or_else(|| file.strip_suffix(".toml")).unwrap_or(file)
    }

    pub(crate) fn line(&self, span: Span) -> u32 {
        position(self.text, self.inside(span).start).0
    }

    pub(crate) fn into_parts(self) -> (&'a str, &'a str, Vec<Problem>) {
        (self.file, self.text, self.found.into_inner())
    }

    fn report(&self, severity: Level, span: Span, message: String) -> Reported<'_> {
        let span = self.inside(span);
        let (line, column) = position(self.text, span.start);
        let mut found = self.found.borrow_mut();
        found.push(Problem {
            file: self.file.to_owned(),
            line,
            column,
            message,
            help: None,
            severity,
            unpaged: false,
            span: Some(span),
        });
        Reported(found)
    }

    /// The part of a span that lies on its first line, on character boundaries: one line of carets reads best.
    fn inside(&self, span: Span) -> Range<usize> {
        let start = self.text.floor_char_boundary(span.start.min(self.text.len()));
        let end = self.text.ceil_char_boundary(span.end.clamp(start, self.text.len()));
        let first_line = self.text[start..end].find(['\n', '\r']).map_or(end, |length| start + length);
        start..first_line.max(start)
    }
}

/// Line and column (characters), both from 1, of a byte offset on a character boundary.
pub(crate) fn position(text: &str, at: usize) -> (u32, u32) {
    let before = &text[..at];
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before[line_start..].chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}
