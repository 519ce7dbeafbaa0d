//! Purpose: what Discord receives. Pure functions from the incident and what we know of Discord to message bodies.
//!
//! Bodies are complete: a `POST` sends them as they are, an edit sends [`for_edit`] of them. Nobody is ever mentioned
//! unless the message is a page or loud, and then by id. A body about an incident that is not there is `null`.

mod board;
pub(crate) mod buttons;
mod candidate;
mod card;
pub(crate) mod desk;
mod digest;
pub(crate) mod forms;
pub mod limits;
mod names;
mod page;
mod post;
mod postmortem;
mod private;
mod record;
mod status;
mod sure;
#[cfg(test)]
mod tests;
mod together;
mod triage;
mod typed;

use domain::detection::Evidence;
use domain::incident::Outage;
use domain::setup::Language;
use domain::{ChatChannelId, Incident, Setup, Thing, Timestamp, World};
use engine::Objects;
use serde_json::{Value, json};

pub use board::{board, board_marker, storm_over};
pub use candidate::{candidate, candidate_settled, chat_note, known, opening_asked, operators};
pub use card::{card, room_card};
pub use digest::digest;
pub(crate) use forms::shown;
pub use forms::{Prefill, correct_form, dismiss_form, field, open_form, resolve_form, update_form};
pub use names::{channel_name, channel_topic, people_topic, thread_name};
pub use page::{page, page_settled, page_stands};
pub use post::{brought, follower_told, left, outage, post};
pub use postmortem::{
    action_item, action_item_form, change_item_form, knew_form, offered, postmortem, postmortem_sure, proof_form,
    write_form,
};
pub use private::{
    acknowledged_all_components, acknowledged_components, declined_components, dismissed_components,
    mitigated_components, more_components, private, updated_components,
};
pub(crate) use record::{record, with_record};
pub use status::{status, status_marker};
pub use sure::{severity_form, sure_give_back, sure_merge, sure_raise, triage_lower_form};
pub use together::together;
pub use triage::{merge_choice, triage};
pub use typed::Typed;
pub(crate) use typed::{fenced, read_back, refilled, unfenced};

use crate::directory::Directory;

/// What rendering needs to know.
#[derive(Clone, Copy, Debug)]
pub struct RenderContext<'a> {
    /// The configuration, and what people changed at run time.
    pub world: &'a World,
    /// Names resolved to Discord's ids.
    pub directory: &'a Directory,
    /// The incident, with everything that has happened; none for what belongs to none.
    pub incident: Option<&'a Incident>,
    /// What Discord gave us for it.
    pub objects: &'a Objects,
    /// The instant of rendering.
    pub now: Timestamp,
    /// Where people work on the other incident that is named, after a merge.
    pub other_room: Option<ChatChannelId>,
    /// The last time when Discord could not be reached: what was to ring meanwhile is one ring.
    pub outage: Option<Outage>,
}

impl<'a> RenderContext<'a> {
    /// The configuration.
    pub fn setup(&self) -> &'a Setup {
        self.world.setup()
    }

    fn lang(&self) -> Language {
        self.setup().language
    }

    /// Where people work: the channel if there is one, else the thread.
    pub fn room(&self) -> Option<ChatChannelId> {
        room_of(self.objects)
    }

    /// The public thread, where stakeholders follow.
    pub fn thread(&self) -> Option<ChatChannelId> {
        self.objects.get(&Thing::Thread).map(|object| object.channel)
    }

    /// The address of a channel or thread in the home server.
    fn url(&self, channel: ChatChannelId) -> Option<String> {
        self.directory.guild.map(|guild| format!("https://discord.com/channels/{guild}/{channel}"))
    }
}

/// Where people work: the channel if there is one, else the thread.
pub fn room_of(objects: &Objects) -> Option<ChatChannelId> {
    [Thing::Channel, Thing::Thread].iter().find_map(|kind| objects.get(kind)).map(|object| object.channel)
}

/// Address of what shows who knew first.
pub fn evidence(incident: &Incident, directory: &Directory) -> Option<String> {
    match incident.detected.as_ref()?.evidence.as_ref()? {
        Evidence::Link { url } => Some(url.clone()),
        Evidence::Message { channel, message } => {
            directory.guild.map(|guild| format!("https://discord.com/channels/{guild}/{channel}/{message}"))
        }
    }
}

/// The body without what an edit does not take: flags that exist at creation only, the message it replies to.
pub fn for_edit(mut body: Value) -> Value {
    if let Some(fields) = body.as_object_mut() {
        fields.remove("flags");
        fields.remove("message_reference");
    }
    body
}

/// A message that mentions nobody and makes no sound.
fn quiet(content: &str) -> Value {
    json!({
        "content": words::cut(content, limits::CONTENT),
        "allowed_mentions": { "parse": [] },
        "flags": limits::SUPPRESS_NOTIFICATIONS,
    })
}

/// `**Label** text`, one per line.
fn description(lines: &[(String, String)]) -> String {
    let lines: Vec<String> = lines.iter().map(|(label, text)| format!("**{label}** {text}")).collect();
    lines.join("\n")
}
