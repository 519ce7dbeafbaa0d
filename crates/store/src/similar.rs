//! Purpose: what happened before that looks like this, how it was fixed, and what is still to be done about it.

use std::collections::BTreeMap;

use domain::{IncidentId, Timestamp};
use serde_json::json;

use crate::dialect::{field, pairs, rows};
use crate::reads::number;
use crate::search::{quoted, words};
use crate::{ActionRow, Result, Store, encode, instant, listed};

/// Of the incidents that share a label, so many of the newest are looked at: `env=production` is on nearly all of them.
const NEWEST_OF_LABEL: i64 = 200;
/// The same for a word.
const NEWEST_OF_WORD: i64 = 50;
/// Labels of a probe that are looked up, and words of its text.
const LABELS: usize = 16;
const WORDS: usize = 8;
/// A word that fewer incidents have than are looked at says more than one that all have.
const RARE: u32 = 2;
const COMMON: u32 = 1;
/// Without a shared label one rare word or two common ones make it similar.
const ENOUGH: u32 = 2;

/// What to compare with.
#[derive(Clone, Copy, Debug)]
pub struct Probe<'a> {
    /// The incident that asks.
    pub exclude: IncidentId,
    /// Its labels.
    pub labels: &'a [(String, String)],
    /// Labels that say nothing about what it is, such as `severity`.
    pub ignore: &'a [&'a str],
    /// Its title, or more.
    pub text: &'a str,
}

/// An incident that is over and looked like this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Similar {
    /// Number.
    pub id: IncidentId,
    /// Title.
    pub title: String,
    /// Service.
    pub service: Option<String>,
    /// How many labels are the same.
    pub shared_labels: u32,
    /// What fixed it.
    pub fixed: Option<String>,
    /// When it was over.
    pub resolved_at: Option<Timestamp>,
    /// What was promised after it and is not done.
    pub open_actions: Vec<ActionRow>,
}

// The border is the number of the last one that is looked at; zero when there are fewer.
const BY_LABEL: &str = concat!(
    "SELECT ",
    pairs!("s.incident", "s.shared"),
    " FROM (SELECT l.incident, COUNT(*) AS shared FROM (SELECT ",
    field!("label"),
    " AS label, ",
    field!("value"),
    " AS value,
        COALESCE((SELECT b.incident FROM incident_labels b WHERE b.label = ",
    field!("label"),
    " AND b.value = ",
    field!("value"),
    " ORDER BY b.incident DESC LIMIT 1 OFFSET $3), 0) AS border FROM ",
    rows!(),
    ") p
    CROSS JOIN incident_labels l ON l.label = p.label AND l.value = p.value AND l.incident > p.border
    CROSS JOIN incidents i ON i.number = l.incident
    WHERE i.status IN ('resolved', 'closed') AND i.drill = 0 AND i.merged_into IS NULL AND i.number <> $2
    GROUP BY l.incident) s"
);
// The newest matches are taken before drills and open ones are sorted out, else a common word would be read to its end.
const BY_WORD: &str = concat!(
    "SELECT ",
    pairs!(
        "w.number",
        "CASE WHEN i.status IN ('resolved', 'closed') AND i.drill = 0 AND i.merged_into IS NULL AND i.number <> $2 THEN 1 ELSE 0 END"
    ),
    " FROM (SELECT rowid AS number FROM incident_search WHERE incident_search MATCH $1 ORDER BY rowid DESC LIMIT $3) w
    CROSS JOIN incidents i ON i.number = w.number"
);
const DETAILS: &str = concat!(
    "SELECT i.number, i.title, i.service, i.fixed, i.resolved_ms FROM ",
    rows!(),
    " CROSS JOIN incidents i ON i.number = r.value ORDER BY r.key"
);
const OPEN_ACTIONS: &str = concat!(
    "SELECT a.incident, a.number, a.what, a.owner, a.due_ms FROM ",
    rows!(),
    " CROSS JOIN action_items a ON a.incident = r.value WHERE a.done_ms IS NULL ORDER BY a.incident, a.number"
);

const WITH_LABEL: &str = "SELECT l.incident FROM incident_labels l CROSS JOIN incidents i ON i.number = l.incident
    WHERE l.label = $1 AND l.value = $2 AND i.drill = 0 ORDER BY l.incident DESC LIMIT $3";

type DetailTuple = (i64, String, Option<String>, Option<String>, Option<i64>);
type ActionTuple = (i64, i64, String, Option<String>, Option<i64>);

impl Store {
    /// Incidents that are over and look like the probe: most equal labels first, then most words, then the newest. Drills and
    /// what was merged into another are none of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn similar(&self, probe: Probe<'_>, limit: u32) -> Result<Vec<Similar>> {
        // By number: equal labels, then the weight of equal words.
        let mut found: BTreeMap<i64, (u32, u32)> = BTreeMap::new();
        let exclude = i64::from(probe.exclude.0);
        let pairs: Vec<_> = probe
            .labels
            .iter()
            .filter(|(label, _)| !probe.ignore.contains(&label.as_str()))
            .take(LABELS)
            .map(|(label, value)| json!({ "label": label, "value": value }))
            .collect();
        if !pairs.is_empty() {
            let rows = self.pairs(BY_LABEL, encode(&pairs)?, exclude, NEWEST_OF_LABEL).await?;
            found.extend(rows.into_iter().map(|(id, shared)| (id, (number(shared), 0))));
        }
        for word in words(probe.text, WORDS) {
            let rows = self.pairs(BY_WORD, quoted(word), exclude, NEWEST_OF_WORD).await?;
            let weight = if i64::try_from(rows.len()).is_ok_and(|n| n < NEWEST_OF_WORD) { RARE } else { COMMON };
            for (id, _) in rows.into_iter().filter(|(_, eligible)| *eligible == 1) {
                found.entry(id).or_default().1 += weight;
            }
        }
        found.retain(|_, (shared, text)| *shared > 0 || *text >= ENOUGH);
        let mut best: Vec<(u32, u32, i64)> = found.iter().map(|(id, (shared, text))| (*shared, *text, *id)).collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        best.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        self.details(&best).await
    }

    /// Incidents that opened with a label, newest first; drills are none of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn with_label(&self, label: &str, value: &str, limit: u32) -> Result<Vec<IncidentId>> {
        let query = sqlx::query_scalar(WITH_LABEL).bind(label).bind(value).bind(i64::from(limit));
        let found: Vec<i64> = query.fetch_all(&self.read).await?;
        Ok(found.into_iter().map(|id| IncidentId(number(id))).collect())
    }

    async fn pairs(&self, query: &'static str, what: String, exclude: i64, most: i64) -> Result<Vec<(i64, i64)>> {
        let query = sqlx::query_scalar(query).bind(what).bind(exclude).bind(most);
        let text: String = query.fetch_one(&self.read).await?;
        listed("similar", &text)
    }

    async fn details(&self, best: &[(u32, u32, i64)]) -> Result<Vec<Similar>> {
        if best.is_empty() {
            return Ok(Vec::new());
        }
        let ids = encode(&best.iter().map(|(_, _, id)| id).collect::<Vec<_>>())?;
        let rows: Vec<DetailTuple> = sqlx::query_as(DETAILS).bind(&ids).fetch_all(&self.read).await?;
        let mut actions: BTreeMap<i64, Vec<ActionRow>> = BTreeMap::new();
        let open: Vec<ActionTuple> = sqlx::query_as(OPEN_ACTIONS).bind(&ids).fetch_all(&self.read).await?;
        for (incident, item, what, owner, due) in open {
            let row = ActionRow { number: number(item), what, owner, due: due.map(instant), done: None };
            actions.entry(incident).or_default().push(row);
        }
        let shared: BTreeMap<i64, u32> = best.iter().map(|(shared, _, id)| (*id, *shared)).collect();
        Ok(rows
            .into_iter()
            .map(|(id, title, service, fixed, resolved)| Similar {
                id: IncidentId(number(id)),
                title,
                service,
                shared_labels: shared.get(&id).copied().unwrap_or_default(),
                fixed,
                resolved_at: resolved.map(instant),
                open_actions: actions.remove(&id).unwrap_or_default(),
            })
            .collect())
    }
}
