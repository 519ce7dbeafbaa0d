//! Purpose: posts: messages that stay as they are. Quiet unless somebody must act on them now; what each event asks for is in
//! `domain::incident::Meaning`.

use domain::incident::{Asks, Event, EventAt, Loud, ring_of};
use domain::{Actor, ChatRoleId, ChatUserId, Incident, PersonId, Place, Timestamp};
use serde_json::{Value, json};
use words::PostFacts;

use super::{RenderContext, buttons, limits, quiet};
use crate::custom_id::{Spot, Verb};
use crate::directory::Directory;

/// What an event says in the place it goes to.
pub fn post(said: &EventAt, place: Place, cx: &RenderContext<'_>) -> Value {
    let Some(incident) = cx.incident else { return Value::Null };
    let lang = cx.lang();
    let text = words::post(said, place, &facts(incident, cx), &Addressing(cx.directory), lang);
    let meant = said.event.meaning().post;
    let text = if is_elsewhere(place.of(incident), incident, cx) {
        format!("{}{text}", words::elsewhere(incident, cx.room(), lang))
    } else {
        text
    };
    let loud = if is_rung_by_page(said, incident) { Loud::Nobody } else { meant.loud };
    let mut body = match unheard(said, incident, cx).map(Heard::Mentioned).or_else(|| heard(loud, place, cx)) {
        None => quiet(&text),
        Some(Heard::Everybody) => json!({
            "content": words::cut(&text, limits::CONTENT),
            "allowed_mentions": { "parse": [] },
        }),
        Some(Heard::Mentioned(user)) => json!({
            "content": words::cut(&format!("<@{user}> {text}"), limits::CONTENT),
            "allowed_mentions": { "parse": [], "users": [user.to_string()] },
        }),
        Some(Heard::User(user)) => json!({
            "content": words::cut(&text, limits::CONTENT),
            "allowed_mentions": { "parse": [], "users": [user.to_string()] },
        }),
        Some(Heard::Role(role)) => json!({
            "content": words::cut(&format!("<@&{role}> {text}"), limits::CONTENT),
            "allowed_mentions": { "parse": [], "roles": [role.to_string()] },
        }),
    };
    // What was answered meanwhile, or has no sense any more, has no buttons.
    let asks = if incident.is_asked(said.seq) { meant.asks } else { Asks::Nothing };
    let verbs: &[Verb] = match asks {
        Asks::Nothing => &[],
        Asks::WhetherOver => &[Verb::Resolve, Verb::KeepOpen],
        Asks::WhetherStillOnIt => &[Verb::StillOnIt],
        // Stakeholders, who follow the thread, have nothing to write.
        Asks::Postmortem if place == Place::Room => &[Verb::Postmortem],
        Asks::Postmortem => &[],
    };
    // Which rule of which file it was is for whoever asks; what to do first stands in the runbook.
    let verbs: &[Verb] = match said.event {
        Event::Opened { .. } | Event::Unfolded { .. } if place == Place::Room => &[Verb::Why, Verb::Runbook],
        _ => verbs,
    };
    if !verbs.is_empty() {
        body["components"] = buttons::row(verbs, incident.id, Spot::Post, lang);
    }
    body
}

/// What somebody who follows reads by direct message: they asked for it, so it makes a sound.
pub fn follower_told(said: &EventAt, user: ChatUserId, cx: &RenderContext<'_>) -> Value {
    let Some(incident) = cx.incident else { return Value::Null };
    let person = cx.directory.person_of(user).and_then(|person| cx.setup().people.get(person));
    let lang = person.and_then(|person| person.language).unwrap_or_else(|| cx.lang());
    let thread = cx.thread().or_else(|| cx.room());
    let text = words::follower_told(said, &facts(incident, cx), thread, &Addressing(cx.directory), lang);
    json!({ "content": words::cut(&text, limits::CONTENT), "allowed_mentions": { "parse": [] } })
}

/// What happened while Discord could not be reached, in one message.
pub fn outage(since: Timestamp, said: &[(EventAt, Place)], cx: &RenderContext<'_>) -> Value {
    let Some(incident) = cx.incident else { return Value::Null };
    quiet(&words::outage(since, said, &facts(incident, cx), &Addressing(cx.directory), cx.lang()))
}

/// In the thread that people leave for a channel: where the work goes on.
pub fn left(said: &EventAt, cx: &RenderContext<'_>) -> Value {
    let Some(room) = cx.room() else { return Value::Null };
    quiet(&words::left(said, room, cx.lang()))
}

/// In the channel that takes over: what is known so far. `before` is what had happened until then.
pub fn brought(before: &[EventAt], cx: &RenderContext<'_>) -> Value {
    let Some(incident) = cx.incident else { return Value::Null };
    quiet(&words::brought(before, incident, cx.thread(), &Addressing(cx.directory), cx.lang()))
}

fn facts<'a>(incident: &'a Incident, cx: &RenderContext<'a>) -> PostFacts<'a> {
    PostFacts { incident, setup: cx.setup(), other_room: cx.other_room }
}

/// Who hears a post.
enum Heard {
    /// Whoever hears the channel.
    Everybody,
    /// One person, whom the text addresses.
    User(ChatUserId),
    /// One person, whom the text does not address.
    Mentioned(ChatUserId),
    /// A role.
    Role(ChatRoleId),
}

/// Whether a question to the holder came with a page that asks them the same: that rings, and the question names them only.
fn is_rung_by_page(said: &EventAt, incident: &Incident) -> bool {
    let Event::AckQuestioned { holder: Some(holder), .. } = &said.event else { return false };
    incident.pages.iter().any(|page| {
        page.at == said.at && page.reason.call().asks_holder && Some(&page.person) == holder.person.as_ref()
    })
}

/// Somebody whose mention in the room made no sound, because their direct message was to do that, and it did not arrive.
fn unheard(said: &EventAt, incident: &Incident, cx: &RenderContext<'_>) -> Option<ChatUserId> {
    let Event::ContactFailed { page, person, via, .. } = &said.event else { return None };
    let at_once = incident.page(*page).is_some_and(|page| page.ways.is_empty() || page.ways.contains(via));
    ring_of(incident, *page, *via, cx.outage).filter(|_| at_once).and_then(|_| cx.directory.user(person))
}

fn heard(loud: Loud<'_>, place: Place, cx: &RenderContext<'_>) -> Option<Heard> {
    match loud {
        Loud::Nobody => None,
        // Whoever is reminded is in the room.
        Loud::One(_) if place == Place::Status => None,
        Loud::One(actor) => Some(Heard::User(actor.user)),
        // The room reads of the gaps on the way, without a sound.
        Loud::PolicyEnd(_) if place != Place::PolicyEnd => None,
        // A drill rings nobody who does not take part: those who do are called once more by their pages.
        Loud::PolicyEnd(_) if cx.incident.is_some_and(|incident| incident.drill.is_some()) => None,
        Loud::PolicyEnd(_) => {
            let at_end = cx.incident.and_then(|incident| incident.at_end(cx.setup()));
            let role = at_end.and_then(|at_end| at_end.mention).and_then(|name| cx.directory.role(&name));
            Some(role.map_or(Heard::Everybody, Heard::Role))
        }
    }
}

/// True when readers of the place cannot know which incident is meant.
fn is_elsewhere(place: Place, incident: &Incident, cx: &RenderContext<'_>) -> bool {
    match place {
        // A line for stakeholders names its incident itself.
        Place::Room | Place::Thread | Place::Debrief | Place::Left | Place::Brought | Place::Status => false,
        Place::PolicyEnd => {
            incident.at_end(cx.setup()).is_some_and(|at_end| at_end.post.is_some()) || !incident.has_thread()
        }
    }
}

/// Addresses people by mention; only ids in `allowed_mentions` are heard.
struct Addressing<'a>(&'a Directory);

impl words::Names for Addressing<'_> {
    fn person(&self, person: &PersonId) -> String {
        self.0.name(person).to_owned()
    }

    fn address(&self, actor: &Actor) -> String {
        format!("<@{}>", actor.user)
    }
}
