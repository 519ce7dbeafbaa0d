//! Purpose: the outbox as everybody else sees it: rung when there is something to deliver, and what is known beside its rows.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use domain::{PageVia, PersonId, Timestamp};
use jiff::SignedDuration;
use tokio::sync::Notify;

use crate::dead_letters::DeadLetterNotices;
use crate::handle::Engine;
use crate::lost::ReplacedCards;

/// What is on its way out.
#[derive(Debug, Default)]
pub(crate) struct Deliveries {
    bell: Notify,
    on_their_way: AtomicUsize,
    /// Dead letters that operators were told of lately.
    pub(crate) notices: DeadLetterNotices,
    /// Cards that we delete ourselves.
    pub(crate) replaced: ReplacedCards,
    /// Messages that rang people since the start, and the pages that they told, by way.
    rings: Mutex<BTreeMap<PageVia, (u64, u64)>>,
    /// Whom the incidents channel rang for want of a room: by which row, and when.
    fallbacks: Mutex<HashMap<PersonId, (i64, Timestamp)>>,
    /// Permissions change just now; a look at what they make possible follows.
    pub(crate) permissions_changing: AtomicBool,
}

impl Deliveries {
    /// Effects were committed, or something they wait for came into being.
    pub(crate) fn ring(&self) {
        self.bell.notify_one();
    }

    /// Until somebody rings.
    pub(crate) async fn rung(&self) {
        self.bell.notified().await;
    }

    /// Whether a page may ring its person in the incidents channel now, because its room is not there: once within this time.
    pub(crate) fn falls_back(&self, person: &PersonId, row: i64, wire: Timestamp, apart: SignedDuration) -> bool {
        let mut last = self.fallbacks.lock().unwrap_or_else(PoisonError::into_inner);
        match last.get(person) {
            Some((other, at)) if *other != row && wire.duration_since(*at) < apart => false,
            Some((other, _)) if *other == row => true,
            _ => {
                last.insert(person.clone(), (row, wire));
                true
            }
        }
    }

    /// A message rang somebody, and told so many pages.
    pub(crate) fn rang(&self, via: PageVia, pages: usize) {
        let mut rings = self.rings.lock().unwrap_or_else(PoisonError::into_inner);
        let (messages, told) = rings.entry(via).or_default();
        *messages += 1;
        *told += u64::try_from(pages).unwrap_or(u64::MAX);
    }

    /// Messages that rang people since the start, and the pages that they told, by way.
    pub(crate) fn rings(&self) -> BTreeMap<PageVia, (u64, u64)> {
        self.rings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// So many are on their way now.
    pub(crate) fn are_on_their_way(&self, count: usize) {
        self.on_their_way.store(count, Ordering::SeqCst);
    }

    /// How many are on their way.
    pub(crate) fn on_their_way(&self) -> usize {
        self.on_their_way.load(Ordering::SeqCst)
    }
}

impl Engine {
    /// A message rang somebody, and told so many pages: it is counted.
    pub fn rang(&self, via: PageVia, pages: usize) {
        self.shared.deliveries.rang(via, pages);
    }
}
