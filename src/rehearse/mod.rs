//! Purpose: `siaga rehearse`: asks who rehearses and whether others may see it, runs the rehearsal, deletes what it made also
//! after Ctrl-C, and prints what worked. What is tried and how is in `discord::rehearse`.

mod ask;
mod ledger;
mod report;
mod table;

use std::path::PathBuf;
use std::sync::Arc;

use discord::rehearse::{Ledger as _, Left, Parts, Recorder, Rehearsal, Row, Seen, Sweeper, Verdict};
use discord::rest::Client;
use domain::Setup;
use engine::Clock;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::cli::{Mistakes, Output};
use crate::settings::Settings;
use crate::{app, random};
use ask::Asked;
use ledger::LedgerFile;

/// Requests in any second. The bot takes up to 45 and Discord allows 50, so a rehearsal slows no page down.
const PER_SECOND: usize = 4;
/// Letters that mark what one rehearsal makes.
const TOKEN: usize = 8;

/// Options of `siaga rehearse`.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct RehearseArgs {
    /// Who you are: a person of siaga.toml, your Discord user name, or your id [default: you are asked]
    #[arg(long, value_name = "WHO")]
    pub me: Option<String>,
    /// Only delete what earlier rehearsals left behind
    #[arg(long)]
    pub clean_up: bool,
    /// Go on without asking where others would see it
    #[arg(long)]
    pub yes: bool,
    /// File for what Discord answers beyond the sandbox [default: siaga-rehearsal.json beside the database]
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// How results are printed
    #[arg(long, value_enum, default_value_t)]
    pub output: Output,
}

/// Rehearses, or cleans up.
///
/// # Errors
/// [`Mistakes`] when an effect does not work or something is left over; it has been printed. Otherwise why nothing could be
/// tried.
pub async fn run(args: &RehearseArgs, settings: &Settings) -> anyhow::Result<()> {
    settings.need_token()?;
    let setup = app::load_setup(&settings.config, settings.color)?;
    let ledger = Arc::new(LedgerFile::open(&settings.database)?);
    let stop = CancellationToken::new();
    let signals = tokio::spawn(stop_on_signals(stop.clone()));
    let result = match args.clean_up {
        true => clean_up(args, settings, &setup, &ledger).await,
        false => rehearse(args, settings, setup, &ledger, stop).await,
    };
    signals.abort();
    result
}

/// At the end of `siaga init`: names it, and with a terminal asks.
///
/// # Errors
/// When the terminal cannot be read.
pub async fn offer(settings: &Settings) -> anyhow::Result<()> {
    outln!("`siaga rehearse` tries once everything the bot does in Discord, seen by you alone where that is possible.");
    if !ask::has_terminal() {
        return Ok(());
    }
    let never = CancellationToken::new();
    if ask::agrees("Rehearse now?", &never).await? != Asked::Yes {
        return Ok(());
    }
    match run(&RehearseArgs::default(), settings).await {
        // It has been printed, and the server is set up all the same.
        Err(error) if error.is::<Mistakes>() => Ok(()),
        other => other,
    }
}

async fn clean_up(args: &RehearseArgs, settings: &Settings, setup: &Setup, ledger: &LedgerFile) -> anyhow::Result<()> {
    let client = client(settings, setup, &Recorder::default())?;
    let sweeper = Sweeper::find_out(client, setup, Clock::system()).await?;
    let (deleted, left) = sweep(&sweeper, ledger).await?;
    match args.output {
        Output::Json => outln!("{}", serde_json::json!({ "deleted": deleted, "left": table::left_json(&left) })),
        Output::Text => {
            outln!("{}", deleted_sentence(deleted));
            out!("{}", table::left_text(&left));
        }
    }
    if left.is_empty() { Ok(()) } else { Err(Mistakes.into()) }
}

fn deleted_sentence(deleted: usize) -> String {
    match deleted {
        0 => "Nothing was left over.".to_owned(),
        1 => "Deleted 1 thing that an earlier rehearsal left behind.".to_owned(),
        many => format!("Deleted {many} things that earlier rehearsals left behind."),
    }
}

/// Deletes what is written down and marked; forgets what is written down when nothing is left.
async fn sweep(sweeper: &Sweeper, ledger: &LedgerFile) -> anyhow::Result<(usize, Vec<Left>)> {
    let (deleted, left) = sweeper.sweep(&ledger.entries()?).await;
    if left.is_empty() {
        ledger.forget()?;
    }
    Ok((deleted, left))
}

async fn rehearse(
    args: &RehearseArgs,
    settings: &Settings,
    setup: Setup,
    ledger: &Arc<LedgerFile>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let me = match &args.me {
        Some(me) => me.clone(),
        None if ask::has_terminal() => {
            match ask::line("Who are you in Discord (user name, id, or a person of siaga.toml)?", &stop).await? {
                Some(me) if !me.is_empty() => me,
                _ => anyhow::bail!("nothing was tried: nobody said whom to call"),
            }
        }
        None => anyhow::bail!("say who you are with --me: a person of siaga.toml, your Discord user name, or your id"),
    };
    let recorder = Recorder::default();
    let parts = Parts {
        client: client(settings, &setup, &recorder)?,
        recorder: recorder.clone(),
        setup,
        me,
        token: random::letters(TOKEN)?,
        clock: Clock::system(),
        ledger: Arc::<LedgerFile>::clone(ledger),
        stop: stop.clone(),
    };
    let mut rehearsal = Rehearsal::begin(parts).await?;
    let talks = args.output == Output::Text;
    // What is data for a program has standard output for itself.
    let say = |sentence: &str| if talks { outln!("{sentence}") } else { errln!("{sentence}") };
    let sweeper = rehearsal.sweeper();
    if !ledger.entries()?.is_empty() {
        let (deleted, _) = sweep(&sweeper, ledger).await?;
        say(&deleted_sentence(deleted));
    }
    ledger.note(&rehearsal.began()).map_err(anyhow::Error::msg)?;
    let (server, runner) = (rehearsal.server().to_owned(), rehearsal.runner().to_owned());
    let why = match place(&mut rehearsal, args, &stop, &say).await {
        Ok(why) => why,
        Err(error) => {
            let (_, left) = sweep(&sweeper, ledger).await?;
            err!("{}", table::left_text(&left));
            return Err(error);
        }
    };
    if let Some(seen) = rehearsal.seen() {
        let who = match seen {
            Seen::Private => format!("only {runner} and the bot see it, and administrators of the server"),
            Seen::Visible | Seen::Incidents => format!("{} sees it", rehearsal.where_seen(seen)),
        };
        let called = format!("{runner} gets one mention and one direct message; nobody else is called");
        say(&table::wrapped(&format!("Rehearsing in {server}, for about half a minute: {who}. {called}."), 0));
    }
    say("");
    let mut rows = rehearsal.run(why.as_deref()).await;
    let (_, left) = sweep(&sweeper, ledger).await?;
    rows.push(Row { effect: "clean-up".to_owned(), verdict: cleaned(&left) });

    let path = args.report.clone().unwrap_or_else(|| settings.database.with_file_name("siaga-rehearsal.json"));
    let report = report::write(&path, &recorder.shapes(), settings.discord.is_some());
    if let Err(error) = &report {
        errln!("siaga: the report could not be written: {error:#}");
    }
    match args.output {
        Output::Json => outln!("{}", table::json(&rows, rehearsal.seen(), &left, report.is_ok().then_some(&path))),
        Output::Text => {
            out!("{}", table::text(&rows));
            out!("{}", table::left_text(&left));
            outln!("{}", table::summary(&rows, stop.is_cancelled()));
            if let Ok(count) = report {
                outln!("{}", table::wrapped(&report::sentence(&path, count), 0));
            }
        }
    }
    let well = left.is_empty() && rows.iter().all(|row| row.verdict.is_ok());
    if well { Ok(()) } else { Err(Mistakes.into()) }
}

fn cleaned(left: &[Left]) -> Verdict {
    match left.len() {
        0 => Verdict::Ok,
        1 => Verdict::Different { what: "1 thing is left over".to_owned(), change: "see below".to_owned() },
        many => Verdict::Different { what: format!("{many} things are left over"), change: "see below".to_owned() },
    }
}

/// Finds a place that only the runner sees, or one that others see after they agreed. On `Some` there is none, and why.
async fn place(
    rehearsal: &mut Rehearsal,
    args: &RehearseArgs,
    stop: &CancellationToken,
    say: &impl Fn(&str),
) -> anyhow::Result<Option<String>> {
    let (refused, mut next) = match rehearsal.make_private().await {
        Ok(()) => return Ok(None),
        Err(refused) => refused,
    };
    if stop.is_cancelled() {
        return Ok(Some("stopped before".to_owned()));
    }
    say(&table::wrapped(
        &format!(
            "Discord gives no place that only you see: {}. With Manage Channels and Manage Roles for the bot's role it would; nothing else needs Manage Roles.",
            table::short(&refused)
        ),
        0,
    ));
    while let Some(seen) = next {
        let who = rehearsal.where_seen(seen);
        let what = match seen {
            Seen::Private | Seen::Visible => "two channels with silent messages",
            Seen::Incidents => "a silent card with a thread",
        };
        say(&table::wrapped(&format!("Instead, {what} would be seen by {who} for about a minute."), 0));
        let agreed = match (args.yes, ask::has_terminal()) {
            (true, _) => Asked::Yes,
            (false, true) => ask::agrees("Go on?", stop).await?,
            (false, false) => Asked::No,
        };
        match agreed {
            Asked::Yes => {}
            Asked::No => return Ok(Some(format!("{who} would see it; --yes goes on"))),
            Asked::Stopped => return Ok(Some("stopped before".to_owned())),
        }
        match rehearsal.make_seen(seen).await {
            Ok(()) => return Ok(None),
            Err(refused) => {
                say(&table::wrapped(&format!("Not possible: {}.", table::short(&refused)), 0));
                next = (seen == Seen::Visible).then_some(Seen::Incidents);
            }
        }
    }
    Ok(Some("the bot can make no channel and sees no incidents channel".to_owned()))
}

fn client(settings: &Settings, setup: &Setup, recorder: &Recorder) -> anyhow::Result<Client> {
    let defaults = discord::rest::Settings::new(settings.need_token()?, app::base(settings));
    let own = discord::rest::Settings {
        per_second: PER_SECOND,
        page_slots: 0,
        tap: Some(recorder.tap()),
        allowed_hosts: setup.discord.allowed_hosts.clone(),
        ..defaults
    };
    Ok(Client::new(own)?)
}

/// The first signal stops the rehearsal, which then deletes what it made; the second ends the process.
async fn stop_on_signals(stop: CancellationToken) {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
    loop {
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => if interrupted.is_err() { return },
            _ = terminate.recv() => {}
        }
        if stop.is_cancelled() {
            errln!("siaga: ended; `siaga rehearse --clean-up` deletes what is left");
            std::process::exit(130);
        }
        errln!("siaga: stopping; what was made is deleted first (once more ends at once)");
        stop.cancel();
    }
}
