//! Purpose: openings that wait for a responder's yes.

use domain::incident::AskedOpening;
use domain::{ChatUserId, IncidentId, Timestamp};
use sqlx::{Sqlite, Transaction};

use crate::{Result, Store, StoreError, millis, signed};

const ASK: &str = "INSERT INTO asked_openings (id, user, at_ms, opening) VALUES ($1, $2, $3, $4)";
const ANSWER: &str = "UPDATE asked_openings SET answer = $1, incident = $2 WHERE id = $3 AND answer IS NULL";
const ONE: &str = "SELECT opening, answer, incident FROM asked_openings WHERE id = $1";
/// Those that were opened are counted as incidents.
const ASKED_SINCE: &str =
    "SELECT COUNT(*) FROM asked_openings WHERE user = $1 AND at_ms > $2 AND (answer IS NULL OR answer <> 'opened')";

/// What a decision writes about asked openings.
#[derive(Clone, Debug, Default)]
pub(crate) struct AskedRows {
    asked: Vec<(u64, AskedOpening)>,
    answered: Vec<(u64, Option<IncidentId>)>,
}

/// An opening that somebody asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What was asked for.
    pub opening: AskedOpening,
    /// Whether it was answered.
    pub answered: bool,
    /// The incident it became, if any.
    pub incident: Option<IncidentId>,
}

impl AskedRows {
    pub(crate) const fn is_empty(&self) -> bool {
        self.asked.is_empty() && self.answered.is_empty()
    }

    pub(crate) async fn write(&self, tx: &mut Transaction<'_, Sqlite>, now: Timestamp) -> Result<()> {
        for (id, opening) in &self.asked {
            let text = serde_json::to_string(opening).map_err(StoreError::Encode)?;
            let row = sqlx::query(ASK).bind(signed(*id)).bind(signed(opening.by.user.0)).bind(millis(now)).bind(text);
            row.execute(&mut **tx).await?;
        }
        for (id, incident) in &self.answered {
            let answer = if incident.is_some() { "opened" } else { "declined" };
            let row = sqlx::query(ANSWER).bind(answer).bind(incident.map(|id| i64::from(id.0))).bind(signed(*id));
            row.execute(&mut **tx).await?;
        }
        Ok(())
    }
}

impl crate::Batch {
    /// Somebody asks for an opening; `id` is the interaction.
    pub fn asked(&mut self, id: u64, opening: AskedOpening) {
        self.asked.asked.push((id, opening));
    }

    /// An asked opening is answered: it became this incident, or none.
    pub fn asked_answered(&mut self, id: u64, incident: Option<IncidentId>) {
        self.asked.answered.push((id, incident));
    }
}

impl Store {
    /// An asked opening; none when nobody asked.
    ///
    /// # Errors
    /// When the database fails, or the row cannot be read.
    pub async fn asked_opening(&self, id: u64) -> Result<Option<Asked>> {
        let found: Option<(String, Option<String>, Option<i64>)> =
            sqlx::query_as(ONE).bind(signed(id)).fetch_optional(&self.read).await?;
        let Some((text, answer, incident)) = found else { return Ok(None) };
        let opening = serde_json::from_str(&text).map_err(|source| StoreError::Unreadable {
            what: "asked opening",
            id: id.to_string(),
            source,
        })?;
        let incident = incident.and_then(|number| u32::try_from(number).ok()).map(IncidentId);
        Ok(Some(Asked { opening, answered: answer.is_some(), incident }))
    }

    /// Openings a person asked for since then that were not opened.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn asked_since(&self, user: ChatUserId, since: Timestamp) -> Result<i64> {
        Ok(sqlx::query_scalar(ASKED_SINCE).bind(signed(user.0)).bind(millis(since)).fetch_one(&self.read).await?)
    }
}
