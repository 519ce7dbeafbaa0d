//! Purpose: texts from outside made harmless for a header, a push message, a web page.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use sha2::{Digest as _, Sha256};

/// One line: line breaks and other control characters become spaces, runs of spaces one, and nothing reorders what stands
/// around it; at most `limit_bytes` long, and a cut is visible.
pub(crate) fn line(text: &str, limit_bytes: usize) -> String {
    let reorders = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_space = |c: char| c.is_control() || c.is_whitespace() || reorders(c);
    let words: Vec<&str> = text.split(is_space).filter(|word| !word.is_empty()).collect();
    cut(words.join(" "), limit_bytes)
}

/// At most `limit_bytes` bytes of UTF-8; a cut ends in `…`.
pub(crate) fn cut(mut text: String, limit_bytes: usize) -> String {
    const SIGN: char = '…';
    if text.len() <= limit_bytes {
        return text;
    }
    let mut end = limit_bytes.saturating_sub(SIGN.len_utf8());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.push(SIGN);
    text
}

/// For text and attributes of HTML.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// A short name for a stable id that may contain anything: 32 letters and digits.
pub(crate) fn name_of(kind: &str, id: &str) -> String {
    let digest = Sha256::new().chain_update(kind).chain_update([0]).chain_update(id).finalize();
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// The text behind `%41`; `None` if that is not UTF-8. A `%` that begins nothing stands for itself.
pub(crate) fn percent_decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::{cut, escaped, line, name_of, percent_decoded};

    #[test]
    fn a_line_has_no_line_break_whatever_it_was() {
        assert_eq!(line("a\r\nBcc: x\u{2028}y\u{85}z\0 \t b\u{202e}c", 100), "a Bcc: x y z b c");
    }

    #[test]
    fn a_cut_is_visible_and_inside_the_limit() {
        assert_eq!(cut("ääää".into(), 8), "ääää");
        assert_eq!(cut("äääää".into(), 8), "ää…");
        assert!(cut("äääää".into(), 8).len() <= 8);
    }

    #[test]
    fn html_stays_text() {
        assert_eq!(escaped("<a href=\"x\" b='y'>&"), "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;");
    }

    #[test]
    fn names_differ_by_kind_and_id() {
        assert_eq!(name_of("mail", "7/1"), name_of("mail", "7/1"));
        assert_ne!(name_of("mail", "7/1"), name_of("thread", "7/1"));
        assert_eq!(name_of("mail", "").len(), 32);
    }

    #[test]
    fn percent_signs_are_read() {
        assert_eq!(percent_decoded("p%40ss%C3%A4%").as_deref(), Some("p@ssä%"));
        assert_eq!(percent_decoded("%zz%4").as_deref(), Some("%zz%4"));
        assert_eq!(percent_decoded("%ff"), None);
    }
}
