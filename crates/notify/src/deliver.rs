//! Purpose: bring a page outside Discord: what it says, with the link that answers it, and what became of the attempt. Pages that ring
//! together are one message.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::setup::Language;
use domain::{Effect, Incident, IncidentId, PageId, PageVia, PersonId, ReasonCode, Setup, Timestamp, WayId};
use engine::{Engine, Gate, Job, Objects, Outcome};

use crate::{About, Button, Claim, Message, Notifier, Signer};

/// How long a link acknowledges after its page was decided.
pub const LINK_LIVES: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);
/// How long a page is tried on a way that does not take it. After that people are told, and others have been called.
const GIVE_UP_AFTER: jiff::SignedDuration = jiff::SignedDuration::from_mins(5);
/// Lost answers after which repeating would only be noise.
const REPEATS: u32 = 3;

/// Finds the address of an incident's room, if it has one.
pub type RoomUrl = Box<dyn Fn(&Objects) -> Option<String> + Send + Sync>;

/// Makes the links that acknowledge.
#[derive(Debug)]
pub struct Links {
    signer: Signer,
    /// A key that signs nothing any more, and until when its links are taken.
    old: Option<(Signer, Timestamp)>,
}

impl Links {
    /// Links signed with this key.
    #[must_use]
    pub const fn new(signer: Signer) -> Self {
        Self { signer, old: None }
    }

    /// Takes links of an older key, too, until then.
    #[must_use]
    pub fn with_old(self, signer: Signer, until: Timestamp) -> Self {
        Self { old: Some((signer, until)), ..self }
    }

    /// The address that acknowledges a page, if phones can reach us at all.
    #[must_use]
    pub fn address(&self, setup: &Setup, claim: &Claim) -> Option<String> {
        let base = setup.public_url.as_ref()?;
        Some(format!("{base}/a/{}", self.signer.sign(claim)))
    }

    /// Reads the token of a link.
    ///
    /// # Errors
    /// When it is not ours, cut off, or too old.
    pub fn read(&self, token: &str, now: Timestamp) -> Result<Claim, crate::LinkProblem> {
        match (self.signer.read(token, now), &self.old) {
            (Err(crate::LinkProblem::Foreign), Some((old, until))) if now < *until => old.read(token, now),
            (read, _) => read,
        }
    }
}

/// Brings pages to phones and mailboxes.
pub struct PageDelivery {
    notifier: Arc<Notifier>,
    links: Arc<Links>,
    engine: Engine,
    room_url: RoomUrl,
    /// What was told together on each way, by ring.
    rings: Mutex<HashMap<RingKey, Told>>,
}

/// One ring of one person on one way.
type RingKey = (PersonId, WayId, Timestamp);

/// The pages that a message of a ring told. Whoever holds it sends.
type Told = Arc<tokio::sync::Mutex<BTreeSet<(IncidentId, PageId)>>>;

/// The pages of a ring, worst first.
type Pages = Vec<(Arc<Incident>, PageId)>;

/// Rings that are remembered. A message of an older one that is repeated carries the same id, and takes the place of the first.
const REMEMBERED: usize = 512;
/// Incidents that get a line; the message says how many more there are.
const SHOWN: usize = 20;

impl PageDelivery {
    /// Puts the parts together.
    #[must_use]
    pub fn new(notifier: Arc<Notifier>, links: Arc<Links>, engine: Engine, room_url: RoomUrl) -> Self {
        Self { notifier, links, engine, room_url, rings: Mutex::default() }
    }

    /// Makes one attempt at a page on a way outside Discord.
    pub async fn deliver(&self, job: &Job, gate: &dyn Gate) -> Outcome {
        let Effect::Page { page, person, via, .. } = &job.effect else {
            return Outcome::Refused { reason: ReasonCode::Fault.because("this way carries pages only") };
        };
        let Some(way) = via.way() else {
            return Outcome::Refused { reason: ReasonCode::Fault.because("Discord carries this way") };
        };
        if let Some(reason) = job.unwanted {
            return Outcome::Dropped { reason: ReasonCode::NotWanted.because(reason) };
        }
        if job.sent_at.is_some() && job.attempt > REPEATS {
            let why = format!("{REPEATS} attempts had no answer; it may have arrived");
            return Outcome::Refused { reason: ReasonCode::TooManyAttempts.because(why) };
        }
        let ring = ring_of(job, *page, person, *via, way);
        let told = ring.as_ref().map(|ring| self.told(ring));
        let mut told = match &told {
            Some(told) => Some(told.lock().await),
            None => None,
        };
        let own = job.incident.as_ref().map(|incident| (incident.id, *page));
        if told.as_ref().is_some_and(|told| own.is_some_and(|own| told.contains(&own))) {
            return Outcome::Confirmed(Box::default());
        }
        // A page that comes to a ring late, as one that was over at its instant and fires again, does not tell the others twice.
        let together = ring.as_ref().zip(told.as_deref());
        let pages = together.map_or_else(Vec::new, |(ring, told)| self.waiting(ring, *via, told));
        let message = match ring.as_ref().filter(|_| pages.len() > 1) {
            Some(ring) => self.message_together(job, ring, &pages),
            None => self.message(job, *page, person),
        };
        let Some(message) = message else {
            return Outcome::Dropped { reason: ReasonCode::NotWanted.because("the page does not exist") };
        };
        // A repetition can be told from the first by its id; a row that may have left must say so before it leaves.
        if let Err(reason) = gate.about_to_send(None, None).await {
            return Outcome::NotYet { reason, retry_in: Duration::from_secs(1) };
        }
        let waited = job.now.duration_since(job.planned_at);
        let of = way.as_str();
        tracing::trace!(target: "siaga::write_point", point = "notify:leaving", of);
        let sent = self.notifier.send(person, way, &message).await;
        tracing::trace!(target: "siaga::write_point", point = "notify:answered", of);
        if matches!(sent, domain::Outcome::Confirmed(_)) {
            self.engine.rang(*via, pages.len().max(1));
            if let Some(told) = &mut told {
                told.extend(pages.iter().map(|(incident, page)| (incident.id, *page)).chain(own));
            }
        }
        match sent.map_confirmed(|_| Box::default()) {
            Outcome::NotYet { reason, .. } if waited > GIVE_UP_AFTER => Outcome::Refused { reason },
            outcome => outcome,
        }
    }

    /// The pages that a ring tells on this way and that still wait, but those it told already.
    fn waiting(&self, (person, _, at): &RingKey, via: PageVia, told: &BTreeSet<(IncidentId, PageId)>) -> Pages {
        let mut pages = self.engine.told_by(person, via, *at);
        pages.retain(|(incident, page)| {
            incident.status.is_open()
                && incident.page(*page).is_some_and(|page| page.end.is_none())
                && !told.contains(&(incident.id, *page))
        });
        pages
    }

    fn told(&self, key: &RingKey) -> Told {
        let mut rings = self.rings.lock().unwrap_or_else(PoisonError::into_inner);
        if rings.len() >= REMEMBERED {
            rings.retain(|_, told| Arc::strong_count(told) > 1);
        }
        Arc::clone(rings.entry(key.clone()).or_default())
    }

    /// One message for all pages of a ring, with a button that takes all that waits for the person.
    fn message_together(
        &self,
        job: &Job,
        (person, _, at): &RingKey,
        pages: &[(Arc<Incident>, PageId)],
    ) -> Option<Message> {
        let setup = self.engine.setup();
        let lang = language(&setup, person);
        let shown: Vec<&Incident> = pages.iter().take(SHOWN).map(|(incident, _)| &**incident).collect();
        let first = pages.first().map(|(incident, page)| (incident.id, *page))?;
        let expires = *at + LINK_LIVES;
        let claim = Claim { incident: first.0, page: first.1, person: person.clone(), expires, all: true };
        let link = self.links.address(&setup, &claim);
        let text = words::outside_together(&shown, pages.len(), link.is_some(), lang);
        // Whichever row comes first, before or after a restart: the same ring is the same message. When more came to it since, as
        // after an outage, it is another.
        let oldest = pages.iter().map(|(incident, _)| incident.id.0).min().unwrap_or_default();
        let newest = pages.iter().map(|(incident, _)| incident.id.0).max().unwrap_or_default();
        Some(Message {
            id: format!("ring-{person}-{}-{oldest}-{newest}", at.as_millisecond()),
            thread: first.0.label(),
            about: pages.iter().map(|(incident, _)| about(incident)).collect(),
            title: text.title,
            lines: text.lines,
            acknowledge: link.map(|url| Button { label: words::outside_acknowledge_all(lang), url }),
            room_url: None,
            urgent: true,
            footer: None,
            at: job.now,
        })
    }

    fn message(&self, job: &Job, page: PageId, person: &PersonId) -> Option<Message> {
        let incident = job.incident.as_ref()?;
        let known = incident.page(page)?;
        let setup = self.engine.setup();
        let lang = language(&setup, person);
        let claim =
            Claim { incident: incident.id, page, person: person.clone(), expires: known.at + LINK_LIVES, all: false };
        let link = self.links.address(&setup, &claim);
        let runbook = incident.runbook.as_ref();
        let runbook = runbook.and_then(|name| setup.runbooks.iter().find(|runbook| runbook.name == *name));
        let first_step = runbook.and_then(|runbook| runbook.first_step());
        let text = words::outside_page(incident, known, first_step, link.is_some(), lang);
        Some(Message {
            id: job.nonce.clone(),
            thread: incident.id.label(),
            about: vec![about(incident)],
            title: text.title,
            lines: text.lines,
            acknowledge: link.map(|url| Button { label: words::outside_acknowledge(lang), url }),
            room_url: (self.room_url)(&job.objects),
            urgent: true,
            footer: Some(words::outside_footer(incident.id, lang)),
            at: job.now,
        })
    }

    /// Sends a page that only proves that it arrives. `id` is unique for this try.
    ///
    /// # Errors
    /// Why it did not arrive, as a sentence without secrets.
    pub async fn test(&self, person: &PersonId, via: PageVia, by: &str, id: &str) -> Result<(), String> {
        let way = via.way().ok_or("Discord carries this way.")?;
        let setup = self.engine.setup();
        let text = words::outside_test(by, language(&setup, person));
        let message = Message {
            id: id.to_owned(),
            thread: "test".to_owned(),
            about: Vec::new(),
            title: text.title,
            lines: text.lines,
            acknowledge: None,
            room_url: None,
            urgent: true,
            footer: None,
            at: self.engine.now(),
        };
        let sent = self.notifier.send(person, way, &message).await;
        sent.into_confirmed().map(|_| ()).map_err(|reason| reason.text)
    }
}

fn about(incident: &Incident) -> About {
    About { incident: incident.id.label(), severity: incident.severity.to_string() }
}

/// The ring with which a page was decided to be told; none when it has one of its own.
fn ring_of(job: &Job, page: PageId, person: &PersonId, via: PageVia, way: WayId) -> Option<RingKey> {
    let at = domain::incident::told_together(job.incident.as_ref()?, page, via)?;
    Some((person.clone(), way, at))
}

/// A page outside is read by one person: in their language.
fn language(setup: &Setup, person: &PersonId) -> Language {
    setup.people.get(person).and_then(|person| person.language).unwrap_or(setup.language)
}
