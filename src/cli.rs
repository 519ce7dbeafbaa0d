//! Purpose: the command line. Data goes to standard output, everything else to standard error.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

use crate::reload::ReloadReport;
use crate::settings::{self, Settings, variable};
use crate::{
    app, bodies, consequences, control, doctor, export, fire, init, keys, lock, outbox, people, rehearse, try_payload,
};

/// Incident management for Discord: alerts open rooms, the right person is paged once, people run it with slash commands.
#[derive(Debug, Parser)]
#[command(name = "siaga", version, about, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// The bot (DISCORD_TOKEN from the environment)
    Run,
    /// A Discord-compatible sandbox, the bot and a sample outage: nothing else is needed
    Demo(DemoArgs),
    /// The Discord-compatible server alone
    Sandbox(SandboxArgs),
    /// Validate the configuration: all mistakes at once, with file, line and column
    Check {
        /// The configuration file [default: SIAGA_CONFIG or siaga.toml]
        file: Option<PathBuf>,
        /// Also ask the bot that runs what a reload of it would change: who is on call when, and which open incidents it touches
        #[arg(long)]
        against_running: bool,
        /// How mistakes are printed
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Bring the database up to date
    Migrate,
    /// Find the server, create missing channels with your consent, write siaga.toml with you as the first who is paged
    Init(init::InitArgs),
    /// Check token, intents, permissions, database, clock and every person who can be paged
    Doctor {
        /// How findings are printed
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Try once in the real server everything the bot does there, seen by you alone where that is possible
    Rehearse(rehearse::RehearseArgs),
    /// Send a test alert to a running bot
    Fire(FireArgs),
    /// Show what a payload becomes and the route it takes, without sending anything
    Try(try_payload::TryArgs),
    /// Print the install link with exactly the permissions the bot needs
    Invite {
        /// The application's id [default: asked from Discord with DISCORD_TOKEN]
        #[arg(long)]
        application: Option<u64>,
    },
    /// The record of an incident, or of all, as Markdown or JSON; also while the bot runs
    Export(export::ExportArgs),
    /// Copy the database into a new file, also while the bot runs
    Backup {
        /// The file to write; it must not be there yet
        file: PathBuf,
    },
    /// What is not delivered and why; try dead letters again or put them aside, also while the bot runs
    Outbox {
        #[command(subcommand)]
        verb: outbox::OutboxVerb,
    },
    /// What integrations sent that became no alert, or that nobody could read; also while the bot runs
    Bodies(bodies::BodiesArgs),
    /// Where the key of each sender is read from, and when it was shown last: whether an old one can go
    Keys {
        /// How keys are printed
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Which Discord account each person is; forget it, also while the bot runs
    People {
        #[command(subcommand)]
        verb: people::PeopleVerb,
    },
    /// Make a running bot read its configuration again, and say how that went
    Reload {
        /// How the result is printed
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
}

/// How results are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// Options of `siaga demo`.
#[derive(Clone, Debug, clap::Args)]
pub struct DemoArgs {
    /// Play this scenario: one of --list-scenarios, or a TOML file
    #[arg(long, value_name = "NAME|FILE", conflicts_with = "no_story")]
    pub scenario: Option<String>,
    /// List the scenarios and stop
    #[arg(long)]
    pub list_scenarios: bool,
    /// Start quiet: no sample outage
    #[arg(long)]
    pub no_story: bool,
    /// Play the story to its end, print totals and stop
    #[arg(long)]
    pub once: bool,
    /// Tell every line of every message, and each edit, instead of a line for each message
    #[arg(long)]
    pub verbose: bool,
    /// Address for alerts; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Address of the sandbox and its page; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:4010")]
    pub sandbox: SocketAddr,
    /// Keep the state of bot and sandbox in this folder over restarts
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// Forget the state in the folder first
    #[arg(long, requires = "data")]
    pub fresh: bool,
    /// `json` prints one line for scripts as soon as all is up
    #[arg(long, value_enum, default_value_t)]
    pub output: Output,
}

/// Options of `siaga sandbox`.
#[derive(Clone, Debug, clap::Args)]
pub struct SandboxArgs {
    /// Address of the server and its page; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:4010")]
    pub listen: SocketAddr,
    /// The server's people, roles, channels and bots (TOML); a sample server if absent
    #[arg(long)]
    pub guild: Option<PathBuf>,
    /// Keep the state in this file over restarts
    #[arg(long)]
    pub state: Option<PathBuf>,
    /// Rate limits and other numbers (TOML); Discord's documented ones if absent
    #[arg(long)]
    pub limits: Option<PathBuf>,
    /// `json` prints one line for scripts as soon as it is up
    #[arg(long, value_enum, default_value_t)]
    pub output: Output,
}

/// Options of `siaga fire`.
#[derive(Clone, Debug, clap::Args)]
pub struct FireArgs {
    /// Value of the label `severity`
    #[arg(long, default_value = "critical")]
    pub severity: String,
    /// Value of the label `service`
    #[arg(long, default_value = "checkout")]
    pub service: String,
    /// Name of the alert
    #[arg(long, default_value = "SiagaTest")]
    pub name: String,
    /// One line that people read
    #[arg(long)]
    pub title: Option<String>,
    /// Resolve it instead
    #[arg(long)]
    pub resolve: bool,
    /// Integration to send to
    #[arg(long, default_value = "alertmanager")]
    pub integration: String,
    /// Address of the bot [default: SIAGA_LISTEN]
    #[arg(long)]
    pub to: Option<String>,
    /// Variable that holds the integration's key [default: as configured, else SIAGA_KEY_ALERTMANAGER]
    #[arg(long)]
    pub key_env: Option<String>,
}

/// The verb ran and what it looked at is not well: exit code 2, the sentence has been printed.
#[derive(Debug, thiserror::Error)]
#[error("mistakes were found")]
pub struct Mistakes;

/// The verb has questions and nobody to ask: exit code 3, they have been printed.
#[derive(Debug, thiserror::Error)]
#[error("questions are open")]
pub struct Unanswered;

/// Runs the command line.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    // These two need nothing, and a folder where they are tried may hold another program's file.
    if !matches!(cli.verb, Verb::Demo(_) | Verb::Sandbox(_)) {
        match settings::read_env_file() {
            Ok(warning) => warning.iter().for_each(|warning| errln!("siaga: {warning}")),
            Err(error) => return fail(&error),
        }
    }
    let settings = match Settings::from_environment() {
        Ok(settings) => settings,
        Err(error) => return fail(&error),
    };
    log_to_standard_error(&settings, &cli.verb);
    #[cfg(feature = "broken")]
    if let Err(error) = crate::broken::switch(variable("SIAGA_BROKEN").as_deref()) {
        return fail(&error);
    }
    #[cfg(feature = "slow-commits")]
    if let Err(error) = crate::slow_commits::switch(variable("SIAGA_COMMIT_MS").as_deref()) {
        return fail(&error);
    }
    // TLS has one provider, chosen before anything can ask for one.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        errln!("siaga: another TLS provider is already installed");
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    let ended = runtime.block_on(run(cli.verb, settings));
    // A look-up of a name that hangs in a thread of the system must not hold up the end.
    runtime.shutdown_background();
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<Mistakes>() => ExitCode::from(2),
        Err(error) if error.is::<Unanswered>() => ExitCode::from(3),
        Err(error) => fail(&error),
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    errln!("siaga: {error:#}");
    ExitCode::FAILURE
}

fn log_to_standard_error(settings: &Settings, verb: &Verb) {
    // The demo tells its story itself; the log would talk over it.
    let quiet = matches!(verb, Verb::Demo(_) | Verb::Sandbox(_) | Verb::Rehearse(_)) && variable("SIAGA_LOG").is_none();
    let filter = if quiet { "error".to_owned() } else { format!("{},serenity=warn,sqlx=warn", settings.log) };
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(settings.color);
    let layers = tracing_subscriber::registry().with(log.with_filter(filter));
    #[cfg(feature = "crash-points")]
    let layers = layers.with(crash_points());
    if layers.try_init().is_err() {
        errln!("siaga: logging was already set up");
    }
}

/// Write points, seen whatever the log is to show.
#[cfg(feature = "crash-points")]
fn crash_points<S>() -> impl tracing_subscriber::Layer<S>
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
{
    use crate::crash_points::{CrashPoints, TARGET};
    let points = CrashPoints::read(variable("SIAGA_CRASH_AT").as_deref());
    let only = tracing_subscriber::filter::Targets::new().with_target(TARGET, tracing::Level::TRACE);
    points.map(|points| points.with_filter(only))
}

async fn run(verb: Verb, settings: Settings) -> anyhow::Result<()> {
    match verb {
        Verb::Run => app::run(&settings).await,
        Verb::Demo(args) => crate::demo::run(&args, &settings).await,
        Verb::Sandbox(args) => crate::standalone::run(&args).await,
        Verb::Check { file, against_running, output } => {
            let file = file.unwrap_or_else(|| settings.config.clone());
            if against_running {
                check_against_running(&settings, &file, output)
            } else {
                check(&file, output, settings.color)
            }
        }
        Verb::Migrate => {
            let _lock = lock::DatabaseLock::take(&settings.database)?;
            store::Store::open(&settings.database).await?.close().await;
            outln!("{} is up to date.", settings.database.display());
            Ok(())
        }
        Verb::Init(args) => init::init(&settings, &args).await,
        Verb::Doctor { output } => doctor::doctor(&settings, output).await,
        Verb::Rehearse(args) => rehearse::run(&args, &settings).await,
        Verb::Fire(args) => fire::fire(&args, &settings).await,
        Verb::Try(args) => try_payload::run(&args, &settings),
        Verb::Invite { application } => doctor::invite(&settings, application).await,
        Verb::Export(args) => export::run(&args, &settings).await,
        Verb::Backup { file } => backup(&settings, &file).await,
        Verb::Bodies(args) => bodies::run(&args, &settings).await,
        Verb::Outbox { verb } => outbox::run(&verb, &settings).await,
        Verb::Keys { output } => keys::run(&settings, output).await,
        Verb::People { verb } => people::run(&verb, &settings).await,
        Verb::Reload { output } => reload(&settings, output),
    }
}

fn check(file: &std::path::Path, output: Output, color: bool) -> anyhow::Result<()> {
    let looked = look(file, output, color)?;
    if output == Output::Text {
        judge(file, &looked);
    }
    Ok(())
}

/// A file without mistakes.
struct Looked {
    setup: domain::Setup,
    /// Its warnings keep pages from people.
    unpaged: bool,
}

/// Prints what is wrong with a file.
fn look(file: &std::path::Path, output: Output, color: bool) -> anyhow::Result<Looked> {
    let (problems, setup) = match config::load(file, &variable) {
        Ok(loaded) => (loaded.warnings, Some(loaded.setup)),
        Err(problems) => (problems, None),
    };
    match output {
        Output::Json => outln!("{}", serde_json::to_string(&problems)?),
        Output::Text => err!("{}", problems.render(color)),
    }
    let unpaged = problems.iter().any(|problem| problem.unpaged);
    setup.map(|setup| Looked { setup, unpaged }).ok_or_else(|| Mistakes.into())
}

/// Says that a file can be used, what is in it, and what whoever comes from an older version has to know.
fn judge(file: &std::path::Path, Looked { setup, unpaged }: &Looked) {
    let judged = if *unpaged { "can be used, but its warnings keep pages from people" } else { "is fine" };
    outln!(
        "{} {judged}: {} integrations, {} services, {} people, {} schedules, {} escalations, {} rules, {} runbooks, {} scenarios.",
        file.display(),
        setup.integrations.len(),
        setup.services.len(),
        setup.people.len(),
        setup.schedules.len(),
        setup.escalations.len(),
        setup.routing.rules.len(),
        setup.runbooks.len(),
        setup.scenarios.len()
    );
    let starts = consequences::starts_to_write(setup, engine::Clock::system().now());
    starts.iter().for_each(|line| outln!("{line}"));
    out!("{}", upgrade_notes(file, &config::changes(setup)));
}

/// What whoever comes from an older version has to know of this file; nothing when nothing changes for it.
fn upgrade_notes(file: &std::path::Path, changes: &[config::Change]) -> String {
    let mut text = String::new();
    let mut from = "";
    for change in changes {
        if change.from != from {
            from = change.from;
            text.push_str(&format!(
                "\nComing from Siaga {from}, this changes for {} (docs/upgrading.md):\n",
                file.display()
            ));
        }
        text.push_str(&format!("- {}: {}\n", change.about, change.sentence));
    }
    if let Some(newest) = changes.first() {
        text.push_str(&format!("Once you know them: notes_read = \"{}\" at the top of the file.\n", newest.from));
    }
    text
}

/// Copies the database and looks through the copy.
async fn backup(settings: &Settings, file: &std::path::Path) -> anyhow::Result<()> {
    let store = store::Store::open_to_read(&settings.database).await?;
    let copied = store.backup(file).await;
    store.close().await;
    let mebibytes = copied?.div_ceil(1024 * 1024);
    outln!("{} is a whole copy of {} ({mebibytes} MiB), checked.", file.display(), settings.database.display());
    outln!("Keep it on another machine; docs/backup.md says how to restore it.");
    Ok(())
}

/// Has the process that holds the database read its configuration again; it takes all of it or nothing.
/// The file alone first: with mistakes of its own there is nothing to compare.
fn check_against_running(settings: &Settings, file: &std::path::Path, output: Output) -> anyhow::Result<()> {
    let looked = match output {
        Output::Text => Some(look(file, output, settings.color)?),
        Output::Json => None,
    };
    let report = control::check(&settings.database, file)?;
    let usable = report.mistakes.is_empty() && report.refused.is_empty();
    if output == Output::Json {
        outln!("{}", serde_json::to_string(&report)?);
        return if usable { Ok(()) } else { Err(Mistakes.into()) };
    }
    report.mistakes.iter().for_each(|mistake| errln!("error: {mistake}"));
    report.refused.iter().for_each(|reason| errln!("error: {reason}"));
    if !usable {
        errln!("The running bot (process {}) would not take it.", report.process);
        return Err(Mistakes.into());
    }
    if let Some(looked) = &looked {
        judge(file, looked);
    }
    report.warnings.iter().for_each(|warning| errln!("warning: {warning}"));
    outln!("\nA reload of process {} would change:", report.process);
    if report.changes.is_empty() {
        outln!("nothing");
    }
    consequences_of(&report);
    Ok(())
}

/// What changes, and for whom.
fn consequences_of(report: &ReloadReport) {
    [&report.changes, &report.on_call, &report.ended, &report.touched]
        .into_iter()
        .flatten()
        .for_each(|line| outln!("{line}"));
}

fn reload(settings: &Settings, output: Output) -> anyhow::Result<()> {
    let report = control::reload(&settings.database)?;
    if output == Output::Json {
        outln!("{}", serde_json::to_string(&report)?);
        return if report.taken { Ok(()) } else { Err(Mistakes.into()) };
    }
    report.mistakes.iter().for_each(|mistake| errln!("error: {mistake}"));
    report.refused.iter().for_each(|reason| errln!("error: {reason}"));
    report.warnings.iter().for_each(|warning| errln!("warning: {warning}"));
    let (file, process) = (&report.file, report.process);
    if !report.taken {
        errln!("{file} was not taken: process {process} goes on with the configuration it has.");
        return Err(Mistakes.into());
    }
    consequences_of(&report);
    let changed = if report.changes.is_empty() { " Nothing is different." } else { "" };
    outln!("{file} is in use by process {process}.{changed}");
    Ok(())
}
