//! Purpose: `key_env` and `key_file` of a sender: where its key is read from, one place or two while the key is changed.

use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use domain::setup::KeyPlace;

use crate::places::Span;
use crate::read::{Table, Text, Value};
use crate::{Env, reason, values};

/// Places a sender's key may be in at a time: the new one and the one before it.
const MOST: usize = 2;
/// Largest file that is read as a key, in bytes.
const KEY_BYTES: u64 = 4_096;

/// Reads both keys of the table. A place without a key in it is a warning that says what `follows`.
pub(crate) fn read(table: &Table<'_>, env: Env<'_>, follows: &str) -> Vec<KeyPlace> {
    let texts = |name| {
        let value = table.get(name);
        if let Some(list) = value.filter(Value::list_is_empty) {
            list.doc
                .error(list.span, format!("`{name}` names no key"))
                .help("name one, or two while the key is changed");
        }
        value.map(Value::one_or_more).unwrap_or_default()
    };
    let (variables, files) = (texts("key_env"), texts("key_file"));
    let follows = if variables.len() + files.len() > 1 { "a sender that shows that key is refused" } else { follows };
    let mut places: Vec<KeyPlace> = Vec::new();
    let mut twice: Option<Span> = None;
    for text in &variables {
        let Some(name) = values::variable(*text) else { continue };
        if env.lacks(&name) {
            text.doc
                .warning(text.span, format!("the environment variable {name} is not set: {follows}"))
                .help("set it to a long random text, here and in the sender");
        }
        push(&mut places, KeyPlace::Variable(name), *text, &mut twice);
    }
    for text in &files {
        let Some(path) = values::sentence(*text) else { continue };
        let path = env.base.map_or_else(|| Path::new(&path).to_owned(), |base| base.join(&path));
        if env.base.is_some() {
            look_at(*text, &path, follows);
        }
        push(&mut places, KeyPlace::File(path), *text, &mut twice);
    }
    if let Some(span) = twice {
        table.doc.error(span, "this place is named twice").help("name it once");
    } else if places.len() > MOST {
        let last = files.last().or(variables.last()).map_or(table.span, |text| text.span);
        table
            .doc
            .error(last, format!("{} keys at a time: at most {MOST} are taken", places.len()))
            .help("the new key and the one before it; remove the older ones");
    }
    places
}

fn push(places: &mut Vec<KeyPlace>, place: KeyPlace, text: Text<'_>, twice: &mut Option<Span>) {
    if places.contains(&place) {
        *twice = Some(text.span);
    } else {
        places.push(place);
    }
}

fn look_at(text: Text<'_>, path: &Path, follows: &str) {
    match read_key(path) {
        Err(problem) => text
            .doc
            .warning(text.span, format!("{problem}; {follows}"))
            .help("one line, a long random text, that the user who runs siaga may read"),
        Ok(_) if widely_readable(path) => text
            .doc
            .warning(text.span, format!("everybody on this machine may read the key in {}", path.display()))
            .help(format!("chmod 600 {}", path.display())),
        Ok(_) => {}
    }
}

/// Reads the key in a file: its one line, without the newline at the end.
///
/// # Errors
/// A sentence that names the file and never what is in it: it cannot be read, is empty, has more than one line, or others than
/// its owner may write it, who could then choose the key.
pub fn read_key(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let failed = |error: &std::io::Error| format!("the key file {shown} cannot be read: {}", reason(error));
    let file = std::fs::File::open(path).map_err(|error| failed(&error))?;
    let about = file.metadata().map_err(|error| failed(&error))?;
    if !about.is_file() {
        return Err(format!("the key file {shown} is no file"));
    }
    if about.permissions().mode() & 0o022 != 0 {
        return Err(format!("others may write the key file {shown}, so its key is not taken (chmod 600 {shown})"));
    }
    let mut text = String::new();
    file.take(KEY_BYTES + 1).read_to_string(&mut text).map_err(|error| failed(&error))?;
    if text.len() as u64 > KEY_BYTES {
        return Err(format!("the key file {shown} is longer than {KEY_BYTES} bytes: that is no key"));
    }
    let key = text.strip_suffix('\n').unwrap_or(&text);
    let key = key.strip_suffix('\r').unwrap_or(key);
    if key.trim().is_empty() {
        return Err(format!("the key file {shown} is empty"));
    }
    if key.contains(['\n', '\r']) {
        return Err(format!("the key file {shown} has more than one line"));
    }
    Ok(key.to_owned())
}

/// Whether everybody on this machine may read a file. A group that may is somebody's choice.
pub fn widely_readable(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o004 != 0)
}
