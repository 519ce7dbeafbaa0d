//! Purpose: the domain clock, injected. Timers, escalation and what people read follow it; time-outs and rate limits do not.
//!
//! The clock of a running engine starts at what the machine's clock says and then follows the time that really passes, which
//! nobody can set; sleep of the machine counts. What the machine's clock says is compared with it each second
//! (`clock_watch.rs`), and when somebody has set that one, the decider takes it over in one decision that moves every wait
//! with it. So a wait is never longer or shorter than the time that passes, whatever the machine's clock does: a wait that is
//! computed from the wall clock and slept by another is how a clock set back by two hours stopped other schedulers for two hours
//! (quartznet #1508) and how Grafana's rules ran by a wrong clock for ever (grafana #43031).

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, RwLock};
use std::time::Duration;

use domain::Timestamp;
use jiff::SignedDuration;
use tokio::sync::watch;

/// Longest sleep until the clock is looked at again: a machine that slept wakes up no later.
const LOOK: Duration = Duration::from_secs(5);

/// A clock: the machine's, one that follows the time that passes, or one moved by hand.
#[derive(Clone, Debug)]
pub struct Clock {
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    /// What the machine says.
    Machine,
    Steady(Arc<Steady>),
    Manual(Arc<Manual>),
}

#[derive(Debug)]
struct Steady {
    /// What it showed, and how long the machine had been running then.
    anchor: RwLock<(Timestamp, Duration)>,
    /// By how much it was set so far.
    total: Mutex<SignedDuration>,
    set: watch::Sender<u64>,
}

#[derive(Debug)]
struct Manual {
    hand: Mutex<Hand>,
    moved: watch::Sender<u64>,
    boot: String,
}

#[derive(Clone, Copy, Debug)]
struct Hand {
    now: Timestamp,
    /// How far the machine's clock is ahead.
    ahead: SignedDuration,
    /// By how much it was set so far.
    total: SignedDuration,
    /// How much time passed.
    ran: Duration,
}

/// What a clock showed, with what a later process needs to find out whether it was set meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// What it showed.
    pub(crate) now: Timestamp,
    /// The clock of the outbox.
    pub(crate) wire: Timestamp,
    /// How long the machine had been running.
    pub(crate) ran: Duration,
    /// Which run of the machine that was.
    pub(crate) boot: Option<String>,
}

impl Clock {
    /// The machine's clock.
    pub const fn system() -> Self {
        Self { kind: Kind::Machine }
    }

    /// A clock that stands still until [`Clock::advance`].
    pub fn manual(start: Timestamp) -> Self {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let zero = SignedDuration::ZERO;
        let hand = Hand { now: start, ahead: zero, total: zero, ran: Duration::ZERO };
        // Each is a machine of its own.
        let boot = format!("manual-{}", MADE.fetch_add(1, Ordering::Relaxed));
        Self { kind: Kind::Manual(Arc::new(Manual { hand: Mutex::new(hand), moved: watch::Sender::new(0), boot })) }
    }

    /// The clock of an engine: the machine's becomes one that follows the time that passes from now on.
    pub(crate) fn steady(self) -> Self {
        match self.kind {
            Kind::Machine => {
                let anchor = RwLock::new((machine_now(), running_for()));
                Self {
                    kind: Kind::Steady(Arc::new(Steady {
                        anchor,
                        total: Mutex::default(),
                        set: watch::Sender::new(0),
                    })),
                }
            }
            Kind::Steady(_) => self,
            Kind::Manual(manual) => {
                // It begins with what the machine says.
                let mut hand = manual.hand();
                let ahead = std::mem::take(&mut hand.ahead);
                hand.now = hand.now.checked_add(ahead).unwrap_or(hand.now);
                drop(hand);
                Self { kind: Kind::Manual(manual) }
            }
        }
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        match &self.kind {
            Kind::Machine => machine_now(),
            Kind::Steady(steady) => {
                let (shown, then) = *steady.anchor.read().unwrap_or_else(PoisonError::into_inner);
                later(shown, running_for().saturating_sub(then))
            }
            Kind::Manual(manual) => manual.hand().now,
        }
    }

    /// How far the machine's clock is ahead of this one; negative when it is behind.
    pub(crate) fn machine_ahead(&self) -> SignedDuration {
        match &self.kind {
            Kind::Machine => SignedDuration::ZERO,
            Kind::Steady(_) => machine_now().duration_since(self.now()),
            Kind::Manual(manual) => manual.hand().ahead,
        }
    }

    /// Sets the clock to what the machine's says, which is ahead by so much. Whoever waits for it looks again.
    pub(crate) fn set(&self, by: SignedDuration) {
        match &self.kind {
            Kind::Machine => {}
            Kind::Steady(steady) => {
                let mut anchor = steady.anchor.write().unwrap_or_else(PoisonError::into_inner);
                anchor.0 = anchor.0.checked_add(by).unwrap_or(anchor.0);
                drop(anchor);
                let mut total = steady.total.lock().unwrap_or_else(PoisonError::into_inner);
                *total = total.saturating_add(by);
                drop(total);
                steady.set.send_modify(|count| *count += 1);
            }
            Kind::Manual(manual) => {
                let mut hand = manual.hand();
                hand.now = hand.now.checked_add(by).unwrap_or(hand.now);
                hand.ahead = hand.ahead.saturating_sub(by);
                hand.total = hand.total.saturating_add(by);
                drop(hand);
                manual.moved.send_modify(|count| *count += 1);
            }
        }
    }

    /// By how much it was set since the process began: an instant from before, and this much more, is that instant now.
    pub(crate) fn set_so_far(&self) -> SignedDuration {
        match &self.kind {
            Kind::Machine => SignedDuration::ZERO,
            Kind::Steady(steady) => *steady.total.lock().unwrap_or_else(PoisonError::into_inner),
            Kind::Manual(manual) => manual.hand().total,
        }
    }

    /// Whether it is moved by hand.
    pub(crate) const fn is_manual(&self) -> bool {
        matches!(self.kind, Kind::Manual(_))
    }

    /// What is written down for the next process.
    pub(crate) fn reading(&self) -> Reading {
        let (now, wire) = (self.now(), wire_now());
        match &self.kind {
            Kind::Machine | Kind::Steady(_) => Reading { now, wire, ran: running_for(), boot: this_boot() },
            Kind::Manual(manual) => Reading { now, wire, ran: manual.hand().ran, boot: Some(manual.boot.clone()) },
        }
    }

    /// Time passes, on a manual clock and on the machine's clock of its world; any other clock ignores it.
    pub fn advance(&self, by: Duration) {
        if let Kind::Manual(manual) = &self.kind {
            let mut hand = manual.hand();
            hand.now = later(hand.now, by);
            hand.ran = hand.ran.saturating_add(by);
            drop(hand);
            manual.moved.send_modify(|count| *count += 1);
        }
    }

    /// Somebody sets the machine's clock in the world of a manual clock; no time passes. Any other clock ignores it.
    pub fn set_machine(&self, by: SignedDuration) {
        if let Kind::Manual(manual) = &self.kind {
            let mut hand = manual.hand();
            hand.ahead = hand.ahead.saturating_add(by);
            drop(hand);
            manual.moved.send_modify(|count| *count += 1);
        }
    }

    /// Waits until a manual clock is moved by hand; any other for so long.
    pub(crate) async fn look_again(&self, after: Duration, moves: &mut Option<watch::Receiver<u64>>) {
        match (&self.kind, moves) {
            (Kind::Manual(_), Some(moves)) => {
                if moves.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
            _ => tokio::time::sleep(after).await,
        }
    }

    /// For [`Clock::look_again`]: everything that moves the clock from now on.
    pub(crate) fn moves(&self) -> Option<watch::Receiver<u64>> {
        match &self.kind {
            Kind::Machine => None,
            Kind::Steady(steady) => Some(steady.set.subscribe()),
            Kind::Manual(manual) => Some(manual.moved.subscribe()),
        }
    }

    /// Waits until the clock shows what is next, or was set; for ever if nothing is next.
    pub(crate) async fn wait_for(&self, next: Option<Timestamp>) {
        match next {
            Some(due) => self.wait_until(due).await,
            None => std::future::pending().await,
        }
    }

    /// Waits until the clock shows `due`, or was set: then what is due may be another instant. A manual clock waits until it is
    /// moved that far.
    pub async fn wait_until(&self, due: Timestamp) {
        let Some(mut moves) = self.moves() else {
            tokio::time::sleep(remaining(due, self.now())).await;
            return;
        };
        match &self.kind {
            Kind::Machine | Kind::Steady(_) => loop {
                let left = remaining(due, self.now());
                if left.is_zero() {
                    return;
                }
                tokio::select! {
                    () = tokio::time::sleep(left.min(LOOK)) => {}
                    _ = moves.changed() => return,
                }
            },
            Kind::Manual(manual) => {
                let total = manual.hand().total;
                while self.now() < due && manual.hand().total == total {
                    if moves.changed().await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

impl Manual {
    fn hand(&self) -> std::sync::MutexGuard<'_, Hand> {
        self.hand.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The machine's time when this process began, and from then on the time that passes: it never goes back and nobody can set it.
/// Where the outbox, receipts and the REST client live: an instant of one is compared with an instant of another.
pub fn wire_now() -> Timestamp {
    static BEGAN: LazyLock<(Timestamp, Duration)> = LazyLock::new(|| (machine_now(), running_for()));
    let (shown, then) = *BEGAN;
    later(shown, running_for().saturating_sub(then))
}

/// The machine's time, never going back: where the outbox and receipts live.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WireClock;

impl WireClock {
    #[expect(clippy::unused_self, reason = "it is read like the domain clock beside it")]
    pub(crate) fn now(&self) -> Timestamp {
        wire_now()
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
fn machine_now() -> Timestamp {
    Timestamp::now()
}

/// How long the machine has been running, its sleep included: unlike `Instant`, which stands still while a machine sleeps. Asked
/// of the kernel, so that nothing between can change it.
fn running_for() -> Duration {
    #[cfg(target_os = "linux")]
    let id = rustix::time::ClockId::Boottime;
    #[cfg(not(target_os = "linux"))]
    let id = rustix::time::ClockId::Monotonic;
    Duration::try_from(rustix::time::clock_gettime(id)).unwrap_or_default()
}

/// Which run of the machine this is; none where that is not told.
fn this_boot() -> Option<String> {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(id.trim().to_owned()).filter(|id| !id.is_empty())
}

fn later(at: Timestamp, by: Duration) -> Timestamp {
    SignedDuration::try_from(by).ok().and_then(|by| at.checked_add(by).ok()).unwrap_or(at)
}

fn remaining(due: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(due.duration_since(now)).unwrap_or_default()
}

impl Reading {
    /// As it is written down: `now wire ran boot`, the instants and the length in milliseconds.
    pub(crate) fn written(&self) -> String {
        let boot = self.boot.as_deref().unwrap_or("-");
        format!("{} {} {} {boot}", self.now.as_millisecond(), self.wire.as_millisecond(), self.ran.as_millis())
    }

    /// Reads what [`Reading::written`] wrote.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let mut instant = || Timestamp::from_millisecond(words.next()?.parse().ok()?).ok();
        let (now, wire) = (instant()?, instant()?);
        let ran = Duration::from_millis(words.next()?.parse().ok()?);
        let boot = Some(words.next()?).filter(|boot| *boot != "-").map(str::to_owned);
        Some(Self { now, wire, ran, boot })
    }

    /// By how much the clock was set between this reading and a later one; the same of the clock of the outbox. Within one run of
    /// the machine that is exact. Across two runs only what goes back is certain: time that passed while nobody lived through it
    /// cannot be told from a clock that was set forward.
    pub(crate) fn set_until(&self, later_one: &Self) -> (SignedDuration, SignedDuration) {
        let passed = later_one.ran.checked_sub(self.ran).filter(|_| self.boot.is_some() && self.boot == later_one.boot);
        let passed = passed.map(|passed| SignedDuration::try_from(passed).unwrap_or(SignedDuration::ZERO));
        let by = |before: Timestamp, after: Timestamp| match passed {
            Some(passed) => after.duration_since(before).saturating_sub(passed),
            None => after.duration_since(before).min(SignedDuration::ZERO),
        };
        (by(self.now, later_one.now), by(self.wire, later_one.wire))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn reading(second: i64, ran: u64, boot: &str) -> Reading {
        let boot = Some(boot.to_owned()).filter(|boot| boot != "-");
        Reading { now: at(second), wire: at(second), ran: Duration::from_secs(ran), boot }
    }

    #[test]
    fn between_two_processes_it_is_known_how_far_the_clock_was_set() {
        let before = reading(0, 100, "a");
        let set = |second, ran, boot| before.set_until(&reading(second, ran, boot)).0.as_secs();
        // Half an hour passed and nobody touched the clock.
        assert_eq!(set(1_800, 1_900, "a"), 0);
        assert_eq!(set(1_800 - 7_200, 1_900, "a"), -7_200);
        assert_eq!(set(1_800 + 7_200, 1_900, "a"), 7_200);
        // Another run of the machine: a step back is certain, a step forward may be time that passed.
        assert_eq!(set(-60, 10, "b"), -60);
        assert_eq!(set(7_200, 10, "b"), 0);
        assert_eq!(before.set_until(&reading(7_200, 200, "-")).0.as_secs(), 0);
    }

    #[test]
    fn a_reading_is_read_as_it_was_written() {
        for one in [reading(3, 17, "0b6c"), reading(3, 17, "-")] {
            assert_eq!(Reading::read(&one.written()).unwrap(), one);
        }
        assert_eq!(Reading::read("12 x"), None);
    }

    #[tokio::test]
    async fn a_steady_clock_goes_on_by_itself_and_a_wait_ends_when_it_is_set() {
        let clock = Clock::system().steady();
        assert!(clock.machine_ahead().abs() < SignedDuration::from_secs(1));
        let hour = SignedDuration::from_hours(1);
        let waits = clock.clone();
        let due = clock.now() + hour;
        let waiting = tokio::spawn(async move { waits.wait_until(due).await });
        tokio::task::yield_now().await;
        clock.set(-hour);
        assert!(clock.machine_ahead() > SignedDuration::from_mins(59));
        tokio::time::timeout(Duration::from_secs(10), waiting).await.unwrap().unwrap();
    }
}
