//! Purpose: whether somebody is in the home server now. Asked each time and never kept: whoever left must get nothing, also
//! from buttons and links they got before, and Discord tells bots of people who leave only with an intent we do not ask for.

use std::time::Duration;

use domain::setup::{ChatName, Person};
use domain::{ChatUserId, GuildId};
use serde::de::DeserializeOwned;

use crate::directory_load::Member;
use crate::rest::{self, Body, Client, Failure, Lane, Route};

/// How long a look-up may wait for its turn: Discord waits 3 seconds for the answer to a click.
const PATIENCE: Duration = Duration::from_secs(2);
/// A connection that broke is tried once more.
const ATTEMPTS: u32 = 2;
/// Members asked for by a name; a user name is unique, and stands first.
const NAMESAKES: u16 = 10;

/// A member as Discord says it now; none for somebody who is not in the server.
///
/// # Errors
/// Discord could not be asked; the reason is for the log.
pub(crate) async fn member(rest: &Client, guild: GuildId, user: ChatUserId) -> Result<Option<Member>, String> {
    ask(rest, &Route::get_member(rest::GuildId(guild.0), rest::UserId(user.0))).await
}

/// Whether this user is in the server; none when Discord cannot be asked.
pub async fn is_member(rest: &Client, guild: GuildId, user: ChatUserId) -> Option<bool> {
    member(rest, guild, user).await.ok().map(|found| found.is_some())
}

/// The same for a person of the configuration whose user is not known.
pub async fn is_member_by_name(rest: &Client, guild: GuildId, person: &Person) -> Option<bool> {
    match &person.discord {
        ChatName::Id(id) => is_member(rest, guild, ChatUserId(*id)).await,
        ChatName::Name(name) => {
            let route = Route::search_members(rest::GuildId(guild.0), name, NAMESAKES);
            let found: Vec<Member> = ask(rest, &route).await.ok()?.unwrap_or_default();
            Some(found.iter().any(|member| member.user.as_ref().is_some_and(|user| user.username == *name)))
        }
    }
}

/// Reads something; none when Discord does not know it.
async fn ask<T: DeserializeOwned>(rest: &Client, route: &Route) -> Result<Option<T>, String> {
    let mut attempt = 0;
    loop {
        attempt += 1;
        // Somebody waits for it, so it goes before posts and edits; pages go before it.
        let permit = rest.permit(Lane::Card, route, PATIENCE).await.map_err(|late| late.to_string())?;
        match permit.send(Body::Empty, None).await {
            Ok(response) => return response.parse().map(Some).map_err(|error| format!("cannot be read: {error}")),
            Err(Failure::Refused { status: 404, .. }) => return Ok(None),
            Err(failure @ (Failure::Refused { .. } | Failure::TokenRejected { .. })) => return Err(failure.to_string()),
            Err(failure) if attempt >= ATTEMPTS => return Err(failure.to_string()),
            Err(_) => {}
        }
    }
}
