//! Purpose: the connection over which Discord tells us what people do, kept alive and kept from doing harm.
//!
//! The client library is fenced in. Its address is fetched and checked by us first, because on any failure it would
//! fall back to the real Discord. Starts are counted against Discord's daily number, because using it up resets the
//! token. It lives in a runtime of its own, because after some close codes it spins without ever yielding.

mod address;
mod connection;
mod handler;
mod intents;
mod on_error;
mod registration;
mod starts;

use std::sync::Arc;
use std::time::Duration;

use domain::setup::Language;
use engine::Engine;
use secrecy::SecretString;
use serenity::model::gateway::GatewayIntents;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(crate) use intents::asks_for_content;
pub use registration::{register, registration};
pub use starts::Starts;

use crate::data::{Command, Data};
use crate::directory_load::{LoadError, SharedDirectory};
use crate::rest::{Base, Client};
use crate::test_page::{DiscordOnly, Outside};
use crate::watch::Watch;
use address::{Start, StartRefused};
use connection::{Connection, Ended};

/// What the gateway needs besides the engine and the directory.
pub struct Settings {
    /// The bot token, without `Bot `.
    pub token: SecretString,
    /// The Discord to talk to, the same as the REST client's.
    pub base: Base,
    /// For everything that is not an answer to an interaction.
    pub rest: Client,
    /// What people can type.
    pub commands: Vec<Command>,
    /// Session starts that must be left for today. Default 50: enough for an operator to find out what restarts the bot.
    pub starts_left: u32,
    /// True while events arrive. For readiness.
    pub connected: watch::Sender<bool>,
    /// Ways to people outside Discord, for `/siaga test-page`.
    pub outside: Arc<dyn Outside>,
    /// Remembers starts of sessions. By default as long as the process lives.
    pub starts: Arc<dyn Starts>,
    /// Why no connection is made at the moment, for readiness.
    pub waits: watch::Sender<Option<String>>,
    /// Counts how often the configuration was replaced.
    pub reloads: watch::Receiver<Reload>,
    /// What the gateway has made of it.
    pub follows: watch::Sender<Follows>,
}

/// The configuration was replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reload {
    /// How often by now.
    pub number: u64,
    /// Whether Discord would let us read the contents of messages.
    pub contents_allowed: bool,
}

/// Which configuration the session of now follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Follows {
    /// [`Reload::number`] of it.
    pub reload: u64,
    /// How many sessions there have been.
    pub sessions: u64,
    /// Whether the contents of messages come with it.
    pub contents: bool,
}

impl Settings {
    /// The defaults.
    #[must_use]
    pub fn new(token: SecretString, base: Base, rest: Client, commands: Vec<Command>) -> Self {
        let connected = watch::Sender::new(false);
        let (outside, starts) = (Arc::new(DiscordOnly), Arc::new(starts::InMemory::default()));
        let (waits, follows) = (watch::Sender::new(None), watch::Sender::new(Follows::default()));
        let reloads = watch::Sender::new(Reload::default()).subscribe();
        Self { token, base, rest, commands, starts_left: 50, connected, outside, starts, waits, reloads, follows }
    }
}

/// Why the gateway gave up. What passes by itself (an outage, a lost connection) is waited for instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// REST 401 or close code 4004.
    #[error(
        "Discord rejected the bot token: copy it again from the Discord developer portal (Bot, Reset Token) into DISCORD_TOKEN"
    )]
    TokenRejected,
    /// Close code 4014 although no privileged intent was asked for, or 4013.
    #[error(
        "Discord refused the intents of this bot (close code {code}): update the bot, or check the application in the Discord developer portal"
    )]
    IntentsRefused {
        /// The close code.
        code: u16,
    },
    /// Too few session starts are left.
    #[error(
        "only {remaining} of today's {total} session starts are left, and at 0 Discord resets the token: find out what \
         restarts the bot, then start it again (the count is renewed in {} minutes)", reset_after.as_secs() / 60
    )]
    FewStartsLeft {
        /// Left.
        remaining: u32,
        /// Given per day.
        total: u32,
        /// Until the count is renewed.
        reset_after: Duration,
    },
    /// Discord named another host than the configured one.
    #[error("the gateway address leads to {host}, which is not the configured server: nothing was sent there")]
    ForeignHost {
        /// The host.
        host: String,
    },
    /// The connection was made several times, and no session on it lasted (close codes 4003, 4010, 4011, or worse).
    #[error(
        "Discord took the connection {attempts} times in a row and ended each session at once: see the log for its close code"
    )]
    NoSession {
        /// How often.
        attempts: u32,
    },
    /// The runtime could not start.
    #[error("the gateway could not start: {0}")]
    Start(String),
}

/// Connections in a row on which Discord would not have a session, after which it is an error.
const HOPELESS: u32 = 3;
/// A session that lasted so long was a good one.
const STABLE: Duration = Duration::from_secs(60);
/// Waits between attempts double up to this.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// The first wait.
const FIRST_WAIT: Duration = Duration::from_secs(2);

/// Receives events and hands them to commands, buttons, forms and watched channels until `shutdown`; then it takes no more,
/// and ends when those that were taken are answered.
///
/// # Errors
/// [`GatewayError`]: a sentence for the operator; trying again at once is no use.
pub async fn run(
    settings: Settings,
    engine: Engine,
    directory: SharedDirectory,
    shutdown: CancellationToken,
) -> Result<(), GatewayError> {
    let Settings { token, base, rest, commands, starts_left, connected, outside, starts, waits, mut reloads, follows } =
        settings;
    let data = Arc::new(Data::new(engine, directory, rest.clone(), outside));
    let watch = Watch::start(Arc::clone(&data), shutdown.clone());
    let options = Arc::new(on_error::options(commands));
    let (connected, follows) = (Arc::new(connected), Arc::new(follows));
    // Whoever pressed a button before the end still gets an answer.
    let inside = TaskTracker::new();

    let mut content_refused = false;
    let (mut hopeless, mut wait) = (0, FIRST_WAIT);
    while !shutdown.is_cancelled() {
        let asked = tokio::select! {
            () = shutdown.cancelled() => break,
            asked = address::start(&rest, &base, starts_left) => asked,
        };
        let (url, budget) = match asked {
            Ok(Start { url, budget }) => (url, budget),
            Err(StartRefused::Final(error)) => return Err(error),
            Err(StartRefused::Later(reason)) => {
                tracing::warn!(reason, wait_ms = wait.as_millis(), "Discord cannot be asked for its gateway yet");
                pause(&shutdown, &mut wait).await;
                continue;
            }
        };
        if !turn(starts.begin().await, budget, &waits, &shutdown).await {
            break;
        }
        tokio::select! {
            () = shutdown.cancelled() => break,
            () = watch.prepare() => {}
        }
        if reloads.has_changed().unwrap_or(false) {
            // Whoever reloads may have switched it on.
            content_refused = false;
        }
        let reload = *reloads.borrow_and_update();
        let intents = intents::wanted(&data.engine.setup(), content_refused);
        watch.brings_contents(intents.contains(GatewayIntents::MESSAGE_CONTENT));
        let connection = Connection {
            token: token.clone(),
            base: base.clone(),
            url,
            intents,
            data: Arc::clone(&data),
            options: Arc::clone(&options),
            watch: watch.clone(),
            connected: Arc::clone(&connected),
            starts: Arc::clone(&starts),
            inside: inside.clone(),
            reload: reload.number,
            follows: Arc::clone(&follows),
        };
        let ended = connection.run(&shutdown, &mut reloads).await;
        connected.send_replace(false);
        watch.lost();
        match ended {
            Ended::Shutdown => break,
            Ended::Renewed => {
                content_refused = false;
                tracing::info!(
                    "The configuration watches its first channel: a new session brings the contents of messages"
                );
                continue;
            }
            Ended::TokenRejected => return Err(GatewayError::TokenRejected),
            Ended::Intents(4014) if !content_refused && asks_for_content(&data.engine.setup()) => {
                content_refused = true;
                tracing::error!("{}", words::content_refused(Language::En));
                data.engine.tell_operators(words::content_refused(data.engine.setup().language));
                continue;
            }
            Ended::Intents(code) => return Err(GatewayError::IntentsRefused { code }),
            Ended::NeverStarted(reason) => return Err(GatewayError::Start(reason)),
            Ended::Lost { session, unwanted } => {
                if session > STABLE {
                    (hopeless, wait) = (0, FIRST_WAIT);
                }
                hopeless += u32::from(unwanted);
                if hopeless >= HOPELESS {
                    return Err(GatewayError::NoSession { attempts: hopeless });
                }
            }
        }
        tracing::warn!(wait_ms = wait.as_millis(), "The gateway connection is lost; another one follows");
        pause(&shutdown, &mut wait).await;
    }
    inside.close();
    inside.wait().await;
    Ok(())
}

/// Waits for the turn of a start after so many in a row; false when it is not wanted any more.
async fn turn(
    before: u32,
    budget: starts::Budget,
    waits: &watch::Sender<Option<String>>,
    shutdown: &CancellationToken,
) -> bool {
    let wait = starts::wait(before, budget);
    if wait.is_zero() {
        return true;
    }
    let sentence = format!(
        "start {} in a row without a stable session, {} of today's are left: the next connection is made in {} s; find out what restarts the bot",
        before + 1,
        budget.remaining,
        wait.as_secs_f64().ceil()
    );
    tracing::warn!(starts = before + 1, remaining = budget.remaining, wait_ms = wait.as_millis(), "{sentence}");
    waits.send_replace(Some(sentence));
    let goes_on = tokio::select! {
        () = shutdown.cancelled() => false,
        () = tokio::time::sleep(wait) => true,
    };
    waits.send_replace(None);
    goes_on
}

async fn pause(shutdown: &CancellationToken, wait: &mut Duration) {
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = tokio::time::sleep(*wait) => {}
    }
    *wait = (*wait * 2).min(LONGEST_WAIT);
}

impl From<LoadError> for StartRefused {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::TokenRejected => Self::Final(GatewayError::TokenRejected),
            LoadError::NoServer { .. }
            | LoadError::SeveralServers { .. }
            | LoadError::NotInServer { .. }
            | LoadError::AmbiguousServer { .. }
            | LoadError::Unreachable(_) => Self::Later(error.to_string()),
        }
    }
}
