//! Purpose: incidents by the words somebody typed. Whatever is typed finds or does not find; it never fails.

use domain::IncidentId;

use crate::reads::number;
use crate::{Result, Store};

/// Words of a query that count; who pastes a log line is served by its first words, at a bounded cost.
const WORDS: usize = 8;
/// Of all incidents with the words, so many of the newest are ranked. To rank all that have a common word costs a tenth of a
/// second at 100,000 incidents and grows with them; and who types one common word looks for something recent.
const RANKED: i64 = 500;

/// An incident that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// Number.
    pub id: IncidentId,
    /// How well it fits: higher is better. Only comparable within one answer.
    pub score: f64,
}

// Weights: title, service, impact, fixed, cause, notes. A word in a title says what it was, one in a note what was tried.
const SEARCH: &str = "SELECT number, score FROM (
        SELECT rowid AS number, -bm25(incident_search, 10.0, 5.0, 2.0, 3.0, 3.0, 1.0) AS score
        FROM incident_search WHERE incident_search MATCH $1 ORDER BY rowid DESC LIMIT $2
    ) ORDER BY score DESC, number DESC LIMIT $3";

impl Store {
    /// Incidents that have all words of the query, the last one perhaps only begun: best first, newest first among equals.
    /// Of the words the first eight count. A query without a letter or digit finds nothing.
    ///
    /// # Errors
    /// When the database fails; never because of what was typed.
    pub async fn search(&self, query: &str, limit: u32) -> Result<Vec<Found>> {
        let Some(expression) = all_words(query) else { return Ok(Vec::new()) };
        let rows: Vec<(i64, f64)> =
            sqlx::query_as(SEARCH).bind(expression).bind(RANKED).bind(i64::from(limit)).fetch_all(&self.read).await?;
        Ok(rows.into_iter().map(|(id, score)| Found { id: IncidentId(number(id)), score }).collect())
    }
}

/// A full-text expression for all words, the last one as a prefix; none without a word. Every word is quoted, so that nothing
/// typed is an operator.
pub(crate) fn all_words(query: &str) -> Option<String> {
    let words = words(query, WORDS);
    let quoted: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    // Words that are side by side must all match.
    (!quoted.is_empty()).then(|| quoted.join(" ") + " *")
}

/// One word that cannot be anything else.
pub(crate) fn quoted(word: &str) -> String {
    format!("\"{word}\"")
}

/// The different words of a text, in order, at most so many. Cut as the tokenizer does: letters and digits stay together.
pub(crate) fn words(text: &str, most: usize) -> Vec<&str> {
    let mut words: Vec<&str> = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if words.len() == most {
            break;
        }
        if !words.iter().any(|known| known.to_lowercase() == word.to_lowercase()) {
            words.push(word);
        }
    }
    words
}
