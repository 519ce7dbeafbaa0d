//! Purpose: where to connect: asked of Discord by ourselves, and only an address of the configured server is used.

use std::time::Duration;

use serde::Deserialize;

use super::GatewayError;
use super::starts::Budget;
use crate::directory_load::get;
use crate::rest::{Base, Client, Route};

/// A start that may happen.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Start {
    /// A websocket address without query.
    pub(super) url: String,
    /// What Discord still gives.
    pub(super) budget: Budget,
}

/// A start that may not happen.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum StartRefused {
    /// Waiting does not help.
    Final(GatewayError),
    /// Worth another try.
    Later(String),
}

#[derive(Debug, Deserialize)]
struct GatewayBot {
    url: String,
    session_start_limit: StartLimit,
}

#[derive(Debug, Deserialize)]
struct StartLimit {
    total: u32,
    remaining: u32,
    /// Milliseconds.
    reset_after: u64,
}

/// Asks for the address, and whether another session may be started today.
pub(super) async fn start(rest: &Client, base: &Base, starts_left: u32) -> Result<Start, StartRefused> {
    let gateway: GatewayBot = get(rest, Route::gateway_bot()).await?;
    let StartLimit { total, remaining, reset_after } = gateway.session_start_limit;
    // A server that hands out few starts in all must not be refused for ever.
    let (reserve, reset_after) = (starts_left.min(total / 2), Duration::from_millis(reset_after));
    if remaining < reserve {
        return Err(StartRefused::Final(GatewayError::FewStartsLeft { remaining, total, reset_after }));
    }
    let url = checked(base, &gateway.url).map_err(StartRefused::Final)?;
    Ok(Start { url, budget: Budget { remaining, reserve, reset_after } })
}

/// The address without its query, if it belongs to the configured server: the real Discord's gateway hosts over TLS, or
/// exactly the sandbox's host and port.
fn checked(base: &Base, url: &str) -> Result<String, GatewayError> {
    let foreign = |host: &str| GatewayError::ForeignHost { host: host.to_owned() };
    let (scheme, rest) = url.split_once("://").ok_or_else(|| foreign(url))?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = &rest[..end];
    let path = rest[end..].split(['?', '#']).next().unwrap_or_default();
    let belongs = match base {
        Base::Discord => scheme == "wss" && (host == "gateway.discord.gg" || is_below(host, ".discord.gg")),
        Base::Sandbox(address) => {
            let own = address.split_once("://").map_or(address.as_str(), |(_, own)| own);
            let own = own.split('/').next().unwrap_or(own);
            matches!(scheme, "ws" | "wss") && host == own
        }
    };
    if belongs { Ok(format!("{scheme}://{host}{path}")) } else { Err(foreign(host)) }
}

fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|label| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_configured_server_are_used() {
        let sandbox = Base::Sandbox("http://127.0.0.1:4010".into());
        assert_eq!(checked(&sandbox, "ws://127.0.0.1:4010/gw").unwrap(), "ws://127.0.0.1:4010/gw");
        assert_eq!(checked(&sandbox, "ws://127.0.0.1:4010?v=10").unwrap(), "ws://127.0.0.1:4010");
        let discord = Base::Discord;
        assert_eq!(checked(&discord, "wss://gateway.discord.gg").unwrap(), "wss://gateway.discord.gg");
        assert_eq!(
            checked(&discord, "wss://gateway-us-east1-b.discord.gg/").unwrap(),
            "wss://gateway-us-east1-b.discord.gg/"
        );
        for (base, url) in [
            (&sandbox, "wss://gateway.discord.gg"),
            (&sandbox, "ws://127.0.0.1:4011/gw"),
            (&sandbox, "ws://127.0.0.1:4010@evil.example/gw"),
            (&sandbox, "nonsense"),
            (&discord, "ws://gateway.discord.gg"),
            (&discord, "wss://evil.example/.discord.gg"),
            (&discord, "wss://user:pw@gateway.discord.gg"),
            (&discord, "wss://evildiscord.gg"),
        ] {
            assert!(matches!(checked(base, url), Err(GatewayError::ForeignHost { .. })), "{url}");
        }
    }
}
