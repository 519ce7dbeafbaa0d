//! Purpose: signed links that end: whoever has one may acknowledge one page for one person, or all that wait for them, until it expires.
//!
//! The token is everything: nothing is stored for it, so it works after any restart, and a new key ends all of them.
//! Its bytes, in URL-safe base64: version (1; 2 takes all that waits), incident (4), page (4), expiry in seconds since 1970 (5), person (the rest),
//! then the first 16 bytes of HMAC-SHA256 over all of that. About 46 characters.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{IncidentId, PageId, PersonId};
use hmac::{Hmac, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;

const VERSION: u8 = 1;
/// The same for all that waits for the person.
const VERSION_ALL: u8 = 2;
const HEAD_BYTES: usize = 1 + 4 + 4 + EXPIRY_BYTES;
const EXPIRY_BYTES: usize = 5;
const TAG_BYTES: usize = 16;

/// Shortest key that is taken, in bytes.
const KEY_BYTES: usize = 16;

/// Longest token that is looked at, in characters: longer than any we make, short enough to cost nothing.
const TOKEN_CHARS: usize = 512;

/// Keeps signatures of this kind apart from others made with the same key.
const PURPOSE: &[u8] = b"siaga link: acknowledge\0";

/// What a link says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The incident.
    pub incident: IncidentId,
    /// Its page that is answered.
    pub page: PageId,
    /// Who answers.
    pub person: PersonId,
    /// Until when, in whole seconds: what is finer is cut off.
    pub expires: Timestamp,
    /// Everything that waits for the person is answered with it.
    pub all: bool,
}

/// Why a link is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkProblem {
    /// It is no link of ours: cut off, mistyped, or of a version we do not know.
    Malformed,
    /// It looks like ours but is signed with another key, or was changed.
    Foreign,
    /// It was ours and its time is over.
    Expired {
        /// What it said.
        claim: Claim,
    },
}

/// The key is too short to keep anybody out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeakKey;

impl fmt::Display for WeakKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The key for links is too short: it needs at least {KEY_BYTES} bytes.")
    }
}

impl std::error::Error for WeakKey {}

/// Makes links and reads them.
#[derive(Clone)]
pub struct Signer {
    keyed: Hmac<Sha256>,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").finish_non_exhaustive()
    }
}

impl Signer {
    /// A signer with this key, which should be random.
    ///
    /// # Errors
    /// When the key has fewer than 16 bytes.
    pub fn new(key: &[u8]) -> Result<Self, WeakKey> {
        if key.len() < KEY_BYTES {
            return Err(WeakKey);
        }
        let mut keyed = Hmac::<Sha256>::new_from_slice(key).map_err(|_| WeakKey)?;
        keyed.update(PURPOSE);
        Ok(Self { keyed })
    }

    /// The token for this claim: letters, digits, `-` and `_`.
    #[must_use]
    pub fn sign(&self, claim: &Claim) -> String {
        let Claim { incident, page, person, expires, all } = claim;
        let seconds = u64::try_from(expires.as_second()).unwrap_or(0);
        let mut bytes = Vec::with_capacity(HEAD_BYTES + person.as_str().len() + TAG_BYTES);
        bytes.push(if *all { VERSION_ALL } else { VERSION });
        bytes.extend(incident.0.to_be_bytes());
        bytes.extend(page.0.to_be_bytes());
        // The last second of the year 9999, the latest a `Timestamp` can be, fits into five bytes.
        bytes.extend(&seconds.to_be_bytes()[8 - EXPIRY_BYTES..]);
        bytes.extend(person.as_str().as_bytes());
        let tag = self.keyed.clone().chain_update(&bytes).finalize().into_bytes();
        bytes.extend(&tag[..TAG_BYTES]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What the token says, if it is ours and still valid at `now`.
    ///
    /// # Errors
    /// When it is not.
    pub fn read(&self, token: &str, now: Timestamp) -> Result<Claim, LinkProblem> {
        if token.len() > TOKEN_CHARS {
            return Err(LinkProblem::Malformed);
        }
        // Refuses every second spelling of the same bytes, too.
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| LinkProblem::Malformed)?;
        let (signed, tag) = bytes.split_last_chunk::<TAG_BYTES>().ok_or(LinkProblem::Malformed)?;
        let claim = claim_of(signed).ok_or(LinkProblem::Malformed)?;
        // Compares in constant time.
        let is_ours = self.keyed.clone().chain_update(signed).verify_truncated_left(tag).is_ok();
        if !is_ours {
            return Err(LinkProblem::Foreign);
        }
        if now >= claim.expires {
            return Err(LinkProblem::Expired { claim });
        }
        Ok(claim)
    }
}

fn claim_of(bytes: &[u8]) -> Option<Claim> {
    let (version, rest) = bytes.split_first()?;
    let all = match *version {
        VERSION => false,
        VERSION_ALL => true,
        _ => return None,
    };
    let (incident, rest) = rest.split_first_chunk::<4>()?;
    let (page, rest) = rest.split_first_chunk::<4>()?;
    let (expiry, person) = rest.split_first_chunk::<EXPIRY_BYTES>()?;
    let seconds = expiry.iter().fold(0_i64, |seconds, byte| (seconds << 8) | i64::from(*byte));
    let person = std::str::from_utf8(person).ok()?;
    Some(Claim {
        incident: IncidentId(u32::from_be_bytes(*incident)),
        page: PageId(u32::from_be_bytes(*page)),
        person: PersonId::from(person),
        expires: Timestamp::from_second(seconds).ok()?,
        all,
    })
}
