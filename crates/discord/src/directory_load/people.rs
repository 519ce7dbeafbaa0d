//! Purpose: find each person of the configuration in the home server, by user name and by nothing else, and say what is wrong
//! with whom.
//!
//! Anybody can take any display name or nickname; a user name has one owner at a time, but changes hands. So a person is matched
//! by user name once and is that account from then on: a [`Pin`].

use std::collections::BTreeMap;
use std::time::Duration;

use domain::setup::{ChatName, Language, Person};
use domain::{ChatRoleId, ChatUserId, GuildId, PersonId, Pin, Setup, Timestamp, Wrong};
use serde::de::DeserializeOwned;

use super::findings::{Finding, shown};
use super::wire::{Member, User};
use crate::rest::{self, Body, Client, Failure, Lane, Route};

/// What people are called among all that can be wrong with names.
pub(crate) const SCOPE: &str = "person:";
/// Members asked for per search, Discord's most. Its search finds user names, display names and nicknames that begin so, and
/// shows no second page: where more begin so, a name that is not among them may still exist.
pub(crate) const NAMESAKES: u16 = 1_000;
/// A limit that is over so soon is waited for.
const MOMENT: Duration = Duration::from_secs(2);
/// How often in a row.
const LIMITED: u32 = 3;
/// How long a look for one person may wait for its turn.
const TURN: Duration = Duration::from_secs(5);
/// So many looks in a row without an answer, and the rest is not asked: Discord is not there.
const HOPELESS: usize = 3;

/// Discord's codes for "not a member" and "no such account". A 404 without one of them is somebody else's.
const UNKNOWN_MEMBER: u64 = 10_007;
const UNKNOWN_USER: u64 = 10_013;

/// Who is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whom<'a> {
    /// Whoever is not pinned.
    Unknown,
    /// Everybody: are they still there, and are they still called so?
    Everybody,
    /// One person.
    One(&'a PersonId),
}

/// What was found out about one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Who {
    pub(crate) person: PersonId,
    pub(crate) found: Found,
    /// Another account has the user name that the configuration says.
    pub(crate) taken: Option<ChatUserId>,
    /// The roles of whoever is a member.
    pub(crate) roles: Vec<ChatRoleId>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// This account. `since` of a new pin is filled in by whoever keeps it.
    Is(Pin),
    /// No member has the user name.
    Nobody,
    /// More names begin so than Discord shows, and none of those shown is it.
    TooMany,
    /// It is a bot.
    Bot,
    /// The account is no member.
    Left,
    /// Discord could not be asked.
    Unasked(String),
}

/// What is known without asking Discord: the accounts that are pinned by what the file says now, and ids in the file.
pub(crate) fn known(setup: &Setup, pins: &[Pin]) -> BTreeMap<PersonId, (ChatUserId, String)> {
    let known = |person: &Person| {
        let pin = pin_of(person, pins);
        let user = match (&person.discord, pin) {
            (ChatName::Id(id), _) => ChatUserId(*id),
            (ChatName::Name(_), Some(pin)) => pin.user,
            (ChatName::Name(_), None) => return None,
        };
        let name = pin.map_or_else(|| person.id.as_str().to_owned(), |pin| pin.shown.clone());
        Some((person.id.clone(), (user, name)))
    };
    setup.people.values().filter_map(known).collect()
}

/// The pin of a person, as long as the file still says what it said.
pub(crate) fn pin_of<'a>(person: &Person, pins: &'a [Pin]) -> Option<&'a Pin> {
    let said = shown(' ', &person.discord);
    pins.iter().find(|pin| pin.person == person.id && pin.discord == said)
}

/// Looks for people. Errors: Discord does not know the token.
pub(crate) async fn look(
    rest: &Client,
    setup: &Setup,
    guild: GuildId,
    pins: &[Pin],
    whom: Whom<'_>,
    lane: Lane,
) -> Result<Vec<Who>, super::LoadError> {
    let mut all = Vec::new();
    let mut silent = 0;
    for person in setup.people.values() {
        let pin = pin_of(person, pins);
        let wanted = match whom {
            Whom::Unknown => pin.is_none(),
            Whom::Everybody => true,
            Whom::One(one) => person.id == *one,
        };
        if !wanted {
            continue;
        }
        let look = Look { rest, guild: rest::GuildId(guild.0), lane };
        let ((found, roles), taken) = match silent < HOPELESS {
            true => look.person(person, pin).await,
            false => (nobody(Found::Unasked("Discord does not answer".to_owned())), None),
        };
        if rest.token_rejected() {
            return Err(super::LoadError::TokenRejected);
        }
        silent = if matches!(found, Found::Unasked(_)) { silent + 1 } else { 0 };
        all.push(Who { person: person.id.clone(), found, taken, roles });
    }
    Ok(all)
}

impl Found {
    /// Discord says that there is nobody to page.
    pub(crate) const fn is_nobody(&self) -> bool {
        match self {
            Self::Nobody | Self::TooMany | Self::Bot | Self::Left => true,
            Self::Is(_) | Self::Unasked(_) => false,
        }
    }
}

struct Look<'a> {
    rest: &'a Client,
    guild: rest::GuildId,
    lane: Lane,
}

impl Look<'_> {
    async fn person(&self, person: &Person, pin: Option<&Pin>) -> (FoundWith, Option<ChatUserId>) {
        match (&person.discord, pin) {
            (ChatName::Id(id), _) => (self.account(person, ChatUserId(*id), pin).await, None),
            (ChatName::Name(name), None) => (self.named(person, name).await, None),
            (ChatName::Name(name), Some(pin)) => {
                let (found, roles) = self.account(person, pin.user, Some(pin)).await;
                let moved = match &found {
                    Found::Is(now) => now.username_now != *name,
                    Found::Left => true,
                    Found::Nobody | Found::TooMany | Found::Bot | Found::Unasked(_) => false,
                };
                let taken = if moved { self.owner_of(name).await } else { None };
                ((found, roles), taken.filter(|owner| *owner != pin.user))
            }
        }
    }

    /// The account as it is now.
    async fn account(&self, person: &Person, id: ChatUserId, pin: Option<&Pin>) -> FoundWith {
        match self.get::<Member>(Route::get_member(self.guild, rest::UserId(id.0))).await {
            Ok(member) => match &member.user {
                Some(user) if user.bot => nobody(Found::Bot),
                Some(user) => (Found::Is(seen(person, user, &member, pin)), roles_of(&member)),
                None => nobody(Found::Unasked("the member's account is missing".to_owned())),
            },
            Err(failure) if is_unknown(&failure) => nobody(Found::Left),
            Err(failure) => nobody(Found::Unasked(failure.to_string())),
        }
    }

    async fn named(&self, person: &Person, name: &str) -> FoundWith {
        match self.search(name).await {
            Ok(members) => choose(person, &members, name),
            Err(failure) => nobody(Found::Unasked(failure.to_string())),
        }
    }

    /// Whoever has a user name now. Nobody, too, when Discord does not say.
    async fn owner_of(&self, name: &str) -> Option<ChatUserId> {
        let members = self.search(name).await.ok()?;
        let users = members.iter().filter_map(|member| member.user.as_ref());
        users.into_iter().find(|user| user.username == name).map(|user| ChatUserId(user.id))
    }

    async fn search(&self, name: &str) -> Result<Vec<Member>, Failure> {
        self.get(Route::search_members(self.guild, name, NAMESAKES)).await
    }

    /// One attempt: whoever is not found now is looked for again soon, and what can be known must not wait for what cannot. Only a
    /// limit that is over in a moment is waited for: a doctor beside a busy bot must not call somebody unreachable for it.
    async fn get<T: DeserializeOwned>(&self, route: Route) -> Result<T, Failure> {
        let mut limited = 0;
        loop {
            let permit = self.rest.permit(self.lane, &route, TURN).await.map_err(|not| Failure::NotSent {
                route: route.name(),
                retry_after: not.retry_after,
                reason: not.to_string(),
            })?;
            match permit.send(Body::Empty, None).await {
                Ok(answer) => {
                    return answer.parse().map_err(|error| Failure::Ambiguous {
                        route: route.name(),
                        status: None,
                        reason: format!("the answer cannot be read: {error}"),
                    });
                }
                Err(Failure::RateLimited { retry_after, .. }) if limited < LIMITED && retry_after <= MOMENT => {
                    limited += 1;
                    tokio::time::sleep(retry_after).await;
                }
                Err(failure) => return Err(failure),
            }
        }
    }
}

/// What was found, with the roles of whoever is a member.
type FoundWith = (Found, Vec<ChatRoleId>);

/// Nobody who has roles.
const fn nobody(found: Found) -> FoundWith {
    (found, Vec::new())
}

fn roles_of(member: &Member) -> Vec<ChatRoleId> {
    member.roles().into_iter().map(ChatRoleId).collect()
}

/// Whether an account is a member now; none when Discord does not say.
pub(crate) async fn is_there(rest: &Client, guild: GuildId, user: ChatUserId, lane: Lane) -> Option<bool> {
    let look = Look { rest, guild: rest::GuildId(guild.0), lane };
    match look.get::<Member>(Route::get_member(look.guild, rest::UserId(user.0))).await {
        Ok(_) => Some(true),
        Err(failure) if is_unknown(&failure) => Some(false),
        Err(_) => None,
    }
}

/// The account is not there, as Discord itself says.
fn is_unknown(failure: &Failure) -> bool {
    matches!(failure.code(), Some(UNKNOWN_MEMBER | UNKNOWN_USER))
}

/// A user name is matched exactly: Discord keeps them in lower case. Nothing else that people are called counts.
fn choose(person: &Person, members: &[Member], name: &str) -> FoundWith {
    let is_it = |member: &&Member| member.user.as_ref().is_some_and(|user| user.username == name);
    match members.iter().find(is_it).and_then(|member| Some((member, member.user.as_ref()?))) {
        Some((_, user)) if user.bot => nobody(Found::Bot),
        Some((member, user)) => (Found::Is(seen(person, user, member, None)), roles_of(member)),
        None if members.len() >= usize::from(NAMESAKES) => nobody(Found::TooMany),
        None => nobody(Found::Nobody),
    }
}

/// The pin as it is now; a new one where there was none.
fn seen(person: &Person, user: &User, member: &Member, pin: Option<&Pin>) -> Pin {
    Pin {
        person: person.id.clone(),
        discord: shown(' ', &person.discord),
        user: ChatUserId(user.id),
        username: pin.map_or_else(|| user.username.clone(), |pin| pin.username.clone()),
        username_now: user.username.clone(),
        shown: member.shown_name().to_owned(),
        since: pin.map_or(Timestamp::UNIX_EPOCH, |pin| pin.since),
    }
}

/// What is wrong with people, given everything that was found out about them.
pub(crate) fn wrong(setup: &Setup, whos: &[Who], lang: Language) -> Vec<Wrong> {
    let mut wrong: Vec<Wrong> = Vec::new();
    for who in whos {
        let Some(person) = setup.people.get(&who.person) else { continue };
        let (id, name) = (&person.id, shown(' ', &person.discord));
        let twin = || {
            let Found::Is(pin) = &who.found else { return None };
            let before = whos.iter().take_while(|other| other.person != who.person);
            before.into_iter().find(|other| matches!(&other.found, Found::Is(known) if known.user == pin.user))
        };
        let said = match (&who.found, &person.discord) {
            (Found::Nobody, _) => Some((format!("nobody {name}"), words::person_nobody(id, &name, lang))),
            (Found::TooMany, _) => {
                Some((format!("many {name}"), words::person_many(id, &name, usize::from(NAMESAKES), lang)))
            }
            (Found::Bot, _) => Some((format!("bot {name}"), words::person_bot(id, &name, lang))),
            (Found::Left, _) => {
                let taken = who.taken.map_or_else(String::new, |user| user.to_string());
                Some((format!("left {name} {taken}"), words::person_left(id, &name, who.taken.is_some(), lang)))
            }
            (Found::Is(pin), ChatName::Name(_)) if pin.username_now != name => {
                let taken = who.taken.map_or_else(String::new, |user| user.to_string());
                let what = format!("renamed {} {taken}", pin.username_now);
                Some((what, words::person_renamed(id, &name, &pin.username_now, who.taken.is_some(), lang)))
            }
            (Found::Is(_), _) => {
                twin().map(|other| (format!("same {}", other.person), words::person_same(id, &other.person, lang)))
            }
            (Found::Unasked(_), _) => None,
        };
        if let Some((what, sentence)) = said {
            wrong.push(Wrong { about: format!("{SCOPE}{id}"), what, sentence, everybody: false });
        }
    }
    wrong
}

/// The same for the operator at the terminal, who also reads who could not be looked for.
pub(crate) fn findings(setup: &Setup, whos: &[Who]) -> Vec<Finding> {
    let told = wrong(setup, whos, Language::En).into_iter().map(|one| {
        let what = one.about.trim_start_matches(SCOPE);
        Finding::warning(format!("people.{what}"), one.sentence)
    });
    let unasked = whos.iter().filter_map(|who| match &who.found {
        Found::Unasked(reason) => {
            let sentence = format!("{} could not be looked for: {reason}. The bot looks again by itself", who.person);
            Some(Finding::warning(format!("people.{}", who.person), sentence))
        }
        Found::Is(_) | Found::Nobody | Found::TooMany | Found::Bot | Found::Left => None,
    });
    told.chain(unasked).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    fn members(list: serde_json::Value) -> Vec<Member> {
        serde_json::from_value(list).unwrap()
    }

    fn person(name: &str) -> Person {
        Person {
            id: PersonId::from("rina"),
            discord: ChatName::Name(name.into()),
            language: None,
            timezone: None,
            addresses: std::collections::BTreeMap::new(),
            contacts: Vec::new(),
        }
    }

    #[test]
    fn only_the_exact_user_name_counts() {
        let list = members(json!([
            {"user": {"id": "1", "username": "someone", "global_name": "rina_p"}, "nick": "rina_p", "roles": []},
            {"user": {"id": "2", "username": "rina_p", "global_name": "Rina"}, "roles": ["5"]},
            {"user": {"id": "3", "username": "rina_p2"}, "roles": []},
        ]));
        let Found::Is(pin) = choose(&person("rina_p"), &list, "rina_p").0 else { panic!("not found") };
        assert_eq!((pin.user, pin.shown.as_str(), pin.discord.as_str()), (ChatUserId(2), "Rina", "rina_p"));
        assert_eq!(choose(&person("rina_p"), &list[..1], "rina_p").0, Found::Nobody, "a display name and a nickname");
        assert_eq!(choose(&person("Rina"), &list, "Rina").0, Found::Nobody);
        assert_eq!(choose(&person("RINA_P"), &list, "RINA_P").0, Found::Nobody, "user names are lower case");
    }

    #[test]
    fn a_bot_is_not_a_person() {
        let list = members(json!([{"user": {"id": "1", "username": "siaga", "bot": true}, "roles": []}]));
        assert_eq!(choose(&person("siaga"), &list, "siaga").0, Found::Bot);
    }

    #[test]
    fn where_discord_shows_no_more_nobody_is_no_proof() {
        let one = json!({"user": {"id": "1", "username": "someone"}, "nick": "rina", "roles": []});
        let full = members(json!(vec![one; usize::from(NAMESAKES)]));
        assert_eq!(choose(&person("rina"), &full, "rina").0, Found::TooMany);
        assert_eq!(choose(&person("rina"), &full[1..], "rina").0, Found::Nobody);
    }
}
