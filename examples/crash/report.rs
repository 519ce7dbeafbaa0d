//! Purpose: what a person needs who looks for the cause: each broken promise with the calls around it, and the logs kept.

use std::path::Path;

use serde_json::{Value, json};

use crate::check::{Kind, Verdict};
use crate::seen::Seen;
use crate::world::{World, list, text};

/// Calls that are shown of one incident.
const SHOWN: usize = 25;

/// Prints the verdict and keeps what explains it.
pub(crate) async fn keep(world: &World, folder: &Path, name: &str, seen: &Seen, verdict: &Verdict) {
    let folder = folder.join(name);
    // What people wrote is in it.
    store::private::create_folder(&folder).expect("the folder of --keep");
    let calls = world.look("/calls").await;
    let mut told = String::new();
    for violation in &verdict.violations {
        let kind = match violation.kind {
            Kind::Lost => "LOST",
            Kind::Doubled => "DOUBLED",
            Kind::Unrung => "UNRUNG",
        };
        told.push_str(&format!("{kind}: {}\n", violation.sentence));
    }
    let mut incidents: Vec<u32> = verdict.violations.iter().filter_map(|violation| violation.incident).collect();
    incidents.sort_unstable();
    incidents.dedup();
    for incident in incidents {
        let Some(shown) = seen.incidents.get(&incident) else { continue };
        let of_it = |call: &&Value| shown.places.iter().any(|place| text(&call["path"]).contains(place.as_str()));
        let lines: Vec<&Value> = list(&calls["calls"]).filter(|call| call["bot"] == "siaga").filter(of_it).collect();
        told.push_str(&format!("Calls in the rooms of INC-{incident} (the last {SHOWN} of {}):\n", lines.len()));
        for call in &lines[lines.len().saturating_sub(SHOWN)..] {
            told.push_str(&format!(
                "  {} {} {} {}\n",
                call["at"],
                text(&call["method"]),
                text(&call["path"]),
                call["status"]
            ));
        }
    }
    let ledger = world.ledger.open().clone();
    told.push_str("Kills:\n");
    for (at, how) in &ledger.kills {
        told.push_str(&format!("  {at} {how}\n"));
    }
    eprint!("---- {name} ----\n{told}");
    let records: Vec<Value> = seen.incidents.values().map(|shown| shown.record.clone()).collect();
    let write = |name: &str, text: String| {
        std::fs::write(folder.join(name), text).expect("the folder of --keep can be written");
    };
    write("verdict.txt", told);
    write("calls.json", calls.to_string());
    write("records.json", json!(records).to_string());
    write("ledger.txt", format!("{ledger:#?}"));
    write("seen.txt", format!("{seen:#?}"));
    let _ = std::fs::copy(world.settings.log(), folder.join("bot.log"));
    let _ = std::fs::copy(world.folder.path().join("siaga.db"), folder.join("siaga.db"));
    eprintln!("Logs, calls and records are in {}", folder.display());
}
