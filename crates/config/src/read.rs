//! Purpose: a small typed reader over the spanned TOML tree that reports every mistake and goes on.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::did_you_mean;
use crate::keys::{Key, Need, Section};
use crate::places::{Doc, Span};

/// Lines with syntax errors that are reported.
const SYNTAX_ERRORS: usize = 50;

/// Parses the document. With a syntax error the tree is not trustworthy, so those are reported alone; a key given
/// twice does no such harm.
pub(crate) fn parse<'a>(doc: &Doc<'a>, text: &'a str, offset: usize) -> Option<DeTable<'a>> {
    let (tree, errors) = DeTable::parse_recoverable(text);
    let mut broken = false;
    let mut lines = BTreeSet::new();
    for error in errors {
        if lines.len() == SYNTAX_ERRORS {
            return None; // Something else than TOML: more of the same helps nobody.
        }
        let span = error.span().map_or(Span { start: offset, end: offset }, |span| at(offset, span));
        let message = error.message();
        broken |= message != "duplicate key";
        if lines.insert(doc.line(span)) {
            doc.error(span, message).maybe_help(syntax_help(message));
        }
    }
    (!broken).then(|| tree.into_inner())
}

fn syntax_help(message: &str) -> Option<String> {
    let help = if message == "duplicate key" {
        "a key or table may be given once; join the two"
    } else if message.contains("unquoted key") {
        "a name with other characters stands in quotes"
    } else if message.contains("string") {
        "texts stand in quotes: \"...\", or '...' when the text itself has quotes or backslashes"
    } else {
        return None;
    };
    Some(help.to_owned())
}

fn at(offset: usize, span: std::ops::Range<usize>) -> Span {
    Span { start: span.start + offset, end: span.end + offset }
}

/// A table whose keys are known.
pub(crate) struct Table<'a> {
    pub(crate) doc: &'a Doc<'a>,
    table: &'a DeTable<'a>,
    /// Header, or the inline table.
    pub(crate) span: Span,
    section: &'static Section,
    /// Where the text of the tree begins in the document.
    offset: usize,
    asked: RefCell<BTreeSet<&'static str>>,
}

/// A value with its place.
#[derive(Clone, Copy)]
pub(crate) struct Value<'a> {
    pub(crate) doc: &'a Doc<'a>,
    value: &'a DeValue<'a>,
    pub(crate) span: Span,
    offset: usize,
    /// What the table of keys calls it, for better help.
    kind: &'static str,
}

/// A text with its place.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a> {
    pub(crate) doc: &'a Doc<'a>,
    pub(crate) text: &'a str,
    pub(crate) span: Span,
}

impl<'a> Table<'a> {
    /// Opens a table, reporting keys that the section does not know.
    pub(crate) fn open(
        doc: &'a Doc<'a>,
        table: &'a DeTable<'a>,
        span: Span,
        offset: usize,
        section: &'static Section,
    ) -> Self {
        for (key, _) in table.iter().filter(|(key, _)| section.key(key.get_ref()).is_none()) {
            let name = key.get_ref();
            let names = || section.keys.iter().map(|key| key.name);
            doc.error(at(offset, key.span()), format!("unknown key `{name}` in {}", section.name)).help(
                match did_you_mean(name, names()) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => format!("known keys: {}", names().collect::<Vec<_>>().join(", ")),
                },
            );
        }
        Self { doc, table, span, section, offset, asked: RefCell::default() }
    }

    /// The value of a key that may be absent.
    pub(crate) fn get(&self, name: &'static str) -> Option<Value<'a>> {
        let key = self.section.key(name);
        debug_assert!(key.is_some(), "`{name}` is not in the table of {}", self.section.name);
        self.asked.borrow_mut().insert(name);
        let value = self.table.get(name)?;
        Some(Value { kind: key.map_or("", |key| key.kind), ..Value::new(self.doc, value, self.offset) })
    }

    /// The value of a key that must be there.
    pub(crate) fn need(&self, name: &'static str) -> Option<Value<'a>> {
        let value = self.get(name);
        if value.is_none() {
            let example = self.section.key(name).map_or("", |key| key.example);
            let missing = self.doc.error(self.span, format!("{} lacks `{name}`", self.section.name));
            if example.is_empty() {
                missing.help(format!("add [{name}]"));
            } else {
                missing.help(format!("add `{name} = {example}`"));
            }
        }
        value
    }

    /// A text that may be absent; then the default of the section, placed at the table.
    pub(crate) fn text_or_default(&self, name: &'static str) -> Option<Text<'a>> {
        match self.get(name) {
            Some(value) => value.text(),
            None => Some(Text { doc: self.doc, text: self.default(name), span: self.span }),
        }
    }

    /// The default of the section, as text.
    pub(crate) fn default(&self, name: &str) -> &'static str {
        match self.section.key(name).map(|key| key.need) {
            Some(Need::Default(default)) => default,
            Some(Need::Required | Need::Optional) | None => "",
        }
    }

    /// An optional value read by `read`.
    pub(crate) fn optional<T>(&self, name: &'static str, read: impl FnOnce(Text<'a>) -> Option<T>) -> Option<T> {
        self.get(name).and_then(Value::text).and_then(read)
    }

    /// A required value read by `read`.
    pub(crate) fn required<T>(&self, name: &'static str, read: impl FnOnce(Text<'a>) -> Option<T>) -> Option<T> {
        self.need(name).and_then(Value::text).and_then(read)
    }

    /// True or false, with the default of the section.
    pub(crate) fn boolean_or_default(&self, name: &'static str) -> bool {
        self.get(name).and_then(Value::boolean).unwrap_or(self.default(name) == "true")
    }

    /// A list of texts, with the comma-separated default of the section. A wrong element is reported and left out.
    pub(crate) fn texts_or_default(&self, name: &'static str) -> Vec<Text<'a>> {
        match self.get(name) {
            Some(value) => value.texts(),
            None => {
                let default = self.default(name).split(", ").filter(|text| !text.is_empty());
                default.map(|text| Text { doc: self.doc, text, span: self.span }).collect()
            }
        }
    }

    /// The end of reading: in debug builds proves that every key of the table was looked at.
    pub(crate) fn done(self) {
        let asked = self.asked.into_inner();
        let forgotten = |key: &&Key| !asked.contains(key.name);
        debug_assert_eq!(self.section.keys.iter().find(forgotten).map(|key| key.name), None, "{}", self.section.name);
    }
}

impl<'a> Value<'a> {
    fn new(doc: &'a Doc<'a>, value: &'a Spanned<DeValue<'a>>, offset: usize) -> Self {
        Self { doc, value: value.get_ref(), span: at(offset, value.span()), offset, kind: "" }
    }

    /// A text.
    pub(crate) fn text(self) -> Option<Text<'a>> {
        match self.value {
            DeValue::String(text) => Some(Text { doc: self.doc, text: Cow::as_ref(text), span: self.span }),
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {
                let help = self.source().map(|source| match self.kind {
                    "duration" => {
                        format!("write it in quotes and with its unit: \"{source}s\", \"{source}m\" or \"{source}h\"")
                    }
                    _ => format!("write it in quotes: \"{source}\""),
                });
                self.expected("a text").maybe_help(help);
                None
            }
            DeValue::Array(_) | DeValue::Table(_) => self.wrong("a text"),
        }
    }

    /// True or false.
    pub(crate) fn boolean(self) -> Option<bool> {
        let value = self.value.as_bool();
        if value.is_none() { self.wrong("true or false") } else { value }
    }

    /// A whole number of a range.
    pub(crate) fn number(self, least: u32, most: u32) -> Option<u32> {
        let Some(number) = self.value.as_integer() else {
            return self.wrong("a whole number");
        };
        let value = u32::from_str_radix(number.as_str(), number.radix()).ok().filter(|n| (least..=most).contains(n));
        if value.is_none() {
            self.doc.error(self.span, format!("the number must be {least} to {most}"));
        }
        value
    }

    /// The elements of a list.
    pub(crate) fn list(self) -> Option<Vec<Value<'a>>> {
        match self.value.as_array() {
            Some(list) => Some(list.iter().map(|value| Value::new(self.doc, value, self.offset)).collect()),
            None => {
                let help = match self.value {
                    DeValue::String(_) => self.source().map(|source| format!("write [{source}]")),
                    _ => None,
                };
                self.expected("a list").maybe_help(help);
                None
            }
        }
    }

    /// A list of texts. A wrong element is reported and left out.
    pub(crate) fn texts(self) -> Vec<Text<'a>> {
        self.list().unwrap_or_default().into_iter().filter_map(Value::text).collect()
    }

    /// One text or a list of texts.
    pub(crate) fn one_or_more(self) -> Vec<Text<'a>> {
        if self.value.is_array() { self.texts() } else { self.text().into_iter().collect() }
    }

    /// A table with the keys of a section.
    pub(crate) fn table(self, section: &'static Section) -> Option<Table<'a>> {
        let Some(table) = self.value.as_table() else {
            let example = section.keys.iter().find(|key| key.need == Need::Required);
            let help = example.map(|key| format!("write {{ {} = {}, ... }}", key.name, key.example));
            self.expected("a table").maybe_help(help);
            return None;
        };
        Some(Table::open(self.doc, table, self.span, self.offset, section))
    }

    /// A table whose keys are names of the author's choice.
    pub(crate) fn entries(self) -> Option<Vec<(Text<'a>, Value<'a>)>> {
        let Some(table) = self.value.as_table() else {
            return self.wrong("a table");
        };
        let mut entries: Vec<_> = table
            .iter()
            .map(|(key, value)| {
                let name = Text { doc: self.doc, text: Cow::as_ref(key.get_ref()), span: at(self.offset, key.span()) };
                (name, Value::new(self.doc, value, self.offset))
            })
            .collect();
        entries.sort_by_key(|(name, _)| name.span.start);
        Some(entries)
    }

    /// The tables of `[[name]]`.
    pub(crate) fn tables(self) -> Vec<Value<'a>> {
        match self.value {
            DeValue::Table(_) => {
                self.doc
                    .error(self.span, "expected a list of tables, found one table")
                    .help("write the header with two brackets: [[...]]");
                Vec::new()
            }
            _ => self.list().unwrap_or_default(),
        }
    }

    pub(crate) fn is_table(&self) -> bool {
        self.value.is_table()
    }

    pub(crate) fn is_list(&self) -> bool {
        self.value.is_array()
    }

    /// True for `[]`.
    pub(crate) fn list_is_empty(&self) -> bool {
        self.value.as_array().is_some_and(|list| list.is_empty())
    }

    /// A text inside this table, without reporting anything.
    pub(crate) fn peek(self, name: &str) -> Option<Text<'a>> {
        let value = Value::new(self.doc, self.value.as_table()?.get(name)?, self.offset);
        Some(Text { doc: self.doc, text: value.value.as_str()?, span: value.span })
    }

    /// A date without a time.
    pub(crate) fn date(self) -> Option<jiff::civil::Date> {
        let date = match self.value {
            DeValue::Datetime(value) if value.time.is_none() => value.date,
            _ => None,
        };
        match date {
            Some(date) => i16::try_from(date.year)
                .ok()
                .zip(i8::try_from(date.month).ok())
                .zip(i8::try_from(date.day).ok())
                .and_then(|((year, month), day)| jiff::civil::Date::new(year, month, day).ok())
                .or_else(|| self.wrong("a date of the calendar")),
            None => {
                self.expected("a date").help("write it without quotes: 2026-08-01");
                None
            }
        }
    }

    pub(crate) fn wrong<T>(self, expected: &str) -> Option<T> {
        self.expected(expected);
        None
    }

    fn expected(&self, expected: &str) -> crate::places::Reported<'a> {
        let found = match self.value {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.doc.error(self.span, format!("expected {expected}, found {found}"))
    }

    fn source(&self) -> Option<&'a str> {
        self.doc.text.get(self.span.start..self.span.end).filter(|source| source.len() < 60 && !source.contains('\n'))
    }
}

impl<'a> Text<'a> {
    /// The place of a part of the text (byte offsets), if it stands in the file as it is read; else of the whole text.
    pub(crate) fn part(&self, from: usize, to: usize) -> Span {
        let source = self.doc.text.get(self.span.start..self.span.end).unwrap_or("");
        for quotes in [3, 1] {
            if source.get(quotes..).is_some_and(|inner| inner.starts_with(self.text))
                && source.len() == self.text.len() + 2 * quotes
            {
                let start = self.span.start + quotes;
                return Span { start: start + from, end: start + to };
            }
        }
        self.span
    }

    /// Reports an error at the text.
    pub(crate) fn error(&self, message: impl Into<String>) -> crate::places::Reported<'a> {
        self.doc.error(self.span, message)
    }
}
