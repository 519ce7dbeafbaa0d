//! Purpose: a local Discord-compatible server (REST and gateway version 10) with a chat page and a control API, so that a
//! bot can be tried, drilled and tested without Discord. It knows none of our other crates.

mod actions;
mod clock;
mod control;
mod error;
mod gateway;
mod guild;
mod hub;
mod id;
mod limits;
mod meter;
mod page;
mod permissions;
mod rest;
mod server;
mod state;
mod validate;
mod world;

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use tokio::{net::TcpListener, task::JoinHandle};

pub use clock::Clock;
pub use guild::{BotSeed, ChannelSeed, ChannelType, Guild, GuildError, PersonSeed, RoleSeed};
pub use id::Id;
pub use limits::{Bucket, Limits, LimitsError, Rate};
pub use state::StateError;

use hub::Hub;
use world::{Progress, World};

/// How a sandbox starts.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen; port 0 takes a free one. The control API trusts whoever can reach it: stay on a loopback address.
    pub listen: SocketAddr,
    /// The guild of a new world.
    pub guild: Guild,
    /// File in which the world is kept between runs; it counts more than `guild`. `None`: everything is forgotten.
    pub state: Option<PathBuf>,
    /// How often things may be done.
    pub limits: Limits,
    /// How the domain clock of a new world starts.
    pub clock: Clock,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            guild: Guild::default(),
            state: None,
            limits: Limits::default(),
            clock: Clock::Real,
        }
    }
}

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Somebody listens there already.
    #[error("{0} is already in use")]
    PortInUse(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The state file cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
}

/// A bot account of the guild.
#[derive(Clone, Debug)]
pub struct BotAccount {
    /// Username.
    pub name: String,
    /// User id.
    pub id: Id,
    /// Token for REST and gateway.
    pub token: String,
    /// Application id.
    pub application_id: Id,
}

/// A person of the guild.
#[derive(Clone, Debug)]
pub struct Person {
    /// Name as shown.
    pub name: String,
    /// Username.
    pub username: String,
    /// User id.
    pub id: Id,
}

/// A running sandbox. Dropping it stops it without waiting.
pub struct Sandbox {
    hub: Arc<Hub>,
    address: SocketAddr,
    server: Option<JoinHandle<()>>,
}

/// How long a shutdown waits for open connections.
const GOODBYE: Duration = Duration::from_secs(2);

/// Starts a sandbox. Errors: the port is taken ([`StartError::PortInUse`]), the address or the state file cannot be used.
pub async fn start(options: Options) -> Result<Sandbox, StartError> {
    let Options { listen, guild, state, limits, clock } = options;
    let listener = TcpListener::bind(listen).await.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => StartError::PortInUse(listen),
        _ => StartError::Listen { address: listen, source },
    })?;
    let address = listener.local_addr().map_err(|source| StartError::Listen { address: listen, source })?;
    let host = if address.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { address.ip() };
    let base = format!("http://{}", SocketAddr::new(host, address.port()));
    let mut world = World::seed(&guild, clock, base.clone(), limits.messages_per_channel);
    let journal = match state {
        Some(path) => {
            let journal = state::Journal::open(&path, &mut world)?;
            wake(&mut world);
            Some((journal, path))
        }
        None => None,
    };
    let hub = Hub::new(world, limits, journal, base);
    let server = tokio::spawn(server::serve(Arc::clone(&hub), listener));
    tracing::info!(address = %address, "The sandbox listens on {address}");
    Ok(Sandbox { hub, address, server: Some(server) })
}

/// After a restart: nobody answers what was asked before it.
fn wake(world: &mut World) {
    let waiting: Vec<Id> = world
        .interactions
        .values()
        .filter(|interaction| interaction.progress == Progress::Waiting)
        .map(|interaction| interaction.id)
        .collect();
    for id in waiting {
        if let Some(interaction) = world.interaction_mut(id) {
            interaction.progress = Progress::Failed;
        }
    }
    // Sequence numbers are not written with every event; a gap makes sure that none is used twice.
    if world.meta.seq > 0 {
        world.meta.seq += 100_000;
        world.mark(world::Table::Meta, Id(0));
    }
}

/// The REST routes there are: method and path, written as in Discord's own OpenAPI file.
pub fn routes() -> impl Iterator<Item = (&'static str, &'static str)> {
    rest::routes::ROUTES.iter().map(|route| (route.method, route.template))
}

impl Sandbox {
    /// The address it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn base_url(&self) -> String {
        self.hub.base.clone()
    }

    /// The chat page.
    pub fn page_url(&self) -> String {
        format!("{}/", self.hub.base)
    }

    /// The REST API without its version: `http://127.0.0.1:PORT/api`.
    pub fn api_url(&self) -> String {
        format!("{}/api", self.hub.base)
    }

    /// The gateway: `ws://127.0.0.1:PORT/gw`.
    pub fn gateway_url(&self) -> String {
        self.hub.gateway.clone()
    }

    /// The guild.
    pub fn guild_id(&self) -> Id {
        self.hub.look(|core| core.world.meta.guild_id)
    }

    /// The bots of the guild, with their tokens.
    pub fn bots(&self) -> Vec<BotAccount> {
        self.hub.look(|core| {
            core.world
                .bots()
                .map(|(user, bot)| BotAccount {
                    name: user.username.clone(),
                    id: user.id,
                    token: bot.token.clone(),
                    application_id: user.id,
                })
                .collect()
        })
    }

    /// The bot of this name.
    pub fn bot(&self, name: &str) -> Option<BotAccount> {
        self.bots().into_iter().find(|bot| bot.name == name)
    }

    /// Flips the switch "Message Content Intent" of a bot, as its owner does in Discord's developer portal. Sessions that are
    /// open stay as they are.
    pub fn switch_message_content(&self, bot: &str, on: bool) {
        self.hub.change(|core| {
            let found = core.world.users.values_mut().find(|user| user.bot.is_some() && user.username == bot);
            if let Some(account) = found.and_then(|user| user.bot.as_mut()) {
                let bit = hub::intents::MESSAGE_CONTENT;
                account.privileged = if on { account.privileged | bit } else { account.privileged & !bit };
            }
        });
    }

    /// The people of the guild.
    pub fn people(&self) -> Vec<Person> {
        self.hub.look(|core| {
            core.world
                .people()
                .map(|user| Person { name: user.shown_name().to_owned(), username: user.username.clone(), id: user.id })
                .collect()
        })
    }

    /// The channels of the guild (without threads and DMs): name and id, in the order shown.
    pub fn channels(&self) -> Vec<(String, Id)> {
        self.hub.look(|core| {
            let mut channels: Vec<_> =
                core.world.channels.values().filter(|channel| !channel.is_dm() && !channel.is_thread()).collect();
            channels.sort_by_key(|channel| (channel.position, channel.id));
            channels.into_iter().map(|channel| (channel.name.clone(), channel.id)).collect()
        })
    }

    /// The id of the channel (or category) of this name.
    pub fn channel(&self, name: &str) -> Option<Id> {
        self.channels().into_iter().find(|(known, _)| known == name).map(|(_, id)| id)
    }

    /// Stops it: connections are closed, the state file is flushed. The port is free afterwards.
    pub async fn shutdown(mut self) {
        self.hub.stop.cancel();
        if let Some(mut server) = self.server.take()
            && tokio::time::timeout(GOODBYE, &mut server).await.is_err()
        {
            server.abort();
            let _aborted = server.await;
        }
        self.hub.close();
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.hub.stop.cancel();
        if let Some(server) = self.server.take() {
            server.abort();
            self.hub.close();
        }
    }
}
