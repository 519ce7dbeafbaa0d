//! Purpose: operators read of each dead letter; when there are many, of most of them in one line.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::{Effect, Reason, Timestamp};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::handle::Shared;
use crate::permissions::waits_for_permission;

/// Dead letters that are told one by one within [`Patience::tell_within`](crate::Patience); the rest become one line.
const TELL_ONE_BY_ONE: usize = 5;

/// Which dead letters the operators have been told of lately.
#[derive(Debug, Default)]
pub(crate) struct DeadLetterNotices(Mutex<Told>);

#[derive(Debug, Default)]
struct Told {
    lately: VecDeque<Instant>,
    suppressed: u64,
    /// Rows that we tried again by ourselves: people know of them already.
    again: BTreeSet<i64>,
}

impl DeadLetterNotices {
    fn change<T>(&self, change: impl FnOnce(&mut Told) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// These are tried again by ourselves: if they die again, people know of them already.
    pub(crate) fn tried_again(&self, rows: impl IntoIterator<Item = i64>) {
        self.change(|told| told.again = rows.into_iter().collect());
    }

    /// Whether a dead letter is told of by itself. Nobody is told twice, and many within a while are only counted.
    fn alone(&self, row: i64, within: Duration) -> bool {
        self.change(|told| {
            if told.again.remove(&row) {
                return false;
            }
            let now = Instant::now();
            told.lately.retain(|at| now.duration_since(*at) < within);
            let alone = told.lately.len() < TELL_ONE_BY_ONE;
            if alone {
                told.lately.push_back(now)
            } else {
                told.suppressed += 1
            }
            alone
        })
    }

    /// How many were only counted since the last time.
    fn take_suppressed(&self) -> u64 {
        self.change(|told| std::mem::take(&mut told.suppressed))
    }
}

/// One line for the operators; when there are many, the rest become one.
pub(crate) async fn tell_dead_letter(
    shared: &Shared,
    row: i64,
    planned_at: Timestamp,
    effect: &Effect,
    reason: &Reason,
) {
    // Discord does not take lines for operators: another one would not arrive either.
    if matches!(effect, Effect::Operators { .. }) || !shared.deliveries.notices.alone(row, shared.patience.tell_within)
    {
        return;
    }
    let lang = shared.setup().language;
    let text = match waits_for_permission(effect, reason.code) {
        true => words::not_permitted(row, effect, &reason.text, lang),
        false => words::undelivered(row, effect, &reason.text, lang),
    };
    shared.tell_operators_once(&dead_key(row, planned_at), text).await;
}

/// Names the line about a dead letter: a row that a person tries again, and that dies again, is told of again.
pub(crate) fn dead_key(row: i64, planned_at: Timestamp) -> String {
    format!("dead:{row}:{}", planned_at.as_millisecond())
}

/// Tells, once a minute, how many dead letters were not told one by one.
pub(crate) async fn flush_suppressed(shared: Arc<Shared>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(shared.patience.tell_within) => {}
            () = stop.cancelled() => return,
        }
        let count = shared.deliveries.notices.take_suppressed();
        if count > 0 {
            shared.tell_operators(words::undelivered_more(count, shared.setup().language)).await;
        }
    }
}
