//! The page that says what the sandbox has of Discord, made from its own tables and Discord's own file; and a proof that
//! each route of it was checked.

use std::{collections::BTreeMap, fmt::Write as _, path::PathBuf};

use crate::{conformance, routes};

/// Routes that do not do all that Discord's do, and what is missing. Everything else in the table of routes is done.
const PARTLY: &[(&str, &str, &str)] = &[
    ("GET", "/oauth2/applications/@me", "no team, no installation settings"),
    ("GET", "/applications/@me", "no team, no installation settings"),
    ("GET", "/guilds/{guild_id}/audit-logs", "entries of bots only; `changes` are few"),
    ("PATCH", "/guilds/{guild_id}/members/{user_id}", "nick, roles and time-out; no voice"),
    ("PATCH", "/guilds/{guild_id}/members/@me", "nick only"),
    ("PATCH", "/guilds/{guild_id}", "name and language only"),
    ("PATCH", "/users/@me", "the username only"),
    ("GET", "/guilds/{guild_id}/messages/search", "the common filters; it never answers 202"),
    ("GET", "/channels/{channel_id}/threads/search", "`slop` is ignored; relevance is the last activity"),
    ("POST", "/channels/{channel_id}/messages", "polls and stickers are taken and not shown"),
    ("POST", "/guilds/{guild_id}/channels", "text, voice (without sound), category, announcement, forum"),
];

/// Routes that always refuse, as Discord does when a bot calls them (or because nobody ever changed what they tell).
const REFUSE: &[(&str, &str, &str)] = &[
    (
        "GET",
        "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}/permissions",
        "refuses with 10066: nobody changes them here",
    ),
    (
        "PUT",
        "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}/permissions",
        "refuses with 20001: a bot may not call it",
    ),
];

/// Gateway events, in the order of Discord's documentation, and what is missing of those that are there.
const EVENTS: &[(&str, &str)] = &[
    ("READY", ""),
    ("RESUMED", ""),
    ("RATE_LIMITED", ""),
    ("APPLICATION_COMMAND_PERMISSIONS_UPDATE", ""),
    ("AUTO_MODERATION_RULE_CREATE", ""),
    ("AUTO_MODERATION_RULE_UPDATE", ""),
    ("AUTO_MODERATION_RULE_DELETE", ""),
    ("AUTO_MODERATION_ACTION_EXECUTION", ""),
    ("CHANNEL_CREATE", ""),
    ("CHANNEL_UPDATE", ""),
    ("CHANNEL_DELETE", ""),
    ("CHANNEL_PINS_UPDATE", ""),
    ("THREAD_CREATE", ""),
    ("THREAD_UPDATE", ""),
    ("THREAD_DELETE", ""),
    ("THREAD_LIST_SYNC", ""),
    ("THREAD_MEMBER_UPDATE", ""),
    ("THREAD_MEMBERS_UPDATE", ""),
    ("ENTITLEMENT_CREATE", ""),
    ("ENTITLEMENT_UPDATE", ""),
    ("ENTITLEMENT_DELETE", ""),
    ("GUILD_CREATE", "one guild; no voice states, presences, emojis, stickers, scheduled events"),
    ("GUILD_UPDATE", ""),
    ("GUILD_DELETE", ""),
    ("GUILD_AUDIT_LOG_ENTRY_CREATE", ""),
    ("GUILD_BAN_ADD", ""),
    ("GUILD_BAN_REMOVE", ""),
    ("GUILD_EMOJIS_UPDATE", ""),
    ("GUILD_STICKERS_UPDATE", ""),
    ("GUILD_INTEGRATIONS_UPDATE", ""),
    ("GUILD_MEMBER_ADD", ""),
    ("GUILD_MEMBER_REMOVE", ""),
    ("GUILD_MEMBER_UPDATE", ""),
    ("GUILD_MEMBERS_CHUNK", ""),
    ("GUILD_ROLE_CREATE", ""),
    ("GUILD_ROLE_UPDATE", ""),
    ("GUILD_ROLE_DELETE", ""),
    ("GUILD_SCHEDULED_EVENT_CREATE", ""),
    ("GUILD_SCHEDULED_EVENT_UPDATE", ""),
    ("GUILD_SCHEDULED_EVENT_DELETE", ""),
    ("GUILD_SCHEDULED_EVENT_USER_ADD", ""),
    ("GUILD_SCHEDULED_EVENT_USER_REMOVE", ""),
    ("GUILD_SOUNDBOARD_SOUND_CREATE", ""),
    ("GUILD_SOUNDBOARD_SOUND_UPDATE", ""),
    ("GUILD_SOUNDBOARD_SOUND_DELETE", ""),
    ("GUILD_SOUNDBOARD_SOUNDS_UPDATE", ""),
    ("SOUNDBOARD_SOUNDS", ""),
    ("INTEGRATION_CREATE", ""),
    ("INTEGRATION_UPDATE", ""),
    ("INTEGRATION_DELETE", ""),
    ("INVITE_CREATE", ""),
    ("INVITE_DELETE", ""),
    ("MESSAGE_CREATE", ""),
    ("MESSAGE_UPDATE", ""),
    ("MESSAGE_DELETE", ""),
    ("MESSAGE_DELETE_BULK", ""),
    ("MESSAGE_REACTION_ADD", ""),
    ("MESSAGE_REACTION_REMOVE", ""),
    ("MESSAGE_REACTION_REMOVE_ALL", ""),
    ("MESSAGE_REACTION_REMOVE_EMOJI", ""),
    ("MESSAGE_POLL_VOTE_ADD", ""),
    ("MESSAGE_POLL_VOTE_REMOVE", ""),
    ("PRESENCE_UPDATE", ""),
    ("STAGE_INSTANCE_CREATE", ""),
    ("STAGE_INSTANCE_UPDATE", ""),
    ("STAGE_INSTANCE_DELETE", ""),
    ("SUBSCRIPTION_CREATE", ""),
    ("SUBSCRIPTION_UPDATE", ""),
    ("SUBSCRIPTION_DELETE", ""),
    ("TYPING_START", ""),
    ("USER_UPDATE", ""),
    ("VOICE_CHANNEL_EFFECT_SEND", ""),
    ("VOICE_STATE_UPDATE", ""),
    ("VOICE_SERVER_UPDATE", ""),
    ("WEBHOOKS_UPDATE", ""),
    ("INTERACTION_CREATE", ""),
];

/// Areas of Discord's file that are left out whole, by the beginning of their paths, so that the page stays readable.
const AREAS: &[(&str, &str)] = &[
    ("/applications/{application_id}/role-connections", "linked roles"),
    ("/applications/{application_id}/emojis", "emojis of applications"),
    ("/applications/{application_id}/entitlements", "monetization"),
    ("/applications/{application_id}/attachment", "activities"),
    ("/applications/{application_id}/activity-instances", "activities"),
    ("/channels/{channel_id}/polls", "polls"),
    ("/channels/{channel_id}/send-soundboard-sound", "voice and stages"),
    ("/channels/{channel_id}/voice-status", "voice and stages"),
    ("/guilds/{guild_id}/auto-moderation", "automatic moderation"),
    ("/guilds/{guild_id}/bulk-ban", "bans and pruning"),
    ("/guilds/{guild_id}/bans", "bans and pruning"),
    ("/guilds/{guild_id}/prune", "bans and pruning"),
    ("/guilds/{guild_id}/emojis", "emojis and stickers"),
    ("/guilds/{guild_id}/stickers", "emojis and stickers"),
    ("/sticker", "emojis and stickers"),
    ("/guilds/{guild_id}/scheduled-events", "scheduled events"),
    ("/guilds/{guild_id}/soundboard", "voice and stages"),
    ("/soundboard", "voice and stages"),
    ("/guilds/{guild_id}/voice-states", "voice and stages"),
    ("/guilds/{guild_id}/regions", "voice and stages"),
    ("/voice", "voice and stages"),
    ("/stage-instances", "voice and stages"),
    ("/guilds/{guild_id}/templates", "templates"),
    ("/guilds/templates", "templates"),
    ("/guilds/{guild_id}/widget", "widget, welcome screen, onboarding"),
    ("/guilds/{guild_id}/welcome-screen", "widget, welcome screen, onboarding"),
    ("/guilds/{guild_id}/onboarding", "widget, welcome screen, onboarding"),
    ("/guilds/{guild_id}/new-member-welcome", "widget, welcome screen, onboarding"),
    ("/guilds/{guild_id}/requests", "widget, welcome screen, onboarding"),
    ("/guilds/{guild_id}/integrations", "integrations"),
    ("/guilds/{guild_id}/invites", "invites"),
    ("/guilds/{guild_id}/vanity-url", "invites"),
    ("/channels/{channel_id}/invites", "invites"),
    ("/invites", "invites"),
    ("/lobbies", "lobbies"),
    ("/partner-sdk", "lobbies"),
    ("/oauth2", "OAuth2 of users"),
    ("/users/@me/applications", "OAuth2 of users"),
    ("/users/@me/connections", "OAuth2 of users"),
    ("/webhooks/{webhook_id}/{webhook_token}/github", "webhooks of other services' shapes"),
    ("/webhooks/{webhook_id}/{webhook_token}/slack", "webhooks of other services' shapes"),
];

/// Whether the sandbox's source names an event as something that it sends.
fn sends(event: &str) -> bool {
    fn search(folder: &std::path::Path, text: &str) -> bool {
        std::fs::read_dir(folder).unwrap().any(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() {
                search(&path, text)
            } else {
                std::fs::read_to_string(&path).is_ok_and(|source| source.contains(text))
            }
        })
    }
    search(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src"), &format!("\"{event}\""))
}

fn page(operations: &[(String, String, String)]) -> String {
    let have: Vec<(&str, &str)> = sandbox::routes().collect();
    let of = |method: &str, path: &str| have.iter().any(|(m, p)| *m == method && *p == path);
    let missing = |method: &str, path: &str| {
        PARTLY.iter().chain(REFUSE).find(|(m, p, _)| *m == method && *p == path).map(|(.., what)| *what)
    };
    let (mut rows, mut absent, mut areas) = (String::new(), String::new(), BTreeMap::<&str, usize>::new());
    let (mut done, mut partly, mut lacking) = (0, 0, 0);
    for (method, path, summary) in operations {
        if of(method, path) {
            let how = match missing(method, path) {
                Some(what) if what.starts_with("refuses") => {
                    done += 1;
                    what.to_owned()
                }
                Some(what) => {
                    partly += 1;
                    format!("partly: {what}")
                }
                None => {
                    done += 1;
                    "done".to_owned()
                }
            };
            writeln!(rows, "| {method} | `{path}` | {how} |").unwrap();
            continue;
        }
        lacking += 1;
        match AREAS.iter().find(|(begin, _)| path.starts_with(begin)) {
            Some((_, area)) => *areas.entry(area).or_default() += 1,
            None => writeln!(absent, "| {method} | `{path}` | {summary} |").unwrap(),
        }
    }
    for (method, path) in have.iter().filter(|(m, p)| !operations.iter().any(|(om, op, _)| om == m && op == p)) {
        writeln!(rows, "| {method} | `{path}` | done; documented, not in Discord's file |").unwrap();
    }
    let mut events = String::new();
    let (mut sent, mut unsent) = (0, Vec::new());
    for (event, lacks) in EVENTS {
        if sends(event) {
            sent += 1;
            let how = if lacks.is_empty() { "done".to_owned() } else { format!("partly: {lacks}") };
            writeln!(events, "| {event} | {how} |").unwrap();
        } else {
            unsent.push(format!("`{event}`"));
        }
    }
    let areas: Vec<String> = areas.iter().map(|(area, count)| format!("{area} ({count})")).collect();
    format!(
        "# What the sandbox has of Discord\n\n\
        <!-- Generated from crates/sandbox/tests/all/coverage.rs and Discord's OpenAPI file: UPDATE_DOCS=1 cargo test -p sandbox coverage -->\n\n\
        REST version 10: Discord's file describes {} operations. {done} are done, {partly} partly, {lacking} absent. Each operation that is\n\
        done or partly done is called by a test, and its answer is checked against the file\n\
        (`every_route_was_checked_against_discords_file`). Where the file and Discord's documentation differ, the documentation\n\
        counts: the differences are listed, with their reasons, in `crates/sandbox/tests/all/conformance.rs`. Of those that are done,\n\
        {} only ever refuse, and say so below.\n\n\
        The gateway has {sent} of {} events. Received are heartbeat (1), identify (2), presence (3, ignored), voice state (4, ignored),\n\
        resume (6), request guild members (8); sent are dispatch (0), heartbeat request (1), reconnect (7), invalid session (9),\n\
        hello (10), heartbeat ack (11).\n\n\
        How it behaves beyond shapes: [sandbox.md](sandbox.md).\n\n\
        ## Routes\n\n| method | route | state |\n|---|---|---|\n{rows}\n\
        ## Absent routes\n\nWhole areas, with their number of operations: {}.\n\nOthers:\n\n| method | route | what it does |\n|---|---|---|\n{absent}\n\
        ## Events\n\n| event | state |\n|---|---|\n{events}\nAbsent: {}.\n",
        operations.len(),
        REFUSE.len(),
        EVENTS.len(),
        areas.join(", "),
        unsent.join(", "),
    )
}

#[test]
fn the_coverage_page_is_current() {
    for (method, path, _) in PARTLY {
        assert!(sandbox::routes().any(|(m, p)| m == *method && p == *path), "{method} {path} is not a route");
    }
    let Some(operations) = conformance::operations() else { return };
    let (page, file) =
        (page(&operations), PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/sandbox-coverage.md"));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    let there = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(there == page, "docs/sandbox-coverage.md is not current: UPDATE_DOCS=1 cargo test -p sandbox coverage");
}

/// Runs the stories that call every route once more, one after the other, and then looks at what was checked.
#[test]
fn every_route_was_checked_against_discords_file() {
    let Some(operations) = conformance::operations() else { return };
    let known = |method: &str, path: &str| operations.iter().any(|(m, p, _)| m == method && p == path);
    let unchecked = || -> Vec<String> {
        let checked = conformance::checked();
        sandbox::routes()
            .filter(|(method, path)| !REFUSE.iter().any(|(m, p, _)| m == method && p == path))
            .filter(|(method, path)| known(method, path) && !checked.contains(&format!("{method} {path}")))
            .map(|(method, path)| format!("{method} {path}"))
            .collect()
    };
    let stories: &[fn()] = &[
        routes::every_route_answers_in_discords_shapes,
        routes::commands_are_made_changed_and_deleted_one_by_one,
        routes::plain_webhooks_post_under_their_own_name,
        routes::messages_and_threads_go_through_every_route,
        routes::roles_and_answers_go_through_every_route,
        routes::the_guild_is_kept_in_order_through_every_route,
    ];
    for story in stories {
        story();
    }
    assert_eq!(unchecked(), Vec::<String>::new(), "no story calls these and succeeds");
}
