//! Purpose: Markdown files with front matter into runbooks.

use domain::runbook::Runbook;

use crate::places::{Doc, Span};
use crate::read::{Table, Value};
use crate::{keys, read, sections, values};

/// Reads one file. Without front matter the first heading is the title and only the search finds it.
pub(crate) fn read(doc: &Doc<'_>) -> Option<Runbook> {
    let text = doc.text.strip_prefix('\u{feff}').unwrap_or(doc.text);
    let start = doc.text.len() - text.len();
    let mut runbook = Runbook {
        name: doc.stem().to_owned(),
        title: String::new(),
        matchers: Vec::new(),
        owner: None,
        reviewed: None,
        url: None,
        body: text.to_owned(),
    };
    match text.lines().next().map(str::trim_end) {
        Some("+++") => {
            let (front, body) = between(doc, start, "+++")?;
            runbook.body = body.to_owned();
            toml_front_matter(doc, front, &mut runbook)?;
        }
        Some("---") => {
            let (front, body) = between(doc, start, "---")?;
            runbook.body = body.to_owned();
            simple_front_matter(doc, front, &mut runbook);
        }
        Some(_) | None => {}
    }
    runbook.body = runbook.body.trim().to_owned();
    if runbook.title.is_empty() {
        let heading = runbook.body.lines().find_map(|line| line.strip_prefix("# "));
        runbook.title = heading.map_or_else(|| runbook.name.clone(), |heading| heading.trim().to_owned());
    }
    if runbook.body.is_empty() && runbook.url.is_none() {
        doc.warning(Span { start: 0, end: 0 }, format!("the runbook `{}` says nothing", runbook.name))
            .help("write what to do first as a list item, or give a `url`");
    }
    Some(runbook)
}

/// The lines between the opening mark and the closing one, and the text below.
fn between<'a>(doc: &Doc<'a>, start: usize, mark: &str) -> Option<(Span, &'a str)> {
    let mut at = start;
    let mut front = None;
    for line in doc.text[start..].split_inclusive('\n') {
        let end = at + line.len();
        match front {
            None => front = Some(end),
            Some(first) if line.trim_end() == mark => {
                return Some((Span { start: first, end: at }, &doc.text[end..]));
            }
            Some(_) => {}
        }
        at = end;
    }
    doc.error(Span { start, end: start + mark.len() }, "the front matter does not end")
        .help(format!("close it with a line `{mark}`"));
    None
}

fn toml_front_matter(doc: &Doc<'_>, front: Span, runbook: &mut Runbook) -> Option<()> {
    let tree = read::parse(doc, &doc.text[front.start..front.end], front.start)?;
    let table = Table::open(doc, &tree, front, front.start, &keys::FRONT_MATTER);
    runbook.title = table.optional("title", values::sentence).unwrap_or_default();
    runbook.matchers = table.get("match").map(sections::matchers).unwrap_or_default();
    runbook.owner = table.optional("owner", values::sentence);
    runbook.reviewed = table.get("reviewed").and_then(Value::date);
    runbook.url = table.optional("url", values::url);
    table.done();
    Some(())
}

/// `key: value` lines, as other tools write them: `title`, `owner`, `url` and `reviewed` only.
fn simple_front_matter(doc: &Doc<'_>, front: Span, runbook: &mut Runbook) {
    let mut at = front.start;
    for line in doc.text[front.start..front.end].split_inclusive('\n') {
        let span = Span { start: at, end: at + line.trim_end().len() };
        at += line.len();
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (key, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.trim().trim_matches(['"', '\'']);
        let start = doc.text[span.start..span.end].find(value).map_or(span.start, |offset| span.start + offset);
        let text = read::Text { doc, text: value, span: Span { start, end: start + value.len() } };
        match key.trim() {
            "title" => runbook.title = values::sentence(text).unwrap_or_default(),
            "owner" => runbook.owner = values::sentence(text),
            "url" => runbook.url = values::url(text),
            "reviewed" => match value.parse() {
                Ok(date) => runbook.reviewed = Some(date),
                Err(_) => text.error("expected a date").help("write it like 2026-08-01"),
            },
            _ => doc
                .error(span, "between `---` lines only `title`, `owner`, `reviewed` and `url` are read")
                .help("use TOML between `+++` lines: match = ['service=\"checkout\"']"),
        }
    }
}
