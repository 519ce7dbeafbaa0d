//! Purpose: one direct message for all pages that one ring tells: sent by whichever of its rows comes first, edited by the others.

use std::sync::{Arc, PoisonError};

use domain::{ChatUserId, Incident, PageId, PageVia, PersonId, Thing, Timestamp};
use engine::{ObjectRef, Receipt};

use super::{Attempt, Step, message};
use crate::render;

/// Rings that are remembered; what Discord gave for older ones is in the database.
const REMEMBERED: usize = 512;

/// One ring of one person.
pub(super) type RingKey = (PersonId, Timestamp);

/// What became of a ring: its message, and a digest of what it says. Whoever holds it sends or edits.
pub(super) type Told = Arc<tokio::sync::Mutex<Option<(ObjectRef, String)>>>;

/// The pages of a ring, worst first.
type Pages = Vec<(Arc<Incident>, PageId)>;

impl Attempt<'_> {
    /// The ring that tells this page together with others; none when it tells only this one.
    pub(super) fn together(&self, page: PageId, person: &PersonId, via: PageVia) -> Option<(RingKey, Pages)> {
        let incident = self.cx.incident.filter(|_| via == PageVia::Direct)?;
        let at = domain::incident::ring_of(incident, page, via, self.cx.outage)?;
        let mut pages = self.own.engine.told_by(person, at);
        // After a restart incidents that are over are not at hand any more; this one was told all the same, and what says how it ended
        // must not take the place of those that still wait.
        if !pages.iter().any(|(other, told)| (other.id, *told) == (incident.id, page)) {
            pages.push((Arc::new(incident.clone()), page));
            pages.sort_by_key(|(incident, _)| (incident.severity, incident.id));
        }
        (pages.len() > 1).then(|| ((person.clone(), at), pages))
    }

    /// The direct message of a ring that tells several pages.
    pub(super) async fn tell_together(&self, page: PageId, user: ChatUserId, ring: (RingKey, Pages)) -> Step<Receipt> {
        let (key, pages) = ring;
        let told = self.own.told(&key);
        let mut told = told.lock().await;
        if told.is_none() {
            *told = self.told_before(&pages).await.map(|object| (object, String::new()));
        }
        let body = render::together(&key.0, &pages, self.cx);
        if let Some((object, said)) = told.as_mut() {
            let digest = render::digest(&body);
            if *said != digest {
                self.edit(object, body).await.map_err(|failure| self.edit_failed(&failure))?;
                *said = digest;
            }
            return Ok(receipt(page, object));
        }
        let channel = match self.direct_channel(user).await {
            Ok(channel) => channel,
            Err(failure) => return self.direct_failed(page, &failure),
        };
        let digest = render::digest(&body);
        let mut body = self.with_nonce(body);
        if body["nonce"].is_string() {
            // Whichever row comes first: after a lost answer another one must not send it a second time.
            body["nonce"] = serde_json::json!(nonce(&self.own.installation, &key));
        }
        match self.try_create(channel, body, Vec::new()).await {
            Ok(object) => {
                let receipt = receipt(page, &object);
                self.own.engine.rang(PageVia::Direct, pages.len());
                *told = Some((object, digest));
                Ok(receipt)
            }
            Err(message::NotCreated::Failed(failure)) => self.direct_failed(page, &failure),
            Err(message::NotCreated::Ended(outcome)) => Err(outcome),
        }
    }

    /// The message of a ring says how its pages stand now.
    pub(super) async fn settle_together(&self, object: &ObjectRef, ring: (RingKey, Pages)) -> Step<Receipt> {
        let (key, pages) = ring;
        let told = self.own.told(&key);
        let mut told = told.lock().await;
        let body = render::together(&key.0, &pages, self.cx);
        let digest = render::digest(&body);
        if told.as_ref().is_none_or(|(_, said)| *said != digest) {
            self.edit(object, body).await.map_err(|failure| self.edit_failed(&failure))?;
            *told = Some((object.clone(), digest));
        }
        Ok(Receipt::default())
    }

    /// The message that told another page of the same ring, before this process began.
    async fn told_before(&self, pages: &[(Arc<Incident>, PageId)]) -> Option<ObjectRef> {
        for (incident, page) in pages {
            let objects = self.own.engine.objects(incident.id).await?;
            if let Some(object) = objects.get(&Thing::Page(*page, PageVia::Direct)) {
                return Some(object.clone());
            }
        }
        None
    }
}

impl super::DiscordDelivery {
    fn told(&self, key: &RingKey) -> Told {
        let mut rings = self.rings.lock().unwrap_or_else(PoisonError::into_inner);
        if rings.len() >= REMEMBERED {
            rings.retain(|_, told| Arc::strong_count(told) > 1);
        }
        Arc::clone(rings.entry(key.clone()).or_default())
    }
}

fn receipt(page: PageId, object: &ObjectRef) -> Receipt {
    Receipt { objects: vec![(Thing::Page(page, PageVia::Direct), object.clone())], ..Receipt::default() }
}

/// At most 25 characters, the same for each row of a ring and each process of an installation.
fn nonce(installation: &str, (person, at): &RingKey) -> String {
    // FNV-1a: it has to be the same tomorrow, and to differ between a few rings a minute.
    let text = format!("{installation}:{person}:{}", at.as_millisecond());
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("ring{hash:016x}")
}
