//! Purpose: what the intake answered, by integration; and who is told when it takes nothing of an integration for ten minutes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::{IntegrationName, Timestamp};
use words::IntakeRefusal;

/// When nothing was taken for so long, operators are told.
const TOLD_AFTER: Duration = Duration::from_secs(600);
/// Wrong keys must come for so long before they are more than somebody who tries a few: Alertmanager tries again after its
/// `group_interval`, five minutes if nobody changed it.
const REPEATED_FOR: Duration = Duration::from_secs(240);
/// How requests for names that are not configured are counted: together, for anybody can make up any number. No integration
/// can have a name with parentheses.
const UNKNOWN: &str = "(unknown)";

/// Requests by the name of the integration and the status of the answer.
pub(crate) type Counts = BTreeMap<(String, u16), u64>;

/// Counts answers of the intake, and remembers for whom nothing is taken.
#[derive(Clone, Debug, Default)]
pub(crate) struct Refusals(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    counts: Counts,
    unheard: BTreeMap<IntegrationName, Unheard>,
}

/// An integration of which nothing was taken since.
#[derive(Debug)]
struct Unheard {
    first: Timestamp,
    last: Timestamp,
    by: BTreeMap<IntakeRefusal, u64>,
    /// It is certainly its sender: it showed a right key, or is where a right one came from before.
    sure: bool,
    told: bool,
}

/// What operators are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// Nothing was taken of an integration for so long, with how often for which reason.
    Unheard { integration: IntegrationName, time: Duration, by: Vec<(IntakeRefusal, u64)> },
    /// It is taken again.
    Heard { integration: IntegrationName },
}

impl Refusals {
    /// A request was answered.
    pub(crate) fn answered(&self, answered: web::Answered<'_>, now: Timestamp) -> Option<News> {
        let web::Answered { integration, status, known } = answered;
        let mut state = self.state();
        let label = integration.map_or(UNKNOWN, IntegrationName::as_str).to_owned();
        *state.counts.entry((label, status)).or_default() += 1;
        let integration = integration?;
        if (200..300).contains(&status) {
            let was_told = state.unheard.remove(integration).is_some_and(|unheard| unheard.told);
            return was_told.then(|| News::Heard { integration: integration.clone() });
        }
        let reason = reason(status)?;
        let fresh = Unheard { first: now, last: now, by: BTreeMap::new(), sure: false, told: false };
        let unheard = state.unheard.entry(integration.clone()).or_insert(fresh);
        *unheard.by.entry(reason).or_default() += 1;
        unheard.last = now;
        unheard.sure |= known || reason != IntakeRefusal::Key;
        unheard.news(integration, now)
    }

    /// What has become news by time alone; integrations that are no longer configured are forgotten.
    pub(crate) fn due(&self, now: Timestamp, is_configured: impl Fn(&IntegrationName) -> bool) -> Vec<News> {
        let mut state = self.state();
        state.unheard.retain(|name, unheard| is_configured(name) && !unheard.was_a_try(now));
        state.unheard.iter_mut().filter_map(|(name, unheard)| unheard.news(name, now)).collect()
    }

    /// All answers since the start.
    pub(crate) fn counts(&self) -> Counts {
        self.state().counts.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Unheard {
    fn news(&mut self, integration: &IntegrationName, now: Timestamp) -> Option<News> {
        let is_sender = self.sure || between(self.first, self.last) >= REPEATED_FOR;
        let time = between(self.first, now);
        if self.told || time < TOLD_AFTER || !is_sender {
            return None;
        }
        self.told = true;
        let by = self.by.iter().map(|(reason, count)| (*reason, *count)).collect();
        Some(News::Unheard { integration: integration.clone(), time, by })
    }

    /// Somebody tried a few keys and went away.
    fn was_a_try(&self, now: Timestamp) -> bool {
        !self.told && !self.sure && between(self.last, now) >= TOLD_AFTER
    }
}

/// Why a body was refused; none for what is no body, like a GET.
fn reason(status: u16) -> Option<IntakeRefusal> {
    match status {
        401 | 429 => Some(IntakeRefusal::Key),
        405 => None,
        408 => Some(IntakeRefusal::TooSlow),
        413 => Some(IntakeRefusal::TooLarge),
        503 => Some(IntakeRefusal::NotKept),
        _ => Some(IntakeRefusal::Unreadable),
    }
}

fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    struct World {
        refusals: Refusals,
        now: Timestamp,
    }

    impl World {
        fn new() -> Self {
            Self { refusals: Refusals::default(), now: "2026-03-01T20:10:00Z".parse().unwrap() }
        }

        fn minutes(&mut self, minutes: i64) {
            self.now += jiff::SignedDuration::from_mins(minutes);
        }

        fn answers(&self, status: u16) -> Option<News> {
            self.from(status, false)
        }

        fn from(&self, status: u16, known: bool) -> Option<News> {
            let integration = IntegrationName::from("alertmanager");
            self.refusals.answered(web::Answered { integration: Some(&integration), status, known }, self.now)
        }

        fn due(&self) -> Vec<News> {
            self.refusals.due(self.now, |_| true)
        }
    }

    fn unheard(minutes: u64, by: &[(IntakeRefusal, u64)]) -> News {
        News::Unheard { integration: "alertmanager".into(), time: Duration::from_secs(minutes * 60), by: by.to_vec() }
    }

    fn heard() -> Option<News> {
        Some(News::Heard { integration: "alertmanager".into() })
    }

    #[test]
    fn refused_for_ten_minutes_is_told_once_and_that_it_is_over_once() {
        let mut world = World::new();
        assert_eq!(world.answers(401), None);
        world.minutes(5);
        assert_eq!(world.answers(429), None);
        world.minutes(5);
        assert_eq!(world.answers(401), Some(unheard(10, &[(IntakeRefusal::Key, 3)])));
        assert_eq!((world.answers(401), world.due()), (None, vec![]));
        world.minutes(60);
        assert_eq!((world.answers(401), world.due()), (None, vec![]));
        assert_eq!((world.answers(202), world.answers(202)), (heard(), None));
        assert_eq!(world.answers(401), None, "a new count begins");
    }

    #[test]
    fn one_body_that_is_taken_is_enough_to_be_well() {
        let mut world = World::new();
        for _ in 0..6 {
            assert_eq!((world.answers(413), world.answers(202)), (None, None));
            world.minutes(5);
            assert_eq!(world.due(), []);
        }
    }

    #[test]
    fn a_single_body_with_a_right_key_that_was_refused_is_told_too() {
        let mut world = World::new();
        assert_eq!(world.answers(400), None);
        world.minutes(10);
        assert_eq!(world.due(), [unheard(10, &[(IntakeRefusal::Unreadable, 1)])]);
        assert_eq!(world.due(), []);
    }

    #[test]
    fn who_tries_a_few_keys_is_no_sender_unless_it_was_one_before() {
        let mut world = World::new();
        for _ in 0..50 {
            world.answers(401);
        }
        world.minutes(11);
        assert_eq!((world.due(), world.answers(401)), (vec![], None), "forgotten");
        world.minutes(11);
        assert_eq!(world.due(), []);
        assert_eq!(world.from(401, true), None);
        world.minutes(10);
        assert_eq!(world.due(), [unheard(10, &[(IntakeRefusal::Key, 1)])]);
    }

    #[test]
    fn integrations_that_are_gone_are_forgotten_and_a_get_is_no_body() {
        let mut world = World::new();
        assert_eq!(world.answers(405), None);
        world.answers(400);
        world.minutes(10);
        assert_eq!(world.refusals.due(world.now, |_| false), []);
        assert_eq!(world.due(), []);
    }

    #[test]
    fn names_that_are_not_configured_are_counted_as_one() {
        let world = World::new();
        for _ in 0..3 {
            world.refusals.answered(web::Answered { integration: None, status: 404, known: false }, world.now);
        }
        world.answers(202);
        let counts: Vec<_> = world.refusals.counts().into_iter().collect();
        assert_eq!(counts, [(("(unknown)".to_owned(), 404), 3), (("alertmanager".to_owned(), 202), 1)]);
    }
}
