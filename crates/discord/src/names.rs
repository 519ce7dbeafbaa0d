//! Purpose: names of the configuration that stand for nothing in the server. Each of them closes what it would have opened:
//! a room stays a thread, a role allows nobody, a notice waits. Operators are told once.
//!
//! Names are matched exactly. An id stands for itself, and is told of when the server does not show what it belongs to.

use domain::incident::CategoryTrouble;
use domain::setup::{AccessRoles, ChatName, IntegrationKind, Language, RoomKind};
use domain::{ChatChannelId, Setup, Wrong};
use engine::Engine;

use crate::directory::{Directory, SharedDirectory};
use crate::directory_load::shown;

/// What names of places and roles are called among all that can be wrong.
const SCOPE: &str = "name:";

/// Looks at all names and tells operators what they do not know yet. Nothing before the server is known.
pub async fn look(engine: &Engine, directory: &SharedDirectory) {
    let directory = directory.get();
    if directory.guild.is_none() {
        return;
    }
    let setup = engine.setup();
    let wrong = missing(&setup, &directory, setup.language);
    // A database that fails is told of elsewhere; the next change, or the next start, looks again.
    let _ = engine.names_wrong(SCOPE, &wrong, &std::collections::BTreeSet::new()).await;
}

/// Names that stand for nothing.
fn missing(setup: &Setup, directory: &Directory, lang: Language) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    let mut add = |key: &str, what: &str, sentence: String, everybody: bool| {
        let (about, what) = (format!("{SCOPE}{key}"), what.to_owned());
        wrong.push(Wrong { about, what, sentence, everybody });
    };
    let discord = &setup.discord;
    let no_channel = |name: &ChatName| match name {
        ChatName::Id(id) => !directory.places.contains_key(&ChatChannelId(*id)),
        ChatName::Name(_) => directory.channel(name).is_none(),
    };
    let no_role = |name: &ChatName| match name {
        ChatName::Id(id) => !directory.roles.values().any(|role| role.0 == *id),
        ChatName::Name(_) => directory.role(name).is_none(),
    };
    let places = [("discord.incidents", Some(&discord.incidents)), ("discord.status", discord.status.as_ref())];
    for (key, name) in places {
        if let Some(name) = name.filter(|name| no_channel(name)) {
            let channel = shown('#', name);
            add(key, &channel, words::channel_missing(&channel, lang), false);
        }
    }
    if let Some(name) = discord.operators.as_ref().filter(|name| no_channel(name)) {
        let channel = shown('#', name);
        add("discord.operators", &channel, words::operators_missing(&channel, lang), true);
    }
    let creates = setup.severities.values().any(|plan| plan.room == RoomKind::Channel);
    if let Some(name) = discord.category.as_ref().filter(|_| creates)
        && let Err(trouble) = directory.category(name)
    {
        let what = match trouble {
            CategoryTrouble::Several => format!("several {}", shown(' ', name)),
            CategoryTrouble::Missing | CategoryTrouble::NotConfigured | CategoryTrouble::Full => shown(' ', name),
        };
        add("discord.category", &what, category(name, directory, lang), false);
    }
    let access = &discord.access;
    let everyone = ChatName::Name(AccessRoles::EVERYONE.to_owned());
    let roles = [
        ("discord.access.read", access.read.as_deref().unwrap_or_default()),
        ("discord.access.open", access.open.as_deref().unwrap_or_default()),
        ("discord.access.page", access.page.as_deref().unwrap_or_default()),
        ("discord.access.responder", access.responder.as_slice()),
        ("discord.access.admin", access.admin.as_slice()),
    ];
    for (key, names) in roles {
        for name in names.iter().filter(|name| **name != everyone && no_role(name)) {
            let role = shown('@', name);
            add(key, &role, words::access_role_missing(&role, key, lang), false);
        }
    }
    for policy in setup.escalations.values() {
        let Some(end) = &policy.at_end else { continue };
        if let Some(name) = end.post.as_ref().filter(|name| no_channel(name)) {
            let channel = shown('#', name);
            let sentence = words::end_post_missing(&channel, &policy.name, lang);
            add(&format!("escalations.{}.at_end.post", policy.name), &channel, sentence, false);
        }
        if let Some(name) = end.mention.as_ref().filter(|name| no_role(name)) {
            let role = shown('@', name);
            let sentence = words::end_mention_missing(&role, &policy.name, lang);
            add(&format!("escalations.{}.at_end.mention", policy.name), &role, sentence, false);
        }
    }
    for schedule in setup.schedules.values() {
        if let Some(name) = schedule.announce.as_ref().filter(|name| no_channel(name)) {
            let channel = shown('#', name);
            let sentence = words::schedule_channel_missing(&channel, &schedule.name, lang);
            add(&format!("schedules.{}.announce", schedule.name), &channel, sentence, false);
        }
        if let Some(name) = schedule.role.as_ref().filter(|name| no_role(name)) {
            let role = shown('@', name);
            let sentence = words::schedule_role_missing(&role, &schedule.name, lang);
            add(&format!("schedules.{}.role", schedule.name), &role, sentence, false);
        }
    }
    for integration in &setup.integrations {
        let IntegrationKind::Chat(rule) = &integration.kind else { continue };
        for name in rule.channels.iter().filter(|name| no_channel(name)) {
            let channel = shown('#', name);
            let sentence = words::watched_missing(&channel, integration.name.as_str(), lang);
            add(&format!("integrations.{}.{channel}", integration.name), &channel, sentence, false);
        }
    }
    wrong
}

/// What is wrong with the category.
pub(crate) fn category(name: &ChatName, directory: &Directory, lang: Language) -> String {
    match name {
        ChatName::Name(name) if directory.categories(name) > 1 => {
            words::category_several(name, directory.categories(name), lang)
        }
        ChatName::Name(name) => words::category_missing(name, lang),
        ChatName::Id(id) => words::category_missing(&id.to_string(), lang),
    }
}
