//! Purpose: the ways outside Discord, put together: contacts from the environment, the key of the links, and the door
//! through which every effect leaves.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use anyhow::Context;
use discord::deliver::DiscordDelivery;
use discord::directory_load::SharedDirectory;
use discord::test_page::Outside;
use domain::setup::Address;
use domain::{Effect, PageVia, PersonId, Setup, Thing, Timestamp};
use engine::{Deliver, Gate, Job, Objects, Outcome};
use notify::{Contact, Links, Notifier, PageDelivery, Signer};
use secrecy::SecretString;
use store::Store;
use tracing::warn;

use crate::random;
use crate::settings::variable;

/// What the ways outside Discord need besides the configuration.
#[derive(Clone, Debug, Default)]
pub struct OutsideSettings {
    /// The variables that ways ask for: of each person, and what everybody on a way needs.
    pub variables: BTreeMap<String, SecretString>,
    /// Addresses of the outside watch, by the variable that holds them.
    pub watches: BTreeMap<String, SecretString>,
}

impl OutsideSettings {
    /// Reads the environment for everybody in the configuration.
    #[must_use]
    pub fn from_environment(setup: &Setup) -> Self {
        let read = |name: String| variable(&name).map(|value| (name, SecretString::from(value)));
        let needed = ways::ALL.iter().flat_map(|way| way.needs).map(|needed| needed.name.to_owned());
        let addresses = setup.people.values().flat_map(|person| person.addresses.values());
        let own = addresses.filter_map(|address| match address {
            Address::Plain(_) => None,
            Address::Variable(name) => Some(name.clone()),
        });
        Self {
            variables: needed.chain(own).filter_map(read).collect(),
            watches: setup.watch.iter().filter_map(|watch| watch.url_env.clone()).filter_map(read).collect(),
        }
    }

    /// Where everybody can be reached.
    #[must_use]
    pub fn contacts(&self, setup: &Setup) -> BTreeMap<PersonId, Contact> {
        let address = |address: &Address| match address {
            Address::Plain(text) => Some(SecretString::from(text.as_str())),
            Address::Variable(name) => self.variables.get(name).cloned(),
        };
        let contact = |person: &domain::setup::Person| -> Contact {
            person.addresses.iter().filter_map(|(way, known)| Some((*way, address(known)?))).collect()
        };
        setup.people.iter().map(|(id, person)| (id.clone(), contact(person))).collect()
    }

    /// The notifier. What is wrong with a setting closes only its own way: see [`closed_ways`].
    #[must_use]
    pub fn notifier(&self, setup: &Setup) -> Arc<Notifier> {
        let settings = notify::Settings { variables: self.variables.clone(), contacts: self.contacts(setup) };
        Arc::new(Notifier::new(&settings))
    }
}

/// What closes a way to somebody, as sentences without secrets. Said at start, after each reload, and by `siaga doctor`.
#[must_use]
pub fn closed_ways(notifier: &Notifier, setup: &Setup) -> Vec<String> {
    let mut sentences: Vec<String> = notifier
        .problems()
        .into_iter()
        .map(|problem| match problem.person {
            Some(person) => format!("a way to {person} is closed: {}", problem.sentence),
            None => format!("no {} can be sent: {}", message_of(problem.way), problem.sentence),
        })
        .collect();
    if let Some(watch) = &setup.watch {
        let alone = |id: &&PersonId| notifier.ways().all(|way| !notifier.reaches(id, way));
        for id in watch.alarm.iter().filter(alone) {
            sentences.push(format!("an alarm of [watch] does not reach {id}: give them {}", ways::keys()));
        }
    }
    for (id, person) in &setup.people {
        for way in ways::ALL.into_iter().filter(|way| !notifier.reaches(id, way.id)) {
            let Some(address) = person.addresses.get(&way.id) else { continue };
            let own = match (address, way.key.value) {
                (Address::Variable(name), ways::Value::Secret(what)) => Some(format!("{name} to {what}")),
                (Address::Variable(_) | Address::Plain(_), _) => None,
            };
            let shared = way.needs.iter().map(|needed| needed.name.to_owned());
            let set: Vec<String> = own.into_iter().chain(shared).collect();
            sentences.push(format!("no {} reaches {id}: set {}", way.message, set.join(" and ")));
        }
    }
    sentences
}

fn message_of(way: domain::WayId) -> &'static str {
    ways::of(way).map_or("message", |way| way.message)
}

/// Logs what closes a way to somebody.
pub fn warn_of(notifier: &Notifier, setup: &Setup) {
    for sentence in closed_ways(notifier, setup) {
        warn!("{sentence}");
    }
}

/// Where the database keeps the key of links.
const LINK_KEY: &str = "link_key_2";
/// The same of versions before 0.2, whose generator was the seed of hash tables: random, but nowhere promised to be fit for keys.
const OLD_LINK_KEY: &str = "link_key";
/// Until when links signed with that one are taken, in milliseconds since 1970.
const OLD_LINK_KEY_UNTIL: &str = "link_key_until";

/// The links of this installation. Their key is made once and kept in the database, so that links survive a restart.
///
/// A key of the old generator signs nothing any more. Pages that are on their way at the upgrade carry links signed with it, and
/// whoever was woken by one must be able to answer: so it is taken for as long as such a link lives, and never again after.
///
/// # Errors
/// When the database fails, or the operating system gives no random numbers.
pub async fn links(store: &Store, now: Timestamp) -> anyhow::Result<Arc<Links>> {
    let signer = |key: &str| Signer::new(key.as_bytes()).context("the key of the links is too short");
    let key = store.meta_or_set(LINK_KEY, &random::letters(48)?).await?;
    let mut links = Links::new(signer(&key)?);
    if let Some(old) = store.meta(OLD_LINK_KEY).await? {
        let until = (now + notify::LINK_LIVES).as_millisecond();
        let until = store.meta_or_set(OLD_LINK_KEY_UNTIL, &until.to_string()).await?;
        let until = until.parse().ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
        if let Some(until) = until.filter(|until| now < *until) {
            links = links.with_old(signer(&old)?, until);
        }
    }
    Ok(Arc::new(links))
}

/// Finds the address of a room.
#[must_use]
pub fn room_url(directory: SharedDirectory) -> notify::RoomUrl {
    Box::new(move |objects: &Objects| {
        let guild = directory.get().guild?;
        let room = objects.get(&Thing::Channel).or_else(|| objects.get(&Thing::Thread))?;
        Some(format!("https://discord.com/channels/{guild}/{}", room.channel))
    })
}

/// The door through which every effect leaves: pages on other ways on one side, everything else to Discord.
pub struct Delivery {
    discord: DiscordDelivery,
    pages: Arc<PageDelivery>,
}

impl Delivery {
    /// Puts the two sides together.
    #[must_use]
    pub const fn new(discord: DiscordDelivery, pages: Arc<PageDelivery>) -> Self {
        Self { discord, pages }
    }
}

impl Deliver for Delivery {
    fn deliver<'a>(&'a self, job: &'a Job, gate: &'a dyn Gate) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>> {
        if is_outside(&job.effect) { Box::pin(self.pages.deliver(job, gate)) } else { self.discord.deliver(job, gate) }
    }

    fn knows_discord(&self) -> bool {
        self.discord.knows_discord()
    }
}

const fn is_outside(effect: &Effect) -> bool {
    matches!(effect, Effect::Page { via: PageVia::Way(_), .. })
}

/// The ways outside Discord, for `/siaga test-page`.
pub struct Tests(pub Arc<PageDelivery>);

impl Outside for Tests {
    fn test<'a>(
        &'a self,
        person: &'a PersonId,
        via: PageVia,
        by: &'a str,
        id: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>> {
        Box::pin(self.0.test(person, via, by, id))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use domain::{IncidentId, PageId, PersonId, Timestamp};
    use notify::{Claim, LINK_LIVES, LinkProblem, Signer};
    use store::Store;

    use super::{OLD_LINK_KEY, links};

    const OLD: &str = "an-old-key-of-forty-eight-letters-or-something";

    fn claim(now: Timestamp) -> Claim {
        Claim {
            incident: IncidentId(7),
            page: PageId(1),
            person: PersonId::from("budi"),
            expires: now + LINK_LIVES,
            all: false,
        }
    }

    #[tokio::test]
    async fn links_that_were_sent_before_the_upgrade_answer_as_long_as_they_live_and_no_new_one_is_signed_so() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("siaga.db")).await.unwrap();
        store.meta_or_set(OLD_LINK_KEY, OLD).await.unwrap();
        let upgrade: Timestamp = "2026-12-01T03:00:00Z".parse().unwrap();
        let old = Signer::new(OLD.as_bytes()).unwrap();
        let sent = old.sign(&claim(upgrade));
        let made = links(&store, upgrade).await.unwrap();
        assert_eq!(made.read(&sent, upgrade), Ok(claim(upgrade)));
        // A day later it is over, also for a process that has not been started again, and for a new link that somebody signs
        // with the old key.
        let later = upgrade + LINK_LIVES;
        let forged = old.sign(&claim(later));
        assert_eq!(made.read(&forged, later), Err(LinkProblem::Foreign));
        // A start in between does not begin the day anew.
        let again = links(&store, later - jiff::SignedDuration::from_mins(1)).await.unwrap();
        assert!(again.read(&sent, later - jiff::SignedDuration::from_mins(1)).is_ok());
        assert_eq!(again.read(&forged, later), Err(LinkProblem::Foreign));
        assert_eq!(links(&store, later).await.unwrap().read(&forged, later), Err(LinkProblem::Foreign));
    }
}
