//! Purpose: merged incidents: both records say so, once each, and each room says where it goes on.

use super::{Kind, Verdict, events, told};
use crate::seen::{Seen, Shown};

/// What one record says of another incident must stand in the other one, too.
pub(super) fn merges(seen: &Seen, verdict: &mut Verdict) {
    for (&from, shown) in &seen.incidents {
        for into in events(shown, "merged_into").filter_map(|event| number(&event["into"])) {
            let taken = seen.incidents.get(&into).map_or(0, |other| mentions(other, "absorbed", "from", from));
            verdict.count(from, &format!("entries of INC-{into} that it took INC-{from} over"), taken, 1, 1);
        }
        let ends = shown.posts.iter().filter(|post| post.content.contains(" merged this into ")).count();
        let expected = told(shown, "merged_into", 2);
        verdict.count(from, "posts that it goes on elsewhere", ends, expected, expected);
        for other in events(shown, "absorbed").filter_map(|event| number(&event["from"])) {
            let gone = seen.incidents.get(&other).map_or(0, |other| mentions(other, "merged_into", "into", from));
            verdict.count(from, &format!("entries of INC-{other} that it goes on in INC-{from}"), gone, 1, 1);
        }
        let taken = shown.posts.iter().filter(|post| post.content.contains(") into this.")).count();
        let expected = told(shown, "absorbed", 1);
        verdict.count(from, "posts that it took another one over", taken, expected, expected);
        if events(shown, "merged_into").count() > 1 {
            verdict.add(Kind::Doubled, Some(from), format!("INC-{from} was merged twice"));
        }
    }
}

fn mentions(shown: &Shown, kind: &str, field: &str, incident: u32) -> usize {
    events(shown, kind).filter(|event| number(&event[field]) == Some(incident)).count()
}

fn number(value: &serde_json::Value) -> Option<u32> {
    value.as_u64().and_then(|number| u32::try_from(number).ok())
}
