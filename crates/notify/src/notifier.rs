//! Purpose: who can be reached how, and the one door to all ways.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use domain::{Outcome, PersonId, ReasonCode, WayId};
use secrecy::SecretString;

use crate::ways::{self, Line, Opened};
use crate::{Message, TIMEOUT};

/// What a notifier needs; secrets are values of environment variables.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Variables that ways need for everybody, by name: see [`::ways::Way::needs`].
    pub variables: BTreeMap<String, SecretString>,
    /// Where people can be reached.
    pub contacts: BTreeMap<PersonId, Contact>,
}

/// Where one person can be reached: an address for each way they have. Whoever knows one may read what goes there.
pub type Contact = BTreeMap<WayId, SecretString>;

/// It has not been taken and will not be until a person changes something.
pub(crate) fn refused(code: ReasonCode, why: impl Into<String>) -> Outcome<String> {
    Outcome::Refused { reason: code.because(why) }
}

/// It has surely not been taken; trying again cannot be seen twice.
pub(crate) fn not_yet(code: ReasonCode, why: impl Into<String>, retry_in: Duration) -> Outcome<String> {
    Outcome::NotYet { reason: code.because(why), retry_in }
}

/// It may have been taken: the answer is lost.
pub(crate) fn unanswered(why: impl Into<String>, retry_in: Duration) -> Outcome<String> {
    Outcome::Unknown { reason: ReasonCode::Unanswered.because(why), retry_in }
}

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Whose contact it is; `None` for what everybody on the way shares.
    pub person: Option<PersonId>,
    /// Which way it closes.
    pub way: WayId,
    /// What is wrong, as a sentence without secrets.
    pub sentence: &'static str,
}

/// A person's addresses, read. What is wrong with one is said when it is used, too.
type Reachable = BTreeMap<WayId, Result<Arc<dyn Line>, &'static str>>;

/// Reaches people outside Discord.
pub struct Notifier {
    variables: BTreeMap<String, SecretString>,
    ways: Vec<(WayId, Box<dyn Opened>)>,
    contacts: RwLock<BTreeMap<PersonId, Contact>>,
    people: RwLock<BTreeMap<PersonId, Reachable>>,
}

impl fmt::Debug for Notifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notifier").finish_non_exhaustive()
    }
}

impl Notifier {
    /// A notifier with these settings. What is wrong with them closes only the way it is about; see
    /// [`Notifier::problems`].
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self::with(settings.variables.clone(), &settings.contacts, TIMEOUT)
    }

    fn with(
        variables: BTreeMap<String, SecretString>,
        contacts: &BTreeMap<PersonId, Contact>,
        timeout: Duration,
    ) -> Self {
        let ways = ways::open(&variables, timeout);
        let people = RwLock::new(read(&ways, contacts));
        Self { variables, ways, contacts: RwLock::new(contacts.clone()), people }
    }

    /// Replaces [`TIMEOUT`].
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        let contacts = self.contacts.into_inner().unwrap_or_else(PoisonError::into_inner);
        Self::with(self.variables, &contacts, timeout)
    }

    /// Replaces all contacts; attempts that run go on with the old ones.
    pub fn set_contacts(&self, contacts: &BTreeMap<PersonId, Contact>) {
        *self.people.write().unwrap_or_else(PoisonError::into_inner) = read(&self.ways, contacts);
        contacts.clone_into(&mut self.contacts.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// All ways, in the order in which people read of them.
    pub fn ways(&self) -> impl Iterator<Item = WayId> {
        self.ways.iter().map(|(way, _)| *way)
    }

    fn opened(&self, way: WayId) -> Option<&dyn Opened> {
        self.ways.iter().find(|(known, _)| *known == way).map(|(_, opened)| &**opened)
    }

    /// Whether a message to this person by this way can be tried at all.
    #[must_use]
    pub fn reaches(&self, person: &PersonId, way: WayId) -> bool {
        let people = self.people.read().unwrap_or_else(PoisonError::into_inner);
        let has_address = people.get(person).and_then(|lines| lines.get(&way)).is_some_and(Result::is_ok);
        has_address && self.opened(way).is_some_and(|opened| opened.closed(true).is_none())
    }

    /// What is wrong with the settings: to be told at the start and after each reload.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let people = self.people.read().unwrap_or_else(PoisonError::into_inner);
        let mut problems = Vec::new();
        for (way, opened) in &self.ways {
            let used = people.values().any(|lines| lines.contains_key(way));
            problems.extend(opened.closed(used).map(|sentence| Problem { person: None, way: *way, sentence }));
        }
        for (person, lines) in people.iter() {
            for way in self.ways() {
                if let Some(Err(sentence)) = lines.get(&way) {
                    problems.push(Problem { person: Some(person.clone()), way, sentence });
                }
            }
        }
        problems
    }

    /// Tries once to bring `message` to `person`: what the server called it, or why not, as a sentence without secrets and
    /// addresses. Takes at most a second more than two time-outs ([`TIMEOUT`]).
    pub async fn send(&self, person: &PersonId, way: WayId, message: &Message) -> Outcome<String> {
        let Some(opened) = self.opened(way) else {
            return refused(ReasonCode::Misconfigured, format!("This version of Siaga knows no way called {way}."));
        };
        let line = {
            let people = self.people.read().unwrap_or_else(PoisonError::into_inner);
            people.get(person).and_then(|lines| lines.get(&way)).cloned()
        };
        let line = line.unwrap_or_else(|| Err(opened.no_address())).and_then(|line| match opened.closed(true) {
            Some(sentence) => Err(sentence),
            None => Ok(line),
        });
        match line {
            Ok(line) => line.send(message).await,
            Err(sentence) => refused(ReasonCode::Misconfigured, sentence),
        }
    }
}

fn read(ways: &[(WayId, Box<dyn Opened>)], contacts: &BTreeMap<PersonId, Contact>) -> BTreeMap<PersonId, Reachable> {
    let lines = |contact: &Contact| {
        let own = ways.iter().filter_map(|(way, opened)| Some((*way, opened.read(contact.get(way)?).map(Arc::from))));
        own.collect()
    };
    contacts.iter().map(|(person, contact)| (person.clone(), lines(contact))).collect()
}
