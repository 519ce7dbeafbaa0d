//! Purpose: the table of REST routes, written as in Discord's own OpenAPI file.

use super::{
    Answer, Call, channels, commands, guilds, interactions, messages, moderation, percent_decode, positions, reactions,
    search, threads, users, webhooks,
};
use crate::{
    error::{self, Refusal},
    hub::Core,
};

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Auth {
    /// Anybody.
    Open,
    /// A bot with its token.
    Bot,
    /// Whoever has the interaction's token.
    Interaction,
    /// Whoever has the webhook's token.
    Webhook,
}

pub(crate) type Handler = fn(&mut Core, Call) -> Answer;

/// One route.
pub(crate) struct Route {
    pub(crate) method: &'static str,
    pub(crate) template: &'static str,
    pub(crate) auth: Auth,
    pub(crate) handler: Handler,
}

const fn route(method: &'static str, template: &'static str, auth: Auth, handler: Handler) -> Route {
    Route { method, template, auth, handler }
}

const BOT: Auth = Auth::Bot;

/// All routes. Where two fit, the one with fewer parameters counts.
pub(crate) static ROUTES: &[Route] = &[
    route("GET", "/gateway", Auth::Open, users::gateway),
    route("GET", "/gateway/bot", BOT, users::gateway_bot),
    route("GET", "/users/@me", BOT, users::me),
    route("PATCH", "/users/@me", BOT, users::edit_me),
    route("GET", "/users/@me/guilds", BOT, users::my_guilds),
    route("DELETE", "/users/@me/guilds/{guild_id}", BOT, moderation::leave),
    route("POST", "/users/@me/channels", BOT, users::create_dm),
    route("GET", "/users/{user_id}", BOT, users::user),
    route("GET", "/oauth2/applications/@me", BOT, users::application),
    route("GET", "/applications/@me", BOT, users::application),
    route("GET", "/guilds/{guild_id}", BOT, guilds::guild),
    route("PATCH", "/guilds/{guild_id}", BOT, guilds::edit_guild),
    route("GET", "/guilds/{guild_id}/channels", BOT, guilds::channels),
    route("POST", "/guilds/{guild_id}/channels", BOT, channels::create),
    route("PATCH", "/guilds/{guild_id}/channels", BOT, positions::channels),
    route("GET", "/guilds/{guild_id}/threads/active", BOT, threads::active),
    route("GET", "/guilds/{guild_id}/roles", BOT, guilds::roles),
    route("POST", "/guilds/{guild_id}/roles", BOT, guilds::create_role),
    route("PATCH", "/guilds/{guild_id}/roles", BOT, positions::roles),
    route("GET", "/guilds/{guild_id}/roles/{role_id}", BOT, guilds::role),
    route("PATCH", "/guilds/{guild_id}/roles/{role_id}", BOT, guilds::edit_role),
    route("DELETE", "/guilds/{guild_id}/roles/{role_id}", BOT, guilds::delete_role),
    route("GET", "/guilds/{guild_id}/members", BOT, guilds::members),
    route("GET", "/guilds/{guild_id}/members/search", BOT, guilds::search_members),
    route("PATCH", "/guilds/{guild_id}/members/@me", BOT, guilds::edit_me),
    route("GET", "/guilds/{guild_id}/members/{user_id}", BOT, guilds::member),
    route("PATCH", "/guilds/{guild_id}/members/{user_id}", BOT, guilds::edit_member),
    route("DELETE", "/guilds/{guild_id}/members/{user_id}", BOT, moderation::kick),
    route("GET", "/guilds/{guild_id}/bans", BOT, moderation::bans),
    route("GET", "/guilds/{guild_id}/bans/{user_id}", BOT, moderation::get_ban),
    route("PUT", "/guilds/{guild_id}/bans/{user_id}", BOT, moderation::ban),
    route("DELETE", "/guilds/{guild_id}/bans/{user_id}", BOT, moderation::unban),
    route("GET", "/guilds/{guild_id}/messages/search", BOT, search::messages),
    route("GET", "/guilds/{guild_id}/webhooks", BOT, webhooks::of_guild),
    route("PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", BOT, guilds::add_role),
    route("DELETE", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", BOT, guilds::remove_role),
    route("GET", "/guilds/{guild_id}/audit-logs", BOT, guilds::audit_logs),
    route("GET", "/channels/{channel_id}", BOT, channels::get),
    route("PATCH", "/channels/{channel_id}", BOT, channels::edit),
    route("DELETE", "/channels/{channel_id}", BOT, channels::delete),
    route("PUT", "/channels/{channel_id}/permissions/{overwrite_id}", BOT, channels::set_overwrite),
    route("DELETE", "/channels/{channel_id}/permissions/{overwrite_id}", BOT, channels::delete_overwrite),
    route("POST", "/channels/{channel_id}/typing", BOT, channels::typing),
    route("GET", "/channels/{channel_id}/webhooks", BOT, webhooks::list),
    route("POST", "/channels/{channel_id}/webhooks", BOT, webhooks::create),
    route("GET", "/channels/{channel_id}/messages", BOT, messages::list),
    route("POST", "/channels/{channel_id}/messages", BOT, messages::create),
    route("POST", "/channels/{channel_id}/messages/bulk-delete", BOT, messages::bulk_delete),
    route("GET", "/channels/{channel_id}/messages/pins", BOT, messages::pins),
    route("PUT", "/channels/{channel_id}/messages/pins/{message_id}", BOT, messages::pin),
    route("DELETE", "/channels/{channel_id}/messages/pins/{message_id}", BOT, messages::unpin),
    route("GET", "/channels/{channel_id}/pins", BOT, messages::old_pins),
    route("PUT", "/channels/{channel_id}/pins/{message_id}", BOT, messages::pin),
    route("DELETE", "/channels/{channel_id}/pins/{message_id}", BOT, messages::unpin),
    route("GET", "/channels/{channel_id}/messages/{message_id}", BOT, messages::get),
    route("PATCH", "/channels/{channel_id}/messages/{message_id}", BOT, messages::edit),
    route("DELETE", "/channels/{channel_id}/messages/{message_id}", BOT, messages::delete),
    route("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions", BOT, reactions::clear_reactions),
    route("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}", BOT, reactions::clear_emoji),
    route("GET", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}", BOT, reactions::reactions),
    route("PUT", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me", BOT, reactions::react),
    route("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me", BOT, reactions::unreact),
    route(
        "DELETE",
        "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/{user_id}",
        BOT,
        reactions::unreact_other,
    ),
    route("POST", "/channels/{channel_id}/messages/{message_id}/threads", BOT, threads::from_message),
    route("POST", "/channels/{channel_id}/threads", BOT, threads::create),
    route("GET", "/channels/{channel_id}/threads/search", BOT, search::threads),
    route("GET", "/channels/{channel_id}/threads/archived/public", BOT, threads::archived_public),
    route("GET", "/channels/{channel_id}/threads/archived/private", BOT, threads::archived_private),
    route("GET", "/channels/{channel_id}/users/@me/threads/archived/private", BOT, threads::archived_mine),
    route("GET", "/channels/{channel_id}/thread-members", BOT, threads::members),
    route("PUT", "/channels/{channel_id}/thread-members/@me", BOT, threads::join),
    route("DELETE", "/channels/{channel_id}/thread-members/@me", BOT, threads::leave),
    route("GET", "/channels/{channel_id}/thread-members/{user_id}", BOT, threads::member),
    route("PUT", "/channels/{channel_id}/thread-members/{user_id}", BOT, threads::add_member),
    route("DELETE", "/channels/{channel_id}/thread-members/{user_id}", BOT, threads::remove_member),
    route("GET", "/applications/{application_id}/commands", BOT, commands::list),
    route("POST", "/applications/{application_id}/commands", BOT, commands::create),
    route("PUT", "/applications/{application_id}/commands", BOT, commands::replace),
    route("GET", "/applications/{application_id}/commands/{command_id}", BOT, commands::get),
    route("PATCH", "/applications/{application_id}/commands/{command_id}", BOT, commands::edit),
    route("DELETE", "/applications/{application_id}/commands/{command_id}", BOT, commands::delete),
    route("GET", "/applications/{application_id}/guilds/{guild_id}/commands", BOT, commands::list),
    route("POST", "/applications/{application_id}/guilds/{guild_id}/commands", BOT, commands::create),
    route("PUT", "/applications/{application_id}/guilds/{guild_id}/commands", BOT, commands::replace),
    route(
        "GET",
        "/applications/{application_id}/guilds/{guild_id}/commands/permissions",
        BOT,
        commands::all_permissions,
    ),
    route("GET", "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}", BOT, commands::get),
    route("PATCH", "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}", BOT, commands::edit),
    route("DELETE", "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}", BOT, commands::delete),
    route(
        "GET",
        "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}/permissions",
        BOT,
        commands::permissions,
    ),
    route(
        "PUT",
        "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}/permissions",
        BOT,
        commands::set_permissions,
    ),
    route(
        "POST",
        "/interactions/{interaction_id}/{interaction_token}/callback",
        Auth::Interaction,
        interactions::callback,
    ),
    route("GET", "/webhooks/{webhook_id}", BOT, webhooks::get),
    route("PATCH", "/webhooks/{webhook_id}", BOT, webhooks::edit),
    route("DELETE", "/webhooks/{webhook_id}", BOT, webhooks::delete),
    route("GET", "/webhooks/{webhook_id}/{webhook_token}", Auth::Webhook, webhooks::get_by_token),
    route("PATCH", "/webhooks/{webhook_id}/{webhook_token}", Auth::Webhook, webhooks::edit_by_token),
    route("POST", "/webhooks/{webhook_id}/{webhook_token}", Auth::Webhook, webhooks::execute),
    route("DELETE", "/webhooks/{webhook_id}/{webhook_token}", Auth::Webhook, webhooks::delete_by_token),
    route("GET", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", Auth::Webhook, webhooks::get_original),
    route("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", Auth::Webhook, webhooks::edit_original),
    route(
        "DELETE",
        "/webhooks/{webhook_id}/{webhook_token}/messages/@original",
        Auth::Webhook,
        webhooks::delete_original,
    ),
    route("GET", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", Auth::Webhook, webhooks::get_message),
    route(
        "PATCH",
        "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}",
        Auth::Webhook,
        webhooks::edit_message,
    ),
    route(
        "DELETE",
        "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}",
        Auth::Webhook,
        webhooks::delete_message,
    ),
];

/// Whether there is such a route, as Discord's own file writes it.
pub(crate) fn known(method: &str, template: &str) -> bool {
    ROUTES.iter().any(|route| route.method == method && route.template == template)
}

pub(crate) type Params = Vec<(&'static str, String)>;

fn fits(template: &'static str, parts: &[&str]) -> Option<Params> {
    let mut params = Vec::new();
    let mut rest = parts.iter();
    for part in template.split('/').skip(1) {
        let given = rest.next()?;
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => params.push((name, percent_decode(given))),
            None if part == *given || part == percent_decode(given) => {}
            None => return None,
        }
    }
    (rest.next().is_none() && params.iter().all(|(_, value)| !value.is_empty())).then_some(params)
}

/// The route of a call. Errors: 404 and 405 as Discord tells them.
pub(crate) fn find(method: &str, path: &str) -> Result<(&'static Route, Params), Refusal> {
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').skip(1).collect();
    let mut fitting: Vec<(&Route, Params)> =
        ROUTES.iter().filter_map(|route| fits(route.template, &parts).map(|params| (route, params))).collect();
    fitting.sort_by_key(|(_, params)| params.len());
    let best = fitting.iter().position(|(route, _)| route.method == method);
    match best {
        Some(index) => Ok(fitting.swap_remove(index)),
        None if fitting.is_empty() => Err(error::not_found()),
        None => Err(error::wrong_method()),
    }
}

/// The part of the path that a bucket counts by: channel, guild, or webhook with its token.
pub(crate) fn major(params: &[(&'static str, String)]) -> String {
    let value =
        |name: &str| params.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str()).unwrap_or_default();
    match params.first().map(|(name, _)| *name) {
        Some(name @ ("channel_id" | "guild_id")) => value(name).to_owned(),
        Some("webhook_id") => format!("{}/{}", value("webhook_id"), value("webhook_token")),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_more_exact_route_counts() {
        assert_eq!(
            find("GET", "/channels/1/messages/pins").unwrap().0.template,
            "/channels/{channel_id}/messages/pins"
        );
        assert_eq!(find("GET", "/users/@me").unwrap().0.template, "/users/@me");
        assert_eq!(find("PUT", "/channels/1/messages/2/reactions/%F0%9F%91%8D/@me").unwrap().1[2].1, "👍");
        assert_eq!(
            find("PUT", "/channels/1/messages/2/reactions/x/%40me").unwrap().0.template,
            "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me"
        );
        assert_eq!(find("PATCH", "/gateway").err().unwrap().status, 405);
        assert_eq!(find("GET", "/nothing").err().unwrap().status, 404);
    }
}
