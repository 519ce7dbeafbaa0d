//! Purpose: the outbox as everybody else sees it: rung when there is something to deliver, and what is known beside its rows.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::Notify;

use crate::dead_letters::DeadLetterNotices;
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

    /// So many are on their way now.
    pub(crate) fn are_on_their_way(&self, count: usize) {
        self.on_their_way.store(count, Ordering::SeqCst);
    }

    /// How many are on their way.
    pub(crate) fn on_their_way(&self) -> usize {
        self.on_their_way.load(Ordering::SeqCst)
    }
}
