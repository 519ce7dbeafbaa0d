//! Purpose: what is known of e-mail.

use std::time::Duration;

use crate::{Key, Name, Value, Variable, Way, id};

const HELP: &str = "mails need SIAGA_SMTP and SIAGA_MAIL_FROM: .env.example explains both";

/// The row of the table.
pub const EMAIL: Way = Way {
    id: id("email"),
    name: Name { en: "email", id: "email" },
    message: "mail",
    about: "an e-mail",
    key: Key {
        name: "email",
        example: "\"budi@example.com\"",
        about: "E-mail address for pages; needs SIAGA_SMTP.",
        value: Value::Plain(wrong),
    },
    needs: &[Variable { name: "SIAGA_SMTP", help: HELP }, Variable { name: "SIAGA_MAIL_FROM", help: HELP }],
    usually_after: Duration::from_secs(60),
    answer: "A link, and the page behind it asks once.",
    limits: "200 bytes of subject, 4,000 bytes a paragraph; more is cut, visibly.",
    repeated: "A mail with the same `Message-ID`, which mail programs and many servers show once.",
};

/// An address as people write it. Whether it exists only its server knows.
fn wrong(text: &str) -> Option<(String, &'static str)> {
    let good = text.split_once('@').is_some_and(|(name, host)| {
        let plain = |part: &str| {
            !part.is_empty()
                && !part.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;:\"()[]\\".contains(c))
        };
        plain(name) && plain(host) && !host.contains('@') && !host.starts_with('.') && !host.ends_with('.')
    });
    (!good).then(|| (format!("`{text}` is no e-mail address"), "write it like budi@example.com, without a name"))
}
