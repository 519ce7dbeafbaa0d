//! Purpose: switches on the faults of the feature `broken`, by the name in `SIAGA_BROKEN`. The crash test's own test needs them.

use std::sync::atomic::Ordering;

use anyhow::bail;

/// Breaks what the name says; nothing without a name.
///
/// # Errors
/// When there is no such fault.
pub(crate) fn switch(name: Option<&str>) -> anyhow::Result<()> {
    let fault = match name {
        None => return Ok(()),
        Some("nonce-off") => &discord::broken::NONCE_OFF,
        Some("last-line-lost") => &discord::broken::LAST_LINE_LOST,
        Some("receipt-first") => &store::broken::RECEIPT_FIRST,
        Some("mark-apart") => &store::broken::MARK_APART,
        Some("steps-lost") => &engine::broken::STEPS_LOST,
        Some("decline-stays") => &engine::broken::DECLINE_STAYS,
        Some("reopened-silent") => &engine::broken::REOPENED_SILENT,
        Some("worse-silent") => &engine::broken::WORSE_SILENT,
        Some("never-again") => &engine::broken::NEVER_AGAIN,
        Some("silence-stays") => &engine::broken::SILENCE_STAYS,
        Some("flap-pages") => &engine::broken::FLAP_PAGES,
        Some("departure-waits") => &engine::broken::DEPARTURE_WAITS,
        Some("sign-not-missed") => &engine::broken::SIGN_NOT_MISSED,
        Some(other) => bail!("SIAGA_BROKEN knows no fault named {other}: they are in src/broken.rs"),
    };
    fault.store(true, Ordering::Relaxed);
    Ok(())
}
