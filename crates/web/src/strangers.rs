//! Purpose: wrong keys and wrong names: limited and logged by address, so that they fill neither the log nor the memory.
//!
//! Only wrong keys are counted and refused, never a right one: behind one address (a company, a cluster) there may be a
//! sender beside whoever guesses, and Alertmanager does not repeat what was answered 429
//! (github.com/prometheus/alertmanager/issues/2121). So the limit protects the log and the machine; what protects the
//! integration is a key that nobody guesses.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::door::Address;

/// What is limited and logged, is so by the minute.
const MINUTE: Duration = Duration::from_secs(60);
/// Addresses that are told apart, for each kind.
const ADDRESSES: usize = 1_024;
/// Lines a minute, over all addresses.
const LINES: u32 = 60;

/// Counts what strangers do.
#[derive(Debug, Default)]
pub(crate) struct Strangers(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    by_address: BTreeMap<(Address, Kind), Minute>,
    /// Since when lines are counted, and how many were written.
    lines: Option<(Instant, u32)>,
    /// Requests that have no line of their own, because there are too many addresses.
    rest: u64,
}

/// An operator who looks for one of them must not find only the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Key,
    Name,
}

#[derive(Debug)]
struct Minute {
    began: Instant,
    /// Requests of this minute.
    count: u32,
    /// Requests since the last line.
    untold: u64,
    /// What the last of them did.
    last: String,
}

/// What is to be done about a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Log it; later ones of the same address come as a sum.
    pub(crate) log: bool,
    /// There were too many wrong keys: so long until the next is looked at as if it were the first.
    pub(crate) wait: Option<Duration>,
}

impl Strangers {
    /// A wrong key was shown; `what` ends the sentence "the last of them ..".
    pub(crate) fn wrong_key(&self, client: IpAddr, most: u32, what: String, now: Instant) -> Verdict {
        self.seen().take((client.into(), Kind::Key), most, what, now)
    }

    /// A name was asked for that is not configured.
    pub(crate) fn wrong_name(&self, client: IpAddr, what: String, now: Instant) -> bool {
        self.seen().take((client.into(), Kind::Name), u32::MAX, what, now).log
    }

    /// Lines about what was not told yet; called every few seconds.
    pub(crate) fn sums(&self, now: Instant) -> Vec<String> {
        self.seen().sums(now)
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn take(&mut self, whose: (Address, Kind), most: u32, what: String, now: Instant) -> Verdict {
        let is_new = !self.by_address.contains_key(&whose);
        if is_new && self.by_address.len() >= 2 * ADDRESSES {
            // Nobody is told apart any more: that costs a line, and no sender anything.
            self.rest += 1;
            return Verdict { log: false, wait: None };
        }
        let log = is_new && self.may_write(now);
        let fresh = Minute { began: now, count: 0, untold: 0, last: String::new() };
        let minute = self.by_address.entry(whose).or_insert(fresh);
        if now.duration_since(minute.began) >= MINUTE {
            (minute.began, minute.count) = (now, 0);
        }
        if !log {
            minute.untold += 1;
            minute.last = what;
        }
        minute.count = minute.count.saturating_add(1);
        let wait = (minute.count > most).then(|| MINUTE.saturating_sub(now.duration_since(minute.began)));
        Verdict { log, wait }
    }

    fn may_write(&mut self, now: Instant) -> bool {
        let (_, written) = match &mut self.lines {
            Some(lines) if now.duration_since(lines.0) < MINUTE => lines,
            lines => lines.insert((now, 0)),
        };
        *written += 1;
        *written <= LINES
    }

    fn sums(&mut self, now: Instant) -> Vec<String> {
        let is_over = |minute: &Minute| now.duration_since(minute.began) >= MINUTE;
        let over: Vec<(Address, Kind)> =
            self.by_address.iter().filter(|(_, minute)| is_over(minute)).map(|(whose, _)| *whose).collect();
        let mut lines = Vec::new();
        for whose in over {
            let Some(minute) = self.by_address.remove(&whose) else { continue };
            let Minute { untold, last, .. } = minute;
            if untold == 0 {
                continue;
            }
            // It goes on: the next line is a sum again.
            self.by_address.insert(whose, Minute { began: now, count: 0, untold: 0, last: String::new() });
            if self.may_write(now) {
                let requests = if untold == 1 { "request was" } else { "requests were" };
                lines
                    .push(format!("{untold} more {requests} refused that came from {}; the last one {last}.", whose.0));
            } else {
                self.rest += untold;
            }
        }
        // Said with the other sums, at most once a minute.
        if self.rest > 0
            && (!lines.is_empty() || self.lines.is_none_or(|(since, _)| now.duration_since(since) >= MINUTE))
        {
            lines.push(format!("{} more requests were refused that came from further addresses.", self.rest));
            self.rest = 0;
        }
        lines
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn key() -> String {
        "showed a wrong key to integration alertmanager".to_owned()
    }

    #[test]
    fn the_twenty_first_wrong_key_within_a_minute_waits_and_other_addresses_do_not() {
        let (strangers, now) = (Strangers::default(), Instant::now());
        let at = |seconds: u64| now + Duration::from_secs(seconds);
        for number in 0..20 {
            assert_eq!(strangers.wrong_key(ip("192.0.2.1"), 20, key(), at(number)).wait, None, "{number}");
        }
        let wait = strangers.wrong_key(ip("192.0.2.1"), 20, key(), at(20)).wait;
        assert_eq!(wait, Some(Duration::from_secs(40)));
        assert_eq!(strangers.wrong_key(ip("192.0.2.2"), 20, key(), at(20)).wait, None);
        assert_eq!(strangers.wrong_key(ip("192.0.2.1"), 20, key(), at(60)).wait, None, "a new minute");
    }

    #[test]
    fn one_line_for_an_address_and_then_one_a_minute_with_the_count() {
        let (strangers, now) = (Strangers::default(), Instant::now());
        let at = |seconds: u64| now + Duration::from_secs(seconds);
        assert!(strangers.wrong_key(ip("192.0.2.1"), 20, key(), now).log);
        for number in 1..38 {
            assert!(!strangers.wrong_key(ip("192.0.2.1"), 20, key(), at(number)).log);
        }
        assert!(strangers.wrong_name(ip("192.0.2.2"), "named an integration".to_owned(), at(3)));
        assert_eq!(strangers.sums(at(59)), [""; 0]);
        assert_eq!(
            strangers.sums(at(61)),
            [
                "37 more requests were refused that came from 192.0.2.1; the last one showed a wrong key to integration alertmanager."
            ]
        );
        assert!(!strangers.wrong_key(ip("192.0.2.1"), 20, key(), at(62)).log, "it goes on");
        assert_eq!(
            strangers.sums(at(122)),
            [
                "1 more request was refused that came from 192.0.2.1; the last one showed a wrong key to integration alertmanager."
            ]
        );
        assert_eq!(strangers.sums(at(190)), [""; 0]);
        assert!(strangers.wrong_key(ip("192.0.2.1"), 20, key(), at(191)).log, "after a quiet minute it is news");
    }

    #[test]
    fn thousands_of_addresses_cost_sixty_lines_and_bounded_memory() {
        let (strangers, now) = (Strangers::default(), Instant::now());
        let from = |number: u32| IpAddr::from(number.to_be_bytes());
        let logged = (0..5_000).filter(|number| strangers.wrong_key(from(*number), 20, key(), now).log).count();
        assert_eq!(logged, 60);
        assert_eq!(strangers.seen().by_address.len(), 2 * ADDRESSES);
        let sums = strangers.sums(now + Duration::from_secs(61));
        assert_eq!(sums.len(), 61);
        assert_eq!(sums[60], "4880 more requests were refused that came from further addresses.");
    }
}
