//! Purpose: what is known of signed webhooks (<https://www.standardwebhooks.com>).

use std::time::Duration;

use crate::{Key, Name, Value, Way, id};

/// The row of the table.
pub const WEBHOOK: Way = Way {
    id: id("webhook"),
    name: Name { en: "webhook", id: "webhook" },
    message: "webhook",
    about: "a signed webhook, for whatever else can ring somebody",
    key: Key {
        name: "webhook_env",
        example: "\"WEBHOOK_BUDI\"",
        about: "Variable that holds the address of a webhook and, after `#`, the secret that signs it: `https://example.com/page#whsec_...` ([pages.md](pages.md#webhook)).",
        value: Value::Secret("the address of a webhook with its secret, https://example.com/page#whsec_..."),
    },
    needs: &[],
    usually_after: Duration::from_secs(60),
    answer: "The address `acknowledge_url`, as a link or by `POST`.",
    limits: "250 bytes of title, 16,000 of lines; more is cut, visibly.",
    repeated: "The same `webhook-id`, by which the receiver knows it.",
};
