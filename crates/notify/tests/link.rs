//! Purpose: a link is taken as long as it is ours, whole and not over; nothing else is, and no text does harm.
#![allow(clippy::unwrap_used, reason = "tests")]

use domain::{IncidentId, PageId, PersonId};
use jiff::{SignedDuration, Timestamp};
use notify::{Claim, LinkProblem, Signer, WeakKey};
use proptest::prelude::*;

const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";

fn signer() -> Signer {
    Signer::new(KEY).unwrap()
}

fn claim() -> Claim {
    Claim {
        incident: IncidentId(7),
        page: PageId(1),
        person: PersonId::from("budi"),
        expires: "2026-03-01T12:00:00Z".parse().unwrap(),
        all: false,
    }
}

#[test]
fn a_link_says_what_was_signed_until_it_expires() {
    let (signer, claim) = (signer(), claim());
    let token = signer.sign(&claim);
    assert_eq!(token.len(), 46);
    let before = claim.expires - SignedDuration::from_secs(1);
    assert_eq!(signer.read(&token, before), Ok(claim.clone()));
    assert_eq!(signer.read(&token, claim.expires), Err(LinkProblem::Expired { claim }));
}

#[test]
fn a_new_key_ends_all_links() {
    let token = signer().sign(&claim());
    let other = Signer::new(b"another key of enough bytes").unwrap();
    assert_eq!(other.read(&token, Timestamp::UNIX_EPOCH), Err(LinkProblem::Foreign));
}

#[test]
fn a_key_that_keeps_nobody_out_is_refused() {
    assert_eq!(Signer::new(b"").err(), Some(WeakKey));
    assert_eq!(Signer::new(b"fifteen bytes..").err(), Some(WeakKey));
    assert!(Signer::new(b"sixteen bytes...").is_ok());
    assert!(!format!("{:?}", signer()).contains("0123"));
}

#[test]
fn a_link_that_is_cut_off_is_refused() {
    let token = signer().sign(&claim());
    for end in 0..token.len() {
        assert!(signer().read(&token[..end], Timestamp::UNIX_EPOCH).is_err(), "{end}");
    }
    for more in ["A", "=", " ", "\n", "%", token.as_str()] {
        assert!(signer().read(&format!("{token}{more}"), Timestamp::UNIX_EPOCH).is_err(), "{more}");
    }
}

fn any_claim() -> impl Strategy<Value = Claim> {
    (any::<u32>(), any::<u32>(), "\\PC{0,40}", 0..253_402_207_200_i64, any::<bool>()).prop_map(
        |(incident, page, person, seconds, all)| Claim {
            incident: IncidentId(incident),
            page: PageId(page),
            person: PersonId(person),
            expires: Timestamp::from_second(seconds).unwrap(),
            all,
        },
    )
}

proptest! {
    #[test]
    fn every_claim_comes_back_and_its_token_fits_into_an_address(claim in any_claim()) {
        let token = signer().sign(&claim);
        prop_assert!(token.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'));
        prop_assert_eq!(signer().read(&token, Timestamp::MIN), Ok(claim));
    }

    #[test]
    fn any_changed_character_is_refused(claim in any_claim(), place in any::<prop::sample::Index>(), other in "[A-Za-z0-9_.~=-]") {
        let token = signer().sign(&claim);
        let place = place.index(token.len());
        prop_assume!(!token[place..].starts_with(&other));
        let changed = format!("{}{other}{}", &token[..place], &token[place + 1..]);
        prop_assert!(matches!(
            signer().read(&changed, Timestamp::MIN),
            Err(LinkProblem::Foreign | LinkProblem::Malformed)
        ));
    }

    #[test]
    fn no_text_is_a_link(text in any::<String>()) {
        prop_assert!(signer().read(&text, Timestamp::MIN).is_err());
    }

    #[test]
    fn nothing_of_the_right_shape_is_a_link_without_the_key(claim in any_claim(), key in prop::collection::vec(any::<u8>(), 16..80)) {
        prop_assume!(key != KEY);
        let token = Signer::new(&key).unwrap().sign(&claim);
        prop_assert_eq!(signer().read(&token, Timestamp::MIN), Err(LinkProblem::Foreign));
    }
}
