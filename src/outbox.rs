//! Purpose: `siaga outbox`: what is not delivered and why, and what a person decides about dead letters, also while the bot
//! runs. Data goes to standard output.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Subcommand;
use domain::setup::Language;
use domain::{Effect, ReasonCode, Subject, Timestamp};
use engine::Clock;
use serde_json::{Value, json};
use store::{Letter, LetterState, Store};

use crate::cli::Output;
use crate::lock;
use crate::settings::Settings;

/// Rows that `list` shows at most.
const LIST: u32 = 500;
/// Characters of a reason in the list.
const REASON_CHARS: usize = 100;

/// What to do with the outbox.
#[derive(Clone, Debug, Subcommand)]
pub enum OutboxVerb {
    /// What is not delivered: dead letters first, then what waits
    List {
        /// Only dead letters
        #[arg(long)]
        dead: bool,
        /// How rows are printed
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// One row with everything that is known of it
    Show {
        /// The row's number
        row: i64,
        /// How it is printed
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Try a dead letter again, or all of them; first mend the cause
    Retry {
        /// The rows' numbers
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        rows: Vec<i64>,
        /// Every dead letter
        #[arg(long)]
        all: bool,
        /// How the result is printed
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Put a dead letter aside for good; nobody gets it
    Drop {
        /// The rows' numbers
        #[arg(required = true)]
        rows: Vec<i64>,
        /// How the result is printed
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
}

/// Does it.
///
/// # Errors
/// When the database cannot be used, or a row is not there or not one that a person may change.
pub async fn run(verb: &OutboxVerb, settings: &Settings) -> anyhow::Result<()> {
    let now = Clock::system().now();
    match verb {
        OutboxVerb::List { dead, output } => {
            let store = Store::open_to_read(&settings.database).await?;
            let letters = store.letters(LIST).await;
            store.close().await;
            let mut letters = letters?;
            letters.retain(|letter| !dead || letter.state == LetterState::Dead);
            list(&letters, *output, now);
            Ok(())
        }
        OutboxVerb::Show { row, output } => {
            let store = Store::open_to_read(&settings.database).await?;
            let letter = store.letter(*row).await;
            store.close().await;
            show(&letter?.with_context(|| no_such_row(*row))?, *output, now);
            Ok(())
        }
        OutboxVerb::Retry { rows, all, output } => {
            let store = Store::open_beside(&settings.database).await?;
            let done = retry(&store, rows, *all, now).await;
            store.close().await;
            report("retry", &done?, *output, &settings.database);
            Ok(())
        }
        OutboxVerb::Drop { rows, output } => {
            // Held while rows that wait are dropped: no bot may start meanwhile.
            let alone = lock::DatabaseLock::take(&settings.database);
            let store = Store::open_beside(&settings.database).await?;
            let done = drop_rows(&store, rows, alone.is_ok(), now).await;
            store.close().await;
            drop(alone);
            report("drop", &done?, *output, &settings.database);
            Ok(())
        }
    }
}

async fn retry(store: &Store, rows: &[i64], all: bool, now: Timestamp) -> anyhow::Result<Vec<i64>> {
    let rows = if all {
        let letters = store.letters(u32::MAX).await?;
        letters.iter().filter(|letter| letter.state == LetterState::Dead).map(|letter| letter.id).collect()
    } else {
        each_dead(store, rows, "retry").await?;
        rows.to_vec()
    };
    let mut done = Vec::new();
    for row in rows {
        if store.letter_retry(row, now).await? {
            done.push(row);
        }
    }
    Ok(done)
}

async fn drop_rows(store: &Store, rows: &[i64], alone: bool, now: Timestamp) -> anyhow::Result<Vec<i64>> {
    if !alone {
        each_dead(store, rows, "drop").await?;
    }
    let mut done = Vec::new();
    for row in rows {
        let letter = store.letter(*row).await?.with_context(|| no_such_row(*row))?;
        let dropped = match letter.state {
            LetterState::Dead => store.letter_drop(*row, now).await?,
            LetterState::Planned | LetterState::Sent if alone => store.letter_drop_waiting(*row, now).await?,
            LetterState::Planned | LetterState::Sent | LetterState::Confirmed | LetterState::Dropped => {
                bail!(not_dead(&letter, "drop"))
            }
        };
        if dropped {
            done.push(*row);
        }
    }
    Ok(done)
}

/// All or nothing: before the first row is changed, each is looked at.
async fn each_dead(store: &Store, rows: &[i64], verb: &str) -> anyhow::Result<()> {
    for row in rows {
        let letter = store.letter(*row).await?.with_context(|| no_such_row(*row))?;
        if letter.state != LetterState::Dead {
            bail!(not_dead(&letter, verb));
        }
    }
    Ok(())
}

fn no_such_row(row: i64) -> String {
    format!("the outbox has no row {row}: `siaga outbox list` shows what is not delivered")
}

fn not_dead(letter: &Letter, verb: &str) -> String {
    let row = letter.id;
    match letter.state {
        LetterState::Planned | LetterState::Sent if verb == "drop" => {
            format!("row {row} still waits and is the running bot's: stop the bot first, or wait until it is delivered")
        }
        LetterState::Planned | LetterState::Sent => format!("row {row} still waits: the bot tries it by itself"),
        LetterState::Confirmed => format!("row {row} is delivered: there is nothing to {verb}"),
        LetterState::Dropped => format!("row {row} was put aside: there is nothing to {verb}"),
        LetterState::Dead => format!("row {row} cannot be changed now: try again"),
    }
}

fn report(verb: &str, done: &[i64], output: Output, database: &Path) {
    if output == Output::Json {
        outln!("{}", json!({ verb: done }));
        return;
    }
    let running = lock::holder(database).is_some();
    for row in done {
        match (verb, running) {
            ("retry", true) => outln!("Row {row} is tried again; `siaga outbox show {row}` says how it went."),
            ("retry", _) => outln!("Row {row} is tried again as soon as the bot runs."),
            _ => outln!("Row {row} is put aside."),
        }
    }
    if done.is_empty() {
        outln!("There is no dead letter: nothing was changed.");
    }
}

fn list(letters: &[Letter], output: Output, now: Timestamp) {
    match output {
        Output::Json => outln!("{}", Value::Array(letters.iter().map(of_letter).collect())),
        Output::Text if letters.is_empty() => outln!("Everything is delivered."),
        Output::Text => {
            let (dead, waiting): (Vec<_>, Vec<_>) =
                letters.iter().partition(|letter| letter.state == LetterState::Dead);
            if !dead.is_empty() {
                outln!("{}: nothing tries them until you say so.", counted(dead.len(), "dead letter"));
                dead.iter().for_each(|letter| line(letter, now));
                outln!(
                    "Mend the cause (`siaga doctor`), then `siaga outbox retry ROW` or `--all`; `drop ROW` puts one aside."
                );
            }
            if !waiting.is_empty() {
                outln!("{}; the bot tries by itself.", counted(waiting.len(), "row that waits"));
                waiting.iter().for_each(|letter| line(letter, now));
            }
        }
    }
}

fn counted(count: usize, what: &str) -> String {
    match (count, what) {
        (1, what) => format!("1 {what}"),
        (count, "row that waits") => format!("{count} rows that wait"),
        (count, what) => format!("{count} {what}s"),
    }
}

fn line(letter: &Letter, now: Timestamp) {
    let reason = letter.reason.as_deref().unwrap_or("not tried yet");
    let reason: String = if reason.chars().count() > REASON_CHARS {
        reason.chars().take(REASON_CHARS).chain(['…']).collect()
    } else {
        reason.to_owned()
    };
    let code = letter.reason_code.map_or("", ReasonCode::as_str);
    outln!("{:>7}  {:<24} {:>5} old  {code:<18} {reason}", letter.id, what(letter), age(letter.planned_at, now));
}

fn show(letter: &Letter, output: Output, now: Timestamp) {
    if output == Output::Json {
        let mut value = of_letter(letter);
        value["effect"] = match &letter.effect {
            Ok(_) => serde_json::from_str(&letter.stored).unwrap_or_default(),
            Err(text) => Value::String(text.clone()),
        };
        value["text"] = json!(text(letter));
        outln!("{value}");
        return;
    }
    outln!("Row {}: {}", letter.id, what(letter));
    let state = match letter.state {
        LetterState::Planned => "waits; the bot tries it by itself".to_owned(),
        LetterState::Sent => "sent, and the answer is not known: the bot looks before it sends again".to_owned(),
        LetterState::Dead => format!(
            "dead: nothing tries it until `siaga outbox retry {0}`; `siaga outbox drop {0}` puts it aside",
            letter.id
        ),
        LetterState::Confirmed => "delivered".to_owned(),
        LetterState::Dropped => "put aside: it is not needed any more".to_owned(),
    };
    outln!("  state     {state}");
    outln!("  planned   {} ({} ago)", letter.planned_at, age(letter.planned_at, now));
    outln!("  attempts  {}", letter.attempts);
    if let Some(sent) = letter.sent_at {
        outln!("  sent      {sent}: it may be there; that is looked at before it is sent again");
    }
    if let Some(finished) = letter.finished_at {
        outln!("  ended     {finished} ({} ago)", age(finished, now));
    }
    if let Some(reason) = &letter.reason {
        outln!("  reason    {reason}");
    }
    if let Some(code) = letter.reason_code {
        outln!("  code      {}", code.as_str());
    }
    if let Some(carrier) = letter.carrier {
        outln!("  way       {}", carrier.as_str());
    }
    let content = match &letter.effect {
        Ok(Effect::Operators { text, .. }) => text.clone(),
        Ok(_) => letter.stored.clone(),
        Err(text) => format!("cannot be read: {text}"),
    };
    outln!("  content   {content}");
    if let Some(text) = text(letter) {
        outln!("  text      {text}");
    }
}

/// The text a request left with, if it is the same each time.
fn text(letter: &Letter) -> Option<String> {
    let body: Value = serde_json::from_str(letter.rendered.as_deref()?).ok()?;
    body["content"].as_str().filter(|_| !matches!(letter.effect, Ok(Effect::Operators { .. }))).map(str::to_owned)
}

fn what(letter: &Letter) -> String {
    let kind = match &letter.effect {
        Ok(effect) => words::effect_word(effect, Language::En),
        Err(_) => "unreadable".to_owned(),
    };
    match letter.subject.as_ref().map(Subject::label) {
        Some(incident) => format!("{kind} of {incident}"),
        None => kind,
    }
}

/// An age in one unit: `12s`, `5m`, `3h`, `9d`.
fn age(since: Timestamp, now: Timestamp) -> String {
    let seconds = Duration::try_from(now.duration_since(since)).unwrap_or_default().as_secs();
    match seconds {
        0..=89 => format!("{seconds}s"),
        90..=5_399 => format!("{}m", seconds / 60),
        5_400..=172_799 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

fn of_letter(letter: &Letter) -> Value {
    json!({
        "row": letter.id,
        "state": letter.state.as_str(),
        "kind": letter.effect.as_ref().map_or("unreadable", Effect::kind),
        "incident": letter.subject.as_ref().map(Subject::label),
        "lane": letter.lane.as_str(),
        "attempts": letter.attempts,
        "planned_at": letter.planned_at.to_string(),
        "not_before": letter.not_before.to_string(),
        "sent_at": letter.sent_at.map(|at| at.to_string()),
        "finished_at": letter.finished_at.map(|at| at.to_string()),
        "reason": letter.reason,
        "reason_code": letter.reason_code.map(ReasonCode::as_str),
        "carrier": letter.carrier,
    })
}
