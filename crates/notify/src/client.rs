//! Purpose: how ways that speak HTTP leave this machine.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::{Client, Response, Url, header, redirect};

/// When a server that did not say so is asked again.
pub(crate) const RETRY: Duration = Duration::from_secs(15);
const LONGEST_RETRY: Duration = Duration::from_secs(3_600);

/// One for everybody, and one for this machine, which no proxy knows.
#[derive(Clone)]
pub(crate) struct Clients {
    outside: Client,
    local: Client,
}

impl Clients {
    pub(crate) fn new(timeout: Duration) -> Self {
        // Each message has a connection of its own: one that was left open may be dead, and what is written to it leaves
        // us in doubt. A server that does not even open a connection in half the time has surely not got it.
        let builder = || {
            Client::builder()
                .user_agent(concat!("siaga/", env!("CARGO_PKG_VERSION")))
                .timeout(timeout)
                .connect_timeout(timeout / 2)
                .redirect(redirect::Policy::none())
                .retry(reqwest::retry::never())
                .pool_max_idle_per_host(0)
                .http1_only()
        };
        let reason = "the certificates are built in and no file is read";
        Self { outside: builder().build().expect(reason), local: builder().no_proxy().build().expect(reason) }
    }

    /// The one that reaches this address.
    pub(crate) fn of(&self, url: &Url) -> &Client {
        if url.host_str().is_some_and(is_loopback) { &self.local } else { &self.outside }
    }
}

/// Whether this host is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// When a server that asked us to come later wants to be asked again.
pub(crate) fn retry_in(answer: &Response) -> Duration {
    let asked = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    asked.map_or(RETRY, Duration::from_secs).clamp(Duration::from_secs(1), LONGEST_RETRY)
}
