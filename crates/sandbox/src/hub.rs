//! Purpose: the one lock. A change of the world, its line in the state file and its events leave together, in order.

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{
    control::{calls::Calls, faults::Faults},
    gateway::sessions::Session,
    id::Id,
    limits::Limits,
    meter::Meter,
    permissions,
    state::Journal,
    world::{Channel, Progress, World, render},
};

/// Gateway intents. Source: Discord docs, "Gateway Intents".
pub(crate) mod intents {
    pub(crate) const GUILDS: u64 = 1;
    pub(crate) const GUILD_MEMBERS: u64 = 1 << 1;
    pub(crate) const GUILD_MODERATION: u64 = 1 << 2;
    pub(crate) const GUILD_WEBHOOKS: u64 = 1 << 5;
    pub(crate) const GUILD_PRESENCES: u64 = 1 << 8;
    pub(crate) const GUILD_MESSAGES: u64 = 1 << 9;
    pub(crate) const GUILD_MESSAGE_REACTIONS: u64 = 1 << 10;
    pub(crate) const GUILD_MESSAGE_TYPING: u64 = 1 << 11;
    pub(crate) const DIRECT_MESSAGES: u64 = 1 << 12;
    pub(crate) const DIRECT_MESSAGE_REACTIONS: u64 = 1 << 13;
    pub(crate) const DIRECT_MESSAGE_TYPING: u64 = 1 << 14;
    pub(crate) const MESSAGE_CONTENT: u64 = 1 << 15;
    pub(crate) const PRIVILEGED: u64 = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT;
    /// Every bit that means something.
    pub(crate) const KNOWN: u64 = ((1 << 17) - 1) | (1 << 20) | (1 << 21) | (1 << 24) | (1 << 25);
}

/// Everything behind the lock.
pub(crate) struct Core {
    pub(crate) world: World,
    pub(crate) limits: Limits,
    /// `ws://host:port/gw`.
    pub(crate) gateway: String,
    pub(crate) meter: Meter,
    pub(crate) sessions: Vec<Session>,
    pub(crate) faults: Faults,
    pub(crate) calls: Calls,
    /// As they are sent: JSON text.
    pub(crate) events: VecDeque<(u64, Arc<str>)>,
    /// Oldest sequence that `events` has ever had to drop.
    pub(crate) dropped: u64,
    /// Interactions made in this change, whose first answer is awaited from now on.
    pub(crate) awaited: Vec<Id>,
    /// How long until events that tricks hold back have to be looked at.
    pub(crate) held: Option<Duration>,
    pub(crate) identifies: Vec<(Id, std::time::Instant)>,
    pub(crate) next_session: u64,
    outbox: Vec<Dispatch>,
    journal: Option<Journal>,
    journal_path: Option<PathBuf>,
    /// The state file could not be written: nothing may be answered as done any more.
    pub(crate) broken: bool,
}

/// A gateway event on its way to the sessions of some bots.
struct Dispatch {
    name: &'static str,
    bots: Vec<Id>,
    /// A session needs one of these; none means everybody.
    intents: u64,
    data: Value,
    dm: bool,
}

/// The lock and what is needed around it.
pub(crate) struct Hub {
    core: Mutex<Core>,
    /// Rises with every change; readers wait on it.
    pub(crate) changed: watch::Sender<u64>,
    pub(crate) stop: CancellationToken,
    pub(crate) base: String,
    pub(crate) gateway: String,
    pub(crate) limits: Limits,
}

impl Hub {
    pub(crate) fn new(world: World, limits: Limits, journal: Option<(Journal, PathBuf)>, base: String) -> Arc<Self> {
        let (journal, journal_path) = journal.unzip();
        let gateway = format!("{}/gw", base.replacen("http", "ws", 1));
        // A reader that knows events from before a restart has missed some.
        let dropped = world.meta.seq;
        let core = Core {
            world,
            limits: limits.clone(),
            gateway: gateway.clone(),
            meter: Meter::default(),
            sessions: Vec::new(),
            faults: Faults::default(),
            calls: Calls::default(),
            events: VecDeque::new(),
            dropped,
            awaited: Vec::new(),
            held: None,
            identifies: Vec::new(),
            next_session: 1,
            outbox: Vec::new(),
            journal,
            journal_path,
            broken: false,
        };
        Arc::new(Self {
            core: Mutex::new(core),
            changed: watch::Sender::new(0),
            stop: CancellationToken::new(),
            base,
            gateway,
            limits,
        })
    }

    /// Does something under the lock; whatever changed is written down and told to everybody before this returns.
    pub(crate) fn change<R>(self: &Arc<Self>, act: impl FnOnce(&mut Core) -> R) -> R {
        let mut core = self.core.lock().unwrap_or_else(PoisonError::into_inner);
        let result = act(&mut core);
        core.settle();
        let awaited = std::mem::take(&mut core.awaited);
        let held = core.held.take();
        drop(core);
        self.changed.send_modify(|version| *version += 1);
        for interaction in awaited {
            self.await_first_answer(interaction);
        }
        if let Some(held) = held {
            self.let_go_in(held);
        }
        result
    }

    /// Looks without changing anything.
    pub(crate) fn look<R>(&self, look: impl FnOnce(&Core) -> R) -> R {
        look(&self.core.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Later, events that were held back long enough are brought.
    fn let_go_in(self: &Arc<Self>, wait: Duration) {
        let hub = Arc::clone(self);
        tokio::spawn(async move {
            tokio::select! {
                () = hub.stop.cancelled() => return,
                () = tokio::time::sleep(wait) => {}
            }
            hub.change(|core| {
                let keep = core.limits.replay;
                core.sessions.iter_mut().for_each(|session| session.tricks_over(keep));
            });
        });
    }

    fn await_first_answer(self: &Arc<Self>, interaction: Id) {
        let hub = Arc::clone(self);
        tokio::spawn(async move {
            tokio::select! {
                () = hub.stop.cancelled() => return,
                () = tokio::time::sleep(hub.limits.first_response) => {}
            }
            hub.change(|core| core.give_up(interaction));
        });
    }

    /// Closes the state file.
    pub(crate) fn close(&self) {
        let mut core = self.core.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(journal), Some(path)) = (core.journal.take(), core.journal_path.take()) {
            journal.close(&path);
        }
    }
}

impl Core {
    fn settle(&mut self) {
        if let Some(journal) = &mut self.journal {
            if !self.world.dirty.is_empty()
                && let Err(error) = journal.write(&mut self.world)
                && !self.broken
            {
                self.broken = true;
                tracing::error!(%error, "The state file cannot be written; calls are refused from now on");
            }
        } else {
            self.world.dirty.clear();
        }
        for dispatch in std::mem::take(&mut self.outbox) {
            let mut text = None;
            for session in self.sessions.iter_mut().filter(|session| dispatch.bots.contains(&session.bot)) {
                if dispatch.intents != 0 && session.intents & dispatch.intents == 0 {
                    continue;
                }
                if dispatch.name.starts_with("MESSAGE_")
                    && session.intents & intents::MESSAGE_CONTENT == 0
                    && dispatch.data["author"].is_object()
                {
                    let mut data = dispatch.data.clone();
                    render::strip_content(&mut data, session.bot, dispatch.dm);
                    session.dispatch(dispatch.name, &data.to_string(), self.limits.replay);
                } else {
                    // Written once, however many hear it.
                    let text = text.get_or_insert_with(|| dispatch.data.to_string());
                    session.dispatch(dispatch.name, text, self.limits.replay);
                }
            }
        }
    }

    /// Tells every bot that sees the channel.
    pub(crate) fn tell_channel(&mut self, name: &'static str, channel: &Channel, intents: u64, data: Value) {
        let bots = self
            .world
            .bots()
            .map(|(user, _)| user.id)
            .filter(|bot| permissions::sees(&self.world, *bot, channel))
            .collect();
        self.outbox.push(Dispatch { name, bots, intents, data, dm: channel.is_dm() });
    }

    /// Tells every bot of the guild.
    pub(crate) fn tell_guild(&mut self, name: &'static str, intents: u64, data: Value) {
        let bots = self.world.bots().map(|(user, _)| user.id).filter(|bot| self.world.member(*bot).is_some()).collect();
        self.outbox.push(Dispatch { name, bots, intents, data, dm: false });
    }

    /// Tells one bot.
    pub(crate) fn tell_bot(&mut self, name: &'static str, bot: Id, intents: u64, data: Value) {
        self.outbox.push(Dispatch { name, bots: vec![bot], intents, data, dm: true });
    }

    /// Tells the chat page and tests. `data`: an object without `seq` and `kind`.
    pub(crate) fn tell_page(&mut self, kind: &str, data: Value) -> u64 {
        let seq = self.world.next_seq();
        let mut event = data;
        event["seq"] = json!(seq);
        event["kind"] = json!(kind);
        self.events.push_back((seq, event.to_string().into()));
        if self.events.len() > self.limits.kept {
            self.dropped = self.events.pop_front().map_or(self.dropped, |(seq, _)| seq);
        }
        seq
    }

    /// The interaction has waited long enough: "The application did not respond".
    pub(crate) fn give_up(&mut self, interaction: Id) {
        let waiting = self
            .world
            .interactions
            .get(&interaction)
            .is_some_and(|interaction| interaction.progress == Progress::Waiting);
        if waiting && let Some(interaction) = self.world.interaction_mut(interaction) {
            interaction.progress = Progress::Failed;
            let told = json!({ "id": interaction.id, "state": "failed", "person": interaction.person });
            self.tell_page("interaction", told);
        }
    }
}
