//! Purpose: who acts, and what our own policy allows them, from what an interaction says about its author.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::setup::{ChatName, Language};
use domain::{Access, Actor, ChatChannelId, ChatRoleId, ChatUserId, GuildId, Refusal, Setup};
use engine::ActError;
use serenity::model::application::{CommandInteraction, ComponentInteraction, ModalInteraction};
use serenity::model::guild::{Member, PartialMember};
use serenity::model::permissions::Permissions;
use serenity::model::user::User;
use tokio::time::Instant;

use crate::data::{Data, error_id};
use crate::directory::Directory;
use crate::directory_load::{Home, Member as RestMember, try_get};
use crate::rest::{self, Failure, Route};

/// The author of an interaction, and where it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asker {
    /// The interaction's id: the key under which the action is done once.
    pub interaction: u64,
    /// Discord user.
    pub user: ChatUserId,
    /// As shown: nickname, display name, user name.
    pub name: String,
    /// The language of their Discord client (`id`, `en-US`).
    pub locale: String,
    /// The server; none in a direct message.
    pub guild: Option<GuildId>,
    /// The channel, thread or direct message.
    pub channel: ChatChannelId,
    /// Roles, and whether Discord calls them an administrator; none in a direct message.
    membership: Option<Membership>,
}

/// What decides about access.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Membership {
    roles: Vec<ChatRoleId>,
    administrator: bool,
}

macro_rules! from_interaction {
    ($($kind:ty),+) => {$(
        impl From<&$kind> for Asker {
            fn from(interaction: &$kind) -> Self {
                let member = interaction.member.as_ref().map(|member| -> &Member { member });
                Self {
                    interaction: interaction.id.get(),
                    user: ChatUserId(interaction.user.id.get()),
                    name: shown_name(&interaction.user, member.and_then(|member| member.nick.as_deref())),
                    locale: interaction.locale.clone(),
                    guild: interaction.guild_id.map(|guild| GuildId(guild.get())),
                    channel: ChatChannelId(interaction.channel_id.get()),
                    membership: member.map(|member| Membership {
                        roles: member.roles.iter().map(|role| ChatRoleId(role.get())).collect(),
                        administrator: administrator(member.permissions),
                    }),
                }
            }
        }
    )+};
}
from_interaction!(CommandInteraction, ComponentInteraction, ModalInteraction);

/// A second person of a command (`/commander person`), as an actor. Errors: a bot, or not in this server.
pub fn other(data: &Data, user: &User, member: Option<&PartialMember>) -> Result<Actor, Refusal> {
    let member = member.filter(|_| !user.bot).ok_or(Refusal::NotAPerson)?;
    let membership = Membership {
        roles: member.roles.iter().map(|role| ChatRoleId(role.get())).collect(),
        administrator: administrator(member.permissions),
    };
    let name = shown_name(user, member.nick.as_deref());
    Ok(data.as_actor(ChatUserId(user.id.get()), name, &membership))
}

impl Data {
    /// The author as an actor. In a direct message the member is looked up (and remembered for a minute).
    ///
    /// # Errors
    /// Not a member of the home server, or Discord could not be asked.
    pub async fn actor(&self, asker: &Asker) -> Result<Actor, ActError> {
        if let Some(membership) = &asker.membership {
            return Ok(self.as_actor(asker.user, asker.name.clone(), membership));
        }
        let (name, membership) = self.member(asker).await?;
        Ok(self.as_actor(asker.user, name, &membership))
    }

    /// The language a person is answered in: their configured one, else their client's, else the shared one.
    #[must_use]
    pub fn language(&self, asker: &Asker) -> Language {
        let setup = self.engine.setup();
        let directory = self.directory.get();
        let configured = directory.person_of(asker.user).and_then(|person| setup.people.get(person)?.language);
        configured.unwrap_or_else(|| match asker.locale.split('-').next() {
            Some("id") => Language::Id,
            Some("en") => Language::En,
            Some(_) | None => setup.language,
        })
    }

    fn as_actor(&self, user: ChatUserId, name: String, membership: &Membership) -> Actor {
        let (directory, home) = (self.directory.get(), self.directory.home());
        let access = access(&self.engine.setup(), &directory, &home, user, membership);
        Actor { user, name, person: directory.person_of(user).cloned(), access }
    }

    async fn member(&self, asker: &Asker) -> Result<Known, ActError> {
        if let Some(known) = self.members.get(asker.user) {
            return Ok(known);
        }
        let guild = self.directory.get().guild.ok_or(Refusal::ForeignServer)?;
        let route = Route::get_member(rest::GuildId(guild.0), rest::UserId(asker.user.0));
        let member: RestMember = match try_get(&self.rest, route).await {
            Ok(Ok(member)) => member,
            Ok(Err(Failure::Refused { status: 404, .. })) => return Err(Refusal::NotAPerson.into()),
            Ok(Err(failure)) => return Err(failed(asker, &failure.to_string())),
            Err(error) => return Err(failed(asker, &error.to_string())),
        };
        let membership =
            Membership { roles: member.roles().into_iter().map(ChatRoleId).collect(), administrator: false };
        let known = (member.shown_name().to_owned(), membership);
        self.members.remember(asker.user, known.clone());
        Ok(known)
    }
}

fn failed(asker: &Asker, reason: &str) -> ActError {
    let error_id = error_id(asker.interaction);
    tracing::error!(error.id = error_id, reason, "Could not look up the member who pressed a button");
    ActError::Failed { error_id }
}

/// Our policy. Server administrators and the owner administer; the administrators' role does; the responders' role
/// responds; without a configured one everybody responds. A configured role that does not exist has no members.
fn access(setup: &Setup, directory: &Directory, home: &Home, user: ChatUserId, membership: &Membership) -> Access {
    let has = |name: &Option<ChatName>| {
        name.as_ref().and_then(|name| directory.role(name)).is_some_and(|role| membership.roles.contains(&role))
    };
    let administers = membership.administrator
        || home.owner == Some(user)
        || membership.roles.iter().any(|role| home.administrators.contains(role))
        || has(&setup.discord.admin_role);
    if administers {
        Access::Admin
    } else if setup.discord.responder_role.is_none() || has(&setup.discord.responder_role) {
        Access::Responder
    } else {
        Access::Member
    }
}

fn administrator(permissions: Option<Permissions>) -> bool {
    permissions.is_some_and(Permissions::administrator)
}

fn shown_name(user: &User, nick: Option<&str>) -> String {
    nick.or(user.global_name.as_deref()).unwrap_or(&user.name).to_owned()
}

/// Members looked up lately, so that a row of clicks in a direct message asks Discord once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Members {
    known: Arc<Mutex<HashMap<ChatUserId, (Instant, Known)>>>,
}

/// The name shown, and what decides about access.
type Known = (String, Membership);

/// How long a look-up is believed.
const FRESH: Duration = Duration::from_secs(60);

impl Members {
    fn get(&self, user: ChatUserId) -> Option<Known> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&user).filter(|(at, _)| at.elapsed() < FRESH).map(|(_, member)| member.clone())
    }

    fn remember(&self, user: ChatUserId, member: Known) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (at, _)| at.elapsed() < FRESH);
        known.insert(user, (Instant::now(), member));
    }
}
