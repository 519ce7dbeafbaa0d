//! Purpose: how far Discord's clock is from ours, learned from `Date` headers. The only clock of the REST client.

/// Milliseconds since 1970 by the clock of the outbox: when a request left by it is compared with Discord's ids by this offset,
/// and a machine's clock that is set between the two would have a message looked for in the wrong hours, and posted twice.
pub(super) fn unix_ms() -> i64 {
    engine::wire_now().as_millisecond()
}

/// The offset (Discord's clock minus ours) as an interval that every answer narrows: a `Date` of D seconds, written
/// somewhere between our sending and our receiving, says that the offset lies in `[D - received, D + 1 s - sent]`.
/// An answer that contradicts the interval (somebody set a clock) starts it anew.
#[derive(Debug, Default)]
pub(super) struct Offset {
    bounds: Option<(i64, i64)>,
}

impl Offset {
    /// Takes one `Date` header; `sent_ms` and `received_ms` are [`unix_ms`] around the exchange.
    pub(super) fn learn(&mut self, date: &str, sent_ms: i64, received_ms: i64) {
        let Ok(date) = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date) else {
            return;
        };
        let date = date.as_millisecond();
        let fresh = (date - received_ms, date + 1000 - sent_ms.min(received_ms));
        self.bounds = Some(match self.bounds {
            Some((low, high)) if fresh.0.max(low) <= fresh.1.min(high) => (fresh.0.max(low), fresh.1.min(high)),
            Some(_) | None => fresh,
        });
    }

    /// Discord's clock minus ours, in milliseconds; 0 before the first answer.
    pub(super) fn ms(&self) -> i64 {
        self.bounds.map_or(0, |(low, high)| low + (high - low) / 2)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn answers_narrow_the_offset() {
        let mut offset = Offset::default();
        assert_eq!(offset.ms(), 0);
        // True offset: 30.6 s. Date headers are cut to whole seconds.
        let base = 1_800_000_000_000;
        for local in [base, base + 350, base + 390, base + 700] {
            let discord = local + 30_600;
            let date = jiff::Timestamp::from_millisecond(discord / 1000 * 1000).unwrap();
            let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&date).unwrap();
            offset.learn(&date, local - 5, local + 5);
        }
        assert!((offset.ms() - 30_600).abs() < 200, "{offset:?}");
    }

    #[test]
    fn a_clock_that_was_set_starts_the_measure_anew() {
        let mut offset = Offset::default();
        offset.learn("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777_000, 784_111_777_010);
        assert!(offset.ms().abs() <= 1000);
        offset.learn("Sun, 06 Nov 1994 09:49:37 GMT", 784_111_777_000, 784_111_777_010);
        assert!((offset.ms() - 3_600_000).abs() <= 1000);
        offset.learn("yesterday", 0, 0);
        assert!((offset.ms() - 3_600_000).abs() <= 1000);
    }
}
