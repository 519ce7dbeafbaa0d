//! Purpose: all wiring on one screen: database, REST, engine, HTTP, gateway, in this order, and their end in reverse.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::Context;
use discord::deliver::DiscordDelivery;
use discord::directory_load::{LoadError, SharedDirectory};
use discord::gateway::{self, GatewayError};
use discord::people::{self, People};
use discord::rest::{Base, Client};
use discord::{names, probe};
use domain::Setup;
use engine::{Clock, Engine, Patience, Running, StopBudget, Stopped};
use notify::{Notifier, PageDelivery};
use secrecy::SecretString;
use store::Store;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::control::{AskedFor, Control};
use crate::front::EngineFront;
use crate::kept::{self, FileState};
use crate::keys::{self, KeyRing, Keys};
use crate::links::LinkDesk;
use crate::lock::DatabaseLock;
use crate::metrics::{Kept, Vitals};
use crate::outside::{self, Delivery, OutsideSettings, Tests};
use crate::random;
use crate::refusals::Refusals;
use crate::reload::{self, Follows, Reloads};
use crate::settings::{Settings, variable};
use crate::starts::StoredStarts;
use crate::watching::{Watched, Watcher};

/// Shortest time between two edits of the same card.
const EDIT_PAUSE: Duration = Duration::from_millis(1_500);
/// First wait before Discord is asked again; doubles.
const ASK_AGAIN: Duration = Duration::from_millis(500);
/// Longest wait before Discord is asked again.
const LONGEST_ASK: Duration = Duration::from_secs(60);
/// How long the gateway is left alone after it gave up on sessions.
const GATEWAY_REST: Duration = Duration::from_secs(300);
/// How long requests of senders that are inside may take when the bot stops; less than [`StopBudget::doors`] gives all doors.
const HTTP_GRACE: Duration = Duration::from_millis(2_500);

/// What a bot is made of.
pub struct Parts {
    /// The configuration.
    pub setup: Setup,
    /// The bot's token.
    pub token: SecretString,
    /// The real Discord, or a compatible server.
    pub base: Base,
    /// The SQLite file.
    pub database: PathBuf,
    /// Where alerts come in, already bound.
    pub listener: TcpListener,
    /// Where links are opened, if not there; already bound, too.
    pub listener_links: Option<TcpListener>,
    /// Keys of integrations.
    pub keys: Keys,
    /// The domain clock.
    pub clock: Clock,
    /// Shortest time between two edits of the same card.
    pub edit_pause: Duration,
    /// Ways to people outside Discord.
    pub outside: OutsideSettings,
    /// How often it is looked whether Discord can be reached.
    pub probe: probe::Times,
    /// How long things are waited for before somebody is told.
    pub patience: Patience,
    /// How often people are looked for.
    pub people: people::Times,
    /// What is wrong with the file of the configuration, while another one is in use.
    pub file: FileState,
}

/// A running bot.
pub struct Bot {
    /// Accept, act, read.
    pub engine: Engine,
    /// Names and ids in Discord.
    pub directory: SharedDirectory,
    /// The database.
    pub store: Store,
    /// Outbound REST.
    pub rest: Client,
    /// Where alerts come in.
    pub intake: SocketAddr,
    /// Where links are opened.
    pub links: SocketAddr,
    /// True while the gateway is connected.
    pub connected: watch::Receiver<bool>,
    /// Cancelled when the bot cannot go on; the sentence is in `trouble`.
    pub failed: CancellationToken,
    /// Why it cannot go on.
    pub trouble: watch::Receiver<Option<String>>,
    pub(crate) people: People,
    pub(crate) keys: KeyRing,
    pub(crate) file: FileState,
    pub(crate) notifier: Arc<Notifier>,
    pub(crate) reloads: Reloads,
    pub(crate) follows: Follows,
    running: Running,
    stop: CancellationToken,
    tasks: Vec<(&'static str, JoinHandle<()>)>,
    _lock: DatabaseLock,
}

impl Bot {
    /// Starts everything. Alerts are accepted from here on, whether or not Discord can be reached.
    ///
    /// # Errors
    /// When the database, the configuration's keys or the HTTP side cannot be used.
    pub async fn start(parts: Parts) -> anyhow::Result<Self> {
        let Parts {
            setup,
            token,
            base,
            database,
            listener,
            listener_links,
            keys,
            clock,
            edit_pause,
            outside,
            probe,
            patience,
            people,
            file,
        } = parts;
        let lock = DatabaseLock::take(&database)?;
        let store = Store::open(&database).await?;
        let mut rest = discord::rest::Settings::new(token.clone(), base.clone());
        rest.allowed_hosts.clone_from(&setup.discord.allowed_hosts);
        let rest = Client::new(rest)?;
        let directory = SharedDirectory::default();
        let known = people::known(&setup, &store.pins().await?);
        directory.change(|directory| directory.people = known);
        let keys = KeyRing::new(keys, &setup, keys::uses_of(&store).await?, clock.clone());
        let links = outside::links(&store, clock.now()).await?;
        let options = engine::Options { clock, installation: random::letters(6)?, edit_pause, patience };
        let notifier = outside.notifier(&setup);
        let watched = Watched::default();
        outside::warn_of(&notifier, &setup);
        let pages = Arc::new(OnceLock::new());
        let (engine, running) = {
            let (rest, directory, notifier) = (rest.clone(), directory.clone(), Arc::clone(&notifier));
            let (links, pages) = (Arc::clone(&links), Arc::clone(&pages));
            engine::start(store.clone(), setup, options, move |engine, installation| {
                let url = outside::room_url(directory.clone());
                let own = Arc::new(PageDelivery::new(notifier, links, engine.clone(), url));
                let own = Arc::clone(pages.get_or_init(|| own));
                Arc::new(Delivery::new(DiscordDelivery::new(rest, directory, engine, installation), own))
            })
            .await?
        };
        let pages = pages.get().cloned().context("the engine did not ask for its delivery")?;
        let intake = listener.local_addr()?;
        let links_at = listener_links.as_ref().map_or(Ok(intake), TcpListener::local_addr)?;
        let (listening, connected) = watch::channel(false);
        let (waits, waiting) = watch::channel(None);

        let (stop, failed) = (CancellationToken::new(), CancellationToken::new());
        let (tell, trouble) = watch::channel(None);
        let refusals = Refusals::default();
        tell_of_missing_keys(&engine, &keys);
        let http = {
            let keys = keys.clone();
            let limits = web::Limits::of_this_process();
            let (main, apart) = if listener_links.is_some() { limits.split() } else { (limits, limits) };
            let (main, apart) = (web::Door::new(main), listener_links.as_ref().map(|_| web::Door::new(apart)));
            let desk = LinkDesk::new(engine.clone(), links, directory.clone(), rest.clone());
            let vitals = Vitals {
                connected: connected.clone(),
                waiting,
                rest: rest.clone(),
                watched: watched.clone(),
                refusals: refusals.clone(),
                doors: std::iter::once(main.clone()).chain(apart.clone()).collect(),
                kept: Kept::default(),
                keys: keys.clone(),
                file: file.clone(),
            };
            let app = web::App::new(Arc::new(EngineFront::new(engine.clone(), keys, vitals, desk))).with_door(main);
            let app = app.with_shutdown_grace(HTTP_GRACE);
            let stop = stop.clone();
            tokio::spawn(async move {
                let ended = match listener_links.zip(apart) {
                    None => web::serve(listener, app, stop).await,
                    Some((listener_links, apart)) => {
                        let app = app.with_links_apart();
                        let links = web::serve_links(listener_links, app.clone(), apart, stop.clone());
                        tokio::try_join!(web::serve(listener, app, stop), links).map(|_| ())
                    }
                };
                if let Err(error) = ended {
                    error!("The HTTP side ended: {error}");
                }
            })
        };
        let prober = {
            let (rest, connected, engine) = (rest.clone(), connected.clone(), engine.clone());
            let stop = stop.clone();
            tokio::spawn(async move {
                let tell = move |reachable| {
                    let engine = engine.clone();
                    async move { engine.discord_reachable(reachable).await.is_ok() }
                };
                probe::watch(rest, connected, probe, stop, tell).await;
            })
        };
        let watcher = Watcher {
            engine: engine.clone(),
            notifier: Arc::clone(&notifier),
            connected: connected.clone(),
            watched,
            refusals,
            addresses: outside.watches.clone(),
        };
        let watcher = tokio::spawn(watcher.run(stop.clone()));
        let finder = People::new(rest.clone(), directory.clone(), engine.clone());
        let looker = {
            let (finder, stop) = (finder.clone(), stop.clone());
            tokio::spawn(async move { finder.watch(people, stop).await })
        };
        let (reloads, follows) = (Reloads::default(), Follows::default());
        let inbound = Inbound {
            reloads: reloads.subscribe(),
            follows: follows.clone(),
            pages,
            people: finder.clone(),
            engine: engine.clone(),
            rest: rest.clone(),
            directory: directory.clone(),
            store: store.clone(),
            token,
            base,
            listening,
            waits,
            stop: stop.clone(),
        };
        let inbound = {
            let failed = failed.clone();
            // Whoever waits for the connection learns why it will not come before it is gone.
            let listening = inbound.listening.clone();
            tokio::spawn(async move {
                if let Err(error) = inbound.run().await {
                    error!("{error:#}");
                    tell.send_replace(Some(format!("{error:#}")));
                    failed.cancel();
                }
                drop(listening);
            })
        };
        let files = tokio::spawn(keys.clone().watch_files(engine.clone(), stop.clone()));
        let uses = tokio::spawn(keys.clone().remember(store.clone(), stop.clone()));
        let tasks = vec![
            ("HTTP side", http),
            ("probe", prober),
            ("watch", watcher),
            ("search for people", looker),
            ("gateway", inbound),
            ("look at key files", files),
            ("uses of keys", uses),
        ];
        Ok(Self {
            engine,
            directory,
            store,
            rest,
            intake,
            links: links_at,
            connected,
            failed,
            trouble,
            people: finder,
            keys,
            file,
            notifier,
            reloads,
            follows,
            running,
            stop,
            tasks,
            _lock: lock,
        })
    }

    /// Waits until the directory is known and commands and buttons answer; the sentence says why that will not happen.
    ///
    /// # Errors
    /// When the bot cannot go on.
    pub async fn ready(&self) -> anyhow::Result<()> {
        let mut connected = self.connected.clone();
        tokio::select! {
            biased;
            () = self.failed.cancelled() => {
                let sentence = self.trouble.borrow().clone();
                anyhow::bail!(sentence.unwrap_or_else(|| "the bot stopped".to_owned()));
            }
            result = connected.wait_for(|connected| *connected) => { result.context("the gateway ended")?; }
        }
        Ok(())
    }

    /// Stops within 8 s, in the phases of [`StopBudget`]: nothing new is taken, what is on its way ends or goes back to the
    /// outbox, what it found out is decided, the rest waits in the database.
    pub async fn stop(self) -> Stopped {
        let budget = StopBudget::from_now();
        self.stop.cancel();
        let tasks = self.tasks;
        let doors = async {
            for (name, mut task) in tasks {
                match tokio::time::timeout_at(budget.doors, &mut task).await {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => error!("A task ended badly: {error}"),
                    Err(_) => {
                        warn!("The {name} did not end in time and is cut off");
                        task.abort();
                    }
                }
            }
        };
        let stopped = self.running.stop(doors, budget).await;
        let left = match stopped.left {
            0 => String::new(),
            left => format!("; {left} deliveries have no answer yet and are looked for at the next start"),
        };
        info!("Stopped in {:.1} s{left}", budget.began.elapsed().as_secs_f64());
        stopped
    }
}

/// Learns names from Discord, registers commands, listens; again and again until told to stop.
struct Inbound {
    reloads: watch::Receiver<gateway::Reload>,
    follows: Follows,
    pages: Arc<PageDelivery>,
    people: People,
    engine: Engine,
    rest: Client,
    directory: SharedDirectory,
    store: Store,
    token: SecretString,
    base: Base,
    listening: watch::Sender<bool>,
    waits: watch::Sender<Option<String>>,
    stop: CancellationToken,
}

impl Inbound {
    async fn run(self) -> anyhow::Result<()> {
        let Self {
            reloads,
            follows,
            pages,
            people,
            engine,
            rest,
            directory,
            store,
            token,
            base,
            listening,
            waits,
            stop,
        } = self;
        let mut wait = ASK_AGAIN;
        let loaded = loop {
            let setup = engine.setup();
            let Some(found) = unless(&stop, people.load(&setup)).await else { return Ok(()) };
            match found {
                // A configuration that came meanwhile has other names.
                Ok(_) if !Arc::ptr_eq(&setup, &engine.setup()) => {}
                Ok(loaded) => break loaded,
                Err(error @ LoadError::Unreachable(_)) => {
                    warn!("{error}; alerts are accepted and wait");
                    tokio::select! {
                        () = tokio::time::sleep(wait) => wait = (wait * 2).min(LONGEST_ASK),
                        () = stop.cancelled() => return Ok(()),
                    }
                }
                // It worked once: whoever is paged on another way needs this process more than its exit.
                Err(error @ LoadError::TokenRejected) if store.meta("guild").await?.is_some() => {
                    return without_token(&engine, &waits, &error.to_string(), &stop).await;
                }
                Err(error) => return Err(error.into()),
            }
        };
        if let Some(guild) = loaded.directory.guild {
            let known = store.meta_or_set("guild", &guild.to_string()).await?;
            anyhow::ensure!(
                known == guild.to_string(),
                "this database belongs to another server ({known}): one installation serves one server; use another SIAGA_DATABASE for {}",
                loaded.home.name
            );
        }
        for finding in &loaded.findings {
            warn!("{}: {}", finding.what, finding.sentence);
        }
        directory.set(&loaded);
        people.taken(&loaded).await;
        names::look(&engine, &directory).await;
        // It has just answered. What waits since an outage before the last restart is gathered first.
        while engine.discord_reachable(true).await.is_err() {
            tokio::select! {
                () = tokio::time::sleep(ASK_AGAIN) => {}
                () = stop.cancelled() => return Ok(()),
            }
        }
        engine.wake_outbox();
        info!("Home server {}: {} people known", loaded.home.name, directory.get().people.len());
        let mut wait = ASK_AGAIN;
        loop {
            let registered = unless(&stop, gateway::register(&rest, &directory, &commands::all())).await;
            let Some(registered) = registered else { return Ok(()) };
            let Err(error) = registered else { break };
            warn!("Commands could not be registered: {error}");
            tokio::select! {
                () = tokio::time::sleep(wait) => wait = (wait * 2).min(LONGEST_ASK),
                () = stop.cancelled() => return Ok(()),
            }
        }
        loop {
            let mut settings = gateway::Settings::new(token.clone(), base.clone(), rest.clone(), commands::all());
            settings.outside = Arc::new(Tests(Arc::clone(&pages)));
            settings.connected = listening.clone();
            settings.starts = Arc::new(StoredStarts(store.clone()));
            settings.waits = waits.clone();
            settings.reloads = reloads.clone();
            settings.follows = follows.clone();
            let rest_for = match gateway::run(settings, engine.clone(), directory.clone(), stop.clone()).await {
                Ok(()) => return Ok(()),
                // Alerts are accepted and pages go out without the gateway, so the process stays; an operator has to look.
                Err(error @ GatewayError::FewStartsLeft { reset_after, .. }) => {
                    report_gateway(&engine, &error);
                    reset_after.max(GATEWAY_REST)
                }
                Err(error @ (GatewayError::NoSession { .. } | GatewayError::Start(_))) => {
                    report_gateway(&engine, &error);
                    GATEWAY_REST
                }
                Err(error @ GatewayError::TokenRejected) => {
                    return without_token(&engine, &waits, &error.to_string(), &stop).await;
                }
                Err(error @ (GatewayError::IntentsRefused { .. } | GatewayError::ForeignHost { .. })) => {
                    return Err(error.into());
                }
            };
            tokio::select! {
                () = tokio::time::sleep(rest_for) => {}
                () = stop.cancelled() => return Ok(()),
            }
        }
    }
}

/// Does something, but drops it when the bot stops.
async fn unless<T>(stop: &CancellationToken, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        done = work => Some(done),
        () = stop.cancelled() => None,
    }
}

/// The token was reset: only a restart with the new one helps. Until then alerts are accepted and pages go out on all other
/// ways; an exit would end both.
async fn without_token(
    engine: &Engine,
    waits: &watch::Sender<Option<String>>,
    why: &str,
    stop: &CancellationToken,
) -> anyhow::Result<()> {
    error!("{why}, and restart; until then alerts are accepted and pages go out on other ways only");
    while engine.discord_reachable(false).await.is_err() {
        tokio::select! {
            () = tokio::time::sleep(ASK_AGAIN) => {}
            () = stop.cancelled() => return Ok(()),
        }
    }
    waits.send_replace(Some(format!("{why}, and restart")));
    stop.cancelled().await;
    Ok(())
}

/// Says whose alerts are refused because there is no key to compare theirs with: in the log, and to the operators once a day, so
/// that a bot that starts again and again does not repeat itself.
fn tell_of_missing_keys(engine: &Engine, keys: &KeyRing) {
    let (unset, lang) = (keys.unset(), engine.setup().language);
    unset.iter().for_each(|unset| warn!("{}", unset.sentence()));
    let told: Vec<String> =
        unset.iter().filter(|unset| unset.shut).map(|unset| keys::key_missing(&unset.place, lang)).collect();
    if !told.is_empty() {
        let places: Vec<String> = unset.iter().map(|unset| unset.place.to_string()).collect();
        let day = engine.now().strftime("%Y-%m-%d");
        engine.tell_operators_once(format!("operators:keys:{day}:{}", places.join(",")), told.join("\n"));
    }
}

fn report_gateway(engine: &Engine, error: &GatewayError) {
    error!("{error}");
    engine.tell_operators(words::gateway_lost(&error.to_string(), engine.setup().language));
}

/// Loads the configuration; mistakes are printed whole.
///
/// # Errors
/// When it cannot be used.
pub fn load_setup(path: &Path, color: bool) -> anyhow::Result<Setup> {
    match config::load(path, &variable) {
        Ok(loaded) => {
            if !loaded.warnings.is_empty() {
                err!("{}", loaded.warnings.render(color));
            }
            Ok(loaded.setup)
        }
        Err(problems) => {
            err!("{}", problems.render(color));
            Err(crate::cli::Mistakes.into())
        }
    }
}

/// What a start goes on with.
struct AtStart {
    loaded: config::Loaded,
    /// What operators read when that is not what the file says.
    told: Option<String>,
    file: FileState,
}

/// Loads the configuration. When it has mistakes, the one that was in use last is; mistakes are printed whole either way.
async fn load_or_go_on(settings: &Settings) -> anyhow::Result<AtStart> {
    let file = FileState::default();
    let problems = match config::load(&settings.config, &variable) {
        Ok(loaded) => {
            if !loaded.warnings.is_empty() {
                err!("{}", loaded.warnings.render(settings.color));
            }
            return Ok(AtStart { loaded, told: None, file });
        }
        Err(problems) => problems,
    };
    err!("{}", problems.render(settings.color));
    let kept = match kept::read(&settings.database).await {
        Ok(Some(kept)) => kept,
        Ok(None) => return Err(crate::cli::Mistakes.into()),
        Err(error) => {
            errln!("Nothing else can be used in its place: {error:#}");
            return Err(crate::cli::Mistakes.into());
        }
    };
    let Ok(loaded) = config::load_kept(&settings.config, &kept.sources, &variable) else {
        errln!("The configuration that was in use last cannot be used by this version either.");
        return Err(crate::cli::Mistakes.into());
    };
    let (number, lang) = (problems.errors(), loaded.setup.language);
    let since = kept.since.to_zoned(loaded.setup.timezone.clone()).strftime("%Y-%m-%d %H:%M");
    let sentence = format!(
        "{} has mistakes ({number}), so the configuration that is in use since {since} stays; `siaga check` shows them, `siaga reload` takes it when it is whole",
        settings.config.display()
    );
    error!("{sentence}");
    file.wrong(sentence);
    let told = words::configuration_refused(number, &reload::first_mistake(&problems), lang);
    Ok(AtStart { loaded, told: Some(told), file })
}

/// Where requests go.
#[must_use]
pub fn base(settings: &Settings) -> Base {
    settings.discord.clone().map_or(Base::Discord, Base::Sandbox)
}

/// `siaga run`.
///
/// # Errors
/// When something it needs is missing; the sentence says what.
pub async fn run(settings: &Settings) -> anyhow::Result<()> {
    let token = settings.need_token()?;
    let AtStart { loaded, told, file } = load_or_go_on(settings).await?;
    let config::Loaded { setup, sources, .. } = loaded;
    let outside = OutsideSettings::from_environment(&setup);
    let (keys, _) = Keys::read(&setup, &variable);
    let listener = web::listen(settings.listen).with_context(|| {
        format!("{} cannot be used for alerts: set SIAGA_LISTEN to a free address", settings.listen)
    })?;
    let listener_links = match settings.listen_links {
        None => None,
        Some(address) => Some(web::listen(address).with_context(|| {
            format!("{address} cannot be used for links: set SIAGA_LISTEN_LINKS to a free address")
        })?),
    };
    let parts = Parts {
        setup,
        token,
        base: base(settings),
        database: settings.database.clone(),
        listener,
        listener_links,
        keys,
        clock: Clock::system(),
        edit_pause: EDIT_PAUSE,
        outside,
        probe: probe::Times::default(),
        patience: Patience::default(),
        people: people::Times::default(),
        file,
    };
    let mut end = EndSignals::new()?;
    let bot = tokio::select! {
        bot = Bot::start(parts) => bot?,
        () = end.came() => return Ok(()),
    };
    match told {
        // Whoever starts it again and again is told once a day.
        Some(told) => {
            let day = bot.engine.now().strftime("%Y-%m-%d");
            bot.engine.tell_operators_once(format!("operators:configuration:{day}:{told}"), told);
        }
        None => kept::keep(&bot.store, &sources, bot.engine.now()).await,
    }
    info!("Alerts are accepted at http://{}/intake/<integration>", bot.intake);
    if bot.links != bot.intake {
        info!("Links are opened at http://{}/a/..., and nowhere else", bot.links);
    }
    let mut control = match Control::listen(&settings.database) {
        Ok(control) => Some(control),
        Err(error) => {
            warn!("`siaga reload` cannot reach this process, SIGHUP can: {error:#}");
            None
        }
    };
    let mut hangup = signal(SignalKind::hangup())?;
    loop {
        let asked = tokio::select! {
            asked = next(&mut control) => Some(asked),
            _ = hangup.recv() => None,
            () = end.came() => break,
            () = bot.failed.cancelled() => break,
        };
        // A stop does not wait for it; until everything is prepared nothing of it is in use.
        let answer = async {
            match asked.as_ref().map(|asked| &asked.what) {
                Some(AskedFor::Check(file)) => bot.check(file).await,
                Some(AskedFor::Reload) | None => bot.reload(&settings.config).await,
            }
        };
        let report = tokio::select! {
            report = answer => report,
            () = end.came() => break,
            () = bot.failed.cancelled() => break,
        };
        if let Some(asked) = asked {
            tokio::spawn(async move { asked.answer(&report).await });
        }
    }
    drop(control);
    let trouble = bot.trouble.borrow().clone();
    info!("Stopping; what is not delivered yet waits in {}", settings.database.display());
    tokio::select! {
        _ = bot.stop() => {}
        () = end.came() => {
            warn!("Stopped at once, as asked again; the next start looks for what was on its way");
            anyhow::bail!("stopped at once, as asked again: nothing is lost, and the next start looks for what was on its way");
        }
    }
    match trouble {
        Some(sentence) => anyhow::bail!(sentence),
        None => Ok(()),
    }
}

async fn next(control: &mut Option<Control>) -> crate::control::Asked {
    match control {
        Some(control) => control.next().await,
        None => std::future::pending().await,
    }
}

/// SIGTERM and Ctrl-C.
struct EndSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl EndSignals {
    fn new() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for the next of them.
    async fn came(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
