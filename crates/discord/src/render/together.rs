//! Purpose: the direct message of a ring that tells several pages: worst first, a button for all, and one for each.

use std::sync::Arc;

use domain::{Incident, PageId, PageVia, PersonId};
use serde_json::{Value, json};
use words::Button;

use super::buttons::{PRIMARY, SECONDARY, button, labelled};
use super::page::language;
use super::{RenderContext, limits};
use crate::custom_id::{CustomId, Spot, Verb};

/// Incidents that get a line; the message says how many more there are.
const SHOWN: usize = 20;
/// Incidents that get a button of their own: two rows with the one for all.
const BUTTONS: usize = 9;

/// The message, by how each of them stands now.
pub fn together(person: &PersonId, pages: &[(Arc<Incident>, PageId)], cx: &RenderContext<'_>) -> Value {
    #[cfg(feature = "broken")]
    let pages = crate::broken::without_last(pages);
    let lang = language(person, PageVia::Direct, cx);
    let is_open = |(incident, page): &&(Arc<Incident>, PageId)| {
        incident.status.is_open() && incident.page(*page).is_some_and(|page| page.end.is_none())
    };
    let (open, over): (Vec<_>, Vec<_>) = pages.iter().partition(is_open);
    let shown: Vec<_> = open.iter().chain(&over).take(SHOWN).collect();
    let told: Vec<_> =
        shown.iter().map(|(incident, page)| words::TogetherLine { incident, page: incident.page(*page) }).collect();
    let content = words::together(&told, open.len(), pages.len(), cx.directory, lang);
    let id = |verb, (incident, page): &(Arc<Incident>, PageId)| CustomId::Button {
        verb,
        incident: incident.id,
        spot: Spot::Page(*page),
    };
    let mut buttons = Vec::new();
    if let Some(first) = open.first().filter(|_| open.len() > 1) {
        buttons.push(button(Button::AcknowledgeAll, PRIMARY, &id(Verb::AcknowledgeAll, first), lang));
    }
    for one in open.iter().take(BUTTONS) {
        let label = words::acknowledge_one(one.0.id, lang);
        buttons.push(labelled(&label, SECONDARY, &id(Verb::Acknowledge, one)));
    }
    let rows: Vec<Value> =
        buttons.chunks(limits::BUTTONS_IN_ROW).map(|row| json!({ "type": 1, "components": row })).collect();
    json!({
        "content": words::cut(&content, limits::CONTENT),
        "components": rows,
        "allowed_mentions": { "parse": [] },
    })
}
