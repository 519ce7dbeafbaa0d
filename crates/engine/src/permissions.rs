//! Purpose: permissions of the bot changed: what was refused for the lack of one is tried again, each once.

use std::sync::atomic::Ordering;
use std::time::Duration;

use domain::{Effect, ReasonCode, Timestamp};
use tracing::{info, warn};

use crate::handle::{Engine, Shared};

/// Dead letters older than this are left to people when permissions change.
const REFUSED_LATELY: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);
/// Permissions are changed in several steps: they are waited for.
const STEPS: Duration = Duration::from_secs(1);

/// Whether a dead letter is tried again when permissions change. A channel is left to people: a room that moves in mid-incident
/// helps nobody.
pub(crate) const fn waits_for_permission(effect: &Effect, code: ReasonCode) -> bool {
    matches!(code, ReasonCode::MissingPermission) && !matches!(effect, Effect::Channel { .. })
}

impl Engine {
    /// Permissions changed: what was refused for the lack of one is tried again, each once.
    pub async fn permissions_changed(&self) {
        if self.shared.deliveries.permissions_changing.swap(true, Ordering::SeqCst) {
            return;
        }
        tokio::time::sleep(STEPS).await;
        self.shared.deliveries.permissions_changing.store(false, Ordering::SeqCst);
        match try_again(&self.shared).await {
            Ok(rows) if rows.is_empty() => {}
            Ok(rows) => {
                info!("Permissions changed: {} dead letters are tried again", rows.len());
                self.shared.deliveries.notices.tried_again(rows);
                self.shared.deliveries.ring();
            }
            Err(error) => warn!("What was refused could not be tried again: {error}"),
        }
    }
}

async fn try_again(shared: &Shared) -> store::Result<Vec<i64>> {
    let wire = shared.wire.now();
    let since = wire.checked_sub(REFUSED_LATELY).unwrap_or(Timestamp::MIN);
    let code = ReasonCode::MissingPermission;
    let mut refused = shared.store.dead_letters_of(code, since).await?;
    refused.retain(|(_, effect)| waits_for_permission(effect, code));
    // Mostly there is none, and then nobody has to wait for the writer.
    if refused.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<i64> = refused.into_iter().map(|(row, _)| row).collect();
    shared.store.letters_again(&rows, "permissions changed", wire).await
}
