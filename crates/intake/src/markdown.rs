//! Purpose: a line of chat without the Markdown around its words, as Discord shows it: a rule is written for what people see.

/// Marks that stand in pairs around words, longest first.
const PAIRS: [&str; 8] = ["***", "**", "__", "~~", "||", "``", "`", "*"];

/// A line without marks at its begin (quotes, lists, headings) and in pairs around words. A mark that stands alone is text:
/// `2 ** 3`, `a || b`, `snake_case`.
pub(crate) fn plain(line: &str) -> String {
    let mut text = without_prefix(line.trim()).to_owned();
    for mark in PAIRS {
        text = without_pairs(&text, mark);
    }
    // The underscore is inside names, too: only around the whole line or a word is it a mark.
    text = without_pairs(&text, "_");
    text.trim().to_owned()
}

fn without_prefix(line: &str) -> &str {
    let mut rest = line;
    loop {
        let heading = rest.trim_start_matches('#');
        let level = rest.len() - heading.len();
        let next = if (1..=3).contains(&level) && heading.starts_with(' ') {
            heading
        } else if let Some(own) = [">>> ", "> ", "-# ", "- ", "* "].into_iter().find_map(|mark| rest.strip_prefix(mark))
        {
            own
        } else {
            return rest;
        };
        rest = next.trim_start();
    }
}

fn without_pairs(text: &str, mark: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find(mark) {
        let inside = &rest[open + mark.len()..];
        let before = rest[..open].chars().next_back().or_else(|| kept.chars().next_back());
        let opens = inside.starts_with(|c: char| !c.is_whitespace())
            && !inside.starts_with(mark)
            && before.is_none_or(|c| !c.is_alphanumeric());
        let closed = opens.then(|| closing(inside, mark)).flatten();
        kept.push_str(&rest[..open]);
        if let Some(at) = closed {
            kept.push_str(&inside[..at]);
            rest = &inside[at + mark.len()..];
        } else {
            kept.push_str(mark);
            rest = inside;
        }
    }
    kept.push_str(rest);
    kept
}

/// Where the pair is closed: behind a word, and before no other.
fn closing(inside: &str, mark: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = inside[from..].find(mark).map(|at| from + at) {
        let ends = inside[..at].chars().next_back().is_some_and(|c| !c.is_whitespace());
        let free = inside[at + mark.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric());
        if at > 0 && ends && free {
            return Some(at);
        }
        from = at + mark.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn the_words_stay_and_the_marks_go() {
        let cases = [
            ("**FIRING:** stock service slow", "FIRING: stock service slow"),
            ("> - **FIRING**: `stock_service` slow", "FIRING: stock_service slow"),
            ("# FIRING: stock", "FIRING: stock"),
            ("-# FIRING: stock", "FIRING: stock"),
            ("***FIRING: stock***", "FIRING: stock"),
            ("__FIRING__: ~~stock~~ ||search||", "FIRING: stock search"),
            ("*FIRING*: _stock_", "FIRING: stock"),
            (":fire: **`FIRING`**: stock", ":fire: FIRING: stock"),
            ("snake_case_name 2 ** 3 a || b 5 * 3 * 2", "snake_case_name 2 ** 3 a || b 5 * 3 * 2"),
            ("#channel and #1", "#channel and #1"),
            ("-1 degree, *", "-1 degree, *"),
            ("**", "**"),
            ("```", "```"),
            ("", ""),
        ];
        for (written, read) in cases {
            assert_eq!(plain(written), read, "{written}");
        }
    }
}
