//! Purpose: dedup keys, `v1:<integration>:<key or hash>`.

use domain::{DedupKey, IntegrationName};
use sha2::{Digest, Sha256};

use crate::clean;

/// Longest key of a sender that is used as it is, in characters; a longer one is hashed.
const OWN_KEY_CHARS: usize = 128;

/// The dedup key for a key the sender gave. One that is too long or has invisible characters in it is hashed.
pub(crate) fn from_sender(integration: &IntegrationName, key: &str) -> DedupKey {
    if clean::line(key, OWN_KEY_CHARS) == key {
        DedupKey(format!("v1:{integration}:{key}"))
    } else {
        from_parts(integration, "key", [key])
    }
}

/// The dedup key for parts that together say which alert it is. `recipe` separates the ways keys are made.
pub(crate) fn from_parts<'a>(
    integration: &IntegrationName,
    recipe: &'a str,
    parts: impl IntoIterator<Item = &'a str>,
) -> DedupKey {
    let mut hasher = Sha256::new();
    // Lengths are hashed too: ("ab", "c") is not ("a", "bc").
    for part in [recipe].into_iter().chain(parts) {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let digest = hasher.finalize();
    let hash: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    DedupKey(format!("v1:{integration}:{hash}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_the_sender_is_readable_unless_it_is_too_long_or_hides_something() {
        let name = IntegrationName::from("alertmanager");
        assert_eq!(from_sender(&name, "5ef77f1f8a3ecfdd").as_str(), "v1:alertmanager:5ef77f1f8a3ecfdd");
        for hashed in ["a\u{200b}b".to_owned(), "x".repeat(129), " a".to_owned()] {
            let key = from_sender(&name, &hashed);
            assert_eq!(key.as_str().len(), "v1:alertmanager:".len() + 32, "{key}");
        }
    }

    #[test]
    fn a_recipe_never_changes_its_hashes() {
        // Changing this value would re-open every alert at the next release: bump `v1` instead.
        let key = from_parts(&IntegrationName::from("am"), "labels", ["alertname", "Down"]);
        assert_eq!(key.as_str(), "v1:am:892aa1e60f3199114bbf17e41dee1e8b");
    }
}
