//! Purpose: posts: messages that stay as they are. Quiet unless somebody must act on them now.

use domain::{Actor, ChatRoleId, ChatUserId, Incident, PersonId, Place, Post};
use serde_json::{Value, json};

use super::{RenderContext, buttons, limits, quiet};
use crate::custom_id::{Spot, Verb};
use crate::directory::Directory;

/// A post, for the place it goes to.
pub fn post(post: &Post, place: &Place, cx: &RenderContext<'_>) -> Value {
    let Some(incident) = cx.incident else { return Value::Null };
    let lang = cx.lang();
    let text = words::post_with_room(post, cx.other_room, &Addressing(cx.directory), lang);
    let text = if is_elsewhere(post, place, incident, cx) {
        // Stakeholders follow the thread, without the chatter of the room.
        let led_to = match place {
            Place::Status => cx.thread().or_else(|| cx.room()),
            Place::Room | Place::Thread | Place::PolicyEnd => cx.room(),
        };
        format!("{}{text}", words::elsewhere(incident, led_to, lang))
    } else {
        text
    };
    let mut body = match loud(post, cx) {
        None => quiet(&text),
        Some(Loud::Everybody) => json!({
            "content": words::cut(&text, limits::CONTENT),
            "allowed_mentions": { "parse": [] },
        }),
        Some(Loud::User(user)) => json!({
            "content": words::cut(&text, limits::CONTENT),
            "allowed_mentions": { "parse": [], "users": [user.to_string()] },
        }),
        Some(Loud::Role(role)) => json!({
            "content": words::cut(&format!("<@&{role}> {text}"), limits::CONTENT),
            "allowed_mentions": { "parse": [], "roles": [role.to_string()] },
        }),
    };
    let verbs: &[Verb] = match post {
        Post::AllAlertsResolved { .. } => &[Verb::Resolve, Verb::KeepOpen],
        Post::StillOnIt { .. } => &[Verb::StillOnIt],
        // Stakeholders, who follow the thread, have nothing to write.
        Post::Resolved { postmortem_due: Some(_), .. } if *place == Place::Room => &[Verb::Postmortem],
        Post::PostmortemDue { .. } | Post::ActionItemDue { .. } => &[Verb::Postmortem],
        _ => &[],
    };
    if !verbs.is_empty() {
        body["components"] = buttons::row(verbs, incident.id, Spot::Post, lang);
    }
    body
}

/// For whom a post makes a sound.
enum Loud {
    /// For whoever hears the channel.
    Everybody,
    /// For one person.
    User(ChatUserId),
    /// For a role.
    Role(ChatRoleId),
}

fn loud(post: &Post, cx: &RenderContext<'_>) -> Option<Loud> {
    match post {
        Post::PolicyEnded { policy } => {
            let at_end =
                policy.as_ref().and_then(|name| cx.setup().escalations.get(name)).and_then(|p| p.at_end.as_ref());
            let role = at_end.and_then(|at_end| at_end.mention.as_ref()).and_then(|name| cx.directory.role(name));
            Some(role.map_or(Loud::Everybody, Loud::Role))
        }
        Post::StillOnIt { holder, .. } => Some(Loud::User(holder.user)),
        Post::UpdateOverdue { whom } => whom.as_ref().map(|whom| Loud::User(whom.user)),
        Post::PostmortemDue { whom, .. } => whom.as_ref().map(|whom| Loud::User(whom.user)),
        Post::Reopened { .. }
        | Post::Triaged { .. }
        | Post::Dismissed { .. }
        | Post::MergedInto { .. }
        | Post::Absorbed { .. }
        | Post::Similar { .. }
        | Post::Contacted { .. }
        | Post::ContactFailed { .. }
        | Post::ThingLost { .. }
        | Post::ActionItemDue { .. }
        | Post::PostmortemClosed { .. }
        | Post::DrillReport { .. }
        | Post::Outage { .. }
        | Post::Why { .. }
        | Post::Acknowledged { .. }
        | Post::HelpComing { .. }
        | Post::Declined { .. }
        | Post::Gaps { .. }
        | Post::DirectMessageFailed { .. }
        | Post::AckExpired { .. }
        | Post::AckWithdrawn { .. }
        | Post::SeverityChanged { .. }
        | Post::EscalationStopped { .. }
        | Post::Commander { .. }
        | Post::Update { .. }
        | Post::Note { .. }
        | Post::AllAlertsResolved { .. }
        | Post::KeptOpen { .. }
        | Post::FiresAgain { .. }
        | Post::Resolved { .. } => None,
    }
}

/// True when readers of the place cannot know which incident is meant.
fn is_elsewhere(post: &Post, place: &Place, incident: &Incident, cx: &RenderContext<'_>) -> bool {
    match place {
        Place::Room | Place::Thread => false,
        Place::Status => true,
        Place::PolicyEnd => {
            let policy = match post {
                Post::PolicyEnded { policy } => policy.as_ref(),
                _ => None,
            };
            let at_end =
                policy.and_then(|name| cx.setup().escalations.get(name)).and_then(|policy| policy.at_end.as_ref());
            at_end.is_some_and(|at_end| at_end.post.is_some()) || !incident.has_thread()
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
