//! Purpose: `siaga demo`: sandbox, bot and a sample outage in one process.

mod control;
mod figures;
mod lines;
mod narrator;
mod people;
mod scenarios;
mod story;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use discord::rest::Base;
use domain::oncall::OnCall;
use domain::scenario::Scenario;
use domain::{PersonId, Setup, Timestamp, World};
use engine::Clock;
use sandbox::{Sandbox, StartError};
use secrecy::SecretString;
use serde_json::json;
use tokio::net::TcpListener;

use crate::app::{Bot, Parts};
use crate::cli::{DemoArgs, Output};
use crate::front::Keys;
use crate::outside::OutsideSettings;
use crate::random;
use crate::settings::Settings;

use control::Control;
use figures::Figures;
use narrator::{Narrator, Voice};

/// The sample configuration and its runbooks, as in `examples/` and `runbooks/`.
const CONFIG: &str = include_str!("../../examples/siaga.toml");
const RUNBOOKS: [(&str, &str); 3] = [
    ("checkout-errors.md", include_str!("../../runbooks/checkout-errors.md")),
    ("database-failover.md", include_str!("../../runbooks/database-failover.md")),
    ("search-latency.md", include_str!("../../runbooks/search-latency.md")),
];
/// Every wait of an escalation in the demo, so that nobody has to wait five minutes to see it.
const SHORT_WAIT: Duration = Duration::from_secs(60);
/// The person at the screen.
const YOU: &str = "budi";
/// Edits of cards in the demo are bounded like in production, only a little quicker.
const EDIT_PAUSE: Duration = Duration::from_millis(500);

/// Everything the demo runs.
struct Demo {
    sandbox: Sandbox,
    bot: Bot,
    key: String,
    control: Control,
    you: String,
}

/// `siaga demo`.
///
/// # Errors
/// When something cannot be started, or (`--once`) when what people saw is not what it should be.
pub async fn run(args: &DemoArgs, settings: &Settings) -> anyhow::Result<()> {
    let setup = demo_setup(Clock::system().now())?;
    if args.list_scenarios {
        scenarios::list(&setup);
        return Ok(());
    }
    let scenario = scenarios::chosen(args.scenario.as_deref(), &setup, settings.color)?;
    let home = Home::open(args)?;
    let demo = start(args, &home, setup).await?;
    match args.output {
        Output::Json => outln!("{}", demo.line_for_scripts()),
        Output::Text => demo.greet(settings.color),
    }
    let text = args.output == Output::Text;
    let ended = tokio::select! {
        ended = demo.play(args, &scenario, text, settings.color) => ended,
        _ = tokio::signal::ctrl_c() => Ok(()),
        () = terminated() => Ok(()),
        () = demo.bot.failed.cancelled() => Err(anyhow::anyhow!(demo.bot.trouble.borrow().clone().unwrap_or_default())),
    };
    let Demo { sandbox, bot, .. } = demo;
    bot.stop().await;
    sandbox.shutdown().await;
    home.close();
    ended
}

/// Waits for SIGTERM.
pub(crate) async fn terminated() {
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            terminate.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

/// Where the demo keeps its state: a folder of the person's, or one that is thrown away.
struct Home {
    folder: PathBuf,
    throw_away: bool,
}

impl Home {
    fn open(args: &DemoArgs) -> anyhow::Result<Self> {
        let home = match &args.data {
            Some(folder) => Self { folder: folder.clone(), throw_away: false },
            None => {
                let name = format!("siaga-demo-{}", random::letters(10)?);
                Self { folder: std::env::temp_dir().join(name), throw_away: true }
            }
        };
        // A folder of our own must not be there: somebody else could have laid it out for us.
        let create = if home.throw_away { store::private::create_new_folder } else { store::private::create_folder };
        create(&home.folder).with_context(|| format!("create {}", home.folder.display()))?;
        if args.fresh {
            for file in home.files() {
                match std::fs::remove_file(&file) {
                    Ok(()) => {}
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error).with_context(|| format!("forget {}", file.display())),
                }
            }
        }
        Ok(home)
    }

    fn database(&self) -> PathBuf {
        self.folder.join("siaga.db")
    }

    fn sandbox(&self) -> PathBuf {
        self.folder.join("sandbox.state")
    }

    /// Exactly our own files: a folder of the person's may hold others.
    fn files(&self) -> Vec<PathBuf> {
        ["siaga.db", "siaga.db-wal", "siaga.db-shm", "sandbox.state", "intake-key"]
            .iter()
            .map(|name| self.folder.join(name))
            .collect()
    }

    /// The key senders use; the same after a restart, so that a pasted curl goes on working.
    fn key(&self) -> anyhow::Result<String> {
        let file = self.folder.join("intake-key");
        if let Ok(key) = std::fs::read_to_string(&file) {
            return Ok(key.trim().to_owned());
        }
        let key = random::letters(24)?;
        store::private::write(&file, &key).with_context(|| format!("write {}", file.display()))?;
        Ok(key)
    }

    fn close(self) {
        if self.throw_away
            && let Err(error) = std::fs::remove_dir_all(&self.folder)
        {
            errln!("{} could not be removed: {error}", self.folder.display());
        }
    }
}

async fn start(args: &DemoArgs, home: &Home, setup: Setup) -> anyhow::Result<Demo> {
    let sandbox = start_sandbox(sandbox::Options {
        listen: args.sandbox,
        state: Some(home.sandbox()),
        ..sandbox::Options::default()
    })
    .await?;
    let listener = bind(args.listen).await?;
    let key = home.key()?;
    // One key opens every sender of the sample, so that none of them is said to lack one.
    let keys: Keys = setup.integrations.iter().map(|one| (one.name.clone(), SecretString::from(key.clone()))).collect();
    let account = sandbox.bot("siaga").context("the sample server has no bot called siaga")?;
    let parts = Parts {
        setup,
        token: SecretString::from(account.token),
        base: Base::Sandbox(sandbox.base_url()),
        database: home.database(),
        listener,
        listener_links: None,
        keys,
        clock: Clock::system(),
        edit_pause: EDIT_PAUSE,
        outside: OutsideSettings::default(),
        probe: discord::probe::Times::default(),
        patience: engine::Patience::default(),
        people: discord::people::Times::default(),
        file: crate::kept::FileState::default(),
    };
    let bot = Bot::start(parts).await?;
    bot.ready().await?;
    let you = sandbox
        .people()
        .into_iter()
        .find(|person| person.username == YOU)
        .map(|person| person.id.to_string())
        .context("the sample server has nobody called budi")?;
    let control = Control::new(&sandbox.base_url())?;
    Ok(Demo { sandbox, bot, key, control, you })
}

/// The sample configuration with waits that fit a demo, and the person at the screen on call.
fn demo_setup(now: Timestamp) -> anyhow::Result<Setup> {
    let files: Vec<(&str, &str)> = RUNBOOKS.into_iter().chain(scenarios::FILES).collect();
    let loaded = config::from_text("examples/siaga.toml", CONFIG, &files)
        .map_err(|problems| anyhow::anyhow!("the sample configuration is broken:\n{}", problems.render(false)))?;
    let mut setup = loaded.setup;
    // No shop takes orders here; their silence would join the story after five minutes.
    setup.heartbeats.clear();
    for policy in setup.escalations.values_mut() {
        for step in &mut policy.steps {
            step.wait = SHORT_WAIT;
        }
    }
    let you = PersonId::from(YOU);
    // The sample's Budi reads Indonesian; whoever sits at the screen reads what the narrator speaks.
    if let Some(person) = setup.people.get_mut(&you) {
        person.language = Some(setup.language);
    }
    let world = World::new(setup.clone());
    if let Some(schedule) = setup.schedules.get_mut("payments")
        && let OnCall::Person { person, .. } = world.on_call("payments", now)
        && person != you
    {
        schedule.people.rotate_left(1);
    }
    Ok(setup)
}

/// Starts the sandbox; when its port is taken, on a free one.
/// Starts a sandbox, on a free port if the wanted one is taken.
pub(crate) async fn start_sandbox(options: sandbox::Options) -> anyhow::Result<Sandbox> {
    let listen = options.listen;
    match sandbox::start(options.clone()).await {
        Ok(sandbox) => Ok(sandbox),
        Err(StartError::PortInUse(address)) => {
            errln!("{address} is in use; the sandbox takes a free port instead.");
            Ok(sandbox::start(sandbox::Options { listen: SocketAddr::new(listen.ip(), 0), ..options }).await?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn bind(listen: SocketAddr) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(listen).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            errln!("{listen} is in use; alerts are taken on a free port instead.");
            TcpListener::bind(SocketAddr::new(listen.ip(), 0)).await.context("take a free port for alerts")
        }
        Err(error) => Err(error).with_context(|| format!("listen on {listen}")),
    }
}

impl Demo {
    /// The page, opened as the person at the screen.
    fn page(&self) -> String {
        format!("{}?as={YOU}", self.sandbox.page_url())
    }

    fn intake(&self) -> String {
        format!("http://{}/intake/alertmanager", self.bot.intake)
    }

    fn line_for_scripts(&self) -> String {
        let observer = self.sandbox.bot("observer").map(|bot| bot.token).unwrap_or_default();
        json!({
            "page": self.sandbox.page_url(),
            "api": self.sandbox.api_url(),
            "gateway": self.sandbox.gateway_url(),
            "intake": self.intake(),
            "intake_key": self.key,
            "guild": self.sandbox.guild_id().to_string(),
            "observer_token": observer,
        })
        .to_string()
    }

    fn greet(&self, color: bool) {
        let bold = |text: &str| if color { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() };
        outln!(
            "{}",
            bold("Siaga demo: a Discord-compatible sandbox, the bot and its SQLite database, all on this machine.")
        );
        outln!("  Page    {}", bold(&self.page()));
        outln!("  Alerts  {}", self.intake());
        outln!("  Try it  {}", self.curl());
        outln!(
            "  (Escalation waits are shortened to {} s; the sample configuration says minutes.)",
            SHORT_WAIT.as_secs()
        );
    }

    fn curl(&self) -> String {
        let body = json!({ "version": "4", "alerts": [{
            "status": "firing",
            "labels": { "alertname": "LoginErrors", "severity": "warning", "service": "login" },
            "annotations": { "summary": "Login errors 4 %" },
            "fingerprint": "pasted-1",
        }]});
        format!("curl -sS -H 'Authorization: Bearer {}' -d '{body}' {}", self.key, self.intake())
    }

    /// The scenario, then whatever happens until somebody stops it.
    async fn play(&self, args: &DemoArgs, scenario: &Scenario, text: bool, color: bool) -> anyhow::Result<()> {
        let voice = Voice { speaks: text, color, verbose: args.verbose };
        let mut narrator = Narrator::new(self.control.clone(), self.you.clone(), voice);
        let mut figures = None;
        let continued = self.bot.engine.totals().await.is_ok_and(|totals| totals.incidents > 0);
        if continued && !args.once {
            if text {
                outln!("\nGoing on from {}.", args.data.as_deref().unwrap_or(Path::new("the last run")).display());
            }
            narrator.skip().await?;
        } else if !args.no_story {
            figures = story::play(self, scenario, &mut narrator, args.once).await?;
            narrator.tell_acts();
        }
        if args.once {
            return self.totals(figures.as_ref(), text).await;
        }
        narrator.follow().await
    }

    /// Counts what people saw, from the sandbox and not from the bot, and compares.
    async fn totals(&self, figures: Option<&Figures>, text: bool) -> anyhow::Result<()> {
        let seen = self.control.seen(&self.you).await?;
        let stored = self.bot.engine.totals().await.map_err(|error| anyhow::anyhow!("{error}"))?;
        let line = format!(
            "{} alerts, {} rooms, {} pages, {} duplicates",
            stored.accepted, seen.rooms, seen.pages, seen.duplicates
        );
        if text {
            outln!("\n{}", figures.map_or_else(|| "Nobody was paged.".to_owned(), Figures::sentence));
            outln!("Totals: {line}");
        } else {
            let (alerts, rooms, pages, duplicates) = (stored.accepted, seen.rooms, seen.pages, seen.duplicates);
            let mut line = json!({ "alerts": alerts, "rooms": rooms, "pages": pages, "duplicates": duplicates });
            if let Some(figures) = figures {
                line["read"] = json!(figures.read);
                line["acts"] = json!(figures.acts);
                line["forms"] = json!(figures.forms);
                line["calls"] = json!(figures.calls);
            }
            outln!("{line}");
        }
        if seen.duplicates > 0 || seen.rooms == 0 || seen.pages == 0 {
            bail!("the story did not end as it should: {line}");
        }
        Ok(())
    }
}
