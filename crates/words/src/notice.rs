//! Purpose: notices for the people who run the bot: what is wrong, what follows from it, what to do.

use domain::setup::Language;
use domain::{ChatChannelId, IncidentId};

use crate::say::say;
use crate::text::{name, room_link};
use crate::{cut, escape};

/// For the operators: an effect could not be delivered.
pub fn dead_letter(what: &str, incident: Option<IncidentId>, reason: &str, lang: Language) -> String {
    let (what, reason) = (name(what), cut(&escape(reason), 500));
    match incident.map(|incident| incident.label()) {
        Some(incident) => say!(lang, "notice-dead-letter-of", what = what, incident = incident, reason = reason),
        None => say!(lang, "notice-dead-letter", what = what, reason = reason),
    }
}

/// For the operators: a name of the configuration does not exist in Discord.
pub fn unknown_name(unknown: &str, used_for: &str, lang: Language) -> String {
    say!(lang, "notice-unknown-name", name = name(unknown), used_for = name(used_for))
}

/// For the operators: the bot lacks a permission.
pub fn missing_permission(permission: &str, channel: Option<ChatChannelId>, lang: Language) -> String {
    let permission = name(permission);
    match channel.map(room_link) {
        Some(channel) => say!(lang, "notice-missing-permission-in", permission = permission, channel = channel),
        None => say!(lang, "notice-missing-permission", permission = permission),
    }
}

/// For the operators: a payload of unknown shape became an incident.
pub fn unmapped_payload(integration: &str, lang: Language) -> String {
    say!(lang, "notice-unmapped-payload", integration = name(integration))
}
