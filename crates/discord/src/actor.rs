//! Purpose: who acts, and what our own policy allows them, from what an interaction says about its author.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::oncall::OnCall;
use domain::setup::{AccessRoles, ChatName, DiscordSetup, Language};
use domain::{Access, Actor, ChatChannelId, ChatRoleId, ChatUserId, GuildId, PersonId, Refusal};
use engine::ActError;
use jiff::tz::TimeZone;
use serenity::model::application::{CommandInteraction, ComponentInteraction, ModalInteraction};
use serenity::model::guild::{Member, PartialMember};
use serenity::model::permissions::Permissions;
use serenity::model::user::User;
use tokio::time::Instant;

use crate::data::{Data, error_id};
use crate::directory::Directory;
use crate::directory_load::Home;
use crate::membership;
pub use crate::render::desk::Candidate;

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
    /// The author as an actor. In a direct message the member is looked up, each time: whoever left the server gets nothing.
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

    /// Somebody else as an actor: what they may do is looked up now.
    ///
    /// # Errors
    /// Not a member of the home server, or Discord could not be asked.
    pub(crate) async fn actor_of(&self, asker: &Asker, user: ChatUserId) -> Result<Actor, ActError> {
        if user == asker.user {
            return self.actor(asker).await;
        }
        let guild = self.directory.get().guild.ok_or(Refusal::ForeignServer)?;
        let found = membership::member(&self.rest, guild, user).await;
        let member = found.map_err(|reason| failed(asker, &reason))?.ok_or(Refusal::NotAPerson)?;
        let roles = member.roles().into_iter().map(ChatRoleId).collect();
        let membership = Membership { roles, administrator: false };
        Ok(self.as_actor(user, member.shown_name().to_owned(), &membership))
    }

    /// The people of the configuration whose account is known: whoever is on call now first, whoever asks last, by the names people know.
    #[must_use]
    pub fn candidates(&self, asker: &Asker) -> Vec<Candidate> {
        let (world, directory, now) = (self.engine.world(), self.directory.get(), self.engine.now());
        let schedules: Vec<(&String, OnCall)> =
            world.setup().schedules.keys().map(|name| (name, world.on_call(name, now))).collect();
        let of = |person: &PersonId| {
            let has = |on_call: &OnCall| matches!(on_call, OnCall::Person { person: who, .. } if who == person);
            schedules.iter().filter(|(_, on_call)| has(on_call)).map(|(name, _)| (*name).clone()).collect()
        };
        let mut found: Vec<Candidate> = world
            .setup()
            .people
            .keys()
            .filter_map(|person| {
                let user = directory.user(person)?;
                let name = directory.name(person).to_owned();
                Some(Candidate { user, name, on_call: of(person), is_asker: user == asker.user })
            })
            .collect();
        found.sort_by_key(|one| (one.is_asker, one.on_call.is_empty(), one.name.to_lowercase()));
        found
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

    /// The zone in which somebody types times: their own, else the shared one.
    #[must_use]
    pub fn zone(&self, asker: &Asker) -> TimeZone {
        let (setup, directory) = (self.engine.setup(), self.directory.get());
        setup.zone_of(directory.person_of(asker.user)).clone()
    }

    fn as_actor(&self, user: ChatUserId, name: String, membership: &Membership) -> Actor {
        let (directory, home) = (self.directory.get(), self.directory.home());
        let access = access(&self.engine.setup().discord, &directory, &home, user, membership);
        Actor { user, name, person: directory.person_of(user).cloned(), access }
    }

    async fn member(&self, asker: &Asker) -> Result<Known, ActError> {
        if let Some(known) = self.members.get(asker.interaction) {
            return Ok(known);
        }
        let guild = self.directory.get().guild.ok_or(Refusal::ForeignServer)?;
        let found = membership::member(&self.rest, guild, asker.user).await;
        let member = found.map_err(|reason| failed(asker, &reason))?.ok_or(Refusal::NotAMember)?;
        let membership =
            Membership { roles: member.roles().into_iter().map(ChatRoleId).collect(), administrator: false };
        let known = (member.shown_name().to_owned(), membership);
        self.members.remember(asker.interaction, known.clone());
        Ok(known)
    }
}

fn failed(asker: &Asker, reason: &str) -> ActError {
    let error_id = error_id(asker.interaction);
    tracing::error!(error.id = error_id, reason, "Could not look up the member who pressed a button");
    ActError::Failed { error_id }
}

/// Our policy. The owner, administrators and whoever manages the server administer; so does the admin role. Everything else is
/// what a role is configured for; without one, reading follows the incidents channel and opening follows reading. A configured
/// role that does not exist has no members, and a channel that is not known is seen by nobody.
fn access(
    configured: &DiscordSetup,
    directory: &Directory,
    home: &Home,
    user: ChatUserId,
    membership: &Membership,
) -> Access {
    let everyone = |name: &ChatName| matches!(name, ChatName::Name(name) if name == AccessRoles::EVERYONE);
    let has_role = |name: &ChatName| directory.role(name).is_some_and(|role| membership.roles.contains(&role));
    let has = |names: &[ChatName]| names.iter().any(|name| everyone(name) || has_role(name));
    let roles = &configured.access;
    let administers = membership.administrator
        || home.owner == Some(user)
        || home.rights.administers(&membership.roles)
        || roles.admin.iter().any(has_role);
    let sees_incidents = || {
        let channel = directory.channel(&configured.incidents);
        channel.is_some_and(|channel| home.rights.sees(channel, user, &membership.roles))
    };
    if administers {
        Access::Admin
    } else if has(&roles.responder) {
        Access::Responder
    } else if roles.page.as_deref().is_some_and(has) {
        Access::Page
    } else if roles.open.as_deref().is_some_and(has) {
        Access::Open
    } else if roles.read.as_deref().map_or_else(sees_incidents, has) {
        // Without roles of its own, opening is for whoever reads.
        if roles.open.is_none() { Access::Open } else { Access::Read }
    } else {
        Access::None
    }
}

/// The same for somebody who does not act, by the roles Discord says they have.
pub(crate) fn access_of(
    setup: &domain::Setup,
    directory: &Directory,
    home: &Home,
    user: ChatUserId,
    roles: Vec<ChatRoleId>,
) -> Access {
    access(&setup.discord, directory, home, user, &Membership { roles, administrator: false })
}

fn administrator(permissions: Option<Permissions>) -> bool {
    permissions.is_some_and(Permissions::administrator)
}

fn shown_name(user: &User, nick: Option<&str>) -> String {
    nick.or(user.global_name.as_deref()).unwrap_or(&user.name).to_owned()
}

/// Members looked up for one interaction, so that it asks Discord once however many steps it has. Nothing is kept for the
/// next one: whoever leaves in between gets nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Members {
    known: Arc<Mutex<HashMap<u64, (Instant, Known)>>>,
}

/// The name shown, and what decides about access.
type Known = (String, Membership);

/// An interaction is answered by then.
const AT_WORK: Duration = Duration::from_secs(60);

impl Members {
    fn get(&self, interaction: u64) -> Option<Known> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&interaction).map(|(_, member)| member.clone())
    }

    fn remember(&self, interaction: u64, member: Known) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (at, _)| at.elapsed() < AT_WORK);
        known.insert(interaction, (Instant::now(), member));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory_load::{Overwrite, Rights};

    const VIEW_CHANNEL: u64 = 1 << 10;
    const MANAGE_GUILD: u64 = 1 << 5;

    fn names(names: &[&str]) -> Vec<ChatName> {
        names.iter().map(|name| ChatName::Name((*name).to_owned())).collect()
    }

    /// What somebody with these roles may do when the roles are configured so.
    fn may(configured: AccessRoles, roles: &[u64]) -> Access {
        let configured = DiscordSetup {
            server: None,
            incidents: ChatName::Name("incidents".into()),
            status: None,
            status_lines: domain::setup::StatusLines::default(),
            operators: None,
            category: None,
            access: configured,
            allowed_hosts: Vec::new(),
        };
        let roles_by_name = [("staff", 2), ("support", 3), ("lead", 4), ("sre", 5), ("boss", 6)];
        let directory = Directory {
            guild: Some(GuildId(1)),
            channels: [("incidents".to_owned(), ChatChannelId(50))].into(),
            roles: roles_by_name.into_iter().map(|(name, id)| (name.to_owned(), ChatRoleId(id))).collect(),
            ..Directory::default()
        };
        // Staff (2) sees the incidents channel, nobody else does; 7 manages the server.
        let private = vec![
            Overwrite { id: 1, kind: 0, allow: 0, deny: VIEW_CHANNEL },
            Overwrite { id: 2, kind: 0, allow: VIEW_CHANNEL, deny: 0 },
        ];
        let rights = Rights::new(1, [(1, VIEW_CHANNEL), (7, MANAGE_GUILD)], [(50, private)]);
        let home = Home { owner: Some(ChatUserId(99)), rights, ..Home::default() };
        let roles = roles.iter().copied().map(ChatRoleId).collect();
        access(&configured, &directory, &home, ChatUserId(90), &Membership { roles, administrator: false })
    }

    #[test]
    fn without_any_role_only_admins_act_and_readers_are_who_sees_the_channel() {
        for role in [3, 4, 5, 6] {
            assert_eq!(may(AccessRoles::default(), &[role]), Access::None, "{role}");
        }
        assert_eq!(may(AccessRoles::default(), &[2]), Access::Open);
        assert_eq!(may(AccessRoles::default(), &[7]), Access::Admin);
    }

    #[test]
    fn each_role_gives_what_it_is_named_for_and_all_that_is_less() {
        let all = || AccessRoles {
            read: Some(names(&["staff"])),
            open: Some(names(&["support"])),
            page: Some(names(&["lead"])),
            responder: names(&["sre"]),
            admin: names(&["boss"]),
        };
        let given =
            [(2, Access::Read), (3, Access::Open), (4, Access::Page), (5, Access::Responder), (6, Access::Admin)];
        for (role, access) in given {
            assert_eq!(may(all(), &[role]), access, "{role}");
        }
        assert_eq!(may(all(), &[2, 5, 3]), Access::Responder);
        assert_eq!(may(all(), &[]), Access::None);
        let several = AccessRoles { responder: names(&["lead", "sre"]), ..AccessRoles::default() };
        assert_eq!(may(several, &[4]), Access::Responder);
    }

    #[test]
    fn a_role_that_does_not_exist_has_no_members() {
        let gone = AccessRoles { responder: names(&["sre-team"]), admin: names(&["bosses"]), ..AccessRoles::default() };
        assert_eq!(may(gone, &[5, 6]), Access::None);
        assert_eq!(may(AccessRoles { read: Some(names(&["nobody"])), ..AccessRoles::default() }, &[2]), Access::None);
        let id = AccessRoles { responder: vec![ChatName::Id(77)], ..AccessRoles::default() };
        assert_eq!(may(id, &[5]), Access::None);
    }

    #[test]
    fn everyone_is_every_member_where_it_is_written() {
        let everyone = || names(&[AccessRoles::EVERYONE]);
        assert_eq!(may(AccessRoles { responder: everyone(), ..AccessRoles::default() }, &[]), Access::Responder);
        assert_eq!(may(AccessRoles { read: Some(everyone()), ..AccessRoles::default() }, &[]), Access::Open);
        // Never by accident: as an admin role it is the name of a role that does not exist.
        assert_eq!(may(AccessRoles { admin: everyone(), ..AccessRoles::default() }, &[]), Access::None);
    }
}
