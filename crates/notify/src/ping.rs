//! Purpose: tell an outside watch that we are well. It tells people when it does not hear of us any more.

use std::time::Duration;

use reqwest::{Client, Url, redirect};
use secrecy::{ExposeSecret as _, SecretString};

/// How long a ping may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Pings an outside watch. The address is a secret: no error names it.
#[derive(Debug)]
pub struct Pinger {
    client: Option<Client>,
}

impl Default for Pinger {
    fn default() -> Self {
        Self::new()
    }
}

impl Pinger {
    /// A pinger.
    #[must_use]
    pub fn new() -> Self {
        let client = Client::builder().timeout(TIMEOUT).redirect(redirect::Policy::none());
        Self { client: client.build().ok() }
    }

    /// Pings once with `GET`. A repetition does no harm.
    ///
    /// # Errors
    /// A sentence without the address.
    pub async fn ping(&self, address: &SecretString) -> Result<(), String> {
        let url = check(address)?;
        let client = self.client.as_ref().ok_or("The HTTP client could not start.")?;
        let answer = client.get(url).send().await.map_err(|error| {
            if error.is_timeout() {
                "The outside watch did not answer in time.".to_owned()
            } else {
                "The outside watch cannot be reached.".to_owned()
            }
        })?;
        if answer.status().is_success() {
            Ok(())
        } else {
            Err(format!("The outside watch answered with {}: is the address right?", answer.status().as_u16()))
        }
    }
}

fn check(address: &SecretString) -> Result<Url, String> {
    let url = Url::parse(address.expose_secret().trim());
    url.ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .ok_or_else(|| "The address of the outside watch is none: it begins with https:// or http://.".to_owned())
}
