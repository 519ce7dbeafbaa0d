//! Purpose: mails by SMTP.
//!
//! A conversation of our own for each mail, step by step, so that it is known what a failure means: until the content
//! leaves, nothing can have been delivered; after it, only the server's answer tells. About duplicates: a repeated mail
//! has the same `Message-ID`, by which mail programs and many servers show it once.

mod mail;

use std::sync::Arc;
use std::time::Duration;

use domain::{Outcome, ReasonCode, WayId};
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error, SMTP_PORT, SUBMISSION_PORT, SUBMISSIONS_PORT};
use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::timeout;

use crate::client::is_loopback;
use crate::notifier::{not_yet, refused, unanswered};
use crate::ways::{Line, Opened, Sending, Variables};
use crate::{Message, text, tls};

pub(crate) const ID: WayId = ::ways::email::EMAIL.id;

const NO_SERVER: &str = "No mail server is in the settings.";
const NO_SENDER: &str = "The settings name a mail server but no address the mails are from.";
const NO_ADDRESS: &str = "This person has no mail address in the settings.";
const BAD_MAILBOX: &str = "The mail address is none: it is written name@example.com, in plain letters.";
const BAD_SERVER: &str =
    "The address of the mail server is none: it is written smtps://user:password@host, special characters as %40.";
const BAD_TLS: &str = "The address of the mail server has something after the question mark that is not understood: \
     only tls=required is.";
const NOT_ENCRYPTED: &str = "The mail server is not on this machine, so the connection to it must be encrypted: \
     begin its address with smtps://, or add ?tls=required.";

const RETRY: Duration = Duration::from_secs(30);

/// How long we wait for the end of a conversation that has already succeeded.
const FAREWELL: Duration = Duration::from_secs(1);

/// Where mails are handed in.
struct MailServer {
    host: String,
    port: u16,
    security: Security,
    login: Option<Credentials>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Security {
    /// TLS from the first byte.
    Tls,
    /// A plain greeting, then TLS or nothing.
    StartTls,
    /// On this machine only.
    Plain,
}

impl MailServer {
    /// Reads an address of a mail server.
    fn parse(address: &SecretString) -> Result<Self, &'static str> {
        let url = Url::parse(address.expose_secret().trim()).map_err(|_| BAD_SERVER)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(BAD_SERVER)?;
        let query: Vec<_> = url.query_pairs().collect();
        let asks_for_tls = match query.as_slice() {
            [] => false,
            [(name, value)] if name == "tls" && value == "required" => true,
            [_, ..] => return Err(BAD_TLS),
        };
        let (security, usual_port) = match url.scheme() {
            "smtps" => (Security::Tls, SUBMISSIONS_PORT),
            "smtp" if asks_for_tls => (Security::StartTls, SUBMISSION_PORT),
            "smtp" if is_loopback(host) => (Security::Plain, SMTP_PORT),
            "smtp" => return Err(NOT_ENCRYPTED),
            _ => return Err(BAD_SERVER),
        };
        let user = text::percent_decoded(url.username()).ok_or(BAD_SERVER)?;
        let login = match url.password() {
            Some(password) => Some(Credentials::new(user, text::percent_decoded(password).ok_or(BAD_SERVER)?)),
            None if user.is_empty() => None,
            None => return Err(BAD_SERVER),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(Self { host, port: url.port().unwrap_or(usual_port), security, login })
    }
}

/// Reads a mail address.
fn mailbox(text: &str) -> Result<Mailbox, &'static str> {
    let mailbox: Mailbox = text.trim().parse().map_err(|_| BAD_MAILBOX)?;
    // Others need an extension that few servers have.
    let address: &str = mailbox.email.as_ref();
    if address.is_ascii() && !text.trim().contains(char::is_control) { Ok(mailbox) } else { Err(BAD_MAILBOX) }
}

/// The mail a message becomes, as it would travel.
pub(crate) fn text(from: &str, to: &str, message: &Message) -> Result<Vec<u8>, &'static str> {
    let mail = mail::compose(&mailbox(from)?, mailbox(to)?, message);
    mail.map(|mail| mail.formatted()).ok_or("The mail could not be written.")
}

/// The mail server and the sender.
type Mailing = Arc<(MailServer, Mailbox)>;

/// Sends mails.
struct Email {
    /// None when no server is set.
    mailing: Option<Result<Mailing, &'static str>>,
    patience: Duration,
}

/// Opens the way. The mail server is `smtps://user:password@host:465`, `smtp://user:password@host:587?tls=required`, or
/// `smtp://127.0.0.1:25` for one on this machine; characters that mean something in an address are written `%40`. Mails are from
/// `siaga@example.com` or `Siaga <siaga@example.com>`.
pub(crate) fn open(variables: &Variables, patience: Duration) -> Box<dyn Opened> {
    let mailing = variables.get("SIAGA_SMTP").map(|smtp| {
        let server = MailServer::parse(smtp)?;
        let from = variables.get("SIAGA_MAIL_FROM").ok_or(NO_SENDER)?;
        Ok(Arc::new((server, mailbox(from.expose_secret())?)))
    });
    Box::new(Email { mailing, patience })
}

impl Opened for Email {
    fn closed(&self, used: bool) -> Option<&'static str> {
        match &self.mailing {
            Some(Ok(_)) => None,
            Some(Err(sentence)) => Some(sentence),
            None => used.then_some(NO_SERVER),
        }
    }

    fn no_address(&self) -> &'static str {
        NO_ADDRESS
    }

    fn read(&self, address: &SecretString) -> Result<Box<dyn Line>, &'static str> {
        let mailing = self.mailing.as_ref().and_then(|mailing| mailing.clone().ok());
        Ok(Box::new(Mailed { mailing, to: mailbox(address.expose_secret())?, patience: self.patience }))
    }
}

/// A person's address.
struct Mailed {
    mailing: Option<Mailing>,
    to: Mailbox,
    patience: Duration,
}

impl Line for Mailed {
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a> {
        Box::pin(async move {
            match self.mailing.as_deref() {
                Some((server, from)) => send(server, from, self.to.clone(), message, self.patience).await,
                None => refused(ReasonCode::Misconfigured, NO_SERVER),
            }
        })
    }
}

/// How far a conversation came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Connect,
    SignIn,
    Envelope,
    Content,
}

/// Tries once to hand in a mail.
async fn send(
    server: &MailServer,
    from: &Mailbox,
    to: Mailbox,
    message: &Message,
    patience: Duration,
) -> Outcome<String> {
    let Some(mail) = mail::compose(from, to, message) else {
        return refused(ReasonCode::Fault, "The mail could not be written.");
    };
    let content = mail.formatted();
    let mut connection = match timeout(patience, until_content(server, &mail)).await {
        Ok(Ok(connection)) => connection,
        Ok(Err((step, error))) => return failed(step, &error),
        Err(_) => return not_yet(ReasonCode::Unreachable, "The mail server took too long.", RETRY),
    };
    match timeout(patience, connection.message(&content)).await {
        Ok(Ok(response)) => {
            // The mail is in; how we part does not matter.
            let _ = timeout(FAREWELL, connection.quit()).await;
            Outcome::Confirmed(format!("The mail server has taken it (answer {}).", response.code()))
        }
        Ok(Err(error)) => failed(Step::Content, &error),
        Err(_) => unanswered("The mail server did not say in time whether it has taken the mail.", RETRY),
    }
}

/// Everything up to the content.
async fn until_content(server: &MailServer, mail: &lettre::Message) -> Result<AsyncSmtpConnection, (Step, Error)> {
    let at = |step: Step| move |error: Error| (step, error);
    let us = ClientId::default();
    let parameters = || TlsParameters::new(server.host.clone()).map_err(at(Step::Connect));
    let first_tls = if server.security == Security::Tls { Some(parameters()?) } else { None };
    let place = (server.host.as_str(), server.port);
    let mut connection =
        AsyncSmtpConnection::connect_tokio1(place, None, &us, first_tls, None).await.map_err(at(Step::Connect))?;
    if server.security == Security::StartTls {
        connection.starttls(parameters()?, &us).await.map_err(at(Step::Connect))?;
    }
    if let Some(login) = &server.login {
        connection.auth(DEFAULT_MECHANISMS, login).await.map_err(at(Step::SignIn))?;
    }
    let envelope = mail.envelope();
    let sender = Mail::new(envelope.from().cloned(), Vec::new());
    connection.command(sender).await.map_err(at(Step::Envelope))?;
    for recipient in envelope.to() {
        connection.command(Rcpt::new(recipient.clone(), Vec::new())).await.map_err(at(Step::Envelope))?;
    }
    connection.command(Data).await.map_err(at(Step::Envelope))?;
    Ok(connection)
}

/// What a failure means. The server's own words are left out: they may contain addresses.
fn failed(step: Step, error: &Error) -> Outcome<String> {
    if let Some(code) = error.status() {
        return match step {
            _ if error.is_transient() => {
                let why = format!("The mail server asked us to try later (answer {code}).");
                not_yet(ReasonCode::Limited, why, RETRY)
            }
            Step::Connect => {
                refused(ReasonCode::Refused, format!("The mail server does not talk to us (answer {code})."))
            }
            Step::SignIn => refused(
                ReasonCode::Misconfigured,
                format!("The mail server did not accept the user name and password (answer {code})."),
            ),
            Step::Envelope => refused(
                ReasonCode::Refused,
                format!("The mail server did not accept the sender or the address (answer {code})."),
            ),
            Step::Content => {
                refused(ReasonCode::Refused, format!("The mail server did not accept the mail (answer {code})."))
            }
        };
    }
    match step {
        Step::Connect if error.is_client() => {
            refused(ReasonCode::Misconfigured, "The mail server does not offer an encrypted connection.")
        }
        Step::SignIn if error.is_client() => {
            refused(ReasonCode::Misconfigured, "The mail server offers no way to sign in that we know.")
        }
        Step::Connect if error.is_tls() || tls::is_refused(error) => refused(
            ReasonCode::Misconfigured,
            "No encrypted connection to the mail server: check its name, its port and its certificate.",
        ),
        Step::Connect => not_yet(ReasonCode::Unreachable, "The mail server could not be reached.", RETRY),
        Step::SignIn | Step::Envelope => {
            let why = "The connection to the mail server broke before the mail was sent.";
            not_yet(ReasonCode::Unreachable, why, RETRY)
        }
        Step::Content => unanswered("The connection to the mail server broke while the mail was sent.", RETRY),
    }
}

#[cfg(test)]
mod tests {
    use super::{BAD_MAILBOX, BAD_SERVER, BAD_TLS, MailServer, NOT_ENCRYPTED, Security, mailbox};

    fn parsed(address: &str) -> Result<(String, u16, Security, bool), &'static str> {
        let server = MailServer::parse(&address.into())?;
        Ok((server.host, server.port, server.security, server.login.is_some()))
    }

    #[test]
    fn a_connection_is_encrypted_or_stays_on_this_machine() {
        for (address, host, port, security, login) in [
            ("smtps://u:p%40ss@mail.example.com", "mail.example.com", 465, Security::Tls, true),
            ("smtps://mail.example.com:4650?tls=required", "mail.example.com", 4650, Security::Tls, false),
            ("smtp://u:p@mail.example.com?tls=required", "mail.example.com", 587, Security::StartTls, true),
            ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, Security::Plain, false),
            ("smtp://[::1]", "::1", 25, Security::Plain, false),
            ("smtp://localhost", "localhost", 25, Security::Plain, false),
        ] {
            assert_eq!(parsed(address), Ok((host.to_owned(), port, security, login)), "{address}");
        }
        for address in ["smtp://mail.example.com", "smtp://u:p@10.0.0.1:25", "smtp://localhost.example.com"] {
            assert_eq!(parsed(address), Err(NOT_ENCRYPTED), "{address}");
        }
        assert_eq!(parsed("smtp://mail.example.com?tls=opportunistic"), Err(BAD_TLS));
        for address in ["", "mail.example.com", "http://mail.example.com", "smtps://", "smtps://user@mail.example.com"]
        {
            assert_eq!(parsed(address), Err(BAD_SERVER), "{address}");
        }
    }

    #[test]
    fn a_mail_address_is_one_address() {
        for text in ["budi@example.com", "Budi <budi@example.com>", " \"Budi, on call\" <b.u+di@example.com> "] {
            assert!(mailbox(text).is_ok(), "{text}");
        }
        for text in ["", "budi", "a@b.c, d@e.f", "budi@example.com\r\nBcc: x@y.z", "büdi@example.com", "a@b.c\0"] {
            assert_eq!(mailbox(text).err(), Some(BAD_MAILBOX), "{text:?}");
        }
    }
}
