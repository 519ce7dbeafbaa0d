//! Purpose: what a rehearsal knows of the server: the bot and what it may do where, the runner, the configured places.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::setup::{ChatName, Person};
use domain::{PersonId, Setup};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::Verdict;
use super::recorder::{Answer, Recorder};
use crate::directory::Directory;
use crate::directory_load::permissions::{self as bits, Own};
use crate::directory_load::{self, INVITED, LoadError, Member, Overwrite, Role};
use crate::rest::{Body, Client, Failure, GuildId, Lane, Response, Route, UserId};

/// How long a request may wait for its turn.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a request is made that is safe to repeat.
const ATTEMPTS: u32 = 4;
/// Longest wait before a request is repeated.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// What the audit log shows.
pub(super) const REASON: &str = "siaga rehearse";

/// Why a rehearsal does not begin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BeginError {
    /// Nothing could be learned from Discord.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The runner is not there.
    #[error("{me} is not a member of {server}: give the user name (not the display name) or the id with --me")]
    NotAMember {
        /// As given.
        me: String,
        /// The server's name.
        server: String,
    },
}

/// Who rehearses.
#[derive(Clone, Debug)]
pub(super) struct Runner {
    pub(super) person: Person,
    pub(super) user: u64,
    pub(super) name: String,
}

/// A configured place as the bot finds it.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    /// As people know it: `#incidents`.
    pub(super) label: String,
    pub(super) id: u64,
    pub(super) overwrites: Vec<Overwrite>,
}

/// The server.
pub(super) struct Server {
    pub(super) guild: u64,
    pub(super) bot: u64,
    pub(super) name: String,
    /// The role that only the bot has.
    pub(super) bot_role: Option<u64>,
    pub(super) own: Own,
    pub(super) own_roles: Vec<u64>,
    pub(super) directory: Directory,
    pub(super) channels: Vec<Value>,
    pub(super) runner: Runner,
}

impl Server {
    /// Looks. `me` is a person of the configuration, a user name, or an id.
    pub(super) async fn load(client: &Client, setup: &Setup, me: &str) -> Result<Self, BeginError> {
        let person = person(setup, me);
        let only = Setup { people: BTreeMap::from([(person.id.clone(), person.clone())]), ..setup.clone() };
        let loaded = directory_load::load(client, &only, &[]).await?;
        let (directory, name) = (loaded.directory, loaded.home.name);
        let guild = directory.guild.map_or(0, |guild| guild.0);
        let bot = directory.bot.map_or(0, |bot| bot.0);
        let nobody = || BeginError::NotAMember { me: me.to_owned(), server: name.clone() };
        let (user, shown) = directory.people.get(&person.id).cloned().ok_or_else(nobody)?;
        let roles: Vec<Role> = directory_load::get(client, Route::guild_roles(GuildId(guild))).await?;
        let member: Member = directory_load::get(client, Route::get_member(GuildId(guild), UserId(bot))).await?;
        let channels: Vec<Value> = directory_load::get(client, Route::guild_channels(GuildId(guild))).await?;
        let own_roles = member.roles();
        let owner = loaded.home.owner.map_or(0, |owner| owner.0);
        let bot_role = roles.iter().find(|role| role.managed && own_roles.contains(&role.id)).map(|role| role.id);
        let own = Own::new(guild, owner, bot, &own_roles, &roles);
        let runner = Runner { person, user: user.0, name: shown };
        Ok(Self { guild, bot, name, bot_role, own, own_roles, directory, channels, runner })
    }

    /// A configured channel or category.
    pub(super) fn spot(&self, name: &ChatName) -> Option<Spot> {
        let id = self.directory.channel(name)?.0;
        let channel = self.channels.iter().find(|channel| channel["id"].as_str() == Some(&id.to_string()))?;
        let label = channel["name"].as_str().unwrap_or_default();
        let mark = if channel["type"] == 4 { "the category " } else { "#" };
        let overwrites = serde_json::from_value(channel["permission_overwrites"].clone()).unwrap_or_default();
        Some(Spot { label: format!("{mark}{label}"), id, overwrites })
    }

    /// What the bot may do everywhere, as far as it asks for it.
    pub(super) fn held(&self) -> u64 {
        self.own.base & INVITED
    }

    /// What to change, after Discord refused something that needs these permissions there.
    pub(super) fn change(&self, spot: Option<&Spot>, needs: u64, answer: Option<&Answer>) -> String {
        let role = self.own.role_name.as_deref().unwrap_or("the bot's role");
        let has = spot.map_or(self.own.base, |spot| self.own.in_channel(&spot.overwrites));
        let mut missing = needs & !has;
        // Without the first nothing else can be seen; without the second nothing else counts.
        if missing & bits::VIEW_CHANNEL != 0 {
            missing = bits::VIEW_CHANNEL;
        }
        if missing & (bits::SEND_MESSAGES | bits::SEND_MESSAGES_IN_THREADS) != 0 {
            missing &= bits::SEND_MESSAGES | bits::SEND_MESSAGES_IN_THREADS;
        }
        let names = bits::names(missing).join(", ");
        let place = spot.map_or(self.name.as_str(), |spot| spot.label.as_str());
        match answer.and_then(|answer| answer.code) {
            Some(50_007) => {
                return format!(
                    "{} takes no direct messages: in Discord, Privacy Settings of {}, switch on Direct Messages",
                    self.runner.name, self.name
                );
            }
            Some(60_003) => {
                return "switch on two-factor authentication for the owner of the bot's application".to_owned();
            }
            _ => {}
        }
        if missing == 0 {
            let needs = bits::names(needs & !bits::ADMINISTRATOR).join(", ");
            return match answer.map(|answer| answer.status) {
                Some(403) if needs.is_empty() => format!("look at the permissions of {role} in {place}"),
                Some(403) => format!("look at {needs} for {role} in {place}: as far as can be seen it has them"),
                Some(429) => "wait a while, and rehearse again".to_owned(),
                Some(500..) => "Discord has trouble: rehearse again later".to_owned(),
                _ => "nothing that could be seen: please send us the report file".to_owned(),
            };
        }
        match spot {
            Some(spot) if missing & !self.own.base == 0 => {
                format!("{names}: allow it for {role} in Edit Channel, Permissions of {}", spot.label)
            }
            _ => format!("{names}: switch it on for {role} in Server Settings, Roles"),
        }
    }
}

/// The person a text means: one of the configuration, an id, or a user name.
fn person(setup: &Setup, me: &str) -> Person {
    let me = me.trim().trim_start_matches('@');
    let meant = |person: &&Person| match &person.discord {
        ChatName::Id(id) => id.to_string() == me,
        ChatName::Name(name) => name == me,
    };
    if let Some(known) = setup.people.get(&PersonId::from(me)).or_else(|| setup.people.values().find(meant)) {
        return known.clone();
    }
    Person {
        id: PersonId::from("runner"),
        discord: me.parse().map_or_else(|_| ChatName::Name(me.to_owned()), ChatName::Id),
        language: None,
        timezone: None,
        addresses: std::collections::BTreeMap::new(),
        contacts: Person::usual_contacts([]),
    }
}

/// Sends what the rehearsal itself asks, patiently, and knows when it is to stop.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) client: Client,
    pub(super) recorder: Recorder,
    pub(super) stop: CancellationToken,
}

impl Line {
    /// A request that changes nothing when it is repeated. What was limited or got no answer is sent again.
    pub(super) async fn ask(&self, route: &Route, body: Body) -> Result<Response, Stopped> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let failure = match self.once(route, body.clone()).await {
                Ok(response) => return Ok(response),
                Err(Stopped::Failed(failure)) => failure,
                Err(stopped) => return Err(stopped),
            };
            let again = failure.retry_after().is_some() || failure.may_have_been_applied();
            if !again || attempt >= ATTEMPTS {
                return Err(Stopped::Failed(failure));
            }
            let wait = failure.retry_after().unwrap_or_default().min(LONGEST_WAIT);
            self.wait(wait.max(Duration::from_millis(300))).await?;
        }
    }

    /// One request, without repetition.
    pub(super) async fn once(&self, route: &Route, body: Body) -> Result<Response, Stopped> {
        if self.stop.is_cancelled() {
            return Err(Stopped::Interrupted);
        }
        let permit = self.client.permit(Lane::Housekeeping, route, PATIENCE).await.map_err(|not| {
            Stopped::Failed(Failure::NotSent {
                route: route.name(),
                retry_after: not.retry_after,
                reason: not.to_string(),
            })
        })?;
        permit.send(body, Some(REASON)).await.map_err(Stopped::Failed)
    }

    /// Waits, unless it is to stop.
    pub(super) async fn wait(&self, time: Duration) -> Result<(), Stopped> {
        tokio::select! {
            () = tokio::time::sleep(time) => Ok(()),
            () = self.stop.cancelled() => Err(Stopped::Interrupted),
        }
    }
}

/// A request of the rehearsal itself did not succeed.
#[derive(Clone, Debug)]
pub(super) enum Stopped {
    Interrupted,
    Failed(Failure),
}

impl Stopped {
    /// As a row of the table.
    pub(super) fn verdict(self, server: &Server, spot: Option<&Spot>, needs: u64, doing: &str) -> Verdict {
        match self {
            Self::Interrupted => Verdict::interrupted(),
            Self::Failed(
                Failure::Refused { status, code, message, .. } | Failure::Server { status, code, message, .. },
            ) => {
                let answer = Answer { status, code, message: format!("{message}{doing}") };
                Verdict::refused(server, spot, needs, answer)
            }
            Self::Failed(failure) => Verdict::Unanswered { reason: format!("{failure}{doing}") },
        }
    }
}
