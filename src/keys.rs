//! Purpose: the keys that senders show: where they are read from, which are in use, and when each was shown last.
//!
//! A sender has one key, or two while one is changed for the other: both are taken, and the last use of the old one says when it
//! can go. A file that holds a key is looked at again and again; a variable is read at the start and at each reload.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use domain::setup::KeyPlace;
use domain::{IntegrationName, Setup, Timestamp};
use engine::{Clock, Engine};
use jiff::SignedDuration;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use store::Store;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};
use web::SenderKeys;

use crate::cli::{Mistakes, Output};
use crate::settings::{Settings, variable};

/// Between two looks at the files that hold keys.
const LOOK: Duration = Duration::from_secs(2);
/// Between two writings of when keys were used.
const REMEMBER: Duration = Duration::from_secs(30);
/// What was used within so long before is not written again.
const FINE: SignedDuration = SignedDuration::from_mins(1);
/// How long a stop waits for the last writing.
const LAST_WORD: Duration = Duration::from_secs(1);
/// Where the database keeps when keys were used: sender, place, milliseconds.
const USES: &str = "key_uses";

/// Where the keys of a heartbeat stand among [`Keys`]: no integration can have a name with a slash.
#[must_use]
pub fn heartbeat_key(name: &str) -> IntegrationName {
    IntegrationName(format!("heartbeat/{name}"))
}

/// One place of a sender's key, and what is in it.
#[derive(Clone, Debug)]
struct Entry {
    /// None for a key that was handed in, as in the demo.
    place: Option<KeyPlace>,
    /// The key, or a sentence that says why there is none.
    key: Result<SecretString, String>,
}

/// Keys of integrations by name, and of heartbeats by [`heartbeat_key`].
#[derive(Clone, Debug, Default)]
pub struct Keys(BTreeMap<IntegrationName, Vec<Entry>>);

/// A place that holds no key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unset {
    /// Whose key.
    pub sender: IntegrationName,
    /// The variable or file.
    pub place: KeyPlace,
    /// Whether the sender has no other key, so that all of it is refused.
    pub shut: bool,
    why: String,
}

impl Unset {
    /// What is wrong and what follows, for operators and logs.
    #[must_use]
    pub fn sentence(&self) -> String {
        let sender = self.sender.as_str();
        match (self.shut, sender.strip_prefix("heartbeat/")) {
            (true, None) => format!("{}: nobody can send to the integration {sender}", self.why),
            (true, Some(heartbeat)) => format!("{}: no beat of {heartbeat} is taken", self.why),
            (false, None) => format!("{}: {sender} is taken with its other key only", self.why),
            (false, Some(heartbeat)) => format!("{}: {heartbeat} is taken with its other key only", self.why),
        }
    }
}

/// Whose keys are where, as configured.
fn places(setup: &Setup) -> impl Iterator<Item = (IntegrationName, &[KeyPlace])> {
    let integrations = setup.integrations.iter().map(|one| (one.name.clone(), one.keys()));
    let heartbeats = setup.heartbeats.iter().map(|one| (heartbeat_key(&one.name), one.keys.as_slice()));
    integrations.chain(heartbeats).filter(|(_, places)| !places.is_empty())
}

fn in_place(place: &KeyPlace, variable: &dyn Fn(&str) -> Option<String>) -> Result<SecretString, String> {
    match place {
        KeyPlace::Variable(name) => variable(name).ok_or_else(|| format!("{name} is not set")),
        KeyPlace::File(path) => config::read_key(path),
    }
    .map(SecretString::from)
}

impl Keys {
    /// Reads the keys of all integrations and heartbeats from where the configuration says they are; the second part lists
    /// the places that hold none.
    #[must_use]
    pub fn read(setup: &Setup, variable: &dyn Fn(&str) -> Option<String>) -> (Self, Vec<Unset>) {
        let entry = |place: &KeyPlace| Entry { place: Some(place.clone()), key: in_place(place, variable) };
        let keys = Self(places(setup).map(|(name, places)| (name, places.iter().map(entry).collect())).collect());
        let unset = keys.unset();
        (keys, unset)
    }

    /// The first key of a sender that can be used.
    pub(crate) fn first(&self, name: &IntegrationName) -> Option<SecretString> {
        self.of(name).iter().find_map(|entry| entry.key.clone().ok())
    }

    /// The places that hold no key.
    fn unset(&self) -> Vec<Unset> {
        let mut unset = Vec::new();
        for (sender, entries) in &self.0 {
            let shut = entries.iter().all(|entry| entry.key.is_err());
            for entry in entries {
                if let (Some(place), Err(why)) = (&entry.place, &entry.key) {
                    unset.push(Unset { sender: sender.clone(), place: place.clone(), shut, why: why.clone() });
                }
            }
        }
        unset
    }

    fn of(&self, name: &IntegrationName) -> &[Entry] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// The same with everybody whom the configuration names; of whom nothing was handed in, nothing is known.
    fn completed(mut self, setup: &Setup) -> Self {
        let (known, _) = Self::read(setup, &|_| None);
        for (name, entries) in known.0 {
            self.0.entry(name).or_insert(entries);
        }
        self
    }

    /// Files that hold keys.
    fn files(&self) -> BTreeSet<PathBuf> {
        let places = self.0.values().flatten().filter_map(|entry| entry.place.as_ref());
        places.filter_map(|place| if let KeyPlace::File(path) = place { Some(path.clone()) } else { None }).collect()
    }
}

/// Keys that are handed in, one for each sender.
impl FromIterator<(IntegrationName, SecretString)> for Keys {
    fn from_iter<T: IntoIterator<Item = (IntegrationName, SecretString)>>(keys: T) -> Self {
        let entry = |(name, key)| (name, vec![Entry { place: None, key: Ok(key) }]);
        Self(keys.into_iter().map(entry).collect())
    }
}

impl<const N: usize> From<[(IntegrationName, SecretString); N]> for Keys {
    fn from(keys: [(IntegrationName, SecretString); N]) -> Self {
        keys.into_iter().collect()
    }
}

/// When each place's key was shown last.
type Uses = BTreeMap<IntegrationName, BTreeMap<String, Timestamp>>;

/// How one place stands, for metrics and people.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) sender: IntegrationName,
    pub(crate) place: KeyPlace,
    pub(crate) usable: bool,
    pub(crate) last_used: Option<Timestamp>,
}

/// The keys in use, changed by a new configuration while requests come in.
#[derive(Clone)]
pub(crate) struct KeyRing(Arc<Ring>);

struct Ring {
    keys: RwLock<Keys>,
    uses: Mutex<Uses>,
    clock: Clock,
}

impl KeyRing {
    /// The keys of a configuration, and when they were used before this start.
    pub(crate) fn new(keys: Keys, setup: &Setup, uses: Uses, clock: Clock) -> Self {
        let keys = RwLock::new(keys.completed(setup));
        Self(Arc::new(Ring { keys, uses: Mutex::new(uses), clock }))
    }

    /// What a sender must show. Without a key that can be used nobody gets in.
    pub(crate) fn get(&self, name: &IntegrationName) -> SenderKeys {
        let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
        let usable = keys.of(name).iter().filter_map(|entry| Some((entry.place.clone(), entry.key.clone().ok()?)));
        let (places, secrets): (Vec<_>, Vec<_>) = usable.unzip();
        let (ring, name) = (self.clone(), name.clone());
        SenderKeys::new(secrets, Arc::new(move |number| ring.used(&name, places.get(number).and_then(Option::as_ref))))
    }

    fn used(&self, name: &IntegrationName, place: Option<&KeyPlace>) {
        let Some(place) = place else { return };
        let mut uses = self.0.uses.lock().unwrap_or_else(PoisonError::into_inner);
        uses.entry(name.clone()).or_default().insert(place.to_string(), self.0.clock.now());
    }

    /// The places that hold no key.
    pub(crate) fn unset(&self) -> Vec<Unset> {
        self.0.keys.read().unwrap_or_else(PoisonError::into_inner).unset()
    }

    /// How each place stands.
    pub(crate) fn standing(&self) -> Vec<Standing> {
        let uses = self.0.uses.lock().unwrap_or_else(PoisonError::into_inner).clone();
        standing(&self.0.keys.read().unwrap_or_else(PoisonError::into_inner), &uses)
    }

    /// The keys a new configuration names, read anew, and the places that hold none. Nothing changes yet.
    ///
    /// What was handed in at the start stays with a sender whose places are the same: it was never to be read from there.
    pub(crate) fn prepare(
        &self,
        old: &Setup,
        new: &Setup,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> (Keys, Vec<Unset>) {
        let (mut keys, _) = Keys::read(new, variable);
        let before: BTreeMap<_, _> = places(old).collect();
        let ring = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
        for (name, places) in places(new) {
            let handed_in = ring.of(&name).iter().any(|entry| entry.place.is_none());
            if handed_in && keys.first(&name).is_none() && before.get(&name) == Some(&places) {
                keys.0.insert(name.clone(), ring.of(&name).to_vec());
            }
        }
        let unset = keys.unset();
        (keys, unset)
    }

    /// Takes the keys of a new configuration.
    pub(crate) fn set(&self, keys: Keys) {
        *self.0.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    /// Looks at the files that hold keys until told to stop, and takes what has changed.
    pub(crate) async fn watch_files(self, engine: Engine, stop: CancellationToken) {
        let mut missed = BTreeSet::new();
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                () = stop.cancelled() => return,
            }
            let files = self.0.keys.read().unwrap_or_else(PoisonError::into_inner).files();
            if files.is_empty() {
                continue;
            }
            // A file on another machine may take its time; nothing else waits for it.
            let read = tokio::task::spawn_blocking(|| {
                let read = |path: PathBuf| (config::read_key(&path).map(SecretString::from), path);
                files.into_iter().map(read).map(|(key, path)| (path, key)).collect::<Vec<_>>()
            });
            let Ok(read) = read.await else { continue };
            for unset in self.take(read, &mut missed) {
                warn!("{}", unset.sentence());
                if unset.shut {
                    engine.tell_operators(key_missing(&unset.place, engine.setup().language));
                }
            }
        }
    }

    /// Takes what was read; returns what has become unusable. A file that cannot be read keeps its key until the next look:
    /// whoever writes it anew may have emptied it a moment ago.
    fn take(&self, read: Vec<(PathBuf, Result<SecretString, String>)>, missed: &mut BTreeSet<PathBuf>) -> Vec<Unset> {
        let mut ring = self.0.keys.write().unwrap_or_else(PoisonError::into_inner);
        let mut lost = BTreeSet::new();
        for (path, key) in read {
            let place = KeyPlace::File(path.clone());
            let entries = ring.0.values_mut().flatten().filter(|entry| entry.place.as_ref() == Some(&place));
            let again = key.is_err() && !missed.insert(path.clone());
            if key.is_ok() {
                missed.remove(&path);
            }
            for entry in entries {
                match (&entry.key, &key) {
                    (Ok(old), Ok(new)) if old.expose_secret() == new.expose_secret() => {}
                    (_, Ok(new)) => {
                        info!("The key in {} was read anew", Path::display(&path));
                        entry.key = Ok(new.clone());
                    }
                    (Ok(_), Err(why)) if again => {
                        entry.key = Err(why.clone());
                        lost.insert(place.clone());
                    }
                    (Ok(_), Err(_)) => {}
                    (Err(_), Err(why)) => entry.key = Err(why.clone()),
                }
            }
        }
        ring.unset().into_iter().filter(|unset| lost.contains(&unset.place)).collect()
    }

    /// Keeps in the database when keys were used, until told to stop, and once more then.
    pub(crate) async fn remember(self, store: Store, stop: CancellationToken) {
        let mut kept = Uses::new();
        loop {
            let stopping = tokio::select! {
                () = tokio::time::sleep(REMEMBER) => false,
                () = stop.cancelled() => true,
            };
            let uses = self.0.uses.lock().unwrap_or_else(PoisonError::into_inner).clone();
            if is_news(&kept, &uses) {
                let written = tokio::time::timeout(LAST_WORD, store.meta_replace(USES, &as_text(&uses))).await;
                match written {
                    Ok(Ok(())) => kept = uses,
                    Ok(Err(error)) => warn!("When keys were used last could not be kept: {error}"),
                    Err(_) => warn!("When keys were used last could not be kept: the database is busy"),
                }
            }
            if stopping {
                return;
            }
        }
    }
}

/// What operators read about a place that holds no key.
pub(crate) fn key_missing(place: &KeyPlace, lang: domain::setup::Language) -> String {
    match place {
        KeyPlace::Variable(name) => words::key_missing(name, lang),
        KeyPlace::File(path) => words::key_file_missing(&path.display().to_string(), lang),
    }
}

/// Whether a use is not kept yet, or kept with a time that is too old by now.
fn is_news(kept: &Uses, uses: &Uses) -> bool {
    uses.iter().any(|(sender, places)| {
        places.iter().any(|(place, at)| {
            let before = kept.get(sender).and_then(|places| places.get(place));
            before.is_none_or(|before| at.duration_since(*before) >= FINE)
        })
    })
}

fn as_text(uses: &Uses) -> String {
    let of = |places: &BTreeMap<String, Timestamp>| -> serde_json::Map<String, serde_json::Value> {
        places.iter().map(|(place, at)| (place.clone(), at.as_millisecond().into())).collect()
    };
    let all: serde_json::Map<String, serde_json::Value> =
        uses.iter().map(|(sender, places)| (sender.as_str().to_owned(), of(places).into())).collect();
    serde_json::Value::Object(all).to_string()
}

/// When keys were used, as far as the database knows. What cannot be read is as good as never.
///
/// # Errors
/// When the database fails.
pub(crate) async fn uses_of(store: &Store) -> anyhow::Result<Uses> {
    let text = store.meta(USES).await?.unwrap_or_default();
    let known: BTreeMap<String, BTreeMap<String, i64>> = serde_json::from_str(&text).unwrap_or_default();
    let at = |(place, ms)| Some((place, Timestamp::from_millisecond(ms).ok()?));
    Ok(known
        .into_iter()
        .map(|(sender, all)| (IntegrationName(sender), all.into_iter().filter_map(at).collect()))
        .collect())
}

/// How each place stands.
pub(crate) fn standing(keys: &Keys, uses: &Uses) -> Vec<Standing> {
    let of = |sender: &IntegrationName, entry: &Entry| {
        let place = entry.place.clone()?;
        let last_used = uses.get(sender).and_then(|places| places.get(&place.to_string())).copied();
        Some(Standing { sender: sender.clone(), usable: entry.key.is_ok(), last_used, place })
    };
    keys.0.iter().flat_map(|(sender, entries)| entries.iter().filter_map(move |entry| of(sender, entry))).collect()
}

/// `siaga keys`: each place of a key, whether it holds one, and when that was shown last; also while the bot runs.
///
/// # Errors
/// [`Mistakes`] when a sender has no key that can be used; it has been printed.
pub async fn run(settings: &Settings, output: Output) -> anyhow::Result<()> {
    // What else the configuration lacks is not asked here.
    let setup = match config::load(&settings.config, &variable) {
        Ok(loaded) => loaded.setup,
        Err(problems) => {
            err!("{}", problems.render(settings.color));
            return Err(Mistakes.into());
        }
    };
    let (keys, unset) = Keys::read(&setup, &variable);
    let uses = if settings.database.is_file() {
        let store = Store::open_to_read(&settings.database).await?;
        let uses = uses_of(&store).await;
        store.close().await;
        uses?
    } else {
        Uses::new()
    };
    let (all, now) = (standing(&keys, &uses), Clock::system().now());
    match output {
        Output::Json => {
            let line = |one: &Standing| {
                json!({
                    "sender": one.sender.as_str(),
                    "key": one.place.to_string(),
                    "usable": one.usable,
                    "last_used": one.last_used.map(|at| at.to_string()),
                })
            };
            outln!("{}", serde_json::Value::Array(all.iter().map(line).collect()));
        }
        Output::Text => {
            if all.is_empty() {
                outln!("No sender needs a key.");
            }
            for one in &all {
                outln!("{:<20} {:<32} {}", one.sender.as_str(), one.place.to_string(), one.sentence(now));
            }
        }
    }
    unset.iter().for_each(|unset| errln!("{}", unset.sentence()));
    if unset.iter().any(|unset| unset.shut) { Err(Mistakes.into()) } else { Ok(()) }
}

impl Standing {
    /// Whether it holds a key and when that was shown last, for people.
    pub(crate) fn sentence(&self, now: Timestamp) -> String {
        match (self.usable, self.last_used) {
            (false, _) => "holds no key".to_owned(),
            (true, None) => "was never shown".to_owned(),
            (true, Some(at)) => format!("was shown {} ago ({})", age(now, at), at.strftime("%Y-%m-%d %H:%M UTC")),
        }
    }
}

/// How long ago, in the largest unit that fits.
fn age(now: Timestamp, at: Timestamp) -> String {
    let seconds = now.duration_since(at).as_secs().max(0);
    let (number, unit) = match seconds {
        0..120 => return "under two minutes".to_owned(),
        120..7_200 => (seconds / 60, "minutes"),
        7_200..172_800 => (seconds / 3_600, "hours"),
        _ => (seconds / 86_400, "days"),
    };
    format!("{number} {unit}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use secrecy::ExposeSecret as _;

    use super::{KeyRing, Keys, Unset, Uses, as_text, is_news};
    use domain::{IntegrationName, Setup, Timestamp};
    use engine::Clock;

    fn setup(integration: &str) -> Setup {
        let text = format!(
            "version = 1\n[discord]\nincidents = \"#i\"\n[severities]\nSEV-3 = {{ means = \"x\", page = false }}\n[routing]\nrules = [{{ match = [], severity = \"SEV-3\" }}]\n[[integrations]]\nname = \"am\"\nkind = \"alertmanager\"\n{integration}\n"
        );
        config::from_text("siaga.toml", &text, &[]).unwrap().setup
    }

    fn ring(setup: &Setup, variable: &dyn Fn(&str) -> Option<String>) -> KeyRing {
        KeyRing::new(Keys::read(setup, variable).0, setup, Uses::new(), Clock::manual(Timestamp::UNIX_EPOCH))
    }

    fn keys_of(ring: &KeyRing) -> Vec<String> {
        let keys = ring.0.keys.read().unwrap();
        let usable = keys.of(&IntegrationName::from("am")).iter().filter_map(|entry| entry.key.as_ref().ok());
        usable.map(|key| key.expose_secret().to_owned()).collect()
    }

    fn follow(ring: &KeyRing, old: &Setup, new: &Setup, variable: &dyn Fn(&str) -> Option<String>) -> Vec<Unset> {
        let (keys, unset) = ring.prepare(old, new, variable);
        ring.set(keys);
        unset
    }

    #[test]
    fn a_reload_reads_keys_anew_and_a_variable_that_is_gone_shuts_its_sender_out() {
        let (one, two) = (setup("key_env = \"OLD\""), setup("key_env = [\"NEW\", \"OLD\"]"));
        let ring = ring(&one, &|_| Some("old".to_owned()));
        assert_eq!(keys_of(&ring), ["old"]);
        assert!(follow(&ring, &one, &two, &|name| Some(name.to_lowercase())).is_empty());
        assert_eq!(keys_of(&ring), ["new", "old"]);
        let unset = follow(&ring, &two, &two, &|name| (name == "NEW").then(|| "new".to_owned()));
        assert_eq!(
            unset.iter().map(super::Unset::sentence).collect::<Vec<_>>(),
            ["OLD is not set: am is taken with its other key only"]
        );
        assert_eq!(keys_of(&ring), ["new"]);
        let unset = follow(&ring, &two, &one, &|_| None);
        assert_eq!(
            unset.iter().map(super::Unset::sentence).collect::<Vec<_>>(),
            ["OLD is not set: nobody can send to the integration am"]
        );
        assert!(unset[0].shut && keys_of(&ring).is_empty());
    }

    #[test]
    fn a_key_that_was_handed_in_stays_as_long_as_its_places_do() {
        let (one, other) = (setup("key_env = \"OLD\""), setup("key_env = \"OTHER\""));
        let handed_in = Keys::from([("am".into(), "given".to_owned().into())]);
        let ring = KeyRing::new(handed_in, &one, Uses::new(), Clock::manual(Timestamp::UNIX_EPOCH));
        assert!(ring.unset().is_empty());
        assert!(follow(&ring, &one, &one, &|_| None).is_empty());
        assert_eq!(keys_of(&ring), ["given"]);
        assert!(follow(&ring, &one, &other, &|_| None)[0].shut);
    }

    #[test]
    fn a_file_that_is_being_written_keeps_its_key_and_one_that_is_gone_loses_it() {
        let file = setup("key_file = \"/nowhere/key\"");
        let ring = ring(&file, &|_| None);
        assert!(ring.unset()[0].shut);
        let path = || std::path::PathBuf::from("/nowhere/key");
        let mut missed = BTreeSet::new();
        assert!(ring.take(vec![(path(), Ok("one".to_owned().into()))], &mut missed).is_empty());
        assert_eq!(keys_of(&ring), ["one"]);
        let empty = || vec![(path(), Err("the key file /nowhere/key is empty".to_owned()))];
        assert!(ring.take(empty(), &mut missed).is_empty());
        assert_eq!(keys_of(&ring), ["one"]);
        assert!(ring.take(vec![(path(), Ok("two".to_owned().into()))], &mut missed).is_empty());
        assert_eq!(keys_of(&ring), ["two"]);
        ring.take(empty(), &mut missed);
        let lost = ring.take(empty(), &mut missed);
        assert_eq!(lost[0].sentence(), "the key file /nowhere/key is empty: nobody can send to the integration am");
        assert!(keys_of(&ring).is_empty());
        assert!(ring.take(empty(), &mut missed).is_empty(), "it is said once");
    }

    #[test]
    fn uses_are_written_when_they_are_new_or_a_minute_older() {
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let uses = |seconds| Uses::from([("am".into(), BTreeMap::from([("KEY".to_owned(), at(seconds))]))]);
        assert_eq!(as_text(&uses(7)), "{\"am\":{\"KEY\":7000}}");
        assert!(is_news(&Uses::new(), &uses(7)));
        assert!(!is_news(&uses(7), &uses(66)));
        assert!(is_news(&uses(7), &uses(67)));
        assert_eq!(
            [7, 130, 7_300, 200_000].map(|ago| super::age(at(ago), at(0))),
            ["under two minutes", "2 minutes", "2 hours", "2 days"]
        );
    }
}
