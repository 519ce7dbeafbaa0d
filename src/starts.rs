//! Purpose: starts of gateway sessions are counted in the database, so that a crash loop is known to the next process.

use std::pin::Pin;

use discord::gateway::Starts;
use store::Store;
use tracing::warn;

/// Name of the count among the installation's values.
const COUNT: &str = "gateway-starts";

/// Counts in the database.
pub(crate) struct StoredStarts(pub(crate) Store);

impl Starts for StoredStarts {
    fn begin(&self) -> Pin<Box<dyn Future<Output = u32> + Send + '_>> {
        Box::pin(async {
            let known = self.0.meta(COUNT).await.unwrap_or_else(|error| {
                warn!("It is not known how often the bot has started: {error}");
                None
            });
            let before: u32 = known.and_then(|count| count.parse().ok()).unwrap_or(0);
            self.write(before.saturating_add(1)).await;
            before
        })
    }

    fn stable(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(self.write(0))
    }
}

impl StoredStarts {
    /// A database that cannot be written is told of elsewhere; the gateway does not wait for it.
    async fn write(&self, count: u32) {
        if let Err(error) = self.0.meta_replace(COUNT, &count.to_string()).await {
            warn!("The count of starts could not be written: {error}");
        }
    }
}
