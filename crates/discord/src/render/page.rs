//! Purpose: pages. The first line is what a lock screen shows; they always make a sound and mention nobody else.

use domain::incident::{Page, PageEnd, rings_later};
use domain::setup::Language;
use domain::{Incident, PageId, PageVia, PersonId, Thing};
use serde_json::{Value, json};

use super::{RenderContext, buttons, limits};
use crate::custom_id::{Spot, Verb};

/// The message of a page.
pub fn page(page: PageId, person: &PersonId, via: PageVia, cx: &RenderContext<'_>) -> Value {
    let Some(incident) = cx.incident else { return Value::Null };
    let known = incident.page(page);
    let (user, lang) = (cx.directory.user(person), language(person, via, cx));
    let (content, allowed) = match via {
        PageVia::Room => {
            let mention = user.map_or_else(|| words::escape(cx.directory.name(person)), |user| format!("<@{user}>"));
            let line = words::page_line(incident, known, Some(&mention), lang);
            // The room knows why the incident pages; a page by hand has its own reason.
            let reason = known
                .filter(|known| known.reason.call().step.is_none())
                .and_then(|known| words::page_details(incident, known, None, None, lang).into_iter().next());
            let content = [Some(line), reason].into_iter().flatten().collect::<Vec<_>>().join("\n");
            let users: Vec<String> = user.iter().map(ToString::to_string).collect();
            (content, json!({ "parse": [], "users": users }))
        }
        PageVia::Direct => {
            let mut lines = vec![words::page_line(incident, known, None, lang)];
            if let Some(known) = known {
                lines.extend(details(known, incident, lang, cx));
            }
            (lines.join("\n"), json!({ "parse": [] }))
        }
        // Not Discord's to carry.
        PageVia::Way(_) => return Value::Null,
    };
    let mut body = json!({
        "content": words::cut(&content, limits::CONTENT),
        "components": buttons::row(&[Verb::Acknowledge, Verb::Decline, Verb::Runbook], incident.id, Spot::Page(page), lang),
        "allowed_mentions": allowed,
    });
    // Whoever is rung for several at once is rung by the one message that tells them.
    if via == PageVia::Room && rings_later(incident, page, cx.outage) {
        body["flags"] = json!(limits::SUPPRESS_NOTIFICATIONS);
    }
    body
}

/// The message of a page as it stands now, for an edit: what waits for an answer says how bad it is now.
pub fn page_stands(page: PageId, via: PageVia, cx: &RenderContext<'_>) -> Value {
    let waits = cx.incident.and_then(|incident| incident.page(page)).filter(|page| page.end.is_none());
    match waits {
        Some(waiting) if cx.incident.is_some_and(|incident| incident.status.is_open()) => {
            self::page(page, &waiting.person, via, cx)
        }
        Some(_) | None => page_settled(page, via, cx),
    }
}

/// The message of a page that is over, for an edit: how it ended, and no buttons. `null` when there is no such page.
pub fn page_settled(page: PageId, via: PageVia, cx: &RenderContext<'_>) -> Value {
    let Some((incident, page)) = cx.incident.and_then(|incident| Some((incident, incident.page(page)?))) else {
        return Value::Null;
    };
    let lang = language(&page.person, via, cx);
    let mut content = match is_told_below(page, via, cx) {
        true => words::page_folded_line(incident, page, cx.directory, lang),
        false => words::page_settled_line(incident, page, cx.directory, lang),
    };
    if via == PageVia::Direct
        && let Some(url) = cx.room().and_then(|room| cx.url(room))
    {
        content.push('\n');
        content.push_str(&url);
    }
    json!({
        "content": words::cut(&content, limits::CONTENT),
        "components": [],
        "allowed_mentions": { "parse": [] },
    })
}

/// Whether the room says on a line of its own how the page ended: then the page says it no second time. Whoever is asked by a page
/// whether they still have it answers without such a line.
fn is_told_below(page: &Page, via: PageVia, cx: &RenderContext<'_>) -> bool {
    let at = cx.objects.get(&Thing::Page(page.id, via)).map(|object| object.channel);
    let said = match &page.end {
        Some((PageEnd::Acknowledged { .. } | PageEnd::Declined { .. }, _)) => true,
        Some((PageEnd::NotNeeded | PageEnd::Silenced { .. } | PageEnd::HandedOver { .. } | PageEnd::Removed, _))
        | None => false,
    };
    via == PageVia::Room && said && at.is_some() && at == cx.room() && !page.reason.call().asks_holder
}

/// What one person reads is in their configured language, what the room reads in the installation's.
pub(super) fn language(person: &PersonId, via: PageVia, cx: &RenderContext<'_>) -> Language {
    match via {
        PageVia::Room => cx.lang(),
        PageVia::Direct | PageVia::Way(_) => {
            cx.setup().people.get(person).and_then(|person| person.language).unwrap_or(cx.lang())
        }
    }
}

fn details(page: &Page, incident: &Incident, lang: Language, cx: &RenderContext<'_>) -> Vec<String> {
    let step = incident
        .runbook
        .as_ref()
        .and_then(|name| cx.setup().runbooks.iter().find(|runbook| runbook.name == *name))
        .and_then(|runbook| runbook.first_step());
    let url = cx.room().and_then(|room| cx.url(room));
    words::page_details(incident, page, step, url.as_deref(), lang)
}
