//! Purpose: what a mail looks like: headers that programs understand, a text, and the same as a simple page.
//!
//! Whatever an alert says stays inside its place: titles are one line and encoded, addresses are parsed, ids are digests.

use std::time::SystemTime;

use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};

use crate::{Message, text};

const SUBJECT_BYTES: usize = 200;
const LINE_BYTES: usize = 4_000;

/// A header with a fixed value.
macro_rules! fixed_header {
    ($(#[$doc:meta])* $type:ident, $name:literal, $value:literal) => {
        $(#[$doc])*
        #[derive(Clone)]
        struct $type;

        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }

            fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self)
            }

            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), $value.to_owned())
            }
        }
    };
}

fixed_header!(
    /// Out-of-office programs do not answer (RFC 3834).
    AutoSubmitted, "Auto-Submitted", "auto-generated"
);
fixed_header!(
    /// RFC 2156.
    Importance, "Importance", "high"
);
fixed_header!(
    /// What programs read that do not know `Importance`.
    XPriority, "X-Priority", "1"
);

/// The mail, ready to be sent; `None` if it cannot be written, which valid addresses rule out.
pub(crate) fn compose(from: &Mailbox, to: Mailbox, message: &Message) -> Option<lettre::Message> {
    let domain = from.email.domain();
    let id = format!("<{}@{domain}>", text::name_of("mail", &message.id));
    // No mail has this id: it is the root under which mail programs gather the mails of one incident, and it is known
    // without remembering what was sent before.
    let root = format!("<{}@{domain}>", text::name_of("thread", &message.thread));
    let builder = lettre::Message::builder()
        .from(from.clone())
        .to(to)
        .date(SystemTime::from(message.at))
        .subject(text::line(&message.title, SUBJECT_BYTES))
        .message_id(Some(id))
        .in_reply_to(root.clone())
        .references(root)
        .header(AutoSubmitted);
    let builder = if message.urgent { builder.header(Importance).header(XPriority) } else { builder };
    builder.multipart(MultiPart::alternative_plain_html(plain(message), page(message))).ok()
}

fn plain(message: &Message) -> String {
    let mut parts: Vec<String> = vec![text::line(&message.title, LINE_BYTES)];
    parts.extend(message.lines.iter().map(|line| text::line(line, LINE_BYTES)));
    parts.extend(message.acknowledge.as_ref().map(|button| format!("{}:\n{}", line(&button.label), line(&button.url))));
    parts.extend(message.room_url.as_deref().map(line));
    parts.extend(message.footer.as_deref().map(|footer| format!("-- \n{}", line(footer))));
    parts.join("\n\n") + "\n"
}

fn line(text: &str) -> String {
    text::line(text, LINE_BYTES)
}

/// Mail programs know little HTML: styles stand at each element.
fn page(message: &Message) -> String {
    let safe = |text: &str| text::escaped(&line(text));
    let mut html = String::from(
        "<!doctype html>\n<html><head><meta charset=\"utf-8\"></head>\n\
         <body style=\"margin:0;padding:16px;font:16px/1.5 sans-serif\">\n",
    );
    html += &format!("<h1 style=\"font-size:20px;line-height:1.3\">{}</h1>\n", safe(&message.title));
    for text in &message.lines {
        html += &format!("<p>{}</p>\n", safe(text));
    }
    if let Some(button) = &message.acknowledge {
        html += &format!(
            "<p style=\"margin:24px 0\"><a href=\"{}\" style=\"display:inline-block;padding:14px 24px;\
             background:#1f5fbf;color:#ffffff;border-radius:8px;font-weight:bold;text-decoration:none\">{}</a></p>\n",
            safe(&button.url),
            safe(&button.label)
        );
    }
    if let Some(url) = &message.room_url {
        html += &format!("<p><a href=\"{0}\">{0}</a></p>\n", safe(url));
    }
    if let Some(footer) = &message.footer {
        html += &format!("<p style=\"font-size:13px;color:#6b7280\">{}</p>\n", safe(footer));
    }
    html + "</body></html>\n"
}
