//! Purpose: notices that the machine's clock was set while we run, and has the decider take it over, with every wait; and writes
//! down what the clock says, so that the next process notices what happened between the two.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use domain::Timestamp;
use domain::incident::CLOCK_TOLERANCE;
use jiff::SignedDuration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use crate::handle::{Engine, Shared};
use crate::health::Part;

/// Between two looks.
const LOOK: Duration = Duration::from_secs(1);
/// How often what the clock says is written down.
const WRITE: Duration = Duration::from_secs(20);
/// Looks that have to find the same before it is taken over.
const LOOKS: u32 = 2;
/// The same after many changes in a row: a clock that is set all the time is followed seldom, and the time that passes always.
const MOST_LOOKS: u32 = 300;
/// After so long without a change the first one is taken over soon again.
const CALM: Duration = Duration::from_secs(600);
/// So far two looks at the same change may differ.
const SAME: SignedDuration = SignedDuration::from_millis(500);
/// So long health tells of the last change.
const NEWS: SignedDuration = SignedDuration::from_hours(1);

/// What is known of the machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ClockNews {
    /// By how much it was set last, and when that was taken over.
    set: Option<(SignedDuration, Timestamp)>,
    /// How far it is ahead now and not followed.
    ahead: Option<SignedDuration>,
}

/// Waits for the machine's clock to stand by what it says.
#[derive(Debug, Default)]
struct Settling {
    seen: Option<(SignedDuration, u32)>,
    taken_over: Option<Instant>,
    in_a_row: u32,
}

impl Settling {
    /// One look: by how much the clock is to be set now, if it is.
    fn look(&mut self, ahead: SignedDuration, now: Instant) -> Option<SignedDuration> {
        if ahead.abs() < CLOCK_TOLERANCE {
            self.seen = None;
            return None;
        }
        let times = match self.seen {
            Some((seen, times)) if seen.saturating_sub(ahead).abs() <= SAME => times + 1,
            _ => 1,
        };
        self.seen = Some((ahead, times));
        if self.taken_over.is_some_and(|before| now.duration_since(before) >= CALM) {
            self.in_a_row = 0;
        }
        let needed = LOOKS.saturating_mul(1 << self.in_a_row.min(16)).min(MOST_LOOKS);
        (times >= needed).then_some(ahead)
    }

    fn was_taken_over(&mut self, now: Instant) {
        self.in_a_row += 1;
        self.taken_over = Some(now);
        self.seen = None;
    }
}

/// Watches until told to stop.
pub(crate) async fn watch(shared: Arc<Shared>, stop: CancellationToken) {
    let (mut settling, mut written) = (Settling::default(), Instant::now());
    let mut moves = shared.clock.moves().filter(|_| shared.clock.is_manual());
    while !stop.is_cancelled() {
        let ahead = shared.clock.machine_ahead();
        let by = if shared.clock.is_manual() {
            Some(ahead).filter(|ahead| ahead.abs() >= CLOCK_TOLERANCE)
        } else {
            settling.look(ahead, Instant::now())
        };
        shared.clock_news(|news| news.ahead = Some(ahead).filter(|ahead| ahead.abs() >= CLOCK_TOLERANCE));
        if let Some(by) = by {
            match shared.take_over(by).await {
                Ok(()) => settling.was_taken_over(Instant::now()),
                // The next look finds the same.
                Err(error) => debug!("The clock could not be followed yet: {error}"),
            }
            shared.turn();
        }
        if written.elapsed() >= WRITE {
            written = Instant::now();
            write(&shared).await;
        }
        tokio::select! {
            () = shared.clock.look_again(LOOK, &mut moves) => {}
            () = stop.cancelled() => {}
        }
    }
}

async fn write(shared: &Shared) {
    if shared.database_trouble().is_some() {
        return;
    }
    if let Err(error) = shared.store.clock_reads(&shared.clock.reading().written()).await
        && shared.database_failed(&error).is_none()
    {
        warn!("What the clock says could not be written down: {error}");
    }
}

impl Shared {
    fn clock_news(&self, change: impl FnOnce(&mut ClockNews)) {
        change(&mut self.clock_news.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// The clock was set by so much, and everything that waits was moved.
    pub(crate) fn clock_was_set(&self, by: SignedDuration) {
        let at = self.clock.now();
        self.clock_news(|news| *news = ClockNews { set: Some((by, at)), ahead: None });
        warn!(clock.set_by_ms = i64::try_from(by.as_millis()).unwrap_or_default(), "{}", sentence(by));
    }
}

fn sentence(by: SignedDuration) -> String {
    let direction = if by.is_negative() { "back" } else { "forward" };
    let length = words::clock_step(by, domain::setup::Language::En);
    format!("the machine's clock was set {direction} by {length}; every wait lasts as long as it would have")
}

impl Engine {
    /// What health says of the clock.
    pub(crate) fn clock_part(&self) -> Part {
        let news = *self.shared.clock_news.read().unwrap_or_else(PoisonError::into_inner);
        let now = self.shared.clock.now();
        let recent = news.set.filter(|(_, at)| now.duration_since(*at) < NEWS);
        let sentence = match (news.ahead, recent) {
            (Some(ahead), _) => {
                let side = if ahead.is_negative() { "behind" } else { "ahead of" };
                let length = words::clock_step(ahead, domain::setup::Language::En);
                format!(
                    "the machine's clock is {length} {side} the time that passed and is not followed until it stays there"
                )
            }
            (None, Some((by, at))) => format!("{} (at {})", sentence(by), at.strftime("%Y-%m-%d %H:%M:%S UTC")),
            (None, None) => "keeps time".to_owned(),
        };
        Part { name: "clock", ok: news.ahead.is_none(), sentence }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: i64) -> SignedDuration {
        SignedDuration::from_secs(seconds)
    }

    #[test]
    fn a_clock_that_is_set_once_is_followed_within_seconds_and_jitter_never() {
        let (mut settling, now) = (Settling::default(), Instant::now());
        assert_eq!(settling.look(SignedDuration::from_millis(-20), now), None);
        assert_eq!(settling.look(seconds(1), now), None);
        assert_eq!(settling.look(seconds(-7_200), now), None);
        assert_eq!(settling.look(seconds(-7_200), now), Some(seconds(-7_200)));
        settling.was_taken_over(now);
        assert_eq!(settling.look(seconds(0), now), None);
    }

    #[test]
    fn a_clock_that_is_set_all_the_time_is_followed_ever_more_seldom() {
        let (mut settling, began) = (Settling::default(), Instant::now());
        let mut taken_over = 0;
        // Two hours back and forth every ten seconds, for an hour.
        for second in 0..3_600_u64 {
            let now = began + Duration::from_secs(second);
            let ahead = if second / 10 % 2 == 0 { seconds(7_200) } else { seconds(-7_200) };
            if settling.look(ahead, now).is_some() {
                settling.was_taken_over(now);
                taken_over += 1;
            }
        }
        // More than ten looks in a row never find the same; ten minutes of calm begin anew.
        assert!(taken_over <= 3 * 7, "{taken_over}");
        // It settles, and is followed.
        let now = began + Duration::from_secs(3_600) + CALM;
        let follows = (0..MOST_LOOKS).any(|_| settling.look(seconds(60), now).is_some());
        assert!(follows);
    }
}
