//! Purpose: labels of alerts and the matchers over them, with Alertmanager's meaning: regular expressions are
//! fully anchored and a missing label is the empty string.

use std::collections::BTreeMap;
use std::fmt;

use regex::{Regex, RegexBuilder};
use regex_syntax::ast::{
    AssertionKind, Ast, ClassPerl, ClassPerlKind, ClassSetBinaryOp, ClassSetItem, Flag, Flags, FlagsItemKind,
    RepetitionKind, RepetitionRange, Span, Visitor, visit,
};
use regex_syntax::hir::{Class, ClassBytesRange, ClassUnicodeRange, Hir, HirKind};

/// Labels of an alert, sorted by name.
pub type Labels = BTreeMap<String, String>;

/// Compiled size a matcher's regular expression may have, in bytes.
const REGEX_SIZE_BYTES: usize = 256 * 1024;

/// How a matcher compares.
#[derive(Clone, Debug)]
enum Comparison {
    Equal,
    NotEqual,
    Matches(Regex),
    MatchesNot(Regex),
}

/// One condition on one label: `severity="critical"`, `service!="x"`, `service=~"checkout|cart"`, `env!~"dev.*"`.
#[derive(Clone, Debug)]
pub struct Matcher {
    label: String,
    value: String,
    comparison: Comparison,
}

/// Why a matcher could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MatcherError {
    /// No operator was found.
    #[error("a matcher looks like name=\"value\", with =, !=, =~ or !~")]
    NoOperator,
    /// The label's name is empty.
    #[error("the label name before the operator is empty")]
    EmptyName,
    /// A quote is missing or something follows the closing quote.
    #[error("the value must be one quoted text, like \"critical\"")]
    BadQuotes,
    /// The value has no quotes, and Alertmanager would see it end earlier.
    #[error("a value with {letter} in it must be in quotes, like \"a{letter}b\"; each condition is a text of its own")]
    NeedsQuotes {
        /// The character.
        letter: char,
    },
    /// Alertmanager reads a part of the expression differently.
    #[error("Alertmanager reads {part} differently: write it without")]
    ReadsDifferently {
        /// Which.
        part: &'static str,
    },
    /// The regular expression does not compile.
    #[error("the regular expression does not compile: {0}")]
    BadRegex(String),
}

impl Matcher {
    /// Reads a matcher. The value may be quoted (with `\"` and `\\` inside) or bare.
    ///
    /// # Errors
    /// [`MatcherError`] says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, MatcherError> {
        let text = text.trim();
        let at = text.find(['=', '!']).ok_or(MatcherError::NoOperator)?;
        let (label, rest) = text.split_at(at);
        let label = unquote(label.trim())?;
        if label.is_empty() {
            return Err(MatcherError::EmptyName);
        }
        let (operator, raw) = ["=~", "!~", "!=", "="]
            .into_iter()
            .find_map(|op| rest.strip_prefix(op).map(|raw| (op, raw)))
            .ok_or(MatcherError::NoOperator)?;
        let raw = raw.trim();
        let bare = |letter: &char| matches!(letter, ',' | '{' | '}' | '\'' | '`' | '=' | '!' | '~');
        if let Some(letter) = raw.chars().find(bare).filter(|_| !raw.starts_with('"')) {
            return Err(MatcherError::NeedsQuotes { letter });
        }
        let value = unquote(raw)?;
        let comparison = match operator {
            "=~" => Comparison::Matches(anchored(&value)?),
            "!~" => Comparison::MatchesNot(anchored(&value)?),
            "!=" => Comparison::NotEqual,
            _ => Comparison::Equal,
        };
        Ok(Self { label, value, comparison })
    }

    /// A condition that a label has exactly this value.
    pub fn equals(label: &str, value: &str) -> Self {
        Self { label: label.to_owned(), value: value.to_owned(), comparison: Comparison::Equal }
    }

    /// True when it says what a label must not be.
    pub const fn excludes(&self) -> bool {
        matches!(self.comparison, Comparison::NotEqual | Comparison::MatchesNot(_))
    }

    /// The label it looks at.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The one value it asks for, when it asks for one: `severity="critical"`.
    pub fn only_value(&self) -> Option<&str> {
        matches!(self.comparison, Comparison::Equal).then_some(self.value.as_str())
    }

    /// True when it asks for a value, wholly or in part: `service="checkout"`, `alertname=~"High.*"`. What only says what it must not
    /// be, or takes whatever is written with letters (`[a-zA-Z].*`), names none.
    pub fn names_a_value(&self) -> bool {
        match &self.comparison {
            Comparison::Equal => !self.value.is_empty(),
            Comparison::Matches(regex) => {
                !regex.is_match("") && regex_syntax::parse(&self.value).is_ok_and(|parsed| tells_apart(&parsed))
            }
            Comparison::NotEqual | Comparison::MatchesNot(_) => false,
        }
    }

    /// True when every alert that satisfies `other` is known to satisfy this condition, too. What cannot be known from the
    /// two texts alone counts as no.
    pub fn follows_from(&self, other: &Self) -> bool {
        let same = || self.to_string() == other.to_string();
        let value = other.only_value().filter(|_| self.label == other.label);
        same() || value.is_some_and(|value| self.matches(&Labels::from([(self.label.clone(), value.to_owned())])))
    }

    /// True when the labels satisfy this condition. A missing label counts as the empty string.
    pub fn matches(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.label).map_or("", String::as_str);
        match &self.comparison {
            Comparison::Equal => value == self.value,
            Comparison::NotEqual => value != self.value,
            Comparison::Matches(regex) => regex.is_match(value),
            Comparison::MatchesNot(regex) => !regex.is_match(value),
        }
    }
}

/// True when every matcher is satisfied; an empty list matches everything.
pub fn all_match(matchers: &[Matcher], labels: &Labels) -> bool {
    matchers.iter().all(|matcher| matcher.matches(labels))
}

/// What the conditions of a rule without any are called.
pub const EVERYTHING: &str = "everything";

/// How matchers read in an explanation: `severity="critical", service="checkout"`, or `everything`.
pub fn describe(matchers: &[Matcher]) -> String {
    if matchers.is_empty() {
        return EVERYTHING.to_owned();
    }
    matchers.iter().map(Matcher::to_string).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operator = match self.comparison {
            Comparison::Equal => "=",
            Comparison::NotEqual => "!=",
            Comparison::Matches(_) => "=~",
            Comparison::MatchesNot(_) => "!~",
        };
        let value = self.value.replace('\\', "\\\\").replace('"', "\\\"");
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.' | '-' | '/');
        if self.label.chars().all(plain) {
            write!(f, "{}{operator}\"{value}\"", self.label)
        } else {
            let label = self.label.replace('\\', "\\\\").replace('"', "\\\"");
            write!(f, "\"{label}\"{operator}\"{value}\"")
        }
    }
}

impl PartialEq for Matcher {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

/// What is written means what it means to Alertmanager, whose expressions are Go's (RE2): `.` stops at line breaks, `\d`, `\w`, `\s`
/// and `\b` know ASCII only. What our reader takes for something else there is refused.
fn anchored(pattern: &str) -> Result<Regex, MatcherError> {
    let build = |pattern: &str| {
        RegexBuilder::new(pattern)
            .size_limit(REGEX_SIZE_BYTES)
            .build()
            .map_err(|error| MatcherError::BadRegex(last_line(&error.to_string())))
    };
    // Alone, too: `a)|(b` is none, and would leave its anchors.
    build(pattern)?;
    build(&format!("^(?:{})$", as_go_reads_it(pattern)?))
}

/// The expression with its classes spelled out as Go has them.
fn as_go_reads_it(pattern: &str) -> Result<String, MatcherError> {
    let parsed = regex_syntax::ast::parse::Parser::new()
        .parse(pattern)
        .map_err(|error| MatcherError::BadRegex(last_line(&error.to_string())))?;
    let Differences(mut instead) = visit(&parsed, Differences::default())?;
    instead.sort_unstable_by_key(|(span, _)| span.start.offset);
    let (mut text, mut done) = (String::with_capacity(pattern.len()), 0);
    for (span, spelled) in instead {
        text.push_str(pattern.get(done..span.start.offset).unwrap_or_default());
        text.push_str(spelled);
        done = span.end.offset;
    }
    text.push_str(pattern.get(done..).unwrap_or_default());
    Ok(text)
}

/// Places in an expression where Go means something else, with what it means.
#[derive(Default)]
struct Differences(Vec<(Span, &'static str)>);

/// Most repetitions that Go takes.
const REPETITIONS: u32 = 1_000;

impl Differences {
    fn perl(&mut self, class: &ClassPerl, within: bool) {
        let spelled = match (&class.kind, class.negated, within) {
            (ClassPerlKind::Digit, false, true) => "0-9",
            (ClassPerlKind::Digit, false, false) => "[0-9]",
            (ClassPerlKind::Digit, true, _) => "[^0-9]",
            (ClassPerlKind::Word, false, true) => "0-9A-Za-z_",
            (ClassPerlKind::Word, false, false) => "[0-9A-Za-z_]",
            (ClassPerlKind::Word, true, _) => "[^0-9A-Za-z_]",
            (ClassPerlKind::Space, false, true) => "\\t\\n\\f\\r ",
            (ClassPerlKind::Space, false, false) => "[\\t\\n\\f\\r ]",
            (ClassPerlKind::Space, true, _) => "[^\\t\\n\\f\\r ]",
        };
        self.0.push((class.span, spelled));
    }
}

impl Visitor for Differences {
    type Output = Self;
    type Err = MatcherError;

    fn finish(self) -> Result<Self, MatcherError> {
        Ok(self)
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), MatcherError> {
        match ast {
            Ast::ClassPerl(class) => self.perl(class, false),
            Ast::Assertion(assertion) => match assertion.kind {
                AssertionKind::WordBoundary => self.0.push((assertion.span, "(?-u:\\b)")),
                AssertionKind::NotWordBoundary => {
                    return Err(MatcherError::ReadsDifferently { part: "\\B" });
                }
                AssertionKind::WordBoundaryStart
                | AssertionKind::WordBoundaryEnd
                | AssertionKind::WordBoundaryStartAngle
                | AssertionKind::WordBoundaryEndAngle
                | AssertionKind::WordBoundaryStartHalf
                | AssertionKind::WordBoundaryEndHalf => {
                    return Err(MatcherError::ReadsDifferently { part: "\\b{…}" });
                }
                AssertionKind::StartLine
                | AssertionKind::EndLine
                | AssertionKind::StartText
                | AssertionKind::EndText => {}
            },
            Ast::Flags(set) if !go_has(&set.flags) => {
                return Err(MatcherError::ReadsDifferently { part: "(?x), (?u) or (?R)" });
            }
            Ast::Group(group) if group.flags().is_some_and(|flags| !go_has(flags)) => {
                return Err(MatcherError::ReadsDifferently { part: "(?x), (?u) or (?R)" });
            }
            Ast::Repetition(repetition) => {
                if let RepetitionKind::Range(range) = &repetition.op.kind {
                    let most = match range {
                        RepetitionRange::Exactly(most) | RepetitionRange::AtLeast(most) => *most,
                        RepetitionRange::Bounded(least, most) => (*least).max(*most),
                    };
                    if most > REPETITIONS {
                        return Err(MatcherError::ReadsDifferently { part: "more than 1000 repetitions" });
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), MatcherError> {
        match item {
            ClassSetItem::Perl(class) => {
                self.perl(class, true);
                Ok(())
            }
            // `[[a]` is a class of two characters to Go, and one within another to us.
            ClassSetItem::Bracketed(_) => Err(MatcherError::ReadsDifferently { part: "[ within [...]" }),
            _ => Ok(()),
        }
    }

    fn visit_class_set_binary_op_pre(&mut self, _: &ClassSetBinaryOp) -> Result<(), MatcherError> {
        Err(MatcherError::ReadsDifferently { part: "&&, -- or ~~ within [...]" })
    }
}

fn go_has(flags: &Flags) -> bool {
    flags.items.iter().all(|item| match item.kind {
        FlagsItemKind::Negation => true,
        FlagsItemKind::Flag(flag) => match flag {
            Flag::CaseInsensitive | Flag::MultiLine | Flag::DotMatchesNewLine | Flag::SwapGreed => true,
            Flag::Unicode | Flag::CRLF | Flag::IgnoreWhitespace => false,
        },
    })
}

/// Letters in a row that an expression must ask for to tell values apart. One is in nearly every name.
const TELLING_LETTERS: usize = 2;
/// A class of so few characters is a letter in both cases.
const SAME_LETTER: usize = 4;
/// A class of so few characters, alone, is one of a handful of values.
const HANDFUL: usize = 64;

/// Whether each way to satisfy an expression spells out a value or a part of one.
fn tells_apart(parsed: &Hir) -> bool {
    match parsed.kind() {
        HirKind::Alternation(ways) => ways.iter().all(tells_apart),
        HirKind::Capture(capture) => tells_apart(&capture.sub),
        _ => spelled_out(parsed).is_some_and(|letters| letters > 0) || letters_in_a_row(parsed) >= TELLING_LETTERS,
    }
}

/// How long the values are that it takes, when it takes a handful only.
fn spelled_out(parsed: &Hir) -> Option<usize> {
    match parsed.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(0),
        HirKind::Literal(literal) => Some(std::str::from_utf8(&literal.0).map_or(1, |text| text.chars().count())),
        HirKind::Class(class) => (size_of_class(class) <= HANDFUL).then_some(1),
        HirKind::Repetition(_) => None,
        HirKind::Capture(capture) => spelled_out(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(spelled_out).sum(),
        HirKind::Alternation(ways) => ways.iter().map(spelled_out).min().flatten(),
    }
}

/// The longest run of letters that stands in every value it takes.
fn letters_in_a_row(parsed: &Hir) -> usize {
    match parsed.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(_) => spelled_out(parsed).unwrap_or(0),
        HirKind::Class(class) => usize::from(size_of_class(class) <= SAME_LETTER),
        HirKind::Repetition(repetition) if repetition.min == 0 => 0,
        HirKind::Repetition(repetition) => letters_in_a_row(&repetition.sub),
        HirKind::Capture(capture) => letters_in_a_row(&capture.sub),
        HirKind::Alternation(ways) => ways.iter().map(letters_in_a_row).min().unwrap_or(0),
        HirKind::Concat(parts) => {
            let (mut longest, mut row) = (0, 0);
            for part in parts {
                let letters = letters_in_a_row(part);
                let goes_on = match part.kind() {
                    HirKind::Literal(_) | HirKind::Look(_) => true,
                    HirKind::Class(_) => letters > 0,
                    _ => false,
                };
                row = if goes_on { row + letters } else { 0 };
                longest = longest.max(row).max(letters);
            }
            longest
        }
    }
}

/// How many characters a class takes.
fn size_of_class(class: &Class) -> usize {
    match class {
        Class::Unicode(class) => class.ranges().iter().map(ClassUnicodeRange::len).sum(),
        Class::Bytes(class) => class.ranges().iter().map(ClassBytesRange::len).sum(),
    }
}

fn last_line(text: &str) -> String {
    text.lines().last().unwrap_or(text).trim_start_matches("error: ").to_owned()
}

fn unquote(text: &str) -> Result<String, MatcherError> {
    let Some(inner) = text.strip_prefix('"') else {
        return if text.contains('"') { Err(MatcherError::BadQuotes) } else { Ok(text.to_owned()) };
    };
    let mut value = String::new();
    let mut rest = inner.chars();
    loop {
        match rest.next() {
            None => return Err(MatcherError::BadQuotes),
            Some('"') => break,
            // As in Alertmanager, only quotes, backslashes and line breaks are escapes; `\d` stays `\d`.
            Some('\\') => match rest.next() {
                Some(c @ ('"' | '\\')) => value.push(c),
                Some('n') => value.push('\n'),
                Some(c) => {
                    value.push('\\');
                    value.push(c);
                }
                None => return Err(MatcherError::BadQuotes),
            },
            Some(c) => value.push(c),
        }
    }
    if rest.as_str().trim().is_empty() { Ok(value) } else { Err(MatcherError::BadQuotes) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn matchers_mean_what_alertmanager_means() {
        type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], bool);
        let cases: &[Case<'_>] = &[
            (r#"a="b""#, &[("a", "b")], true),
            (r#"a="b""#, &[("a", "bb")], false),
            (r#"a="""#, &[], true),
            (r#"a!="b""#, &[], true),
            (r#"a!="b""#, &[("a", "b")], false),
            (r#"a=~"b|c""#, &[("a", "c")], true),
            (r#"a=~"b|c""#, &[("a", "xc")], false),
            (r#"a=~"b|c""#, &[("a", "bx")], false),
            (r#"a=~".*""#, &[], true),
            (r#"a=~".+""#, &[], false),
            (r#"a!~"b.*""#, &[("a", "bcd")], false),
            (r#"a!~"b.*""#, &[], true),
            (r#"a=~"\d+""#, &[("a", "42")], true),
            (r#"a = b"#, &[("a", "b")], true),
            // Alertmanager compiles `^(?:…)$` without flags: a dot stops at a line break.
            (r#"a=~"x.*y""#, &[("a", "x\ny")], false),
            (r#"a=~"(?s)x.*y""#, &[("a", "x\ny")], true),
            (r#"a=~"\d+""#, &[("a", "٤٢")], false),
            (r#"a=~"[\d.]+""#, &[("a", "4.2")], true),
            (r#"a=~"[^\d]+""#, &[("a", "٤٢")], true),
            (r#"a=~"[^\w]+""#, &[("a", "é")], true),
            (r#"a=~"\w+""#, &[("a", "é")], false),
            (r#"a=~"\W""#, &[("a", "é")], true),
            (r#"a=~"\s""#, &[("a", "\u{b}")], false),
            (r#"a=~"db\b.*""#, &[("a", "db-1")], true),
            (r#"a=~"[[:alpha:]]+""#, &[("a", "db")], true),
            (r#"a=~"[]x]+""#, &[("a", "]x")], true),
            (r#""a b"="c""#, &[("a b", "c")], true),
        ];
        for (text, pairs, expected) in cases {
            let matcher = Matcher::parse(text).unwrap();
            assert_eq!(matcher.matches(&labels(pairs)), *expected, "{text} on {pairs:?}");
        }
    }

    #[test]
    fn what_takes_whatever_is_written_with_letters_names_no_value() {
        for text in [
            r#"a=~".*""#,
            r#"a=~".+""#,
            r#"a=~"[a-zA-Z].*""#,
            r#"a=~"(?i)[a-z]+""#,
            r#"a=~"\w+""#,
            r#"a=~"[^x].*""#,
            r#"a=~".*e.*""#,
            r#"a=~"checkout|.+""#,
            r#"a=~"(checkout)?.+""#,
            r#"a=~"checkout|""#,
            r#"a=~"..""#,
            r#"a!="b""#,
            r#"a!~"|[^a-z].*""#,
            r#"a="""#,
        ] {
            assert!(!Matcher::parse(text).unwrap().names_a_value(), "{text}");
        }
        for text in [
            r#"a="b""#,
            r#"a=~"b""#,
            r#"a=~"b|c""#,
            r#"a=~"1|2|3|4|5|6""#,
            r#"a=~"checkout|cart""#,
            r#"a=~"High.*""#,
            r#"a=~"(?i)high.*""#,
            r#"a=~".*-prod""#,
            r#"a=~"(db|web)-[0-9]+""#,
            r#"a=~"^db.*$""#,
            r#"a=~"(checkout)+.*""#,
        ] {
            assert!(Matcher::parse(text).unwrap().names_a_value(), "{text}");
        }
    }

    #[test]
    fn a_wrong_matcher_says_what_is_wrong() {
        assert_eq!(Matcher::parse("severity"), Err(MatcherError::NoOperator));
        assert_eq!(Matcher::parse("=x"), Err(MatcherError::EmptyName));
        assert_eq!(Matcher::parse(r#"a="b"#), Err(MatcherError::BadQuotes));
        assert_eq!(Matcher::parse(r#"a="b" c"#), Err(MatcherError::BadQuotes));
        assert!(matches!(Matcher::parse(r#"a=~"(""#), Err(MatcherError::BadRegex(_))));
        assert!(matches!(Matcher::parse("a!b"), Err(MatcherError::NoOperator)));
        // What Alertmanager would read as something else. Its parsers differ on bare values, too (prometheus/alertmanager pull
        // requests 3453 and 3571).
        assert_eq!(Matcher::parse("severity=critical,team=db"), Err(MatcherError::NeedsQuotes { letter: ',' }));
        assert_eq!(Matcher::parse("a==b"), Err(MatcherError::NeedsQuotes { letter: '=' }));
        for text in [
            r#"a=~"[a&&b]""#,
            r#"a=~"[a--b]""#,
            r#"a=~"[a[bc]]""#,
            r#"a=~"(?x)a b""#,
            r#"a=~"(?u:a)""#,
            r#"a=~"\b{start}a""#,
            r#"a=~"a{1001}""#,
        ] {
            assert!(matches!(Matcher::parse(text), Err(MatcherError::ReadsDifferently { .. })), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_value_survives_being_written_and_read_again(value in "\\PC{0,40}") {
            let text = Matcher { label: "l".into(), value: value.clone(), comparison: Comparison::Equal }.to_string();
            prop_assert!(Matcher::parse(&text).unwrap().matches(&labels(&[("l", &value)])));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC{0,60}") {
            let _ = Matcher::parse(&text);
        }
    }
}
