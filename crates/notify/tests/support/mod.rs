//! Purpose: a message as the bot sends it, and people to send it to.

use std::collections::BTreeMap;

use domain::PersonId;
use notify::{Button, Contact, Message, Notifier, Sent, Settings};

/// A page.
pub fn page() -> Message {
    Message {
        id: "home/7/page/1/ntfy".into(),
        thread: "home/7".into(),
        title: "SEV-2 INC-7: Checkout errors above 5%".into(),
        lines: vec!["Checkout is failing since 03:12.".into(), "If you do not answer by 03:20, Rina is paged.".into()],
        acknowledge: Some(Button { label: "Acknowledge".into(), url: "https://siaga.example.com/a/AQAAtoken".into() }),
        room_url: Some("https://discord.com/channels/1/2".into()),
        urgent: true,
        footer: Some("You get this because you are on call for payments.".into()),
        at: "2026-03-01T20:12:00Z".parse().unwrap(),
    }
}

pub fn budi() -> PersonId {
    PersonId::from("budi")
}

/// A notifier that reaches Budi like this.
pub fn notifier(smtp: Option<&str>, contact: Contact) -> Notifier {
    let settings = Settings {
        smtp: smtp.map(Into::into),
        mail_from: Some("Siaga <siaga@example.com>".into()),
        contacts: BTreeMap::from([(budi(), contact)]),
    };
    Notifier::new(&settings)
}

/// The sentence of an attempt, whatever it says; without anything that looks like an address.
pub fn sentence(sent: &Sent) -> &str {
    let sentence = match sent {
        Sent::Delivered { detail } => detail,
        Sent::NotYet { reason, .. } | Sent::Unknown { reason, .. } | Sent::Refused { reason } => reason,
    };
    for secret in ["127.0.0.1", "://", "@", "tk_", "s3cret", "topic-of-budi"] {
        assert!(!sentence.contains(secret), "{sentence}");
    }
    sentence
}
