//! Purpose: bound and clean every text that comes from outside.
//!
//! Control characters, bidirectional overrides and invisible characters are removed, so that two texts that look the
//! same are the same and no text can reorder its surroundings. What is too long is cut, and every cut is visible (`…`).

use std::collections::btree_map::Entry;

use domain::Labels;

/// Longest title, in characters. Source: Discord docs, "Embed Limits" (title 256).
pub const TITLE_CHARS: usize = 256;
/// Longest body, in characters; with our own notices below it, it still fits an embed description (4,096).
pub const BODY_CHARS: usize = 3_500;
/// Longest label name, in characters.
pub const LABEL_NAME_CHARS: usize = 128;
/// Longest label value, in characters: one that is cut matches no more what it was sent as.
pub const LABEL_VALUE_CHARS: usize = 2_048;
/// Longest measured value, in characters.
pub const VALUE_CHARS: usize = 128;
/// Longest name of an author, in characters.
pub const AUTHOR_CHARS: usize = 64;
/// Longest address, in characters. A longer one is dropped: a cut address leads nowhere.
pub const URL_CHARS: usize = 2_048;
/// Most labels of one alert.
pub const LABEL_COUNT: usize = 64;
/// Most of an unmapped payload that is kept, in bytes.
pub const RAW_BYTES: usize = 16 * 1024;

/// Labels that stay when there are too many: people route and group by them.
const KEPT_LABELS: [&str; 12] = [
    "alertname",
    "severity",
    "service",
    "owner",
    "team",
    "env",
    "environment",
    "cluster",
    "namespace",
    "region",
    "job",
    "instance",
];

/// One line: line breaks and tabs become spaces, spaces are collapsed, at most `max_chars` characters.
/// Empty when nothing visible is left.
pub fn line(text: &str, max_chars: usize) -> String {
    if is_clean_line(text, max_chars) {
        return text.to_owned();
    }
    let mut cleaned = Bounded::new(max_chars);
    let mut space = false;
    for c in text.chars() {
        match look(c) {
            Look::Hidden => {}
            Look::Break => space = true,
            Look::Visible if c.is_whitespace() => space = true,
            Look::Visible => {
                if space && !cleaned.is_empty() {
                    cleaned.push(' ');
                }
                space = false;
                cleaned.push(c);
            }
        }
        if cleaned.is_full() {
            break;
        }
    }
    cleaned.finish()
}

/// Whether [`line`] would leave a text as it is, for those that are quickly looked through: short ones of ASCII, as most are.
fn is_clean_line(text: &str, max_chars: usize) -> bool {
    let bytes = text.as_bytes();
    bytes.len() <= max_chars
        && bytes.iter().all(|byte| matches!(byte, b' '..=b'~'))
        && bytes.first() != Some(&b' ')
        && bytes.last() != Some(&b' ')
        && bytes.windows(2).all(|two| two != b"  ")
}

/// Whether anything visible is in a text.
pub(crate) fn is_seen(text: &str) -> bool {
    text.chars().any(|c| matches!(look(c), Look::Visible) && !c.is_whitespace())
}

/// Several lines: line breaks and tabs stay, blank ends are removed, at most `max_chars` characters.
/// Empty when nothing visible is left.
pub fn block(text: &str, max_chars: usize) -> String {
    let mut cleaned = Bounded::new(max_chars);
    for c in visible_lines(text).trim().chars() {
        cleaned.push(c);
        if cleaned.is_full() {
            break;
        }
    }
    cleaned.finish()
}

/// A raw payload for people to read, at most [`RAW_BYTES`] bytes of it; a cut says how much is shown.
pub fn raw(text: &str) -> String {
    let mut cleaned = visible_lines(text);
    if cleaned.len() > RAW_BYTES {
        let total_bytes = cleaned.len();
        let mut shown_bytes = RAW_BYTES;
        while !cleaned.is_char_boundary(shown_bytes) {
            shown_bytes -= 1;
        }
        cleaned.truncate(shown_bytes);
        cleaned.push_str(&format!("\n… (cut: {shown_bytes} of {total_bytes} bytes shown)"));
    }
    cleaned
}

/// Labels after cleaning, and how many did not make it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CleanLabels {
    /// At most [`LABEL_COUNT`] labels.
    pub labels: Labels,
    /// Labels left out because there were too many or because two names became the same.
    pub left_out: usize,
}

/// Bounds labels. A value stays as it was sent, because that is what it is matched by: whoever shows it cleans it. A label whose name
/// or value shows nothing is dropped: to Alertmanager an empty label is a missing one.
/// When there are more than [`LABEL_COUNT`], the ones people route by stay, then the first by name.
pub fn labels<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> CleanLabels {
    let mut cleaned = Labels::new();
    let mut left_out = 0;
    for (name, value) in pairs {
        let name = line(name, LABEL_NAME_CHARS);
        if name.is_empty() || !is_seen(value) {
            continue;
        }
        let value = bounded(value, LABEL_VALUE_CHARS);
        match cleaned.entry(name) {
            Entry::Vacant(place) => {
                place.insert(value);
            }
            Entry::Occupied(_) => left_out += 1,
        }
    }
    if cleaned.len() > LABEL_COUNT {
        left_out += cleaned.len() - LABEL_COUNT;
        let (mut kept, others): (Labels, Labels) =
            cleaned.into_iter().partition(|(name, _)| KEPT_LABELS.contains(&name.as_str()));
        let room = LABEL_COUNT - kept.len();
        kept.extend(others.into_iter().take(room));
        cleaned = kept;
    }
    CleanLabels { labels: cleaned, left_out }
}

/// A text as it is, at most `max_chars` characters of it; a cut is visible.
fn bounded(text: &str, max_chars: usize) -> String {
    let mut bounded = Bounded::new(max_chars);
    for c in text.chars() {
        bounded.push(c);
        if bounded.is_full() {
            break;
        }
    }
    bounded.finish()
}

/// An `http` or `https` address with a host and without a password in it, or nothing. Characters that would end a link
/// early in a chat message are percent-encoded.
pub fn http_url(text: &str) -> Option<String> {
    let text = text.trim();
    let (scheme, rest) = text.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() || authority.contains(['@', '\\', ' ', '<', '>', '"', '`']) {
        return None;
    }
    if text.chars().any(|c| !matches!(look(c), Look::Visible) || (c.is_whitespace() && c != ' ')) {
        return None;
    }
    let mut url = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' | '<' | '>' | '"' | '`' | '\\' | '^' | '{' | '}' | '|' | '(' | ')' => {
                url.push_str(&format!("%{:02X}", u32::from(c)));
            }
            _ => url.push(c),
        }
    }
    (url.chars().count() <= URL_CHARS).then_some(url)
}

/// A cleaned body with our own notices below it; none when there is neither.
pub(crate) fn body_with_notices(body: Option<&str>, notices: &[String]) -> Option<String> {
    let body = body.map(|text| block(text, BODY_CHARS)).filter(|text| !text.is_empty());
    let notices = (!notices.is_empty()).then(|| notices.join("\n"));
    match (body, notices) {
        (Some(body), Some(notices)) => Some(format!("{body}\n\n{notices}")),
        (body, notices) => body.or(notices),
    }
}

/// What a character does to the text around it.
enum Look {
    Visible,
    Break,
    Hidden,
}

fn look(c: char) -> Look {
    match c {
        '\t' => Look::Visible,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Look::Break,
        c if c.is_control() => Look::Hidden,
        // Soft hyphen, grapheme joiner, Arabic letter mark, Hangul fillers, Mongolian vowel separator.
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{3164}' | '\u{ffa0}'
        // Zero-width characters and marks of direction; overrides and embeddings; word joiner, invisible operators, isolates.
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        // Byte order mark, interlinear annotations, tags and the supplement of variation selectors.
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}' => Look::Hidden,
        _ => Look::Visible,
    }
}

fn visible_lines(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut after_return = false;
    for c in text.chars() {
        match look(c) {
            Look::Hidden => continue,
            // A carriage return and a line feed are one line break.
            Look::Break if c == '\n' && after_return => {}
            Look::Break => cleaned.push('\n'),
            Look::Visible => cleaned.push(c),
        }
        after_return = c == '\r';
    }
    cleaned
}

/// Collects characters up to a bound; the last one becomes `…` when there were more.
struct Bounded {
    text: String,
    count: usize,
    max_chars: usize,
}

impl Bounded {
    fn new(max_chars: usize) -> Self {
        Self { text: String::new(), count: 0, max_chars }
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    fn is_full(&self) -> bool {
        self.count > self.max_chars
    }

    fn push(&mut self, c: char) {
        self.text.push(c);
        self.count += 1;
    }

    fn finish(mut self) -> String {
        if !self.is_full() {
            return self.text;
        }
        let end = self.text.char_indices().nth(self.max_chars.saturating_sub(1)).map_or(0, |(at, _)| at);
        self.text.truncate(end);
        self.text.truncate(self.text.trim_end().len());
        self.text.push('…');
        self.text
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_is_one_visible_line() {
        let cases = [
            ("  Checkout\terrors \r\n 12 %  ", "Checkout errors 12 %"),
            ("a\u{202e}b\u{2066}c\u{200b}d\u{feff}e", "abcde"),
            ("bell\u{7} null\u{0} escape\u{1b}[31m", "bell null escape[31m"),
            ("\u{200b}\u{202e}\n ", ""),
            ("first\u{2028}second", "first second"),
            ("Pembayaran gagal — 支払い", "Pembayaran gagal — 支払い"),
            ("12345678901234567890X", "1234567890123456789…"),
            ("12345678901234567890", "12345678901234567890"),
            ("1234567890123456789   x", "1234567890123456789…"),
            ("123456789012345678 90123", "123456789012345678…"),
        ];
        for (text, expected) in cases {
            let max = if text.starts_with("123") { 20 } else { TITLE_CHARS };
            assert_eq!(line(text, max), expected, "{text:?}");
        }
    }

    #[test]
    fn a_block_keeps_its_lines() {
        assert_eq!(block("\r\none\r\ntwo\rthree\n\nfour\n", 100), "one\ntwo\nthree\n\nfour");
        assert_eq!(block("abcdef", 4), "abc…");
    }

    #[test]
    fn a_raw_payload_says_how_much_of_it_is_shown() {
        let shown = raw(&"é".repeat(RAW_BYTES));
        assert!(shown.ends_with("\n… (cut: 16384 of 32768 bytes shown)"), "{}", &shown[RAW_BYTES..]);
        assert_eq!(raw("{\"a\":1}"), "{\"a\":1}");
    }

    #[test]
    fn labels_without_name_or_value_are_dropped_and_the_rest_is_counted() {
        let many: Vec<(String, String)> = (0..70).map(|n| (format!("a{n:02}"), "x".to_owned())).collect();
        let mut pairs: Vec<(&str, &str)> = many.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        pairs.extend([("", "nameless"), ("empty", ""), ("severity", "critical"), ("a\u{200b}00", "double")]);
        let cleaned = labels(pairs);
        assert_eq!(cleaned.labels.len(), LABEL_COUNT);
        assert_eq!(cleaned.left_out, 8, "71 names for 64 places, and one double name");
        assert_eq!(cleaned.labels["severity"], "critical", "what people route by stays");
        assert_eq!(cleaned.labels["a00"], "x");
    }

    #[test]
    fn only_web_addresses_become_links() {
        let cases = [
            ("https://grafana.example.com/d/checkout", Some("https://grafana.example.com/d/checkout")),
            (" HTTP://prom:9090/graph?x=(a) ", Some("HTTP://prom:9090/graph?x=%28a%29")),
            ("javascript:alert(1)", None),
            ("file:///etc/passwd", None),
            ("https://", None),
            ("https:///path", None),
            ("https://user:secret@example.com/", None),
            ("https://example.com/\u{202e}gpj", None),
            ("https://example.com/\nx", None),
            ("grafana.example.com", None),
        ];
        for (text, expected) in cases {
            assert_eq!(http_url(text).as_deref(), expected, "{text:?}");
        }
        assert_eq!(http_url(&format!("https://example.com/{}", "a".repeat(URL_CHARS))), None);
    }

    proptest! {
        #[test]
        fn what_is_clean_already_is_not_changed(text in "[ -~]{0,30}|[ ab\t\u{200b}é]{0,12}", max in 0_usize..40) {
            let slowly = line(&format!("\u{200b}{text}"), max);
            prop_assert_eq!(line(&text, max), slowly.clone());
            prop_assert_eq!(is_seen(&text), !line(&text, 1).is_empty());
        }

        #[test]
        fn a_cleaned_line_stays_as_it_is_and_within_its_bound(text in "\\PC*|.*|[\u{200b}\u{202e} a\n\r]{0,60}", max in 1_usize..40) {
            let cleaned = line(&text, max);
            prop_assert!(cleaned.chars().count() <= max);
            prop_assert_eq!(line(&cleaned, max), cleaned);
        }

        #[test]
        fn a_cleaned_block_stays_as_it_is_and_within_its_bound(text in "(?s).{0,80}", max in 1_usize..40) {
            let cleaned = block(&text, max);
            prop_assert!(cleaned.chars().count() <= max);
            prop_assert_eq!(block(&cleaned, max), cleaned);
        }
    }
}
