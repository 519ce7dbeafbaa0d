//! Purpose: what is known of push messages by an ntfy server.

use std::time::Duration;

use crate::{Key, Name, Value, Way, id};

/// The row of the table.
pub const NTFY: Way = Way {
    id: id("ntfy"),
    name: Name { en: "ntfy", id: "ntfy" },
    message: "push message",
    about: "a push message by ntfy",
    key: Key {
        name: "ntfy_env",
        example: "\"NTFY_BUDI\"",
        about: "Variable that holds the address of the person's ntfy topic, `https://ntfy.sh/topic`.",
        value: Value::Secret("the address of an ntfy topic"),
    },
    needs: &[],
    usually_after: Duration::from_secs(60),
    answer: "A button on the message, without opening anything.",
    limits: "4,000 bytes of text, 250 of title; more is cut, visibly.",
    repeated: "The same message: it takes the place of the first (ntfy 2.16 and newer; older servers show it again).",
};
