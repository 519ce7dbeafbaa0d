//! Purpose: turn the names of the configuration into Discord's ids, and say what is missing in words an operator can act on.

mod findings;
pub(crate) mod people;
pub(crate) mod permissions;
mod places;
mod rights;
pub(crate) mod sight;
mod wire;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use domain::Setup;
use domain::setup::ChatName;
use domain::{ChatChannelId, ChatRoleId, ChatUserId, GuildId, Pin};
use serde::de::DeserializeOwned;

pub use findings::{Finding, invite_link};
pub(crate) use findings::{INVITED, shown};
pub(crate) use permissions::Overwrite;
pub(crate) use rights::Rights;
pub(crate) use wire::{Member, Role};

use crate::directory::Directory;
use crate::rest::{self, Body, Client, Failure, Lane, Route};
use wire::{Application, Channel, Guild, GuildBrief, User};

/// What was learned from Discord in one go.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Names and their ids.
    pub directory: Directory,
    /// What only the inbound side needs.
    pub home: Home,
    /// What was found out about people who are not pinned yet.
    pub(crate) whos: Vec<people::Who>,
    /// What is missing or will not work, worst first.
    pub findings: Vec<Finding>,
}

impl Loaded {
    /// Accounts that were found and are not kept yet.
    #[must_use]
    pub fn pins(&self) -> Vec<domain::Pin> {
        let found = self.whos.iter().filter_map(|who| match &who.found {
            people::Found::Is(pin) => Some(pin.clone()),
            _ => None,
        });
        found.collect()
    }

    /// Whether Discord would keep the contents of messages from a configuration that needs them.
    #[must_use]
    pub fn contents_refused(&self) -> bool {
        self.findings.contains(&Finding::content_refused())
    }
}

/// The home server beyond names: who administers it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Home {
    /// Its name.
    pub name: String,
    /// The bot's application, under which commands are registered.
    pub application: u64,
    /// Its owner.
    pub owner: Option<ChatUserId>,
    /// What its members may do.
    pub(crate) rights: Rights,
    /// The bot's own roles.
    pub(crate) own_roles: Vec<ChatRoleId>,
}

impl Home {
    /// Whether a member sees a channel.
    pub(crate) fn sees(&self, channel: ChatChannelId, user: ChatUserId, roles: &[ChatRoleId]) -> bool {
        self.owner == Some(user) || self.rights.sees(channel, user, roles)
    }
}

/// Why nothing could be learned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// Discord does not know the token.
    #[error(
        "Discord rejected the bot token: copy it again from the Discord developer portal (Bot, Reset Token) into DISCORD_TOKEN"
    )]
    TokenRejected,
    /// The bot is in no server.
    #[error("the bot is in no server yet: invite it with {invite}")]
    NoServer {
        /// The link to open.
        invite: String,
    },
    /// The bot is in several servers and the configuration names none.
    #[error("the bot is in several servers ({}): name the home server in siaga.toml, discord.server", servers.join(", "))]
    SeveralServers {
        /// Their names.
        servers: Vec<String>,
    },
    /// The configured server is not among the bot's servers.
    #[error("the bot is not in the server {wanted} (it is in {}): invite it with {invite}, or correct discord.server", servers.join(", "))]
    NotInServer {
        /// As configured.
        wanted: String,
        /// Names of the servers it is in.
        servers: Vec<String>,
        /// The link to open.
        invite: String,
    },
    /// Two of the bot's servers have the configured name.
    #[error(
        "the bot is in {count} servers called {wanted}: write the server's id in discord.server instead of its name"
    )]
    AmbiguousServer {
        /// As configured.
        wanted: String,
        /// How many.
        count: usize,
    },
    /// Discord could not be asked.
    #[error("Discord could not be asked: {0}")]
    Unreachable(String),
}

/// The directory as it is now. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct SharedDirectory {
    inner: Arc<RwLock<(Arc<Directory>, Arc<Home>)>>,
    /// What whoever looks for people knows: one for all of them, or each would tell operators what it alone believes.
    pub(crate) looks: Arc<crate::people::Looks>,
}

impl SharedDirectory {
    /// A directory that starts with what was loaded.
    #[must_use]
    pub fn new(loaded: &Loaded) -> Self {
        let shared = Self::default();
        shared.set(loaded);
        shared
    }

    /// The directory; costs one reference count.
    #[must_use]
    pub fn get(&self) -> Arc<Directory> {
        Arc::clone(&self.inner.read().unwrap_or_else(PoisonError::into_inner).0)
    }

    /// The home server.
    #[must_use]
    pub fn home(&self) -> Arc<Home> {
        Arc::clone(&self.inner.read().unwrap_or_else(PoisonError::into_inner).1)
    }

    /// Takes over what was loaded; the ids of registered commands stay.
    pub fn set(&self, loaded: &Loaded) {
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        let mut directory = loaded.directory.clone();
        if directory.commands.is_empty() {
            directory.commands.clone_from(&inner.0.commands);
        }
        // What was found out about people is found out again by whoever looks.
        directory.names_before.clone_from(&inner.0.names_before);
        // Until then they are called as they were: a card that is edited in between would show the key of the file.
        let called = inner.0.people.iter().map(|(person, (_, name))| (person.clone(), name.clone()));
        directory.names_before.extend(called);
        directory.unreached.clone_from(&inner.0.unreached);
        *inner = (Arc::new(directory), Arc::new(loaded.home.clone()));
    }

    /// Changes the directory in place (a channel was renamed, commands were registered).
    pub fn change(&self, edit: impl FnOnce(&mut Directory)) {
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        edit(Arc::make_mut(&mut inner.0));
    }

    /// Changes what is known of the home server.
    pub(crate) fn change_home(&self, edit: impl FnOnce(&mut Home)) {
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        edit(Arc::make_mut(&mut inner.1));
    }
}

/// Asks Discord for everything the configuration names; whoever is pinned is not asked for, see [`look_at_pinned`]. Errors: see
/// [`LoadError`]; what is merely missing is a [`Finding`].
pub async fn load(rest: &Client, setup: &Setup, pins: &[Pin]) -> Result<Loaded, LoadError> {
    let bot: User = get(rest, Route::current_user()).await?;
    let application: Application = get(rest, Route::current_application()).await?;
    let guilds: Vec<GuildBrief> = get(rest, Route::my_guilds()).await?;
    let guild_id = home_server(setup.discord.server.as_ref(), &guilds, application.id)?;

    let guild: Guild = get(rest, Route::get_guild(rest::GuildId(guild_id.0))).await?;
    let channels: Vec<Channel> = get(rest, Route::guild_channels(rest::GuildId(guild_id.0))).await?;
    let roles: Vec<Role> = get(rest, Route::guild_roles(rest::GuildId(guild_id.0))).await?;
    let own: Member = get(rest, Route::get_member(rest::GuildId(guild_id.0), rest::UserId(bot.id))).await?;

    let mut findings = Vec::new();
    let mut directory = Directory {
        guild: Some(guild_id),
        bot: Some(ChatUserId(bot.id)),
        roles: role_names(&roles, guild_id),
        ..Directory::default()
    };
    directory.set_places(places::of(&channels));
    let whos = people::look(rest, setup, guild_id, pins, people::Whom::Unknown, Lane::Housekeeping).await?;
    directory.people = people::known(setup, pins);
    for who in &whos {
        if let people::Found::Is(pin) = &who.found {
            directory.people.insert(who.person.clone(), (pin.user, pin.shown.clone()));
        } else if who.found.is_nobody() {
            directory.people.remove(&who.person);
        }
    }
    findings.extend(people::findings(setup, &whos));
    let own_roles = own.roles();
    let own = permissions::Own::new(guild_id.0, guild.owner_id, bot.id, &own_roles, &roles);
    findings::check(setup, &directory, &guild.name, &channels, &roles, &own, &mut findings);
    if crate::gateway::asks_for_content(setup) && !application.may_read_messages() {
        findings.push(Finding::content_refused());
    }
    findings.sort_by_key(|finding| !finding.fatal);

    let rights = rights_of(guild_id, roles, channels);
    let owner = Some(ChatUserId(guild.owner_id));
    let own_roles = own_roles.into_iter().map(ChatRoleId).collect();
    let home = Home { name: guild.name, application: application.id, owner, rights, own_roles };
    Ok(Loaded { directory, home, whos, findings })
}

/// What is wrong with people who are pinned: whether they are still there, and still called so. Errors: see [`LoadError`].
pub async fn look_at_pinned(
    rest: &Client,
    setup: &Setup,
    pins: &[Pin],
    loaded: &Loaded,
) -> Result<Vec<Finding>, LoadError> {
    let Some(guild) = loaded.directory.guild else { return Ok(Vec::new()) };
    let mut whos = people::look(rest, setup, guild, pins, people::Whom::Everybody, Lane::Housekeeping).await?;
    let unseen = sight::findings(setup, &loaded.directory, &loaded.home, &whos);
    whos.retain(|who| !loaded.whos.iter().any(|known| known.person == who.person));
    let mut findings = people::findings(setup, &whos);
    findings.extend(unseen);
    Ok(findings)
}

/// Reads roles and channels again, and what follows from them: names, and what members may do.
///
/// # Errors
/// See [`LoadError`]; then the directory is as it was.
pub(crate) async fn load_rights(rest: &Client, shared: &SharedDirectory) -> Result<(), LoadError> {
    let Some(guild) = shared.get().guild else { return Ok(()) };
    let channels: Vec<Channel> = get(rest, Route::guild_channels(rest::GuildId(guild.0))).await?;
    let roles: Vec<Role> = get(rest, Route::guild_roles(rest::GuildId(guild.0))).await?;
    let (places, names) = (places::of(&channels), role_names(&roles, guild));
    shared.change(|directory| {
        directory.set_places(places);
        directory.roles = names;
    });
    shared.change_home(|home| home.rights = rights_of(guild, roles, channels));
    Ok(())
}

/// Reads one channel again: who sees it. None when Discord does not say.
pub(crate) async fn load_channel(rest: &Client, shared: &SharedDirectory, channel: ChatChannelId) -> Option<()> {
    let route = Route::get_channel(rest::ChannelId(channel.0));
    let found: Channel = try_get(rest, route).await.ok()?.ok()?;
    shared.change_home(|home| home.rights.channel_is(channel, found.permission_overwrites));
    Some(())
}

fn rights_of(guild: GuildId, roles: Vec<Role>, channels: Vec<Channel>) -> Rights {
    let channels = channels.into_iter().map(|channel| (channel.id, channel.permission_overwrites));
    Rights::new(guild.0, roles.into_iter().map(|role| (role.id, role.permissions)), channels)
}

/// The configured server, or the only one.
fn home_server(wanted: Option<&ChatName>, guilds: &[GuildBrief], application: u64) -> Result<GuildId, LoadError> {
    let names = || guilds.iter().map(|guild| guild.name.clone()).collect();
    match wanted {
        _ if guilds.is_empty() => Err(LoadError::NoServer { invite: invite_link(application) }),
        None if guilds.len() > 1 => Err(LoadError::SeveralServers { servers: names() }),
        None => Ok(GuildId(guilds[0].id)),
        Some(ChatName::Id(id)) if guilds.iter().any(|guild| guild.id == *id) => Ok(GuildId(*id)),
        Some(ChatName::Id(id)) => {
            Err(LoadError::NotInServer { wanted: id.to_string(), servers: names(), invite: invite_link(application) })
        }
        Some(ChatName::Name(name)) => {
            let found: Vec<u64> = guilds.iter().filter(|guild| guild.name == *name).map(|guild| guild.id).collect();
            match found.as_slice() {
                [id] => Ok(GuildId(*id)),
                [] => Err(LoadError::NotInServer {
                    wanted: name.clone(),
                    servers: names(),
                    invite: invite_link(application),
                }),
                several => Err(LoadError::AmbiguousServer { wanted: name.clone(), count: several.len() }),
            }
        }
    }
}

/// Roles by name, without the one everybody has. Of two with one name the higher one counts.
fn role_names(roles: &[Role], guild: GuildId) -> BTreeMap<String, ChatRoleId> {
    let mut sorted: Vec<&Role> = roles.iter().filter(|role| role.id != guild.0).collect();
    sorted.sort_by_key(|role| role.position);
    sorted.into_iter().map(|role| (role.name.clone(), ChatRoleId(role.id))).collect()
}

/// How long a look-up may wait for its turn.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often a look-up that brought no answer is repeated.
const ATTEMPTS: u32 = 3;

/// Reads something; repeats what brought no answer. Errors: the token, or a sentence.
pub(crate) async fn get<T: DeserializeOwned>(rest: &Client, route: Route) -> Result<T, LoadError> {
    match try_get(rest, route).await? {
        Ok(value) => Ok(value),
        Err(refused) => Err(LoadError::Unreachable(refused.to_string())),
    }
}

/// Like [`get`], but a plain refusal (404, 403) is for the caller to judge.
pub(crate) async fn try_get<T: DeserializeOwned>(rest: &Client, route: Route) -> Result<Result<T, Failure>, LoadError> {
    let mut attempt = 0;
    loop {
        attempt += 1;
        let permit = rest.permit(Lane::Housekeeping, &route, PATIENCE).await;
        let permit = permit.map_err(|_| match rest.token_rejected() {
            true => LoadError::TokenRejected,
            false => LoadError::Unreachable(format!("{}: no turn within {} s", route.name(), PATIENCE.as_secs())),
        })?;
        match permit.send(Body::Empty, None).await {
            Ok(response) => {
                let name = route.name();
                return response
                    .parse()
                    .map(Ok)
                    .map_err(|error| LoadError::Unreachable(format!("{name}: the answer cannot be read: {error}")));
            }
            Err(Failure::TokenRejected { .. }) => return Err(LoadError::TokenRejected),
            Err(refused @ Failure::Refused { .. }) => return Ok(Err(refused)),
            Err(failure) if attempt >= ATTEMPTS => return Err(LoadError::Unreachable(failure.to_string())),
            Err(failure) => {
                let wait = failure.retry_after().unwrap_or_default().min(PATIENCE);
                tokio::time::sleep(wait.max(Duration::from_millis(300))).await;
            }
        }
    }
}

/// A channel's name by its id, for the rules that watch channels by name.
pub(crate) fn channel_name(directory: &Directory, channel: ChatChannelId) -> Option<&str> {
    directory.channels.iter().find(|(_, id)| **id == channel).map(|(name, _)| name.as_str())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn guild(id: u64, name: &str) -> GuildBrief {
        GuildBrief { id, name: name.into() }
    }

    #[test]
    fn the_only_server_is_home_and_a_second_one_must_be_named() {
        assert_eq!(home_server(None, &[guild(1, "Toko Kita")], 9), Ok(GuildId(1)));
        let both = [guild(1, "Toko Kita"), guild(2, "Other")];
        let error = home_server(None, &both, 9).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the bot is in several servers (Toko Kita, Other): name the home server in siaga.toml, discord.server"
        );
        assert_eq!(home_server(Some(&ChatName::Name("Other".into())), &both, 9), Ok(GuildId(2)));
        assert_eq!(home_server(Some(&ChatName::Id(1)), &both, 9), Ok(GuildId(1)));
    }

    #[test]
    fn a_server_the_bot_is_not_in_comes_with_the_invite_link() {
        for wanted in [ChatName::Name("Elsewhere".into()), ChatName::Id(3)] {
            let error = home_server(Some(&wanted), &[guild(1, "Toko Kita")], 9).unwrap_err();
            assert!(error.to_string().contains("client_id=9&scope=bot"), "{error}");
        }
        let twins = [guild(1, "Toko Kita"), guild(2, "Toko Kita")];
        let error = home_server(Some(&ChatName::Name("Toko Kita".into())), &twins, 9).unwrap_err();
        assert!(error.to_string().contains("write the server's id"), "{error}");
        assert!(matches!(home_server(None, &[], 9), Err(LoadError::NoServer { .. })));
    }

    #[test]
    fn what_is_loaded_again_keeps_the_command_ids() {
        let shared = SharedDirectory::default();
        shared.change(|directory| {
            directory.commands.insert("ack".into(), 7);
        });
        let held = shared.get();
        let loaded =
            Loaded { directory: Directory::default(), home: Home::default(), whos: Vec::new(), findings: Vec::new() };
        shared.set(&loaded);
        assert_eq!(shared.get().commands.get("ack"), Some(&7));
        assert_eq!(held.commands.get("ack"), Some(&7));
    }
}
