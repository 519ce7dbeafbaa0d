//! Purpose: labels of alerts and the matchers over them, with Alertmanager's meaning: regular expressions are
//! fully anchored and a missing label is the empty string.

use std::collections::BTreeMap;
use std::fmt;

use regex::{Regex, RegexBuilder};

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
        let value = unquote(raw.trim())?;
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

/// How matchers read in an explanation: `severity="critical", service="checkout"`, or `everything`.
pub fn describe(matchers: &[Matcher]) -> String {
    if matchers.is_empty() {
        return "everything".to_owned();
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

fn anchored(pattern: &str) -> Result<Regex, MatcherError> {
    let build = |pattern: &str| {
        RegexBuilder::new(pattern)
            .size_limit(REGEX_SIZE_BYTES)
            // Alertmanager's anchored expressions see the whole value, line breaks included.
            .dot_matches_new_line(true)
            .build()
            .map_err(|error| MatcherError::BadRegex(last_line(&error.to_string())))
    };
    // Alone, too: `a)|(b` is none, and would leave its anchors.
    build(pattern)?;
    build(&format!("^(?:{pattern})$"))
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
            (r#"a=~"x.*y""#, &[("a", "x\ny")], true),
            (r#""a b"="c""#, &[("a b", "c")], true),
        ];
        for (text, pairs, expected) in cases {
            let matcher = Matcher::parse(text).unwrap();
            assert_eq!(matcher.matches(&labels(pairs)), *expected, "{text} on {pairs:?}");
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
