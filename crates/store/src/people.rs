//! Purpose: which Discord account each person is, and which names of the configuration operators know to be wrong. What people
//! are told is written in the same transaction, so that no crash tells it twice or forgets it.

use std::collections::{BTreeMap, BTreeSet};

use domain::{ChatUserId, Effect, Lane, PersonId, Pin, Timestamp, Wrong};
use sqlx::{Connection as _, Sqlite, Transaction};

use crate::{BEGIN, Result, Store, instant, millis, signed, unsigned, write_point};

const ALL: &str =
    "SELECT person, discord, user_id, username, username_now, shown, pinned_ms FROM people ORDER BY person";
const PIN: &str = "INSERT INTO people (person, discord, user_id, username, username_now, shown, pinned_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (person) DO UPDATE SET discord = excluded.discord,
    user_id = excluded.user_id, username = excluded.username, username_now = excluded.username_now,
    shown = excluded.shown, pinned_ms = excluded.pinned_ms";
// Somebody may have unpinned them meanwhile: what was seen never pins.
const SEEN: &str = "UPDATE people SET username_now = $3, shown = $4 WHERE person = $1 AND user_id = $2";
const UNPIN: &str = "DELETE FROM people WHERE person = $1";
const TOLD: &str = "SELECT name, said FROM names_told ORDER BY name";
const TELL: &str = "INSERT INTO names_told (name, said, told_ms) VALUES ($1, $2, $3)
    ON CONFLICT (name) DO UPDATE SET said = excluded.said, told_ms = excluded.told_ms";
const FORGET: &str = "DELETE FROM names_told WHERE name = $1";
const NOTICE: &str =
    "INSERT INTO outbox (key, lane, version, effect, planned_ms, not_before_ms) VALUES ($1, $2, 1, $3, $4, $4)
    ON CONFLICT (key) DO NOTHING";

type PinTuple = (String, String, i64, String, String, String, i64);

/// What changed about the names that are wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Wrong now, and not known to operators.
    pub new: Vec<Wrong>,
    /// What was wrong and is well again.
    pub over: BTreeSet<String>,
}

impl Store {
    /// Everybody who is pinned, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pins(&self) -> Result<Vec<Pin>> {
        let rows: Vec<PinTuple> = sqlx::query_as(ALL).fetch_all(&self.read).await?;
        let pin = |(person, discord, user, username, username_now, shown, pinned_ms): PinTuple| Pin {
            person: PersonId(person),
            discord,
            user: ChatUserId(unsigned(user)),
            username,
            username_now,
            shown,
            since: instant(pinned_ms),
        };
        Ok(rows.into_iter().map(pin).collect())
    }

    /// Pins a person, and tells operators so if they have to know; `at` is the wire clock's.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub async fn pin(&self, pin: &Pin, notice: Option<&Effect>, at: Timestamp) -> Result<()> {
        write_point!("pin:writing");
        let mut writer = self.write.lock().await?;
        let mut tx = writer.begin_with(BEGIN).await?;
        sqlx::query(PIN)
            .bind(pin.person.as_str())
            .bind(&pin.discord)
            .bind(signed(pin.user.0))
            .bind(&pin.username)
            .bind(&pin.username_now)
            .bind(&pin.shown)
            .bind(millis(pin.since))
            .execute(&mut *tx)
            .await?;
        if let Some(notice) = notice {
            let key = format!("pin:{}:{}:{}", pin.person, pin.user, millis(at));
            put(&mut tx, &key, notice, at).await?;
        }
        write_point!("pin:in-transaction");
        tx.commit().await?;
        write_point!("pin:written");
        Ok(())
    }

    /// How an account that is pinned is called now.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub async fn pin_seen(&self, pin: &Pin) -> Result<()> {
        write_point!("pin:writing", "seen");
        sqlx::query(SEEN)
            .bind(pin.person.as_str())
            .bind(signed(pin.user.0))
            .bind(&pin.username_now)
            .bind(&pin.shown)
            .execute(&mut *self.write.lock().await?)
            .await?;
        write_point!("pin:written", "seen");
        Ok(())
    }

    /// Forgets which account a person is. False when nobody knew.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub async fn unpin(&self, person: &PersonId) -> Result<bool> {
        write_point!("pin:writing", "unpin");
        let gone = sqlx::query(UNPIN).bind(person.as_str()).execute(&mut *self.write.lock().await?).await?;
        write_point!("pin:written", "unpin");
        Ok(gone.rows_affected() > 0)
    }

    /// Takes in what is wrong with names that begin so (`person:`), as of now. What nobody was told of is told, in the notices
    /// that `notices` makes of it; what is well again is forgotten, unless it is among the `unsure`. `at` is the wire clock's.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub async fn names_wrong(
        &self,
        scope: &str,
        wrong: &[Wrong],
        unsure: &BTreeSet<String>,
        at: Timestamp,
        notices: impl Fn(&[Wrong]) -> Vec<Effect> + Send,
    ) -> Result<Changed> {
        let told: Vec<(String, String)> = sqlx::query_as(TOLD).fetch_all(&self.read).await?;
        // Mostly nothing changed, and then nobody has to wait for the writer.
        if changed(&told, scope, wrong, unsure) == Changed::default() {
            return Ok(Changed::default());
        }
        write_point!("names:writing");
        let mut writer = self.write.lock().await?;
        let mut tx = writer.begin_with(BEGIN).await?;
        let told: Vec<(String, String)> = sqlx::query_as(TOLD).fetch_all(&mut *tx).await?;
        let changed = changed(&told, scope, wrong, unsure);
        if let Some(first) = changed.new.first() {
            // Two looks within a millisecond have different news.
            let about = &first.about;
            for (number, notice) in notices(&changed.new).iter().enumerate() {
                put(&mut tx, &format!("names:{scope}{}:{about}:{number}", millis(at)), notice, at).await?;
            }
        }
        for one in &changed.new {
            sqlx::query(TELL).bind(&one.about).bind(&one.what).bind(millis(at)).execute(&mut *tx).await?;
        }
        for name in &changed.over {
            sqlx::query(FORGET).bind(name).execute(&mut *tx).await?;
        }
        write_point!("names:in-transaction");
        tx.commit().await?;
        write_point!("names:written");
        Ok(changed)
    }

    /// What operators know to be wrong: name, and what.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn names_told(&self) -> Result<BTreeMap<String, String>> {
        let told: Vec<(String, String)> = sqlx::query_as(TOLD).fetch_all(&self.read).await?;
        Ok(told.into_iter().collect())
    }
}

fn changed(told: &[(String, String)], scope: &str, wrong: &[Wrong], unsure: &BTreeSet<String>) -> Changed {
    let told: BTreeMap<&str, &str> = told
        .iter()
        .map(|(name, said)| (name.as_str(), said.as_str()))
        .filter(|(name, _)| name.starts_with(scope))
        .collect();
    let is_new = |one: &&Wrong| told.get(one.about.as_str()) != Some(&one.what.as_str());
    let is_over = |name: &&str| !unsure.contains(*name) && !wrong.iter().any(|one| one.about == **name);
    Changed {
        new: wrong.iter().filter(is_new).cloned().collect(),
        over: told.keys().copied().filter(is_over).map(str::to_owned).collect(),
    }
}

async fn put(tx: &mut Transaction<'_, Sqlite>, key: &str, notice: &Effect, at: Timestamp) -> Result<()> {
    sqlx::query(NOTICE)
        .bind(key)
        .bind(Lane::Update.rank())
        .bind(crate::encode(notice)?)
        .bind(millis(at))
        .execute(&mut **tx)
        .await?;
    Ok(())
}
