//! Purpose: the file `.env`: `NAME=value` lines that stand in for variables nobody has set.
//!
//! Read by ourselves: the libraries for it put values of other variables in the place of `$`, which changes passwords, and show
//! the line when it is wrong. A plain line means the same here as for Docker and systemd.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use secrecy::{ExposeSecret as _, SecretString};

/// Values by name.
pub(crate) type Values = BTreeMap<String, SecretString>;

/// What a file says, and whether others may read it.
pub(crate) struct EnvFile {
    pub(crate) values: Values,
    /// A sentence, when it is not its owner's alone.
    pub(crate) warning: Option<String>,
}

/// Reads the file; one that is not there is empty.
///
/// # Errors
/// A sentence with the number of the wrong line, and never what stands in it.
pub(crate) fn read(path: &Path) -> anyhow::Result<EnvFile> {
    let shown = path.display();
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(EnvFile { values: Values::new(), warning: None });
        }
        Err(error) => return Err(error).with_context(|| format!("{shown} cannot be read")),
    };
    let Ok(text) = String::from_utf8(bytes) else { bail!("{shown} is not UTF-8: save it as such") };
    let values = parse(&text).map_err(|wrong| anyhow::anyhow!("line {} of {shown} {}", wrong.line, wrong.why))?;
    let mode = std::fs::metadata(path).map_or(0, |about| about.permissions().mode() & 0o777);
    let open = mode & 0o077 != 0 && !values.is_empty();
    let warning =
        open.then(|| format!("{shown} holds secrets and others may use it (mode {mode:o}): run `chmod 600 {shown}`"));
    Ok(EnvFile { values, warning })
}

/// A line that cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// From 1.
    pub(crate) line: usize,
    /// What is wrong, after "line 3 of .env".
    pub(crate) why: String,
}

/// Reads the lines. An empty value is none.
pub(crate) fn parse(text: &str) -> Result<Values, Wrong> {
    let mut values = Values::new();
    let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (line, content) in (1..).zip(text.lines()) {
        let wrong = |why: &str| Wrong { line, why: why.to_owned() };
        let content = content.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let assignment = content.strip_prefix("export ").map_or(content, str::trim_start);
        let Some((name, value)) = assignment.split_once('=') else {
            return Err(wrong("sets nothing: write NAME=value, or # in front of a comment"));
        };
        let name = name.trim_end();
        let good = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(good) || name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(wrong("has no name of a variable before `=`: letters, digits and `_`"));
        }
        let value = unquote(value.trim()).map_err(wrong)?;
        if value.expose_secret().trim().is_empty() {
            continue;
        }
        if let Some(first) = lines.insert(name, line) {
            return Err(Wrong { line, why: format!("sets {name} a second time; the first is line {first}") });
        }
        values.insert(name.to_owned(), value);
    }
    Ok(values)
}

/// The value without quotes and without a comment behind it.
fn unquote(value: &str) -> Result<SecretString, &'static str> {
    const OPEN: &str = "opens a quote that is not closed in the same line";
    const REST: &str = "goes on behind the closing quote";
    let (text, rest) = if let Some(inner) = value.strip_prefix('\'') {
        let (text, rest) = inner.split_once('\'').ok_or(OPEN)?;
        (text.to_owned(), rest)
    } else if let Some(inner) = value.strip_prefix('"') {
        let mut text = String::new();
        let mut chars = inner.chars();
        loop {
            match chars.next().ok_or(OPEN)? {
                '"' => break,
                '\\' => match chars.next().ok_or(OPEN)? {
                    'n' => text.push('\n'),
                    escaped @ ('"' | '\\' | '$' | '`') => text.push(escaped),
                    other => text.extend(['\\', other]),
                },
                plain => text.push(plain),
            }
        }
        (text, chars.as_str())
    } else {
        let comment = value.match_indices('#').map(|(at, _)| at).find(|at| value[..*at].ends_with([' ', '\t']));
        let start = if value.starts_with('#') { Some(0) } else { comment };
        return Ok(SecretString::from(value[..start.unwrap_or(value.len())].trim_end()));
    };
    let rest = rest.trim();
    if rest.is_empty() || rest.starts_with('#') { Ok(SecretString::from(text)) } else { Err(REST) }
}

/// The text of the file with a variable set: in the line that sets it to nothing, or in a new one at the end.
pub(crate) fn with(text: &str, name: &str, value: &str, comment: &str) -> String {
    let is_blank = |line: &str| {
        let line = line.trim();
        let line = line.strip_prefix("export ").map_or(line, str::trim_start);
        line.split_once('=').is_some_and(|(known, value)| known.trim_end() == name && value.trim().is_empty())
    };
    let assignment = format!("{name}={value}");
    if text.lines().any(is_blank) {
        let lines = text.lines().map(|line| if is_blank(line) { assignment.as_str() } else { line });
        return lines.flat_map(|line| [line, "\n"]).collect();
    }
    let gap = match text {
        "" => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    format!("{text}{gap}# {comment}\n{assignment}\n")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::{parse, read, with};

    fn read_as(line: &str) -> String {
        match parse(line) {
            Ok(values) => values.iter().map(|(name, value)| format!("{name} is [{}]", value.expose_secret())).collect(),
            Err(wrong) => format!("line {} {}", wrong.line, wrong.why),
        }
    }

    #[test]
    fn lines_are_read_as_they_are_meant() {
        for (line, expected) in [
            ("A=b", "A is [b]"),
            ("  export A = b  ", "A is [b]"),
            ("A=b # why", "A is [b]"),
            ("A=b#c", "A is [b#c]"),
            ("A=smtps://u:p$w@h:465?x=y", "A is [smtps://u:p$w@h:465?x=y]"),
            ("A='b # c' # why", "A is [b # c]"),
            ("A=\"b \\\" \\\\ $c\"", "A is [b \" \\ $c]"),
            ("\u{feff}A=b\r\n", "A is [b]"),
            ("A=\nA=b", "A is [b]"),
            ("A=", ""),
            ("# A=b", ""),
            ("A= # why", ""),
            ("\nhunter2", "line 2 sets nothing: write NAME=value, or # in front of a comment"),
            ("1A=hunter2", "line 1 has no name of a variable before `=`: letters, digits and `_`"),
            ("A=b\n\nA=hunter2", "line 3 sets A a second time; the first is line 1"),
            ("A='hunter2", "line 1 opens a quote that is not closed in the same line"),
            ("A=\"hunter2", "line 1 opens a quote that is not closed in the same line"),
            ("A='b'hunter2", "line 1 goes on behind the closing quote"),
        ] {
            assert_eq!(read_as(line), expected, "{line}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_empty_and_a_wide_one_is_warned_of() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = std::env::temp_dir().join(format!("siaga-env-{}", crate::random::letters(10).unwrap()));
        std::fs::create_dir(&folder).unwrap();
        let file = folder.join(".env");
        assert!(read(&file).unwrap().values.is_empty());
        std::fs::write(&file, "A=b\n").unwrap();
        let wide = |mode| {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
            read(&file).unwrap().warning.is_some()
        };
        assert_eq!([0o644, 0o640, 0o600, 0o400].map(wide), [true, true, false, false]);
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_key_is_put_where_its_empty_line_waits() {
        assert_eq!(with("", "A", "b", "why"), "# why\nA=b\n");
        assert_eq!(with("X=y", "A", "b", "why"), "X=y\n\n# why\nA=b\n");
        assert_eq!(with("# about A\nA=\nX=y\n", "A", "b", "why"), "# about A\nA=b\nX=y\n");
    }
}
