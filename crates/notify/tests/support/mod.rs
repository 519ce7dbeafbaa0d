//! Purpose: a message as the bot sends it, and people to send it to.

use std::collections::BTreeMap;

use domain::{Outcome, PersonId, ReasonCode};
use notify::{About, Button, Contact, Message, Notifier, Settings};
use secrecy::SecretString;

/// A page.
pub fn page() -> Message {
    Message {
        id: "home/7/page/1/ntfy".into(),
        thread: "home/7".into(),
        about: vec![About { incident: "INC-7".into(), severity: "SEV-2".into() }],
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

/// Mails are from Siaga, and leave by this server.
pub fn variables(smtp: Option<&str>) -> BTreeMap<String, SecretString> {
    let from = ("SIAGA_MAIL_FROM".to_owned(), "Siaga <siaga@example.com>".into());
    smtp.map(|smtp| ("SIAGA_SMTP".to_owned(), smtp.into())).into_iter().chain([from]).collect()
}

/// A notifier that reaches Budi like this.
pub fn notifier(smtp: Option<&str>, contact: Contact) -> Notifier {
    let settings = Settings { variables: variables(smtp), contacts: BTreeMap::from([(budi(), contact)]) };
    Notifier::new(&settings)
}

/// Refused for good, with this code and sentence.
pub fn refused(code: ReasonCode, sentence: &str) -> Outcome<String> {
    Outcome::Refused { reason: code.because(sentence) }
}

/// The sentence of an attempt, whatever it says; without anything that looks like an address.
pub fn sentence(sent: &Outcome<String>) -> &str {
    let sentence = match sent {
        Outcome::Confirmed(detail) => detail,
        Outcome::NotYet { reason, .. }
        | Outcome::Unknown { reason, .. }
        | Outcome::Refused { reason }
        | Outcome::Dropped { reason } => &reason.text,
        Outcome::Lost(nothing) => match *nothing {},
    };
    for secret in ["127.0.0.1", "://", "@", "tk_", "s3cret", "topic-of-budi"] {
        assert!(!sentence.contains(secret), "{sentence}");
    }
    sentence
}
