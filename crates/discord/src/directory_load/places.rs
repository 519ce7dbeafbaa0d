//! Purpose: the channels and categories that the configuration can name.

use std::collections::BTreeMap;

use domain::ChatChannelId;

use super::wire::{ANNOUNCEMENT, CATEGORY, Channel, TEXT};
use crate::directory::{PlaceKind, ServerPlace};

/// Text channels and categories as the server has them.
pub(super) fn of(channels: &[Channel]) -> BTreeMap<ChatChannelId, ServerPlace> {
    let place = |channel: &Channel| {
        let kind = match channel.kind {
            TEXT => PlaceKind::Text,
            ANNOUNCEMENT => PlaceKind::Announcement,
            CATEGORY => PlaceKind::Category,
            _ => return None,
        };
        Some((ChatChannelId(channel.id), ServerPlace { kind, name: channel.name.clone()? }))
    };
    channels.iter().filter_map(place).collect()
}

#[cfg(test)]
mod tests {
    use domain::incident::CategoryTrouble;
    use domain::setup::ChatName;

    use super::*;
    use crate::directory::Directory;

    fn directory(channels: &[(u64, u8, &str)]) -> Directory {
        let channel = |(id, kind, name): &(u64, u8, &str)| Channel {
            id: *id,
            kind: *kind,
            name: Some((*name).into()),
            permission_overwrites: vec![],
        };
        let channels: Vec<Channel> = channels.iter().map(channel).collect();
        let mut directory = Directory::default();
        directory.set_places(of(&channels));
        directory
    }

    #[test]
    fn a_text_channel_wins_over_a_category_of_its_name_and_the_older_over_the_younger() {
        let found = directory(&[
            (5, CATEGORY, "incidents"),
            (9, TEXT, "incidents"),
            (7, TEXT, "incidents"),
            (6, CATEGORY, "Incidents"),
            (8, 2, "voice"),
        ]);
        assert_eq!(found.channels.get("incidents"), Some(&ChatChannelId(7)));
        assert_eq!(found.channels.get("Incidents"), Some(&ChatChannelId(6)));
        assert_eq!(found.channels.len(), 2);
    }

    #[test]
    fn the_younger_of_two_channels_takes_the_name_when_the_older_one_gives_it_up() {
        let mut found = directory(&[(7, TEXT, "incidents"), (9, TEXT, "incidents")]);
        found.place_is(ChatChannelId(7), ServerPlace { kind: PlaceKind::Text, name: "old".into() });
        assert_eq!(found.channels.get("incidents"), Some(&ChatChannelId(9)));
        found.place_gone(ChatChannelId(9));
        assert_eq!(found.channels.get("incidents"), None);
    }

    #[test]
    fn a_category_is_never_guessed() {
        let name = |name: &str| ChatName::Name(name.into());
        let found = directory(&[
            (1, CATEGORY, "Incidents"),
            (2, TEXT, "incidents"),
            (3, CATEGORY, "Teams"),
            (4, CATEGORY, "Teams"),
            (5, TEXT, "rooms"),
        ]);
        assert_eq!(found.category(&name("Incidents")), Ok(ChatChannelId(1)));
        assert_eq!(found.category(&name("incidents")), Err(CategoryTrouble::Missing), "another case is another name");
        assert_eq!(found.category(&name("rooms")), Err(CategoryTrouble::Missing), "a channel is no category");
        assert_eq!(found.category(&name("Teams")), Err(CategoryTrouble::Several));
        assert_eq!(found.category(&ChatName::Id(4)), Ok(ChatChannelId(4)));
        assert_eq!(found.category(&ChatName::Id(5)), Err(CategoryTrouble::Missing));
        assert_eq!(found.category(&ChatName::Id(99)), Err(CategoryTrouble::Missing));
    }
}
