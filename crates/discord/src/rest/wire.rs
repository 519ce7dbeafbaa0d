//! Purpose: one HTTP exchange with the one host we may talk to. Knows nothing of limits.

use std::net::IpAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use reqwest::multipart::Form;
use reqwest::{Url, redirect};
use secrecy::ExposeSecret;

use super::answer::cut;
use super::permit::{Body, File};
use super::route::{Method, Route, percent_encode};
use super::tap::{Answered, Tap};
use super::{Base, BuildError, Settings};

/// The HTTP client with its address and credentials. Deliberately without `Debug`.
pub(super) struct Wire {
    http: reqwest::Client,
    /// Scheme, host, port and `/api/v10`, without a slash at the end.
    base: Url,
    token: HeaderValue,
    timeout: Duration,
    tap: Option<Tap>,
}

/// A complete answer; `body` is `None` when it broke off or is absurdly long.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Vec<u8>>,
}

/// No answer. `written`: some of the request may have reached Discord.
#[derive(Debug)]
pub(super) struct WireError {
    pub(super) written: bool,
    pub(super) reason: String,
}

/// Discord's largest answers (members, messages with embeds) are well below this.
const LARGEST_BODY: usize = 32 * 1024 * 1024;
const AUDIT_REASON_CHARS: usize = 512;

impl Wire {
    pub(super) fn new(settings: &Settings) -> Result<Self, BuildError> {
        let base = base_url(&settings.base)?;
        keep_token(settings, &base)?;
        let mut token = HeaderValue::from_str(&format!("Bot {}", settings.token.expose_secret().trim()))
            .map_err(|_| BuildError::Token)?;
        token.set_sensitive(true);
        let agent = format!("DiscordBot ({}, {})", settings.url, settings.version);
        let agent = HeaderValue::from_str(&agent).map_err(|_| BuildError::UserAgent)?;
        // HTTP/1.1: a cut connection then leaves one request in doubt, not all that are under way.
        let builder = reqwest::Client::builder()
            .default_headers([(USER_AGENT, agent)].into_iter().collect())
            .timeout(settings.timeout)
            .connect_timeout(settings.timeout / 2)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .http1_only();
        let builder = match settings.base {
            Base::Discord => builder.https_only(true),
            Base::Sandbox(_) => builder.no_proxy(),
        };
        let http = builder.build().map_err(|error| BuildError::Http(innermost(error)))?;
        Ok(Self { http, base, token, timeout: settings.timeout, tap: settings.tap.clone() })
    }

    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Sends and reads the whole answer, within the time-out.
    pub(super) async fn exchange(
        &self,
        route: &Route,
        body: Body,
        audit_reason: Option<&str>,
    ) -> Result<Reply, WireError> {
        let text = format!("{}{}", self.base.as_str(), route.path());
        let url = Url::parse(&text).map_err(|_| refused_by_us("the address does not parse"))?;
        if url.as_str() != text {
            return Err(refused_by_us("the address is not the one that was built"));
        }
        self.guard(&url)?;
        let method = match route.name().method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut request = self.http.request(method, url).header(AUTHORIZATION, self.token.clone());
        if let Some(reason) = audit_reason.map(audit_text).filter(|reason| !reason.is_empty()) {
            request = request.header("x-audit-log-reason", reason);
        }
        request = match body {
            // Proxies may refuse (411) a PUT or POST that does not say that it is empty; hyper does not say so by itself.
            Body::Empty if !matches!(route.name().method, Method::Get | Method::Delete) => {
                request.header(CONTENT_LENGTH, 0)
            }
            Body::Empty => request,
            Body::Json(json) => request.header(CONTENT_TYPE, "application/json").body(json.to_string()),
            Body::Files { json, files } => {
                request.multipart(multipart(&json, files).map_err(|_| refused_by_us("a file has no media type"))?)
            }
        };
        let mut answer = request.send().await.map_err(|error| WireError {
            written: !(error.is_connect() || error.is_builder()),
            reason: reason(error),
        })?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let mut bytes = Vec::new();
        let body = loop {
            match answer.chunk().await {
                Ok(Some(chunk)) if bytes.len() + chunk.len() <= LARGEST_BODY => bytes.extend_from_slice(&chunk),
                Ok(None) => break Some(bytes),
                Ok(Some(_)) | Err(_) => break None,
            }
        };
        if let Some(tap) = &self.tap {
            let shown: Vec<(&str, &str)> =
                headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
            tap.show(Answered { route: route.name(), status, headers: &shown, body: body.as_deref() });
        }
        Ok(Reply { status, headers, body })
    }

    /// The last look before the wire: the host is ours, and the path is below the API.
    fn guard(&self, url: &Url) -> Result<(), WireError> {
        let same_origin = url.origin() == self.base.origin() && url.username().is_empty() && url.password().is_none();
        let below = url.path().strip_prefix(self.base.path()).is_some_and(|rest| rest.starts_with('/'));
        if same_origin && below && url.fragment().is_none() {
            Ok(())
        } else {
            Err(refused_by_us("the address leaves the configured server"))
        }
    }
}

/// Discord's form: the document as `payload_json`, each file as `files[n]`.
fn multipart(json: &serde_json::Value, files: Vec<File>) -> reqwest::Result<Form> {
    let document = reqwest::multipart::Part::text(json.to_string()).mime_str("application/json")?;
    let mut form = Form::new().part("payload_json", document);
    for (index, file) in files.into_iter().enumerate() {
        let part = reqwest::multipart::Part::bytes(file.bytes).file_name(file.name).mime_str(file.kind)?;
        form = form.part(format!("files[{index}]"), part);
    }
    Ok(form)
}

fn base_url(base: &Base) -> Result<Url, BuildError> {
    let text = match base {
        Base::Discord => "https://discord.com",
        Base::Sandbox(url) => url.trim().trim_end_matches('/'),
    };
    let url = Url::parse(text).map_err(|_| BuildError::Base("it is not an address"))?;
    let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    let real = ["discord.com", "discordapp.com", "discord.gg"];
    let is_real = real.iter().any(|name| host == *name || host.ends_with(&format!(".{name}")));
    if !matches!(url.scheme(), "http" | "https") || host.is_empty() {
        return Err(BuildError::Base("it must be http://host:port or https://host:port"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(BuildError::Base("it must hold nothing but scheme, host, port and path"));
    }
    if matches!(base, Base::Sandbox(_)) && is_real {
        return Err(BuildError::Base("a sandbox cannot be the real Discord"));
    }
    Url::parse(&format!("{}/api/v10", url.as_str().trim_end_matches('/')))
        .map_err(|_| BuildError::Base("it is not an address"))
}

/// A token that looks real goes to Discord, to this machine, or to a host that the configuration names.
fn keep_token(settings: &Settings, base: &Url) -> Result<(), BuildError> {
    let host = base.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    let is_here = address.map_or(host == "localhost", |address| address.is_loopback());
    let allowed = settings.base == Base::Discord || is_here || settings.allowed_hosts.contains(&host);
    if allowed || !looks_real(settings.token.expose_secret()) { Ok(()) } else { Err(BuildError::ForeignHost { host }) }
}

/// Whether a token is made like Discord's: three parts in URL-safe base64, the first of them the digits of the bot's id.
/// Source: tokens as the developer portal gives them; Discord documents no form.
fn looks_real(token: &str) -> bool {
    let token = token.trim().trim_start_matches("Bot ");
    let mut parts = token.split('.').map(|part| part.trim_end_matches('='));
    let (Some(id), Some(stamp), Some(secret), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let encoded = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let is_id = |id: Vec<u8>| id.len() >= 15 && id.iter().all(u8::is_ascii_digit);
    URL_SAFE_NO_PAD.decode(id).is_ok_and(is_id) && encoded(stamp) && encoded(secret)
}

fn refused_by_us(reason: &str) -> WireError {
    WireError { written: false, reason: reason.to_owned() }
}

/// The error without its URL, for people.
fn reason(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return if error.is_connect() { "connecting timed out".into() } else { "no answer within the time-out".into() };
    }
    innermost(error)
}

fn innermost(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut last: &dyn std::error::Error = &error;
    while let Some(source) = last.source() {
        last = source;
    }
    cut(&last.to_string())
}

/// Percent-encoded, cut between characters.
fn audit_text(reason: &str) -> String {
    let mut out = String::new();
    for character in reason.chars() {
        let encoded = percent_encode(character.encode_utf8(&mut [0; 4]));
        if out.len() + encoded.len() > AUDIT_REASON_CHARS {
            break;
        }
        out.push_str(&encoded);
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use super::*;
    use crate::rest::{ChannelId, MessageId};

    fn sandbox(url: &str) -> Result<Wire, BuildError> {
        Wire::new(&Settings::new("token".to_owned().into(), Base::Sandbox(url.into())))
    }

    #[test]
    fn the_guard_lets_nothing_leave_the_sandbox() {
        let wire = sandbox("http://127.0.0.1:9/").unwrap();
        let allowed = |url: &str| wire.guard(&Url::parse(url).unwrap()).is_ok();
        assert!(allowed("http://127.0.0.1:9/api/v10/users/@me"));
        for url in [
            "https://discord.com/api/v10/users/@me",
            "http://127.0.0.1:10/api/v10/users/@me",
            "https://127.0.0.1:9/api/v10/users/@me",
            "http://127.0.0.1:9/other",
            "http://127.0.0.1:9/api/v10/../../other",
            "http://127.0.0.1:9/api/v10@discord.com/users/@me",
            "http://me@127.0.0.1:9/api/v10/users/@me",
            "http://127.0.0.1.discord.com:9/api/v10/users/@me",
        ] {
            assert!(!allowed(url), "{url}");
        }
    }

    #[test]
    fn a_sandbox_is_never_the_real_discord() {
        for url in
            ["https://discord.com", "https://DISCORD.com./", "http://canary.discord.com:80", "https://discord.gg"]
        {
            assert!(matches!(sandbox(url), Err(BuildError::Base(_))), "{url}");
        }
        for url in ["discord", "ftp://127.0.0.1", "http://u:p@127.0.0.1", "http://127.0.0.1/?x=1"] {
            assert!(matches!(sandbox(url), Err(BuildError::Base(_))), "{url}");
        }
        assert_eq!(sandbox("http://127.0.0.1:9/dc/").unwrap().base.as_str(), "http://127.0.0.1:9/dc/api/v10");
    }

    #[test]
    fn a_token_that_looks_real_goes_nowhere_but_to_discord_to_this_machine_or_to_a_named_host() {
        // Made up, in the form of the developer portal's.
        let real = "MTA2NzAxMjM0NTY3ODkwMTIzNA.GhX1aB.0123456789abcdefghijklmnopqrstuvwxyzAB";
        let made = |token: &str, url: &str, allowed: &[&str]| {
            let mut settings = Settings::new(token.to_owned().into(), Base::Sandbox(url.into()));
            settings.allowed_hosts = allowed.iter().map(|host| (*host).to_owned()).collect();
            Wire::new(&settings).map(|_| ())
        };
        for url in ["http://127.0.0.1:4010", "http://127.8.9.10", "http://localhost:1", "http://[::1]:4010"] {
            assert_eq!(made(real, url, &[]), Ok(()), "{url}");
        }
        for url in [
            "https://discord.example.com",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "http://10.0.0.1:4010",
            "http://0.0.0.0:4010",
            "http://[::ffff:10.0.0.1]",
        ] {
            assert!(matches!(made(real, url, &["other.example.com"]), Err(BuildError::ForeignHost { .. })), "{url}");
            assert_eq!(made("sandbox-token", url, &[]), Ok(()), "{url}");
        }
        assert_eq!(made(real, "https://Discord.Example.com.:8443/x", &["discord.example.com"]), Ok(()));
        let refused = made(real, "https://discord.example.com", &[]).unwrap_err().to_string();
        assert!(!refused.contains("MTA2"), "{refused}");
        for token in ["", "a.b", "a.b.c", "c2lhZ2E.GhX1aB.0123", "MTA2NzAxMjM0NTY3ODkwMTIzNA.GhX1aB."] {
            assert!(!looks_real(token), "{token}");
        }
        assert!(looks_real(&format!("Bot {real} ")));
        assert!(Wire::new(&Settings::new(real.to_owned().into(), Base::Discord)).is_ok());
    }

    #[tokio::test]
    async fn a_path_that_would_be_normalized_is_not_sent() {
        let wire = sandbox("http://127.0.0.1:9").unwrap();
        let route = Route::add_reaction(ChannelId(1), MessageId(2), "..");
        let sent = wire.exchange(&route, Body::Empty, None).await;
        assert!(sent.is_err_and(|error| !error.written && error.reason.contains("address")));
    }

    #[test]
    fn audit_reasons_are_encoded_and_cut_between_characters() {
        assert_eq!(audit_text("op 7\r\nX: é"), "op%207%0D%0AX%3A%20%C3%A9");
        assert_eq!(audit_text(&"é".repeat(200)).len(), 510);
    }
}
