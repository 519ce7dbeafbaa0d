//! Purpose: the sample configuration and what stands around an incident, for targets that show or decide something.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use discord::directory::Directory;
use discord::render::RenderContext;
use domain::episode::KnownAlert;
use domain::incident::{EventAt, Incident};
use domain::stages::Known;
use domain::{
    AlertReport, ChatChannelId, ChatMessageId, ChatRoleId, ChatUserId, GroupKey, GuildId, IncidentId, PersonId, Setup,
    Thing, Timestamp, World,
};
use engine::{ObjectRef, Objects};

/// The sample configuration as people get it.
pub const CONFIG: &str = include_str!("../../examples/siaga.toml");

/// The least a configuration may say.
pub const SMALL: &str = "version = 1\n[discord]\nincidents = \"#incidents\"\n[severities]\nSEV-4 = { means = \"none\", room = \"line\", page = false }\n[routing]\nrules = [{ match = [], severity = \"SEV-4\" }]\n";

pub static SETUP: LazyLock<Setup> = LazyLock::new(|| {
    config::from_text("siaga.toml", CONFIG, &[]).unwrap_or_else(|problems| panic!("{}", problems.render(false))).setup
});

/// The sample configuration, in which nobody has changed anything.
pub static WORLD: LazyLock<World> = LazyLock::new(|| World::new(SETUP.clone()));

pub static DIRECTORY: LazyLock<Directory> = LazyLock::new(|| {
    let people = (11..).zip(["budi", "rina", "sari", "dewi", "agus"]);
    Directory {
        guild: Some(GuildId(1)),
        channels: BTreeMap::from([("incidents".to_owned(), ChatChannelId(4))]),
        roles: BTreeMap::from([("sre-lead".to_owned(), ChatRoleId(90))]),
        people: people.map(|(id, name)| (PersonId::from(name), (ChatUserId(id), name.to_owned()))).collect(),
        ..Directory::default()
    }
});

static OBJECTS: LazyLock<Objects> = LazyLock::new(|| {
    let object =
        |channel, message| ObjectRef { channel: ChatChannelId(channel), message, digest: None, touched_at: now() };
    Objects::from([
        (Thing::Card, object(4, Some(ChatMessageId(6)))),
        (Thing::Thread, object(6, None)),
        (Thing::Channel, object(5, None)),
    ])
});

pub fn now() -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap()
}

pub fn render(incident: &Incident) -> RenderContext<'_> {
    RenderContext {
        world: &WORLD,
        directory: &DIRECTORY,
        incident: Some(incident),
        objects: &OBJECTS,
        now: now(),
        other_room: None,
        outage: None,
    }
}

/// Nothing has happened yet.
pub struct Nothing;

impl Known for Nothing {
    fn alert(&self, _: &AlertReport) -> Option<&KnownAlert> {
        None
    }
    fn open_group(&self, _: &GroupKey) -> Option<&Incident> {
        None
    }
    fn incident(&self, _: IncidentId) -> Option<&Incident> {
        None
    }
}

/// The incident after these events, all of now.
pub fn after(events: Vec<domain::Event>) -> Option<(Incident, Vec<EventAt>)> {
    let timeline: Vec<EventAt> = (1..).zip(events).map(|(seq, event)| EventAt { seq, at: now(), event }).collect();
    Some((Incident::replay(IncidentId(8), timeline.clone())?, timeline))
}
