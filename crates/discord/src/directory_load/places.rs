//! Purpose: channels and categories by name.

use std::collections::BTreeMap;

use domain::ChatChannelId;

use super::wire::{ANNOUNCEMENT, CATEGORY, Channel, TEXT};

/// Text channels and categories by name. Where a category has the name of a text channel, the text channel counts; of
/// two text channels with one name, the older one.
pub(super) fn by_name(channels: &[Channel]) -> BTreeMap<String, ChatChannelId> {
    let mut names = BTreeMap::new();
    for kind in [TEXT, ANNOUNCEMENT, CATEGORY] {
        let mut found: Vec<&Channel> = channels.iter().filter(|channel| channel.kind == kind).collect();
        found.sort_by_key(|channel| channel.id);
        for channel in found {
            if let Some(name) = &channel.name {
                names.entry(name.clone()).or_insert(ChatChannelId(channel.id));
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_channel_wins_over_a_category_of_its_name_and_the_older_over_the_younger() {
        let channel =
            |id, kind, name: &str| Channel { id, kind, name: Some(name.into()), permission_overwrites: vec![] };
        let names = by_name(&[
            channel(5, CATEGORY, "incidents"),
            channel(9, TEXT, "incidents"),
            channel(7, TEXT, "incidents"),
            channel(6, CATEGORY, "Incidents"),
            channel(8, 2, "voice"),
        ]);
        assert_eq!(names.get("incidents"), Some(&ChatChannelId(7)));
        assert_eq!(names.get("Incidents"), Some(&ChatChannelId(6)));
        assert_eq!(names.len(), 2);
    }
}
