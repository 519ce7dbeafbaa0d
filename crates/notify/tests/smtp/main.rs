//! Purpose: mails as a real SMTP server receives them (aiosmtpd), and what each of its answers means.
//!
//! The Python environment is made by `scripts/test`; without it these tests are left out, which they say and which passes,
//! unless `SIAGA_REQUIRE` names `smtp`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests")]

mod server;
#[allow(dead_code, unreachable_pub, reason = "shared by several test files")]
#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;

use domain::{Outcome, ReasonCode};
use notify::{Contact, Message, Notifier};
use server::{Mail, Server};
use support::{budi, notifier, page, refused, sentence};
use tokio::net::TcpListener;

const EMAIL: domain::WayId = ways::email::EMAIL.id;

fn mailing(server: &str, to: &str) -> Notifier {
    notifier(Some(server), Contact::from([(EMAIL, to.into())]))
}

async fn send(notifier: &Notifier, message: &Message) -> Outcome<String> {
    notifier.send(&budi(), EMAIL, message).await
}

/// Sends to `budi@example.com` and reads what arrived.
async fn arrived(server: &mut Server, message: &Message) -> Mail {
    let sent = send(&mailing(&server.address("", ""), "Budi <budi@example.com>"), message).await;
    assert_eq!(sent, Outcome::Confirmed("The mail server has taken it (answer 250).".into()));
    server.mail().await
}

#[tokio::test]
async fn a_page_is_an_important_mail_with_text_and_a_simple_page() {
    let Some(mut server) = Server::start().await else { return };
    let mail = arrived(&mut server, &page()).await;
    assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("siaga@example.com", &["budi@example.com".to_owned()][..]));
    assert_eq!(mail.header("from"), ["Siaga <siaga@example.com>"]);
    assert_eq!(mail.header("to"), ["Budi <budi@example.com>"]);
    assert_eq!(mail.header("subject"), ["SEV-2 INC-7: Checkout errors above 5%"]);
    assert_eq!(mail.header("date"), ["Sun, 01 Mar 2026 20:12:00 +0000"]);
    assert_eq!(mail.header("auto-submitted"), ["auto-generated"]);
    assert_eq!((mail.header("importance"), mail.header("x-priority")), (vec!["high"], vec!["1"]));
    assert_eq!(mail.kinds, ["multipart/alternative", "text/plain", "text/html"]);
    assert_eq!(
        mail.text.replace("\r\n", "\n"),
        "SEV-2 INC-7: Checkout errors above 5%\n\nCheckout is failing since 03:12.\n\n\
         If you do not answer by 03:20, Rina is paged.\n\nAcknowledge:\nhttps://siaga.example.com/a/AQAAtoken\n\n\
         https://discord.com/channels/1/2\n\n-- \nYou get this because you are on call for payments.\n"
    );
    assert!(mail.html.contains("<a href=\"https://siaga.example.com/a/AQAAtoken\" style="));
    assert!(!mail.html.contains("<img") && !mail.html.contains("<script"));
}

#[tokio::test]
async fn what_is_no_page_is_an_ordinary_mail() {
    let Some(mut server) = Server::start().await else { return };
    let message = Message { urgent: false, acknowledge: None, room_url: None, footer: None, ..page() };
    let mail = arrived(&mut server, &message).await;
    assert_eq!((mail.header("importance").len(), mail.header("x-priority").len()), (0, 0));
    assert!(!mail.html.contains("<a "));
}

#[tokio::test]
async fn a_repeated_mail_is_the_same_mail_and_an_incident_is_one_thread() {
    let Some(mut server) = Server::start().await else { return };
    let first = arrived(&mut server, &page()).await;
    let again = arrived(&mut server, &page()).await;
    let next = arrived(&mut server, &Message { id: "home/7/page/2/email".into(), ..page() }).await;
    let other = arrived(&mut server, &Message { thread: "home/8".into(), ..page() }).await;
    assert_eq!(first.header("message-id"), again.header("message-id"));
    assert_ne!(first.header("message-id"), next.header("message-id"));
    assert!(first.header("message-id")[0].ends_with("@example.com>"));
    for name in ["references", "in-reply-to"] {
        assert_eq!(first.header(name).len(), 1);
        assert_eq!(first.header(name), next.header(name));
        assert_ne!(first.header(name), other.header(name));
    }
}

#[tokio::test]
async fn no_alert_writes_a_header_a_recipient_or_a_second_mail() {
    let Some(mut server) = Server::start().await else { return };
    let attack = "Disk\r\nBcc: victim@example.com\r\n\r\nhello\r\n.\r\nMAIL FROM:<x@example.com>\r\n";
    let message = Message {
        id: format!("id>{attack}"),
        thread: format!("thread>{attack}"),
        title: attack.into(),
        lines: vec![attack.into(), ".".into(), "<b>bold</b>".into()],
        footer: Some(attack.into()),
        ..page()
    };
    let mail = arrived(&mut server, &message).await;
    assert_eq!(mail.to, ["budi@example.com"]);
    assert_eq!(mail.header("bcc"), Vec::<&str>::new());
    assert_eq!(mail.header("subject"), ["Disk Bcc: victim@example.com hello . MAIL FROM:<x@example.com>"]);
    let names: Vec<&str> = mail.headers.iter().map(|(name, _)| name.as_str()).collect();
    let ours = [
        "From",
        "To",
        "Date",
        "Subject",
        "Message-ID",
        "In-Reply-To",
        "References",
        "Auto-Submitted",
        "Importance",
        "X-Priority",
        "MIME-Version",
        "Content-Type",
    ];
    assert!(names.iter().all(|name| ours.contains(name)), "{names:?}");
    assert!(mail.text.contains("\n\r\n.\r\n\r\n") || mail.text.contains("\n\n.\n\n"), "a line of one dot arrives");
    assert!(mail.html.contains("&lt;b&gt;bold&lt;/b&gt;") && !mail.html.contains("<b>"));
    // Nothing else has arrived: the next mail is the next one we send.
    let next = arrived(&mut server, &Message { title: "next".into(), ..page() }).await;
    assert_eq!(next.header("subject"), ["next"]);
}

#[tokio::test]
async fn every_language_arrives_and_every_byte_on_the_way_is_ascii() {
    let Some(mut server) = Server::start().await else { return };
    let title = "Pembayaran gagal – 支払い エラー 🚨 ".repeat(3);
    let message = Message { title: title.clone(), lines: vec!["é".repeat(3_000)], ..page() };
    let mail = arrived(&mut server, &message).await;
    assert_eq!(mail.header("subject"), [title.trim()]);
    assert!(mail.text.contains(&"é".repeat(1_900)));
    assert!(mail.raw.is_ascii() && mail.raw.lines().all(|line| line.len() <= 998));
}

#[tokio::test]
async fn a_user_name_and_password_with_special_characters_are_shown() {
    let Some(mut server) = Server::start().await else { return };
    let sent = send(&mailing(&server.address("us%3Aer:s3cret%40%2F@", ""), "budi@example.com"), &page()).await;
    assert!(matches!(sent, Outcome::Confirmed(_)), "{sent:?}");
    assert_eq!(server.mail().await.login.as_deref(), Some("us:er"));

    let sent = send(&mailing(&server.address("us%3Aer:wrong@", ""), "budi@example.com"), &page()).await;
    assert!(matches!(sent, Outcome::Refused { .. }), "{sent:?}");
    assert_eq!(sentence(&sent), "The mail server did not accept the user name and password (answer 535).");
}

#[tokio::test]
async fn each_answer_means_what_it_can_mean() {
    let Some(server) = Server::start().await else { return };
    let to = async |name: &str| send(&mailing(&server.address("", ""), &format!("{name}@example.com")), &page()).await;
    for name in ["later-rcpt", "later-data"] {
        let sent = to(name).await;
        assert!(matches!(sent, Outcome::NotYet { .. }), "{name}: {sent:?}");
        assert_eq!(sentence(&sent), "The mail server asked us to try later (answer 451).");
    }
    for (name, words) in [
        ("never-rcpt", "The mail server did not accept the sender or the address (answer 550)."),
        ("never-data", "The mail server did not accept the mail (answer 554)."),
    ] {
        let sent = to(name).await;
        assert!(matches!(sent, Outcome::Refused { .. }), "{name}: {sent:?}");
        assert_eq!(sentence(&sent), words);
    }
    let sent = to("hangup").await;
    assert!(matches!(sent, Outcome::Unknown { .. }), "{sent:?}");
    assert_eq!(sentence(&sent), "The connection to the mail server broke while the mail was sent.");
    let impatient = mailing(&server.address("", ""), "silent@example.com").with_timeout(Duration::from_secs(2));
    let sent = send(&impatient, &page()).await;
    assert!(matches!(sent, Outcome::Unknown { .. }), "{sent:?}");
    assert_eq!(sentence(&sent), "The mail server did not say in time whether it has taken the mail.");
}

#[tokio::test]
async fn nothing_leaves_over_a_connection_that_is_not_as_encrypted_as_asked() {
    let Some(server) = Server::start().await else { return };
    let starttls = send(&mailing(&server.address("us:s3cret@", "?tls=required"), "budi@example.com"), &page()).await;
    assert_eq!(starttls, refused(ReasonCode::Misconfigured, "The mail server does not offer an encrypted connection."));
    let address = server.address("us:s3cret@", "").replace("smtp:", "smtps:");
    let tls = send(&mailing(&address, "budi@example.com"), &page()).await;
    let words = "No encrypted connection to the mail server: check its name, its port and its certificate.";
    assert_eq!(tls, refused(ReasonCode::Misconfigured, words));
}

#[tokio::test]
async fn nobody_there_or_nobody_who_speaks_means_surely_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("smtp://{}", listener.local_addr().unwrap());
    let mute = mailing(&address, "budi@example.com").with_timeout(Duration::from_millis(300));
    let sent = send(&mute, &page()).await;
    assert!(matches!(sent, Outcome::NotYet { .. }), "{sent:?}");
    assert_eq!(sentence(&sent), "The mail server took too long.");
    drop(listener);
    let sent = send(&mailing(&address, "budi@example.com"), &page()).await;
    assert!(matches!(sent, Outcome::NotYet { .. }), "{sent:?}");
    assert_eq!(sentence(&sent), "The mail server could not be reached.");
}
