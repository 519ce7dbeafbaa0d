//! Purpose: one life of the client library: started with a checked address, watched from outside, ended for sure.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use poise::FrameworkOptions;
use secrecy::{ExposeSecret, SecretString};
use serenity::all::ShardId;
use serenity::client::ClientBuilder;
use serenity::gateway::{ConnectionStage, GatewayError as CloseReason, ShardManager};
use serenity::http::{Http, HttpBuilder};
use serenity::model::gateway::GatewayIntents;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::handler::{Handler, Unreadable};
use super::{Follows, Reload, STABLE, Starts, intents};
use crate::data::{Data, Error};
use crate::rest::Base;
use crate::watch::Watch;

/// Everything one connection needs.
pub(super) struct Connection {
    pub(super) token: SecretString,
    pub(super) base: Base,
    pub(super) url: String,
    pub(super) intents: GatewayIntents,
    pub(super) data: Arc<Data>,
    pub(super) options: Arc<FrameworkOptions<Data, Error>>,
    pub(super) watch: Watch,
    pub(super) connected: Arc<watch::Sender<bool>>,
    pub(super) starts: Arc<dyn Starts>,
    /// Interactions that are being answered.
    pub(super) inside: TaskTracker,
    /// Number of the configuration it was made for.
    pub(super) reload: u64,
    pub(super) follows: Arc<watch::Sender<Follows>>,
}

/// How it ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// As asked.
    Shutdown,
    /// The configuration of now needs events that this session does not bring.
    Renewed,
    /// Close code 4004.
    TokenRejected,
    /// Close code 4013 or 4014.
    Intents(u16),
    /// Nothing could be started.
    NeverStarted(String),
    /// No session for too long.
    Lost {
        /// How long there had been one.
        session: Duration,
        /// A connection was there and Discord would not have a session on it; not a mere outage.
        unwanted: bool,
    },
}

/// Time-out of an answer to an interaction; Discord itself waits 3 s for the first one.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// How often the state of the connection is looked at.
const LOOK: Duration = Duration::from_millis(250);
/// A connection without a session: READY comes within a second or two after it.
const SILENT: Duration = Duration::from_secs(20);
/// No connection at all: the library tries every 5 s; after this we ask for the address anew.
const UNREACHABLE: Duration = Duration::from_secs(60);
/// Without a sign of life from its own runtime for so long, the library spins.
const SPINNING: Duration = Duration::from_secs(3);
/// How long a farewell may take.
const FAREWELL: Duration = Duration::from_secs(2);

type Run = JoinHandle<Result<(), serenity::Error>>;

impl Connection {
    /// Connects and stays until it ends.
    pub(super) async fn run(self, shutdown: &CancellationToken, reloads: &mut watch::Receiver<Reload>) -> Ended {
        let quarters = match Quarters::new() {
            Ok(quarters) => quarters,
            Err(error) => return Ended::NeverStarted(error.to_string()),
        };
        let http = match http(&self.token, &self.base) {
            Ok(http) => http,
            Err(error) => return Ended::NeverStarted(error.to_string()),
        };
        let shards = Arc::new(OnceLock::new());
        let handler = Handler::new(
            Arc::clone(&self.data),
            Arc::clone(&self.options),
            self.watch.clone(),
            Arc::clone(&shards),
            Handle::current(),
            (shutdown.clone(), self.inside.clone()),
        );
        let (url, intents) = (self.url.clone(), self.intents);
        let own = Arc::clone(&shards);
        let run = quarters.handle().spawn(async move {
            let builder = ClientBuilder::new_with_http(http, intents).event_handler(handler);
            let mut client = builder.raw_event_handler(Unreadable).await?;
            // The builder asked for the address too, and on failure took the real Discord's: ours counts.
            *client.ws_url.lock().await = url;
            let _ = own.set(Arc::clone(&client.shard_manager));
            client.start().await
        });
        let pulse = quarters.pulse();
        self.guard(run, &shards, &pulse, shutdown, reloads).await
    }

    /// Watches the connection from outside: after some close codes the library neither returns nor yields.
    async fn guard(
        &self,
        mut run: Run,
        shards: &OnceLock<Arc<ShardManager>>,
        pulse: &watch::Receiver<Instant>,
        shutdown: &CancellationToken,
        reloads: &mut watch::Receiver<Reload>,
    ) -> Ended {
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut sessions = Sessions::default();
        let (mut stable, mut met) = (false, false);
        let (mut silent_since, mut away_since) = (None, Some(Instant::now()));
        loop {
            tokio::select! {
                () = shutdown.cancelled() => {
                    self.farewell(shards).await;
                    return Ended::Shutdown;
                }
                Ok(()) = reloads.changed() => {
                    let reload = *reloads.borrow_and_update();
                    let wanted = intents::wanted(&self.data.engine.setup(), !reload.contents_allowed);
                    if !self.intents.contains(wanted) {
                        self.farewell(shards).await;
                        return Ended::Renewed;
                    }
                    // Channels that are watched from now on are read from here on, also if the process dies before their
                    // first line.
                    let watch = self.watch.clone();
                    tokio::spawn(async move { watch.prepare().await });
                    self.follows.send_modify(|follows| follows.reload = reload.number);
                }
                ended = &mut run => return outcome(ended, sessions.longest()),
                _ = look.tick() => {}
            }
            if pulse.borrow().elapsed() > SPINNING {
                tracing::error!("The gateway client spins, as it does after the close codes 4003, 4010 and 4011");
                return Ended::Lost { session: sessions.longest(), unwanted: true };
            }
            let stage = stage(shards).await;
            let ready = stage == Some(ConnectionStage::Connected);
            let news = self.connected.send_if_modified(|connected| std::mem::replace(connected, ready) != ready);
            if news && ready && !std::mem::replace(&mut met, true) {
                let contents = self.intents.contains(GatewayIntents::MESSAGE_CONTENT);
                self.follows.send_modify(|follows| {
                    let reload = follows.reload.max(self.reload);
                    *follows = Follows { reload, sessions: follows.sessions + 1, contents };
                });
            }
            sessions.see(ready);
            if ready {
                if !stable && sessions.longest() > STABLE {
                    stable = true;
                    self.starts.stable().await;
                }
                (silent_since, away_since) = (None, None);
                continue;
            }
            self.watch.lost();
            match stage {
                Some(_) => (silent_since, away_since) = (silent_since.or_else(|| Some(Instant::now())), None),
                None => (silent_since, away_since) = (None, away_since.or_else(|| Some(Instant::now()))),
            }
            let longer = |since: Option<Instant>, limit| since.is_some_and(|since| since.elapsed() > limit);
            if longer(silent_since, SILENT) {
                return Ended::Lost { session: sessions.longest(), unwanted: true };
            }
            if longer(away_since, UNREACHABLE) {
                return Ended::Lost { session: sessions.longest(), unwanted: false };
            }
        }
    }
}

impl Connection {
    /// Closes the session as Discord wants it; the library waits up to 5 s for that by itself.
    async fn farewell(&self, shards: &OnceLock<Arc<ShardManager>>) {
        if let Some(shards) = shards.get().filter(|_| *self.connected.borrow()) {
            // A shard that is not in a session may never answer the farewell.
            let _ = tokio::time::timeout(FAREWELL, shards.shutdown_all()).await;
        }
    }
}

/// How long the sessions of one connection lasted.
#[derive(Debug, Default)]
struct Sessions {
    since: Option<Instant>,
    longest: Duration,
}

impl Sessions {
    fn see(&mut self, ready: bool) {
        if ready {
            let since = *self.since.get_or_insert_with(Instant::now);
            self.longest = self.longest.max(since.elapsed());
        } else {
            self.since = None;
        }
    }

    fn longest(&self) -> Duration {
        self.longest
    }
}

/// Where the only shard stands; none while there is no connection.
async fn stage(shards: &OnceLock<Arc<ShardManager>>) -> Option<ConnectionStage> {
    let runners = Arc::clone(&shards.get()?.runners);
    let runners = runners.lock().await;
    runners.get(&ShardId(0)).map(|runner| runner.stage)
}

fn outcome(ended: Result<Result<(), serenity::Error>, tokio::task::JoinError>, session: Duration) -> Ended {
    match ended {
        Ok(Err(serenity::Error::Gateway(CloseReason::InvalidAuthentication))) => Ended::TokenRejected,
        Ok(Err(serenity::Error::Gateway(CloseReason::InvalidGatewayIntents))) => Ended::Intents(4013),
        Ok(Err(serenity::Error::Gateway(CloseReason::DisallowedGatewayIntents))) => Ended::Intents(4014),
        Ok(Ok(()) | Err(_)) => Ended::Lost { session, unwanted: false },
        Err(panic) => {
            tracing::error!(%panic, "The gateway client broke");
            Ended::Lost { session, unwanted: true }
        }
    }
}

/// For answers to interactions only. Its limiter stays off: with it on, the configured address would be ignored.
fn http(token: &SecretString, base: &Base) -> Result<Http, reqwest::Error> {
    let client = reqwest::Client::builder().timeout(ANSWER_TIMEOUT).redirect(reqwest::redirect::Policy::none());
    let builder = HttpBuilder::new(token.expose_secret()).ratelimiter_disabled(true);
    Ok(match base {
        Base::Discord => builder.client(client.build()?).build(),
        Base::Sandbox(address) => {
            builder.proxy(address.trim_end_matches('/')).client(client.no_proxy().build()?).build()
        }
    })
}

/// A runtime of its own for the client library, with one thread: when the library spins, nothing else runs here, which
/// is how it is noticed. Handlers run on the main runtime. When this one is dropped, whatever the library left behind
/// ends at its next point of rest.
struct Quarters(Option<Runtime>);

impl Quarters {
    fn new() -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).thread_name("gateway").enable_all().build()?;
        Ok(Self(Some(runtime)))
    }

    /// The last time this runtime was seen running.
    fn pulse(&self) -> watch::Receiver<Instant> {
        let (sender, receiver) = watch::channel(Instant::now());
        self.handle().spawn(async move {
            let mut beat = tokio::time::interval(LOOK);
            while !sender.is_closed() {
                beat.tick().await;
                sender.send_replace(Instant::now());
            }
        });
        receiver
    }

    fn handle(&self) -> &Handle {
        self.0.as_ref().expect("taken only when dropped").handle()
    }
}

impl Drop for Quarters {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
