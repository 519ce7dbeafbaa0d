//! Purpose: who of those whom policies call does not see where they would be mentioned, said before it is needed: Discord takes a mention
//! of whoever does not see it, and no phone rings.
//!
//! Elsewhere that was found out in the incident (grafana/oncall pull request 1144: the channel read that somebody is not in it).

use std::collections::BTreeMap;

use domain::setup::{Language, RoomKind};
use domain::{ChatChannelId, ChatUserId, PageVia, PersonId, Setup, World, Wrong};
use words::Unreached;

use super::findings::{Finding, shown};
use super::people::{Found, Who};
use super::{Home, permissions};
use crate::directory::Directory;

/// What these are called among all that can be wrong with names.
pub(crate) const SCOPE: &str = "sees:";

/// Where somebody would be mentioned and does not see it.
enum Blind {
    /// The incidents channel, and so the threads in it.
    Incidents(String),
    /// The category of incidents' channels, and they cannot be let in there.
    Channels { category: String, own: bool },
}

/// What is wrong with whom, for operators: only with whom policies call, and whose rules say that they are mentioned.
pub(crate) fn wrong(world: &World, directory: &Directory, home: &Home, whos: &[Who], lang: Language) -> Vec<Wrong> {
    let of = |(who, blind): (&Who, Blind)| {
        let id = &who.person;
        let (what, sentence) = match &blind {
            Blind::Incidents(channel) => (format!("incidents {channel}"), words::sees_no_channel(id, channel, lang)),
            Blind::Channels { category, own: false } => {
                (format!("category {category}"), words::sees_no_category(id, category, lang))
            }
            Blind::Channels { category, own: true } => {
                (format!("kept out of {category}"), words::kept_out_of_category(id, category, lang))
            }
        };
        Wrong { about: format!("{SCOPE}{id}"), what, sentence, everybody: false }
    };
    blind(world, directory, home, whos).map(of).collect()
}

/// The same for the operator at the terminal.
pub(super) fn findings(setup: &Setup, directory: &Directory, home: &Home, whos: &[Who]) -> Vec<Finding> {
    let all = wrong(&World::new(setup.clone()), directory, home, whos, Language::En);
    all.into_iter()
        .map(|one| Finding::warning(format!("people.{}", one.about.trim_start_matches(SCOPE)), one.sentence))
        .collect()
}

/// Whom Discord does not reach, for whoever asks who is on call.
pub(crate) fn unreached(
    world: &World,
    directory: &Directory,
    home: &Home,
    whos: &[Who],
) -> BTreeMap<PersonId, Unreached> {
    let gone = whos.iter().filter(|who| who.found.is_nobody()).map(|who| (who.person.clone(), Unreached::NotThere));
    let unseen = blind(world, directory, home, whos).map(|(who, blind)| {
        let place = match blind {
            Blind::Incidents(channel) => channel,
            Blind::Channels { category, .. } => category,
        };
        (who.person.clone(), Unreached::Unseen { place })
    });
    unseen.chain(gone).collect()
}

fn blind<'a>(
    world: &'a World,
    directory: &'a Directory,
    home: &'a Home,
    whos: &'a [Who],
) -> impl Iterator<Item = (&'a Who, Blind)> {
    let setup = world.setup();
    let called = setup.called_by_policies();
    let incidents = directory.channel(&setup.discord.incidents);
    let makes_channels = setup.severities.values().any(|plan| plan.page && plan.room == RoomKind::Channel);
    let category = setup.discord.category.as_ref().filter(|_| makes_channels);
    let category = category.and_then(|name| Some((shown(' ', name), directory.category(name).ok()?)));
    let lets_in = |channel: ChatChannelId| {
        let bot = directory.bot.unwrap_or(ChatUserId(0));
        home.rights.may(channel, bot, &home.own_roles) & permissions::MANAGE_ROLES != 0
    };
    whos.iter().filter_map(move |who| {
        let Found::Is(pin) = &who.found else { return None };
        let later = world.ways_later(&who.person).into_iter().map(|(via, _)| via);
        let mentioned = world.ways_at_once(&who.person).into_iter().chain(later).any(|via| via == PageVia::Room);
        if !mentioned || !called.contains(&who.person) {
            return None;
        }
        if let Some(channel) = incidents.filter(|channel| !home.sees(*channel, pin.user, &who.roles)) {
            let known = directory.places.get(&channel).map(|place| format!("#{}", place.name));
            return Some((who, Blind::Incidents(known.unwrap_or_else(|| shown('#', &setup.discord.incidents)))));
        }
        let (name, category) = category.as_ref()?;
        if home.sees(*category, pin.user, &who.roles) {
            return None;
        }
        let own = home.rights.own(*category, pin.user);
        let own = own.is_some_and(|own| own.deny & permissions::VIEW_CHANNEL != 0);
        (own || !lets_in(*category)).then(|| (who, Blind::Channels { category: name.clone(), own }))
    })
}
