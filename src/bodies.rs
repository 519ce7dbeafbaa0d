//! Purpose: `siaga bodies`: what came to integrations that became no alert, or that nobody could read, also while the bot runs. Data goes
//! to standard output.
#![expect(clippy::print_stdout, reason = "the command line speaks to a terminal")]

use std::collections::BTreeMap;

use domain::Timestamp;
use serde_json::json;
use store::{BodyKind, BodyRow, Store};

use crate::cli::Output;
use crate::settings::Settings;

/// How long an unreadable body is worth a word of `siaga doctor`, in hours.
const RECENT_HOURS: i64 = 7 * 24;

/// Which bodies are shown, and how.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct BodiesArgs {
    /// Only those of this integration
    integration: Option<String>,
    /// How they are printed
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

/// Prints them, newest first.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn run(args: &BodiesArgs, settings: &Settings) -> anyhow::Result<()> {
    let store = Store::open_to_read(&settings.database).await?;
    let rows = store.bodies().await;
    store.close().await;
    let mut rows = rows?;
    rows.retain(|row| args.integration.as_ref().is_none_or(|name| *name == row.integration));
    print(&rows, args.output);
    Ok(())
}

fn print(rows: &[BodyRow], output: Output) {
    match output {
        Output::Json => {
            let row = |row: &BodyRow| {
                let (kind, at) = (row.kind.as_str(), row.at.to_string());
                json!({ "integration": row.integration, "kind": kind, "number": row.number, "at": at, "text": row.text })
            };
            println!("{}", json!(rows.iter().map(row).collect::<Vec<_>>()));
        }
        Output::Text if rows.is_empty() => {
            println!(
                "Nothing was skipped by a `when`, no line of chat was refused for its author, and every body could be read."
            );
        }
        Output::Text => {
            for row in rows {
                let BodyRow { integration, kind, number, at, text } = row;
                println!("{at}  {integration}  {} {number}  {text}", kind.as_str());
            }
        }
    }
}

/// For `siaga doctor`: integrations of which something could not be read lately, with how many so far and what the last one was.
pub(crate) fn unmapped(rows: &[BodyRow], now: Timestamp) -> Vec<(String, String)> {
    let mut newest: BTreeMap<&str, &BodyRow> = BTreeMap::new();
    let recent = |row: &&BodyRow| now.duration_since(row.at) < jiff::SignedDuration::from_hours(RECENT_HOURS);
    for row in rows.iter().filter(|row| row.kind == BodyKind::Unmapped).filter(recent) {
        let known = newest.entry(row.integration.as_str()).or_insert(row);
        if known.number < row.number {
            *known = row;
        }
    }
    let sentence = |(name, row): (&str, &BodyRow)| {
        let sentence = format!(
            "{} of its bodies could not be read so far, the last at {} ({}): `siaga bodies {name}` shows them, `siaga try FILE \
             --integration {name}` what a body becomes",
            row.number, row.at, row.text
        );
        (format!("integrations.{name}"), sentence)
    };
    newest.into_iter().map(sentence).collect()
}
