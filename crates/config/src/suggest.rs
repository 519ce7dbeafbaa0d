//! Purpose: "did you mean": the known word nearest to a mistyped one.

/// The candidate that differs least from `word`, if it differs little: one edit in three characters (a swap of
/// neighbors counts as one), or one of the two begins with the other. Upper and lower case count as equal.
pub fn did_you_mean<'a>(word: &str, among: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed: Vec<char> = word.to_lowercase().chars().take(80).collect();
    if typed.is_empty() {
        return None;
    }
    let limit = (typed.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in among {
        let known: Vec<char> = candidate.to_lowercase().chars().take(80).collect();
        let distance = distance(&typed, &known);
        let shorter = typed.len().min(known.len());
        let begins = shorter >= 3 && typed[..shorter] == known[..shorter];
        // A two-letter word is one edit from too many others.
        let near = distance <= limit && (typed.len() > 2 || distance == 0) && distance < known.len();
        if (near || begins) && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Edits between two words: insert, delete, replace, swap neighbors (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut least = (last[j + 1] + 1).min(row[j] + 1).min(last[j] + usize::from(x != y));
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn the_nearest_known_word_is_offered_and_a_far_one_is_not() {
        let known = ["escalation", "dependents", "key_env", "match", "name", "SEV-1"];
        let cases = [
            ("escalaton", Some("escalation")),
            ("Dependants", Some("dependents")),
            ("mathc", Some("match")),
            ("key", Some("key_env")),
            ("names", Some("name")),
            ("sev-1", Some("SEV-1")),
            ("colour", None),
            ("x", None),
            ("", None),
        ];
        for (word, expected) in cases {
            assert_eq!(did_you_mean(word, known), expected, "{word}");
        }
    }
}
