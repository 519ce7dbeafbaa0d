//! Purpose: shorten text so that people see that it was shortened, and nothing breaks.

/// Characters as Discord's strictest reading counts them (UTF-16 units, so most emoji count two).
pub fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The text if it fits `limit` characters, else its beginning and `…`. Never cuts inside an escape, a mention, a time
/// mark or a link; counts like [`length`], so the result fits however characters are counted.
pub fn cut(text: &str, limit: usize) -> String {
    if length(text) <= limit {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    let mut rest = text;
    while !rest.is_empty() {
        let piece = &rest[..piece_length(rest)];
        used += length(piece);
        if used > limit {
            break;
        }
        out.push_str(piece);
        rest = &rest[piece.len()..];
    }
    out.truncate(out.trim_end().len());
    if limit > 0 {
        out.push('…');
    }
    out
}

/// Bytes of the piece at the start that must not be divided.
fn piece_length(rest: &str) -> usize {
    let first = rest.chars().next().map_or(0, char::len_utf8);
    let mut length = match rest.as_bytes().first() {
        Some(b'\\') => first + rest[first..].chars().next().map_or(0, char::len_utf8),
        Some(b'<') => mark(rest).unwrap_or(first),
        Some(b'[') => masked_link(rest).unwrap_or(first),
        _ => first,
    };
    // What belongs to the character before it stays with it.
    for c in rest[length..].chars() {
        match c {
            '\u{200B}' | '\u{200D}' | '\u{FE0F}' | '\u{300}'..='\u{36F}' => length += c.len_utf8(),
            _ => break,
        }
    }
    length
}

fn mark(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('<')?;
    if !inside.starts_with(['@', '#', '/', ':', 't', 'a']) {
        return None;
    }
    let end = rest.find('>')?;
    (end <= 100 && !rest[..end].contains(' ')).then_some(end + 1)
}

fn masked_link(rest: &str) -> Option<usize> {
    let middle = rest.find("](")?;
    let end = middle + rest[middle..].find(')')?;
    (!rest[..end].contains('\n')).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::escape;

    #[test]
    fn a_cut_is_visible_and_breaks_nothing() {
        for (text, limit, shown) in [
            ("short", 5, "short"),
            ("longer", 5, "long…"),
            ("ab\\*cd", 4, "ab…"),
            ("ab\\*cd", 5, "ab\\*…"),
            ("see <t:1790000000:R> there", 10, "see…"),
            ("see [Dashboard](https://x.example) there", 20, "see…"),
            ("😀😀😀", 4, "😀…"),
            ("a@\u{200B}everyone", 4, "a@\u{200B}…"),
            ("x", 0, ""),
        ] {
            assert_eq!(cut(text, limit), shown, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_cut_text_fits_and_never_ends_in_half_an_escape(text: String, limit in 0usize..40) {
            let escaped = escape(&text);
            let short = cut(&escaped, limit);
            prop_assert!(length(&short) <= limit.max(length(&escaped).min(limit)));
            if let Some(body) = short.strip_suffix('…').filter(|_| short != escaped) {
                let slashes = body.chars().rev().take_while(|c| *c == '\\').count();
                prop_assert!(slashes % 2 == 0 || escaped.starts_with(body));
                prop_assert!(escaped.starts_with(body));
            }
        }
    }
}
