//! Purpose: the stakeholders' message: one per incident, edited. Its footer is the marker by which it is found again.

use domain::{IncidentId, Thing};
use serde_json::{Value, json};
use words::StatusFacts;

use super::{RenderContext, card, description, limits};

/// The stakeholders' message as it is now.
pub fn status(cx: &RenderContext<'_>) -> Value {
    let Some(incident) = cx.incident else { return Value::Null };
    let thread = cx.objects.get(&Thing::Thread).map(|object| object.channel);
    let lines = words::status_lines(&StatusFacts { incident, thread, other_room: cx.other_room }, cx.lang());
    json!({
        "content": "",
        "embeds": [{
            "title": words::cut(&words::status_headline(incident, cx.lang()), limits::EMBED_TITLE),
            "description": words::cut(&description(&lines), limits::EMBED_DESCRIPTION),
            "color": card::color(incident),
            "footer": { "text": status_marker(incident.id) },
        }],
        "components": [],
        "allowed_mentions": { "parse": [] },
        "flags": limits::SUPPRESS_NOTIFICATIONS,
    })
}

/// The footer of the stakeholders' message: `INC-8 status`.
pub fn status_marker(incident: IncidentId) -> String {
    format!("{} status", incident.label())
}
