//! Purpose: Siaga watches itself: pings an outside watch while all is well, and tells people on other ways when it is not.
//!
//! Nothing here goes through the outbox: it must work when the database does not.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use domain::setup::Watch;
use domain::{PersonId, Timestamp, WayId};
use engine::{Clock, Engine};
use notify::{Message, Notifier, Pinger};
use secrecy::SecretString;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};
use words::Unwell;

use crate::front;
use crate::refusals::Refusals;
use crate::settings::variable;

/// Longest time between two looks at ourselves.
const LOOK: Duration = Duration::from_secs(5);
/// Between two attempts to tell a person who could not be told.
const TELL_AGAIN: Duration = Duration::from_secs(60);
/// So much the day of a program has: an alarm may be told again after it when the trouble goes on.
const ALARM_AGAIN: Duration = Duration::from_secs(3_600);

/// How the watch stands, for metrics and health.
#[derive(Clone, Debug, Default)]
pub struct Watched {
    inner: Arc<RwLock<State>>,
}

#[derive(Debug, Default)]
struct State {
    gateway_away_since: Option<Instant>,
    pinged: u64,
    failed: u64,
    held_back: u64,
    last: Option<Instant>,
    trouble: Option<String>,
}

/// What is known of the watch now.
#[derive(Clone, Debug, Default)]
pub(crate) struct WatchVitals {
    pub(crate) gateway_away: Duration,
    pub(crate) pinged: u64,
    pub(crate) failed: u64,
    pub(crate) held_back: u64,
    /// How long ago the last ping arrived.
    pub(crate) last: Option<Duration>,
    /// Why it is not pinged, or not reached.
    pub(crate) trouble: Option<String>,
}

impl Watched {
    /// What is known now.
    pub(crate) fn now(&self) -> WatchVitals {
        let state = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        WatchVitals {
            gateway_away: state.gateway_away_since.map(|since| since.elapsed()).unwrap_or_default(),
            pinged: state.pinged,
            failed: state.failed,
            held_back: state.held_back,
            last: state.last.map(|last| last.elapsed()),
            trouble: state.trouble.clone(),
        }
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.inner.write().unwrap_or_else(PoisonError::into_inner));
    }
}

/// What the watch works with.
pub(crate) struct Watcher {
    pub(crate) engine: Engine,
    pub(crate) notifier: Arc<Notifier>,
    pub(crate) connected: watch::Receiver<bool>,
    pub(crate) watched: Watched,
    pub(crate) refusals: Refusals,
    /// Addresses by the variable that holds them.
    pub(crate) addresses: BTreeMap<String, SecretString>,
}

/// What has been told to whom.
#[derive(Default)]
struct Alarm {
    began: Option<Timestamp>,
    told: BTreeMap<(PersonId, WayId), Instant>,
    tried: BTreeMap<(PersonId, WayId), Instant>,
}

impl Watcher {
    /// Watches until told to stop.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let pinger = Pinger::new();
        let (mut alarm, mut next_ping, mut was_well) = (Alarm::default(), Instant::now(), true);
        loop {
            self.look_at_gateway();
            let setup = self.engine.setup();
            self.look_at_the_intake();
            let mut pause = LOOK;
            if let Some(watch) = &setup.watch {
                let why = self.unwell(watch).await;
                self.say(&why, &mut was_well, watch);
                self.alarm(&why, watch, &mut alarm).await;
                if Instant::now() >= next_ping {
                    next_ping = Instant::now() + watch.every;
                    self.ping(&pinger, &why, watch).await;
                }
                pause = pause.min(watch.every).min(watch.page_stuck / 4).max(Duration::from_millis(100));
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    fn look_at_gateway(&self) {
        let connected = *self.connected.borrow();
        self.watched.change(|state| match (connected, state.gateway_away_since) {
            (true, _) => state.gateway_away_since = None,
            (false, None) => state.gateway_away_since = Some(Instant::now()),
            (false, Some(_)) => {}
        });
    }

    /// Operators hear of integrations of which nothing is taken.
    fn look_at_the_intake(&self) {
        // What cannot be kept now could not be told either; when it can, senders try again by themselves.
        if self.engine.database_trouble().is_some() {
            return;
        }
        let setup = self.engine.setup();
        for news in self.refusals.due(self.engine.now(), |name| setup.integration(name.as_str()).is_some()) {
            front::tell_operators(&self.engine, &news);
        }
    }

    /// Why we are not well; nothing when we are.
    async fn unwell(&self, watch: &Watch) -> Vec<Unwell> {
        let mut why = Vec::new();
        if let Some(trouble) = self.engine.database_trouble() {
            why.push(Unwell::Database(trouble.fault));
        }
        let down = self.engine.discord_down_since().map(|since| self.engine.now().duration_since(since));
        let down = down.and_then(|time| Duration::try_from(time).ok()).unwrap_or_default();
        let vitals = self.engine.vitals().await.unwrap_or_default();
        let away = self.watched.now().gateway_away;
        let over = [
            (down, watch.page_stuck, Unwell::DiscordDown as fn(Duration) -> Unwell),
            (vitals.page_for, watch.page_stuck, Unwell::PageStuck),
            (vitals.undecided_for, watch.journal_old, Unwell::JournalOld),
            (away, watch.gateway_away, Unwell::GatewayAway),
        ];
        why.extend(over.into_iter().filter(|(time, most, _)| time > most).map(|(time, _, kind)| kind(time)));
        why
    }

    /// Operators hear of each change once.
    fn say(&self, why: &[Unwell], was_well: &mut bool, watch: &Watch) {
        let lang = self.engine.setup().language;
        let well = why.is_empty();
        if well == *was_well {
            return;
        }
        *was_well = well;
        if well {
            info!("All is well again");
        } else {
            warn!("Not well: {}", words::watch_held_back(why, domain::setup::Language::En));
        }
        // Without a watch there is nothing to say about it; the trouble itself is told by whoever found it.
        if watch.url_env.is_some() {
            let text = if well { words::watch_well_again(lang) } else { words::watch_held_back(why, lang) };
            self.engine.tell_operators(text);
        }
    }

    async fn ping(&self, pinger: &Pinger, why: &[Unwell], watch: &Watch) {
        let Some(name) = &watch.url_env else { return };
        if let Some(first) = why.first() {
            let sentence = words::unwell(*first, domain::setup::Language::En);
            return self.watched.change(|state| {
                state.held_back += 1;
                state.trouble = Some(sentence);
            });
        }
        let address = self.addresses.get(name).cloned().or_else(|| variable(name).map(SecretString::from));
        let pinged = match address {
            Some(address) => pinger.ping(&address).await,
            None => Err(format!("{name} is not set: nobody notices when Siaga dies")),
        };
        self.watched.change(|state| match pinged {
            Ok(()) => {
                state.pinged += 1;
                state.last = Some(Instant::now());
                state.trouble = None;
            }
            Err(sentence) => {
                state.failed += 1;
                if state.trouble.as_ref() != Some(&sentence) {
                    warn!("{sentence}");
                }
                state.trouble = Some(sentence);
            }
        });
    }

    /// Tells people on other ways, each once for one trouble, and that it is over.
    async fn alarm(&self, why: &[Unwell], watch: &Watch, alarm: &mut Alarm) {
        if why.is_empty() {
            if alarm.began.take().is_some() {
                alarm.tried.clear();
                for ((person, way), _) in std::mem::take(&mut alarm.told) {
                    let lang = self.language(&person);
                    let (title, lines) = words::alarm_over(lang);
                    self.send(&person, way, title, lines, false, "over").await;
                }
            }
            return;
        }
        let began = *alarm.began.get_or_insert_with(|| Clock::system().now());
        for person in &watch.alarm {
            for way in self.notifier.ways() {
                let key = (person.clone(), way);
                let recent = |times: &BTreeMap<_, Instant>, wait| times.get(&key).is_some_and(|at| at.elapsed() < wait);
                if !self.notifier.reaches(person, way)
                    || recent(&alarm.told, ALARM_AGAIN)
                    || recent(&alarm.tried, TELL_AGAIN)
                {
                    continue;
                }
                let (title, lines) = words::alarm(why, self.language(person));
                let id = format!("{}-{}", began.as_second(), alarm.told.contains_key(&key));
                alarm.tried.insert(key.clone(), Instant::now());
                if self.send(person, way, title, lines, true, &id).await {
                    alarm.told.insert(key, Instant::now());
                }
            }
        }
    }

    fn language(&self, person: &PersonId) -> domain::setup::Language {
        let setup = self.engine.setup();
        setup.people.get(person).and_then(|person| person.language).unwrap_or(setup.language)
    }

    async fn send(
        &self,
        person: &PersonId,
        way: WayId,
        title: String,
        lines: Vec<String>,
        urgent: bool,
        id: &str,
    ) -> bool {
        let message = Message {
            id: format!("siaga-alarm-{id}"),
            thread: "siaga-alarm".to_owned(),
            about: Vec::new(),
            title,
            lines,
            acknowledge: None,
            room_url: None,
            urgent,
            footer: Some(words::alarm_footer(self.language(person))),
            at: Clock::system().now(),
        };
        match self.notifier.send(person, way, &message).await.into_confirmed() {
            Ok(_) => true,
            Err(reason) => {
                warn!("{person} could not be told that Siaga is not well: {reason}");
                false
            }
        }
    }
}
