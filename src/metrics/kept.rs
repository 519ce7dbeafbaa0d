//! Purpose: metrics that are counted over everything there ever was: kept for a while where counting them costs much.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::Values;

/// What is counted faster than this is counted each time.
const CHEAP: Duration = Duration::from_millis(100);
/// Otherwise it is kept so many times as long as it took, so that scrapes take a twentieth of a core at most ..
const TIMES: u32 = 20;
/// .. but not longer than this.
const AT_MOST: Duration = Duration::from_secs(60);

/// The last count that was worth keeping, and until when it is shown.
#[derive(Default)]
pub(crate) struct Kept(Mutex<Option<(Instant, Values)>>);

impl Kept {
    /// What was kept, or what `count` finds. None when it cannot be counted, which is not kept. Whoever asks meanwhile waits for
    /// the same count.
    pub(super) async fn or(&self, count: impl AsyncFnOnce() -> Option<Values>) -> Option<Values> {
        let mut kept = self.0.lock().await;
        if let Some((until, values)) = &*kept
            && Instant::now() < *until
        {
            return Some(values.clone());
        }
        let began = Instant::now();
        *kept = None;
        let values = count().await?;
        *kept = good_for(began.elapsed()).map(|time| (Instant::now() + time, values.clone()));
        Some(values)
    }
}

/// How long a count that took so long is kept.
fn good_for(took: Duration) -> Option<Duration> {
    (took >= CHEAP).then(|| (took * TIMES).min(AT_MOST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(value: f64) -> Values {
        vec![("siaga_incidents_total", vec![(Vec::new(), value)])]
    }

    #[test]
    fn counting_takes_a_twentieth_of_the_time_at_most_and_a_count_is_a_minute_old_at_most() {
        assert_eq!(good_for(Duration::from_millis(99)), None);
        assert_eq!(good_for(Duration::from_millis(200)), Some(Duration::from_secs(4)));
        assert_eq!(good_for(Duration::from_secs(5)), Some(Duration::from_secs(60)));
    }

    #[tokio::test]
    async fn what_took_long_is_kept_and_what_is_cheap_or_could_not_be_counted_is_not() {
        let kept = Kept::default();
        assert_eq!(kept.or(async || Some(counted(1.0))).await, Some(counted(1.0)));
        let failed = kept.or(async || {
            tokio::time::sleep(CHEAP).await;
            None
        });
        assert_eq!(failed.await, None);
        let dear = kept.or(async || {
            tokio::time::sleep(CHEAP).await;
            Some(counted(2.0))
        });
        assert_eq!(dear.await, Some(counted(2.0)));
        assert_eq!(kept.or(async || Some(counted(3.0))).await, Some(counted(2.0)));
    }
}
