//! Purpose: what nobody can guess: keys and ids from the operating system's generator.

use anyhow::Context as _;

/// Letters and digits that cannot be taken for each other: 32, so that each stands for five bits.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// So many letters and digits, five random bits each.
///
/// # Errors
/// When the operating system gives no random numbers; then nothing secret may be made.
pub(crate) fn letters(count: usize) -> anyhow::Result<String> {
    let mut bytes = vec![0_u8; count];
    getrandom::fill(&mut bytes).context("the operating system gives no random numbers")?;
    Ok(bytes.into_iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::collections::BTreeSet;

    use super::{LETTERS, letters};

    #[test]
    fn a_key_has_its_length_uses_every_letter_and_never_comes_twice() {
        let keys: BTreeSet<String> = (0..500).map(|_| letters(48).unwrap()).collect();
        assert_eq!(keys.len(), 500);
        assert!(keys.iter().all(|key| key.len() == 48));
        let used: BTreeSet<u8> = keys.iter().flat_map(|key| key.bytes()).collect();
        assert_eq!(used, LETTERS.iter().copied().collect());
    }
}
