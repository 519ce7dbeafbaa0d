//! Purpose: notices for the people who run the bot: what is wrong, what follows from it, what to do.

use domain::{ChatChannelId, IncidentId};

use super::name;
use crate::{cut, escape};

pub(crate) fn dead_letter(what: &str, incident: Option<IncidentId>, reason: &str) -> String {
    let of = incident.map(|incident| format!(" of {}", incident.label())).unwrap_or_default();
    format!(
        "Not delivered: {}{of}. Reason: {}. It will not be tried again; tell people yourself; the log says more.",
        name(what),
        cut(&escape(reason), 500)
    )
}

pub(crate) fn unknown_name(unknown: &str, used_for: &str) -> String {
    format!(
        "{} does not exist in this server; it is configured as {}. Create it or correct siaga.toml.",
        name(unknown),
        name(used_for)
    )
}

pub(crate) fn missing_permission(permission: &str, channel: Option<ChatChannelId>) -> String {
    let place = channel.map(|channel| format!(" in <#{channel}>")).unwrap_or_default();
    format!("The permission {} is missing{place}. Give it to the bot's role.", name(permission))
}

pub(crate) fn unmapped_payload(integration: &str) -> String {
    format!(
        "The integration {} sent a payload of unknown shape. It became an incident and is kept whole in the journal; check the sender.",
        name(integration)
    )
}
