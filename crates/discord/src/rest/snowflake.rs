//! Purpose: Discord ids carry their time of birth; these two functions turn one into the other.

/// 2015-01-01T00:00:00Z, where Discord's ids start to count. Source: Discord docs, "Snowflakes".
const EPOCH_UNIX_MS: i64 = 1_420_070_400_000;

/// The smallest id that Discord can have given out at `unix_ms` (milliseconds since 1970, by Discord's clock), for
/// bounds such as `?after=`. Times before 2015 give 0; times beyond the year 2154 give the largest id.
#[must_use]
pub fn snowflake_at(unix_ms: i64) -> u64 {
    let since = u64::try_from(unix_ms.saturating_sub(EPOCH_UNIX_MS)).unwrap_or(0);
    since.min(u64::MAX >> 22) << 22
}

/// When Discord gave out this id, in milliseconds since 1970 by Discord's clock.
#[must_use]
pub fn unix_ms_of(snowflake: u64) -> i64 {
    i64::try_from(snowflake >> 22).unwrap_or(i64::MAX).saturating_add(EPOCH_UNIX_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_documentation_reads_back() {
        assert_eq!(unix_ms_of(175_928_847_299_117_063), 1_462_015_105_796);
    }

    #[test]
    fn a_bound_is_never_above_an_id_of_the_same_millisecond() {
        let id = 175_928_847_299_117_063;
        let bound = snowflake_at(unix_ms_of(id));
        assert!(bound <= id);
        assert_eq!(unix_ms_of(bound), unix_ms_of(id));
    }

    #[test]
    fn times_outside_the_range_stay_at_its_ends() {
        assert_eq!(snowflake_at(0), 0);
        assert_eq!(snowflake_at(i64::MIN), 0);
        assert_eq!(unix_ms_of(snowflake_at(i64::MAX)), unix_ms_of(u64::MAX));
    }
}
