//! Purpose: make text from outside inert: it is shown as it was written and does nothing.

/// Bytes of an address that is left as it is.
const LONGEST_ADDRESS: usize = 1_000;

const EVERYBODY: [&str; 2] = ["everyone", "here"];

/// One line of outside text that shows itself and nothing else: no Markdown, no mention, no hidden characters.
pub fn escape(text: &str) -> String {
    inert(&plain(text))
}

/// Like [`escape`], but keeps line breaks (never more than one empty line).
pub fn escape_lines(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let line = plain(line);
        let second_empty = line.is_empty() && lines.last().is_none_or(String::is_empty);
        if !second_empty {
            lines.push(inert(&line));
        }
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.join("\n")
}

/// One line without hidden characters, for places that know no Markdown: names of threads, buttons, form fields.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    // What is hidden and is no space goes first: it must not stand between marks and let more of them through.
    for c in text.chars().filter(|c| c.is_whitespace() || !is_hidden(*c)) {
        if is_combining(c) {
            marks += 1;
            if marks > 2 {
                continue;
            }
        } else {
            marks = 0;
        }
        if c.is_whitespace() || matches!(c, '\u{2800}' | '\u{3164}' | '\u{FFA0}' | '\u{115F}' | '\u{1160}') {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// A link people click on: the label is made inert, the address cannot leave its parentheses. None for anything but
/// `http` and `https`, and for addresses over 512 characters.
pub fn link(label: &str, url: &str) -> Option<String> {
    let (label, safe) = (escape(label), address_of(url)?);
    (!label.is_empty()).then(|| format!("[{label}]({safe})"))
}

/// An address as it is, without a picture of what is behind it; as harmless text when [`link`] would not take it.
pub(crate) fn bare_link(url: &str) -> String {
    address_of(url).map_or_else(|| escape(url), |safe| format!("<{safe}>"))
}

/// An address that can end nothing it stands in.
fn address_of(url: &str) -> Option<String> {
    let lower = url.get(..8.min(url.len())).unwrap_or_default().to_ascii_lowercase();
    if !lower.starts_with("http://") && lower != "https://" {
        return None;
    }
    let mut safe = String::with_capacity(url.len());
    for c in url.chars() {
        if c.is_ascii_graphic() && !matches!(c, '(' | ')' | '<' | '>' | '\\' | '"' | '`' | '@' | '[' | ']' | '|' | '*')
        {
            safe.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                safe.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    (safe.len() <= 512).then_some(safe)
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{489}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Puts a backslash before whatever could start something.
fn inert(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut rest = line;
    let mut before = ' ';
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits > 0 && rest[digits..].starts_with(['.', ')']) {
        out.push_str(&rest[..digits]);
        out.push('\\');
        out.push_str(&rest[digits..=digits]);
        rest = &rest[digits + 1..];
        before = '.';
    } else if rest.starts_with(['#', '-', '+', '>']) {
        out.push('\\');
    }
    while let Some(c) = rest.chars().next() {
        if let Some(url) = address(rest, before) {
            out.push_str(url);
            rest = &rest[url.len()..];
            before = '/';
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match c {
            '\\' | '*' | '_' | '~' | '`' | '|' | '[' | ']' | '<' => {
                out.push('\\');
                out.push(c);
            }
            // Discord looks for mentions before it looks at backslashes, so the pattern itself is broken up.
            '@' => {
                out.push_str("\\@");
                let next: String = rest.chars().take(8).flat_map(char::to_lowercase).collect();
                if EVERYBODY.iter().any(|word| next.starts_with(word)) {
                    out.push('\u{200B}');
                }
            }
            '#' | '/' | ':' if before == '<' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
        before = c;
    }
    out
}

/// An address at the start of `rest` that a backslash would break and that contains nothing to be afraid of.
fn address(rest: &str, before: char) -> Option<&str> {
    if before.is_alphanumeric() || !(rest.starts_with("https://") || rest.starts_with("http://")) {
        return None;
    }
    let safe = |c: char| c.is_ascii_alphanumeric() || "-._~/?#=&%+:,;!$".contains(c);
    let unsafe_at = rest.bytes().take(LONGEST_ADDRESS).position(|byte| !safe(char::from(byte)));
    let end = unsafe_at.or_else(|| (rest.len() <= LONGEST_ADDRESS).then_some(rest.len()))?;
    (end == rest.len() || rest[end..].starts_with(' ')).then(|| &rest[..end])
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, escaped: &str) {
        assert_eq!(escape(text), escaped, "{text:?}");
    }

    #[test]
    fn outside_text_shows_itself_and_does_nothing() {
        check("Checkout errors 12 %", "Checkout errors 12 %");
        check(
            "**bold** _it_ ~~no~~ ||secret|| `code`",
            "\\*\\*bold\\*\\* \\_it\\_ \\~\\~no\\~\\~ \\|\\|secret\\|\\| \\`code\\`",
        );
        check("[click](https://evil.example)", "\\[click\\](https://evil.example)");
        check("@everyone @HERE", "\\@\u{200B}everyone \\@\u{200B}HERE");
        check("<@1> <@!1> <@&1> <#1>", "\\<\\@1> \\<\\@!1> \\<\\@&1> \\<\\#1>");
        check("</ack:1> <t:1:R> <:x:1> <a:x:1>", "\\<\\/ack:1> \\<t:1:R> \\<\\:x:1> \\<a:x:1>");
        check("# big", "\\# big");
        check("- item", "\\- item");
        check("-# small", "\\-# small");
        check("> quote", "\\> quote");
        check("1. one", "1\\. one");
        check("```\ncode\n```", "\\`\\`\\` code \\`\\`\\`");
        check("\u{202E}evil\u{200B}\u{2066}\n@everyone", "evil \\@\u{200B}everyone");
        check("@\u{200B}everyone", "\\@\u{200B}everyone");
        check("a\u{300}\u{301}\u{302}\u{303}b", "a\u{300}\u{301}b");
        check("a\u{300}\u{301}\u{200B}\u{302}\u{303}b", "a\u{300}\u{301}b");
        check("see https://x.example/a_b?c=d_e now", "see https://x.example/a_b?c=d_e now");
        check("https://x.example/@everyone", "https://x.example/\\@\u{200B}everyone");
        check("ops@shop.example", "ops\\@shop.example");
    }

    #[test]
    fn line_breaks_are_kept_only_where_asked() {
        assert_eq!(escape("a\n\n\n# b"), "a # b");
        assert_eq!(escape_lines("a\n\n\n\n# b\n- c\n\n"), "a\n\n\\# b\n\\- c");
    }

    #[test]
    fn a_link_cannot_leave_its_parentheses() {
        assert_eq!(
            link("Dash]board", "https://x.example/a(b)c @d").unwrap(),
            "[Dash\\]board](https://x.example/a%28b%29c%20%40d)"
        );
        assert_eq!(link("Dashboard", "HTTP://x.example").unwrap(), "[Dashboard](HTTP://x.example)");
        for url in ["javascript:alert(1)", "", "x", "https:/x", "\u{fe}ttps://x"] {
            assert_eq!(link("Dashboard", url), None, "{url}");
        }
    }

    /// What a reader sees: backslashes and break-up characters gone.
    pub(crate) fn shown(escaped: &str) -> String {
        let mut out = String::new();
        let mut chars = escaped.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\\' if chars.peek().is_some_and(|next| next.is_ascii_punctuation()) => out.extend(chars.next()),
                '\u{200B}' => {}
                c => out.push(c),
            }
        }
        out
    }

    fn hostile() -> impl Strategy<Value = String> {
        let parts = prop::sample::select(vec![
            "@everyone",
            "@here",
            "<@1>",
            "<@&2>",
            "<#3>",
            "</x:4>",
            "<t:5:R>",
            "<:e:6>",
            "<a:e:6>",
            "@",
            "<",
            ">",
            "#",
            "-",
            "1.",
            "\n",
            "\\",
            "`",
            "*",
            "_",
            "|",
            "~",
            "[a](https://x)",
            "https://x_y/",
            "https://x/@here",
            "\u{200B}",
            "\u{202E}",
            "a",
            " ",
            "é",
            "😀",
            "\u{301}",
        ]);
        prop_oneof![prop::collection::vec(parts, 0..12).prop_map(|parts| parts.concat()), any::<String>()]
    }

    proptest! {
        #[test]
        fn escaped_text_holds_no_mention_and_reads_as_written(text in hostile()) {
            let escaped = escape(&text);
            let lower = escaped.to_lowercase();
            for bad in ["@everyone", "@here", "<@", "<#", "</", "<:"] {
                prop_assert!(!lower.contains(bad), "{} in {}", bad, escaped);
            }
            prop_assert!(!escaped.contains('\n'));
            prop_assert_eq!(shown(&escaped), plain(&text));
        }

        #[test]
        fn every_mark_that_starts_something_is_escaped(text in hostile()) {
            for line in escape_lines(&text).lines() {
                let mut before_escape = false;
                let mut in_address = false;
                for (at, c) in line.char_indices() {
                    if before_escape {
                        before_escape = false;
                        continue;
                    }
                    in_address = (in_address && c != ' ') || line[at..].starts_with("http");
                    before_escape = c == '\\';
                    prop_assert!(in_address || !"*_~`|[]<".contains(c), "{} in {}", c, line);
                }
                prop_assert!(!line.starts_with(['#', '>', '-', '+']), "{}", line);
            }
        }
    }
}
