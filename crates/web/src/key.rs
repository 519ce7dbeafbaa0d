//! Purpose: whether a request shows the key of its integration.
//!
//! Senders differ in what they can set, so a key is taken from three places: `Authorization: Bearer`, the password of
//! `Authorization: Basic` (any user), and `?key=`. It is enough that one of them is right: a proxy may add its own.
//! A sender may have two keys while one is changed for the other; which one it showed is told to whoever wants to know.

use std::fmt;
use std::sync::Arc;

use axum::http::{HeaderMap, Uri, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

/// Hears which of a sender's keys was shown, by its number.
pub type KeyUsed = Arc<dyn Fn(usize) + Send + Sync>;

/// What a sender must show: any one of these. Without one nobody gets in.
#[derive(Clone, Default)]
pub struct SenderKeys {
    keys: Vec<SecretString>,
    used: Option<KeyUsed>,
}

impl SenderKeys {
    /// These keys; `used` hears which one was shown, each time.
    #[must_use]
    pub fn new(keys: Vec<SecretString>, used: KeyUsed) -> Self {
        Self { keys, used: Some(used) }
    }
}

impl From<SecretString> for SenderKeys {
    fn from(key: SecretString) -> Self {
        Self { keys: vec![key], used: None }
    }
}

impl fmt::Debug for SenderKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SenderKeys").field("count", &self.keys.len()).finish_non_exhaustive()
    }
}

/// Whether the request shows one of the sender's keys. An empty key is never right.
pub(crate) fn is_shown(expected: &SenderKeys, headers: &HeaderMap, uri: &Uri) -> bool {
    let shown: Vec<Hash> = shown_keys(headers, uri).iter().map(hash).collect();
    // Every key is compared with every place, whatever the first comparison says: the time does not tell which was right.
    let mut found = Choice::from(0);
    for (number, key) in expected.keys.iter().enumerate() {
        if key.expose_secret().trim().is_empty() {
            continue;
        }
        let key = hash(key);
        let right = shown.iter().fold(Choice::from(0), |right, shown| right | key.ct_eq(shown));
        found |= right;
        if let Some(used) = expected.used.as_ref().filter(|_| bool::from(right)) {
            used(number);
        }
    }
    found.into()
}

/// Hashes have one length, so that comparing them says nothing about the length of a key.
type Hash = [u8; 32];

fn hash(key: &SecretString) -> Hash {
    Sha256::digest(key.expose_secret()).into()
}

fn shown_keys(headers: &HeaderMap, uri: &Uri) -> Vec<SecretString> {
    let in_headers = headers.get_all(header::AUTHORIZATION).iter().filter_map(|value| {
        let (scheme, credentials) = value.to_str().ok()?.trim().split_once(' ')?;
        let credentials = credentials.trim();
        if scheme.eq_ignore_ascii_case("bearer") {
            Some(SecretString::from(credentials))
        } else if scheme.eq_ignore_ascii_case("basic") {
            let decoded = String::from_utf8(STANDARD.decode(credentials).ok()?).ok()?;
            let (_user, password) = decoded.split_once(':')?;
            Some(SecretString::from(password))
        } else {
            None
        }
    });
    let query = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri).map(|query| query.0);
    let in_query = query.unwrap_or_default().into_iter().filter(|(name, _)| name == "key");
    in_headers.chain(in_query.map(|(_, key)| SecretString::from(key))).collect()
}
