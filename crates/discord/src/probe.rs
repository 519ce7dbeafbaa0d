//! Purpose: our own look at whether Discord can be reached. The gateway tells late and REST only when there is something
//! to send; a page must not wait for either.

use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::rest::{Body, Client, Failure, Lane, Reason, Route};

/// How often it is looked, and when an outage counts as one.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// Between two looks while the gateway is connected.
    pub connected: Duration,
    /// Between two looks while it is not, or the last look failed.
    pub in_doubt: Duration,
    /// How long one look may take.
    pub patience: Duration,
    /// Looks in a row that have to fail.
    pub failures: u32,
}

impl Default for Times {
    /// An outage is one after about ten seconds.
    fn default() -> Self {
        Self {
            connected: Duration::from_secs(15),
            in_doubt: Duration::from_secs(2),
            patience: Duration::from_secs(5),
            failures: 3,
        }
    }
}

/// What a look saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    There,
    Gone,
    /// Our own limits did not let us look.
    Nothing,
}

/// Looks until `stop`, and tells each look that says something. `tell` answers false when it must be told again.
pub async fn watch<T: Future<Output = bool> + Send>(
    client: Client,
    connected: watch::Receiver<bool>,
    times: Times,
    stop: CancellationToken,
    tell: impl Fn(bool) -> T + Send,
) {
    let mut failed = 0;
    let mut told = true;
    loop {
        let calm = *connected.borrow() && failed == 0 && told;
        let pause = if calm { times.connected } else { times.in_doubt };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        let seen = tokio::select! {
            () = stop.cancelled() => return,
            seen = look(&client, times.patience) => seen,
        };
        match seen {
            Seen::There => {
                failed = 0;
                told = tell(true).await;
            }
            Seen::Gone => {
                failed += 1;
                if failed >= times.failures {
                    told = tell(false).await;
                }
            }
            Seen::Nothing => {}
        }
    }
}

async fn look(client: &Client, patience: Duration) -> Seen {
    let route = Route::current_user();
    let permit = match client.permit(Lane::Housekeeping, &route, patience).await {
        Ok(permit) => permit,
        // With a token that is not accepted nothing reaches anybody on Discord.
        Err(not) if not.reason == Reason::TokenRejected => return Seen::Gone,
        Err(_) => return Seen::Nothing,
    };
    match tokio::time::timeout(patience, permit.send(Body::Empty, None)).await {
        // Whoever answers as Discord does is there, whatever it says.
        Ok(Ok(_) | Err(Failure::RateLimited { .. })) => Seen::There,
        Ok(Err(Failure::TokenRejected { .. })) => Seen::Gone,
        Ok(Err(Failure::Refused { code: Some(_), .. })) => Seen::There,
        Ok(Err(Failure::Refused { code: None, .. } | Failure::Server { .. } | Failure::Ambiguous { .. })) => Seen::Gone,
        Ok(Err(Failure::NotSent { .. })) | Err(_) => Seen::Gone,
    }
}
