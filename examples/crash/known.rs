//! Purpose: the write points that there are, read from the source, so that those which no story passes can be named.

use std::collections::BTreeSet;
use std::path::Path;

/// How a point is written in the source: by the store's macro, and by all others.
const WRITTEN: [&str; 2] = ["write_point!(\"", "point = \""];
/// Of what a point is, where the source has a variable: all that it can be.
const OF: [(&str, &[&str]); 2] = [("receipt:", &["confirmed", "dropped", "dead"]), ("notify:", &["ntfy", "email"])];
/// Points whose second part is a route, or a name of the installation: passing it for one of them counts.
const ANY: [&str; 2] = ["rest:", "meta:"];

/// Those that no name in `passed` stands for.
pub(crate) fn never_passed<'a>(passed: impl Iterator<Item = &'a str> + Clone) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("crates"), &mut known);
    assert!(!known.is_empty(), "the source has no write points");
    known.retain(|name| {
        let any = ANY.iter().any(|prefix| name.starts_with(prefix));
        let stands = |passed: &str| passed == name || (any && passed.split(' ').next() == Some(name));
        !passed.clone().any(stands)
    });
    known
}

fn read(folder: &Path, known: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            read(&path, known);
        } else if path.extension().is_some_and(|kind| kind == "rs")
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            text.lines().for_each(|line| names(line, known));
        }
    }
}

/// The points of a line of source.
fn names(line: &str, known: &mut BTreeSet<String>) {
    let Some(rest) = WRITTEN.iter().find_map(|start| Some(line.split_once(start)?.1)) else { return };
    // Of the broken bots only.
    let Some((point, rest)) = rest.split_once('"').filter(|(point, _)| *point != "decide:marked-apart") else { return };
    if let Some((of, _)) = rest.split_once('"').and_then(|(_, rest)| rest.split_once('"')) {
        known.insert(format!("{point} {of}"));
        return;
    }
    match OF.iter().find(|(prefix, _)| point.starts_with(prefix)) {
        Some((_, all)) => known.extend(all.iter().map(|of| format!("{point} {of}"))),
        None => {
            known.insert(point.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_found_in_the_source_and_those_that_are_not_passed_are_named() {
        let passed = ["letter:writing retry", "rest:leaving POST /x", "receipt:writing dead"];
        let never = never_passed(passed.into_iter());
        for name in passed {
            assert!(!never.contains(name), "{name}");
        }
        for name in ["letter:written retry", "receipt:writing dropped", "rest:answered", "notify:leaving email"] {
            assert!(never.contains(name), "{name} in {never:?}");
        }
        assert!(!never.contains("rest:leaving"));
    }
}
