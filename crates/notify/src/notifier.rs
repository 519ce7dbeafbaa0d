//! Purpose: who can be reached how, and the one door to all ways.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use domain::{Outcome, PersonId, ReasonCode};
use lettre::message::Mailbox;
use secrecy::SecretString;

use crate::email::MailServer;
use crate::ntfy::{Ntfy, Topic};
use crate::{Message, TIMEOUT, email, ntfy};

/// What a notifier needs; secrets are values of environment variables.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The mail server: `smtps://user:password@host:465`, `smtp://user:password@host:587?tls=required`, or
    /// `smtp://127.0.0.1:25` for one on this machine. Characters that mean something in an address are written `%40`.
    pub smtp: Option<SecretString>,
    /// Who the mails are from: `siaga@example.com` or `Siaga <siaga@example.com>`.
    pub mail_from: Option<String>,
    /// Where people can be reached.
    pub contacts: BTreeMap<PersonId, Contact>,
}

/// Where one person can be reached.
#[derive(Clone, Debug, Default)]
pub struct Contact {
    /// The address of an ntfy topic: `https://ntfy.sh/topic`, `https://user:password@host/topic`, or with an access token
    /// `https://:token@host/topic`. A secret: whoever knows it can read the topic.
    pub ntfy: Option<SecretString>,
    /// A mail address: `budi@example.com` or `Budi <budi@example.com>`.
    pub email: Option<String>,
}

/// A way to reach a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// A push message by an ntfy server.
    Ntfy,
    /// A mail.
    Email,
}

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
    /// Whose contact it is; `None` for the mail server and the sender.
    pub person: Option<PersonId>,
    /// Which way it closes.
    pub way: Way,
    /// What is wrong, as a sentence without secrets.
    pub sentence: &'static str,
}

/// A contact, read. What is wrong with it is said when it is used, too.
#[derive(Clone, Default)]
struct Reachable {
    ntfy: Option<Result<Arc<Topic>, &'static str>>,
    email: Option<Result<Mailbox, &'static str>>,
}

/// The mail server and the sender, read.
type Mailing = Result<(MailServer, Mailbox), &'static str>;

/// Reaches people outside Discord.
pub struct Notifier {
    ntfy: Ntfy,
    mailing: Option<Mailing>,
    people: RwLock<BTreeMap<PersonId, Reachable>>,
    timeout: Duration,
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
        let Settings { smtp, mail_from, contacts } = settings;
        let mailing = smtp.as_ref().map(|smtp| {
            let server = MailServer::parse(smtp)?;
            let from = mail_from.as_deref().ok_or(email::NO_SENDER)?;
            Ok((server, email::mailbox(from)?))
        });
        Self { ntfy: Ntfy::new(TIMEOUT), mailing, people: RwLock::new(read(contacts)), timeout: TIMEOUT }
    }

    /// Replaces [`TIMEOUT`].
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { ntfy: Ntfy::new(timeout), timeout, ..self }
    }

    /// Replaces all contacts; attempts that run go on with the old ones.
    pub fn set_contacts(&self, contacts: &BTreeMap<PersonId, Contact>) {
        *self.people.write().unwrap_or_else(PoisonError::into_inner) = read(contacts);
    }

    /// Whether a message to this person by this way can be tried at all.
    #[must_use]
    pub fn reaches(&self, person: &PersonId, way: Way) -> bool {
        let people = self.people.read().unwrap_or_else(PoisonError::into_inner);
        let Some(reachable) = people.get(person) else { return false };
        match way {
            Way::Ntfy => matches!(reachable.ntfy, Some(Ok(_))),
            Way::Email => matches!(reachable.email, Some(Ok(_))) && matches!(self.mailing, Some(Ok(_))),
        }
    }

    /// What is wrong with the settings: to be told at the start and after each reload.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let people = self.people.read().unwrap_or_else(PoisonError::into_inner);
        let mut problems = Vec::new();
        let mailed = people.values().any(|reachable| reachable.email.is_some());
        match &self.mailing {
            Some(Ok(_)) => {}
            Some(Err(sentence)) => problems.push(Problem { person: None, way: Way::Email, sentence }),
            None if mailed => problems.push(Problem { person: None, way: Way::Email, sentence: email::NO_SERVER }),
            None => {}
        }
        for (person, Reachable { ntfy, email }) in people.iter() {
            if let Some(Err(sentence)) = ntfy {
                problems.push(Problem { person: Some(person.clone()), way: Way::Ntfy, sentence });
            }
            if let Some(Err(sentence)) = email {
                problems.push(Problem { person: Some(person.clone()), way: Way::Email, sentence });
            }
        }
        problems
    }

    /// Tries once to bring `message` to `person`: what the server called it, or why not, as a sentence without secrets and
    /// addresses. Takes at most a second more than two time-outs ([`TIMEOUT`]).
    pub async fn send(&self, person: &PersonId, way: Way, message: &Message) -> Outcome<String> {
        let reachable = {
            let people = self.people.read().unwrap_or_else(PoisonError::into_inner);
            people.get(person).cloned().unwrap_or_default()
        };
        match way {
            Way::Ntfy => match reachable.ntfy {
                Some(Ok(topic)) => self.ntfy.send(&topic, message).await,
                Some(Err(sentence)) => refused(ReasonCode::Misconfigured, sentence),
                None => refused(ReasonCode::Misconfigured, ntfy::NO_TOPIC),
            },
            Way::Email => match (reachable.email, &self.mailing) {
                (Some(Ok(to)), Some(Ok((server, from)))) => email::send(server, from, to, message, self.timeout).await,
                (Some(Err(sentence)), _) => refused(ReasonCode::Misconfigured, sentence),
                (Some(Ok(_)), Some(Err(sentence))) => refused(ReasonCode::Misconfigured, *sentence),
                (Some(Ok(_)), None) => refused(ReasonCode::Misconfigured, email::NO_SERVER),
                (None, _) => refused(ReasonCode::Misconfigured, email::NO_ADDRESS),
            },
        }
    }
}

fn read(contacts: &BTreeMap<PersonId, Contact>) -> BTreeMap<PersonId, Reachable> {
    let reachable = |contact: &Contact| Reachable {
        ntfy: contact.ntfy.as_ref().map(|address| Topic::parse(address).map(Arc::new)),
        email: contact.email.as_deref().map(email::mailbox),
    };
    contacts.iter().map(|(person, contact)| (person.clone(), reachable(contact))).collect()
}
