//! Purpose: makes a build with the feature `slow-commits` commit as slowly as `SIAGA_COMMIT_MS` says. `scripts/bench` needs it.

use std::sync::atomic::Ordering;

use anyhow::Context;

/// Slows commits down by this many milliseconds; by none without a value.
///
/// # Errors
/// When it is no number.
pub(crate) fn switch(ms: Option<&str>) -> anyhow::Result<()> {
    let ms = ms.unwrap_or("0").parse().context("SIAGA_COMMIT_MS is a number of milliseconds")?;
    store::slow::COMMIT_MS.store(ms, Ordering::Relaxed);
    Ok(())
}
