//! Purpose: who is on call on a schedule at an instant, and until when.

mod ask;
mod overrides;
mod rotation;
mod schedules;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use ask::{Decided, NotPossible, OnCallAnswer, OnCallRequest, decide};
pub use overrides::{
    ANSWER_WITHIN, LONGEST_DAYS, OnCallEvent, OverWhy, Override, Overrides, Standing, changed, decide_configuration,
    decide_due,
};
pub use rotation::{
    Rota, Shift, ShiftChange, before_change, local_time, reconfigured, shift_changes, start_to_go_on, start_to_write,
};
pub(crate) use rotation::{next_handoff, on_call_at};
pub use schedules::{LastSaid, announced, handed_over, schedule_gone, shift_changes_said, shift_runs};

use crate::PersonId;

/// The answer of a schedule for one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnCall {
    /// This person, until the handoff or the end of an override.
    Person {
        /// Who.
        person: PersonId,
        /// The next handoff, or the end of the override.
        until: Timestamp,
        /// Who takes over then.
        next: PersonId,
        /// Set when somebody said so for a time: the rotation says otherwise.
        instead_of: Option<InsteadOf>,
    },
    /// Nobody is on call.
    Gap,
}

/// In whose place somebody is on call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InsteadOf {
    /// Who would be on call; none when nobody would, or the same person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// Who said so, as shown.
    pub by: String,
    /// Until when.
    pub until: Timestamp,
}

impl OnCall {
    /// Who; none when nobody is.
    pub const fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Person { person, .. } => Some(person),
            Self::Gap => None,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use jiff::civil::Weekday;
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;
    use crate::setup::{Schedule, SourceRef};

    fn schedule(people: &[&str], zone: &str, time: &str) -> Schedule {
        Schedule {
            name: "payments".into(),
            people: people.iter().map(|p| PersonId::from(*p)).collect(),
            from: None,
            handoff_day: Weekday::Monday,
            handoff_time: time.parse().unwrap(),
            timezone: TimeZone::get(zone).unwrap(),
            announce: None,
            role: None,
            source: SourceRef { file: "siaga.toml".into(), line: 1 },
        }
    }

    fn who(schedule: &Schedule, at: &str) -> String {
        let at: jiff::Zoned = at.parse().unwrap();
        match on_call_at(schedule, None, at.timestamp()) {
            OnCall::Person { person, .. } => person.0,
            OnCall::Gap => "gap".into(),
        }
    }

    #[test]
    fn the_handoff_is_exact_to_the_minute() {
        let s = schedule(&["budi", "rina"], "Asia/Jakarta", "09:00");
        let before = who(&s, "2026-03-09T08:59:59[Asia/Jakarta]");
        let after = who(&s, "2026-03-09T09:00:00[Asia/Jakarta]");
        assert_ne!(before, after);
        assert_eq!(who(&s, "2026-03-02T09:00:00[Asia/Jakarta]"), before);
        assert_eq!(who(&s, "2026-03-16T09:00:00[Asia/Jakarta]"), before);
    }

    #[test]
    fn nobody_in_the_rotation_is_a_gap() {
        assert_eq!(who(&schedule(&[], "UTC", "09:00"), "2026-03-09T09:00:00[UTC]"), "gap");
    }

    #[test]
    fn handoff_on_the_night_the_clock_changes_leaves_no_hole() {
        let mut s = schedule(&["ana", "ben", "cas"], "Europe/Berlin", "02:30");
        s.handoff_day = Weekday::Sunday;
        for start in ["2026-03-28T00:00[Europe/Berlin]", "2026-10-24T00:00[Europe/Berlin]"] {
            let start: jiff::Zoned = start.parse().unwrap();
            let mut changes = 0;
            let mut last = None;
            for minute in 0..(60 * 72) {
                let at = start.timestamp() + jiff::SignedDuration::from_mins(minute);
                let OnCall::Person { person, until, .. } = on_call_at(&s, None, at) else { panic!("gap at {at}") };
                assert!(until > at);
                if last.as_ref().is_some_and(|last| *last != person) {
                    changes += 1;
                }
                last = Some(person);
            }
            assert_eq!(changes, 1);
        }
    }

    proptest! {
        #[test]
        fn somebody_is_always_on_call_and_the_next_one_takes_over_at_until(
            second in 0i64..4_102_444_800, people in 1usize..6, day in 0i8..7, hour in 0i8..24
        ) {
            let names: Vec<String> = (0..people).map(|n| format!("p{n}")).collect();
            let mut s = schedule(&names.iter().map(String::as_str).collect::<Vec<_>>(), "America/New_York", "00:00");
            s.handoff_day = Weekday::from_monday_zero_offset(day).unwrap();
            s.handoff_time = jiff::civil::time(hour, 0, 0, 0);
            let at = Timestamp::from_second(second).unwrap();
            let OnCall::Person { until, next, .. } = on_call_at(&s, None, at) else { return Err(TestCaseError::fail("gap")) };
            prop_assert!(until > at);
            let OnCall::Person { person, .. } = on_call_at(&s, None, until) else { return Err(TestCaseError::fail("gap")) };
            prop_assert_eq!(person, next);
        }
    }
}
