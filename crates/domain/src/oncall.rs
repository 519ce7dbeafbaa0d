//! Purpose: who is on call on a schedule at an instant, and until when.

mod overrides;

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

pub use overrides::{
    ANSWER_WITHIN, ClockChange, Decided, End, LONGEST_DAYS, LastSaid, NotPossible, OnCallAnswer, OnCallEvent,
    OnCallRequest, OverWhy, Override, Overrides, Standing, Until, announced, changed, decide, decide_configuration,
    decide_due, handed_over,
};

use crate::PersonId;
use crate::setup::Schedule;

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

/// A Monday long ago: week 0 of every rotation, so that the order never depends on when the bot was started.
const ANCHOR: Date = jiff::civil::date(2024, 1, 1);

/// Who is on call at `at`. Handoffs are local: they follow the zone through daylight saving changes.
pub(crate) fn on_call_at(schedule: &Schedule, at: Timestamp) -> OnCall {
    let count = i64::try_from(schedule.people.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return OnCall::Gap;
    }
    let local = at.to_zoned(schedule.timezone.clone()).date();
    let anchor = i64::from(ANCHOR.until(local).map_or(0, |span| span.get_days()));
    // The handoff of this calendar week may lie ahead of `at`, so start one week later and walk back.
    let mut week = anchor.div_euclid(7) + 1;
    while handoff(schedule, week).is_none_or(|start| start > at) {
        week -= 1;
        if week < anchor.div_euclid(7) - 3 {
            return OnCall::Gap;
        }
    }
    let Some(until) = handoff(schedule, week + 1) else { return OnCall::Gap };
    let person = |week: i64| {
        let index = usize::try_from(week.rem_euclid(count)).unwrap_or(0);
        schedule.people[index].clone()
    };
    OnCall::Person { person: person(week), until, next: person(week + 1), instead_of: None }
}

/// The instant of the handoff in the given week after the anchor. A local time that the clock skips is moved forward
/// by the zone's rules, one that exists twice is taken the first time.
fn handoff(schedule: &Schedule, week: i64) -> Option<Timestamp> {
    let days = week.checked_mul(7)? + i64::from(schedule.handoff_day.to_monday_zero_offset());
    let date = ANCHOR.checked_add(days.days()).ok()?;
    let local = DateTime::from_parts(date, schedule.handoff_time);
    local.to_zoned(schedule.timezone.clone()).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use jiff::civil::Weekday;
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;
    use crate::setup::SourceRef;

    fn schedule(people: &[&str], zone: &str, time: &str) -> Schedule {
        Schedule {
            name: "payments".into(),
            people: people.iter().map(|p| PersonId::from(*p)).collect(),
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
        match on_call_at(schedule, at.timestamp()) {
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
                let OnCall::Person { person, until, .. } = on_call_at(&s, at) else { panic!("gap at {at}") };
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
            let OnCall::Person { until, next, .. } = on_call_at(&s, at) else { return Err(TestCaseError::fail("gap")) };
            prop_assert!(until > at);
            let OnCall::Person { person, .. } = on_call_at(&s, until) else { return Err(TestCaseError::fail("gap")) };
            prop_assert_eq!(person, next);
        }
    }
}
