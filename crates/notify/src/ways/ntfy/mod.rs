//! Purpose: push messages by an ntfy server (<https://docs.ntfy.sh/publish/#publish-as-json>).
//!
//! About duplicates: `sequence_id` is the same for a repetition, which then replaces the message on the phone. The server
//! takes a message whole or not at all, so what was refused has not been seen. An answer that is lost leaves us in doubt.

use std::time::Duration;

use domain::{Outcome, ReasonCode, WayId};
use reqwest::{Response, StatusCode, Url};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::client::{Clients, RETRY, retry_in};
use crate::notifier::{not_yet, refused, unanswered};
use crate::ways::{Line, Opened, Sending, Variables};
use crate::{Message, text, tls};

pub(crate) const ID: WayId = ::ways::ntfy::NTFY.id;

const NO_TOPIC: &str = "This person has no ntfy topic in the settings.";
const NO_ADDRESS: &str = "The ntfy address is none: it is written https://ntfy.sh/topic, or https://:token@host/topic.";
const NO_HTTP: &str = "The ntfy address must begin with https:// or http://.";
const BAD_TOPIC: &str =
    "The ntfy address ends in no topic: it is one to 64 letters, digits, dashes and underscores after the last slash.";
const BAD_QUERY: &str = "The ntfy address has something after the question mark that is not understood: only auth= is.";
const BAD_LOGIN: &str =
    "The user name or password in the ntfy address is not readable: special characters are written %40.";

/// The server makes an attachment of longer messages (4,096 bytes).
const MESSAGE_BYTES: usize = 4_000;
const TITLE_BYTES: usize = 250;
const LABEL_BYTES: usize = 60;

/// More of an answer is not read.
const ANSWER_BYTES: usize = 64 * 1024;

const PRIORITY_DEFAULT: u8 = 3;
const PRIORITY_MAX: u8 = 5;

/// Where one person's messages go.
struct Topic {
    /// The address of the server; may carry `?auth=`.
    server: Url,
    name: String,
    login: Login,
}

enum Login {
    Nobody,
    Token(SecretString),
    Password { user: String, password: SecretString },
}

impl Topic {
    /// Reads an address of a topic.
    fn parse(address: &SecretString) -> Result<Self, &'static str> {
        let mut url = Url::parse(address.expose_secret().trim()).map_err(|_| NO_ADDRESS)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(NO_HTTP);
        }
        if url.query_pairs().any(|(name, _)| name != "auth") {
            return Err(BAD_QUERY);
        }
        let (base, name) = url.path().rsplit_once('/').ok_or(BAD_TOPIC)?;
        let is_topic = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if name.is_empty() || name.len() > 64 || !name.chars().all(is_topic) {
            return Err(BAD_TOPIC);
        }
        let (base, name) = (format!("{base}/"), name.to_owned());
        let user = text::percent_decoded(url.username()).ok_or(BAD_LOGIN)?;
        let password = url.password().map(|password| text::percent_decoded(password).ok_or(BAD_LOGIN)).transpose()?;
        let login = match (user, password.map(SecretString::from)) {
            (user, None) if user.is_empty() => Login::Nobody,
            (token, None) => Login::Token(token.into()),
            (user, Some(token)) if user.is_empty() => Login::Token(token),
            (user, Some(password)) => Login::Password { user, password },
        };
        url.set_path(&base);
        url.set_fragment(None);
        // Cannot fail: it has a host, because it is http.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        Ok(Self { server: url, name, login })
    }
}

/// Sends to ntfy servers.
struct Ntfy {
    clients: Clients,
}

/// Opens the way.
pub(crate) fn open(_: &Variables, timeout: Duration) -> Box<dyn Opened> {
    Box::new(Ntfy { clients: Clients::new(timeout) })
}

impl Opened for Ntfy {
    fn closed(&self, _: bool) -> Option<&'static str> {
        None
    }

    fn no_address(&self) -> &'static str {
        NO_TOPIC
    }

    fn read(&self, address: &SecretString) -> Result<Box<dyn Line>, &'static str> {
        Ok(Box::new(Push { clients: self.clients.clone(), topic: Topic::parse(address)? }))
    }
}

/// A person's topic.
struct Push {
    clients: Clients,
    topic: Topic,
}

impl Line for Push {
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a> {
        Box::pin(self.try_once(message))
    }
}

impl Push {
    async fn try_once(&self, message: &Message) -> Outcome<String> {
        let Self { clients, topic } = self;
        let client = clients.of(&topic.server);
        let request = client.post(topic.server.clone()).json(&publication(topic, message));
        let request = match &topic.login {
            Login::Nobody => request,
            Login::Token(token) => request.bearer_auth(token.expose_secret()),
            Login::Password { user, password } => request.basic_auth(user, Some(password.expose_secret())),
        };
        match request.send().await {
            Ok(answer) if answer.status().is_success() => taken(topic, answer).await,
            Ok(answer) => not_taken(&answer),
            Err(error) if error.is_builder() => {
                refused(ReasonCode::Fault, "The request to the ntfy server could not be written.")
            }
            Err(error) if error.is_connect() && tls::is_refused(&error) => refused(
                ReasonCode::Misconfigured,
                "No encrypted connection to the ntfy server: check its address and its certificate.",
            ),
            Err(error) if error.is_connect() => {
                not_yet(ReasonCode::Unreachable, "The ntfy server could not be reached.", RETRY)
            }
            Err(error) if error.is_timeout() => unanswered("The ntfy server did not answer in time.", RETRY),
            Err(_) => unanswered("The connection to the ntfy server broke before it answered.", RETRY),
        }
    }
}

/// What is published, as ntfy reads it.
#[derive(Serialize)]
struct Publication<'a> {
    topic: &'a str,
    title: String,
    message: String,
    priority: u8,
    tags: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    click: Option<&'a str>,
    actions: Vec<Action<'a>>,
    sequence_id: String,
}

#[derive(Serialize)]
struct Action<'a> {
    action: &'static str,
    label: String,
    url: &'a str,
    method: &'static str,
    /// The message goes away when the press has worked.
    clear: bool,
}

fn publication<'a>(topic: &'a Topic, message: &'a Message) -> Publication<'a> {
    let Message { id, thread: _, about: _, title, lines, acknowledge, room_url, urgent, footer, at: _ } = message;
    let line = |line: &String| text::line(line, MESSAGE_BYTES);
    let mut body = lines.iter().map(line).collect::<Vec<_>>().join("\n");
    if let Some(footer) = footer {
        body.push_str("\n\n");
        body.push_str(&line(footer));
    }
    let action = acknowledge.as_ref().map(|button| Action {
        action: "http",
        label: text::line(&button.label, LABEL_BYTES),
        url: &button.url,
        method: "POST",
        clear: true,
    });
    Publication {
        topic: &topic.name,
        title: text::line(title, TITLE_BYTES),
        message: text::cut(body, MESSAGE_BYTES),
        priority: if *urgent { PRIORITY_MAX } else { PRIORITY_DEFAULT },
        // The server shows it as a sign in front of the title.
        tags: if *urgent { vec!["rotating_light"] } else { Vec::new() },
        // Without a room it is the page of the link, which only asks.
        click: room_url.as_deref().or(acknowledge.as_ref().map(|button| button.url.as_str())),
        actions: action.into_iter().collect(),
        sequence_id: text::name_of("ntfy", id),
    }
}

/// What the body of a push message would be.
pub(crate) fn body(topic: &SecretString, message: &Message) -> Result<String, &'static str> {
    let topic = Topic::parse(topic)?;
    serde_json::to_string(&publication(&topic, message)).map_err(|_| BAD_TOPIC)
}

/// What a server says about a message it has taken.
#[derive(Deserialize)]
struct Published {
    id: String,
    event: String,
    topic: String,
}

/// It says yes: but is it an ntfy server? A web page at the wrong address says yes to everything.
async fn taken(topic: &Topic, mut answer: Response) -> Outcome<String> {
    let mut body = Vec::new();
    loop {
        match answer.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= ANSWER_BYTES => body.extend_from_slice(&chunk),
            Ok(Some(_) | None) => break,
            Err(_) => return unanswered("The ntfy server's answer broke off.", RETRY),
        }
    }
    match serde_json::from_slice::<Published>(&body) {
        Ok(published) if published.event == "message" && published.topic == topic.name => {
            let id: String = published.id.chars().filter(char::is_ascii_alphanumeric).take(32).collect();
            Outcome::Confirmed(format!("The ntfy server has taken it as {id}."))
        }
        Ok(_) | Err(_) => refused(ReasonCode::Misconfigured, "What answers at the ntfy address is not an ntfy server."),
    }
}

fn not_taken(answer: &Response) -> Outcome<String> {
    let status = answer.status();
    let number = status.as_u16();
    match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT => {
            let why = format!("The ntfy server asked us to try later (status {number}).");
            not_yet(ReasonCode::Limited, why, retry_in(answer))
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => refused(
            ReasonCode::Misconfigured,
            format!("The ntfy server does not let us write to this topic (status {number})."),
        ),
        StatusCode::NOT_FOUND => {
            refused(ReasonCode::Misconfigured, "There is no ntfy server at this address (status 404).")
        }
        _ if status.is_redirection() => refused(
            ReasonCode::Misconfigured,
            format!("The ntfy server has another address than the settings say (status {number})."),
        ),
        _ if status.is_client_error() => {
            refused(ReasonCode::Refused, format!("The ntfy server did not accept the message (status {number})."))
        }
        // It may have failed after it had passed the message on.
        _ => unanswered(format!("The ntfy server failed (status {number})."), RETRY),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::{BAD_QUERY, BAD_TOPIC, Login, NO_ADDRESS, NO_HTTP, Topic};

    fn parsed(address: &str) -> Result<(String, String, String), &'static str> {
        let topic = Topic::parse(&address.into())?;
        let login = match &topic.login {
            Login::Nobody => String::new(),
            Login::Token(token) => format!("token {}", token.expose_secret()),
            Login::Password { user, password } => format!("user {user} password {}", password.expose_secret()),
        };
        Ok((topic.server.to_string(), topic.name, login))
    }

    #[test]
    fn an_address_names_a_server_a_topic_and_who_we_are() {
        for (address, server, topic, login) in [
            ("https://ntfy.sh/mytopic", "https://ntfy.sh/", "mytopic", ""),
            (" http://u:p%40ss@127.0.0.1:8090/to_p-1\n", "http://127.0.0.1:8090/", "to_p-1", "user u password p@ss"),
            ("https://:tk_abc@host/topic", "https://host/", "topic", "token tk_abc"),
            ("https://tk_abc@host/topic#x", "https://host/", "topic", "token tk_abc"),
            ("https://host/push/topic?auth=QmVhcmVy", "https://host/push/?auth=QmVhcmVy", "topic", ""),
        ] {
            assert_eq!(parsed(address), Ok((server.into(), topic.into(), login.into())), "{address}");
        }
    }

    #[test]
    fn an_address_that_is_none_is_told_so() {
        for (address, sentence) in [
            ("", NO_ADDRESS),
            ("mytopic", NO_ADDRESS),
            ("ntfy://host/topic", NO_HTTP),
            ("https://ntfy.sh", BAD_TOPIC),
            ("https://ntfy.sh/topic/", BAD_TOPIC),
            ("https://ntfy.sh/my%20topic", BAD_TOPIC),
            ("https://ntfy.sh/topic?priority=1", BAD_QUERY),
        ] {
            assert_eq!(parsed(address), Err(sentence), "{address}");
        }
    }
}
