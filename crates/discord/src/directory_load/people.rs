//! Purpose: find each configured person in the home server.

use std::collections::BTreeMap;

use domain::setup::{ChatName, Person};
use domain::{ChatUserId, GuildId, PersonId, Setup};

use super::findings::Finding;
use super::wire::Member;
use super::{LoadError, get, try_get};
use crate::rest::{self, Client, Failure, Route};

/// Members asked for per search; a name has rarely more namesakes.
const NAMESAKES: u16 = 100;

/// Everybody who was found, with the name shown; the others become findings.
pub(super) async fn find(
    rest: &Client,
    setup: &Setup,
    guild: GuildId,
    server: &str,
    findings: &mut Vec<Finding>,
) -> Result<BTreeMap<PersonId, (ChatUserId, String)>, LoadError> {
    let mut people: BTreeMap<PersonId, (ChatUserId, String)> = BTreeMap::new();
    for person in setup.people.values() {
        match find_one(rest, person, guild).await? {
            Found::One(user, name) => {
                if let Some((other, _)) = people.iter().find(|(_, (known, _))| *known == user) {
                    findings.push(Finding::warning(
                        format!("people.{}", person.id),
                        format!("{} and {other} are the same Discord user: a page to one reaches the other", person.id),
                    ));
                }
                people.insert(person.id.clone(), (user, name));
            }
            Found::Nobody => findings.push(Finding::warning(
                format!("people.{}", person.id),
                format!(
                    "{} ({}) is not a member of {server}: pages to them cannot be delivered. Invite them, or correct people.{}.discord",
                    person.id,
                    shown(&person.discord),
                    person.id,
                ),
            )),
            Found::Several(count) => findings.push(Finding::warning(
                format!("people.{}", person.id),
                format!(
                    "{count} members of {server} are called {}: write the user name or the id in people.{}.discord",
                    shown(&person.discord),
                    person.id,
                ),
            )),
            Found::Bot => findings.push(Finding::warning(
                format!("people.{}", person.id),
                format!("{} ({}) is a bot: it cannot be paged", person.id, shown(&person.discord)),
            )),
        }
    }
    Ok(people)
}

enum Found {
    One(ChatUserId, String),
    Nobody,
    Several(usize),
    Bot,
}

async fn find_one(rest: &Client, person: &Person, guild: GuildId) -> Result<Found, LoadError> {
    let guild = rest::GuildId(guild.0);
    match &person.discord {
        ChatName::Id(id) => match try_get::<Member>(rest, Route::get_member(guild, rest::UserId(*id))).await? {
            Ok(member) => Ok(one(&member)),
            Err(Failure::Refused { status: 404 | 400, .. }) => Ok(Found::Nobody),
            Err(failure) => Err(LoadError::Unreachable(failure.to_string())),
        },
        ChatName::Name(name) => {
            let members: Vec<Member> = get(rest, Route::search_members(guild, name, NAMESAKES)).await?;
            Ok(choose(&members, name))
        }
    }
}

/// The user name is unique and wins; a nickname or display name counts only when one member has it.
fn choose(members: &[Member], name: &str) -> Found {
    let by_username = members.iter().find(|member| member.user.as_ref().is_some_and(|user| user.username == name));
    if let Some(member) = by_username {
        return one(member);
    }
    let shown: Vec<&Member> = members
        .iter()
        .filter(|member| {
            let global = member.user.as_ref().and_then(|user| user.global_name.as_deref());
            member.nick.as_deref() == Some(name) || global == Some(name)
        })
        .collect();
    match shown.as_slice() {
        [] => Found::Nobody,
        [member] => one(member),
        several => Found::Several(several.len()),
    }
}

fn one(member: &Member) -> Found {
    match &member.user {
        None => Found::Nobody,
        Some(user) if user.bot => Found::Bot,
        Some(user) => Found::One(ChatUserId(user.id), member.shown_name().to_owned()),
    }
}

fn shown(name: &ChatName) -> String {
    match name {
        ChatName::Id(id) => id.to_string(),
        ChatName::Name(name) => name.clone(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    fn members(list: serde_json::Value) -> Vec<Member> {
        serde_json::from_value(list).unwrap()
    }

    #[test]
    fn the_user_name_wins_over_somebody_elses_nickname() {
        let list = members(json!([
            {"user": {"id": "1", "username": "someone"}, "nick": "rina_p", "roles": []},
            {"user": {"id": "2", "username": "rina_p", "global_name": "Rina"}, "roles": ["5"]},
        ]));
        let Found::One(user, name) = choose(&list, "rina_p") else { panic!("not found") };
        assert_eq!((user, name.as_str()), (ChatUserId(2), "Rina"));
    }

    #[test]
    fn a_display_name_counts_only_when_it_is_the_only_one() {
        let list = members(json!([
            {"user": {"id": "1", "username": "a", "global_name": "Budi"}, "roles": []},
            {"user": {"id": "2", "username": "b"}, "nick": "Budi", "roles": []},
            {"user": {"id": "3", "username": "budibudi"}, "roles": []},
        ]));
        assert!(matches!(choose(&list, "Budi"), Found::Several(2)));
        assert!(matches!(choose(&list[..1], "Budi"), Found::One(ChatUserId(1), _)));
        assert!(matches!(choose(&list[2..], "Budi"), Found::Nobody));
    }

    #[test]
    fn a_bot_is_not_a_person() {
        let list = members(json!([{"user": {"id": "1", "username": "siaga", "bot": true}, "roles": []}]));
        assert!(matches!(choose(&list, "siaga"), Found::Bot));
    }
}
