//! Purpose: what was read in watched channels, and the messages of ours that stand under those lines.

use domain::chat_note::{ChatNote, NoteState};
use domain::{ChatChannelId, ChatMessageId, ChatUserId, DedupKey, IncidentId, Timestamp};
use sqlx::{Sqlite, Transaction};

use crate::{Result, Store, millis, signed, unsigned};

const LINE: &str = "INSERT INTO chat_lines (message, dedup_key, channel, author, author_name, journal, note, resolved, said_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (message, dedup_key) DO UPDATE SET journal = excluded.journal, note = COALESCE(excluded.note, chat_lines.note),
        resolved = excluded.resolved, said_ms = excluded.said_ms, gone = 0";
const NOTE: &str = "INSERT INTO chat_notes (note, about, state, journal, title, channel, at_ms, incident, answered_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (note) DO NOTHING";
const NOTE_STANDS: &str = "UPDATE chat_notes SET state = $1, incident = $2, answered_by = $3 WHERE note = $4";
const ONE: &str =
    "SELECT note, about, state, journal, title, channel, at_ms, incident, answered_by FROM chat_notes WHERE note = $1";
const LIVE: &str = "SELECT note, about, state, journal, title, channel, at_ms, incident, answered_by FROM chat_notes
    WHERE state = 'asking' OR (state = 'known' AND at_ms > $1) ORDER BY at_ms, note";
const NOTE_OF_ROW: &str = "SELECT note FROM chat_lines WHERE journal = $1 AND note IS NOT NULL";
const PEOPLE: &str = "SELECT author, author_name FROM chat_lines WHERE note = $1 AND gone = 0 ORDER BY message";
const GONE: &str = "UPDATE chat_lines SET gone = 1 WHERE message = $1 AND dedup_key = $2";
const LIVE_LINES: &str = "SELECT COUNT(*) FROM chat_lines WHERE note = $1 AND gone = 0";
const OF_CHANNEL: &str =
    "SELECT DISTINCT message FROM chat_lines WHERE channel = $1 AND message >= $2 AND gone = 0 ORDER BY message";
const OF_MESSAGE: &str = "SELECT dedup_key, author_name, resolved, said_ms, note,
        EXISTS (SELECT 1 FROM chat_lines AS others WHERE others.dedup_key = chat_lines.dedup_key AND others.message <> $1
            AND others.gone = 0 AND others.resolved = 0)
    FROM chat_lines WHERE message = $1 AND gone = 0 ORDER BY journal";
const ASKED: &str = "SELECT DISTINCT note, dedup_key FROM chat_lines WHERE gone = 0 AND resolved = 0
        AND note IN (SELECT note FROM chat_notes WHERE state = 'asking')
        AND NOT EXISTS (SELECT 1 FROM chat_lines AS later WHERE later.dedup_key = chat_lines.dedup_key
            AND later.journal > chat_lines.journal AND later.resolved = 1 AND later.gone = 0)";
const ROWS: &str = "SELECT journal FROM chat_lines WHERE note = $1 AND gone = 0 ORDER BY journal";

type NoteTuple = (String, String, String, i64, String, i64, i64, Option<i64>, Option<String>);

/// An alert that was read in a watched channel.
#[derive(Clone, Debug)]
pub struct ChatLineRow {
    /// The message.
    pub message: ChatMessageId,
    /// The alert.
    pub dedup_key: DedupKey,
    /// Where.
    pub channel: ChatChannelId,
    /// Who wrote it.
    pub author: ChatUserId,
    /// As shown.
    pub author_name: String,
    /// Its row in the journal.
    pub journal: i64,
    /// The message of ours that stands for it, if any.
    pub note: Option<String>,
    /// It said that the alert is over.
    pub resolved: bool,
    /// When it said so: when it was written, or changed last.
    pub said_at: Timestamp,
}

/// What a message told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldLine {
    /// The alert.
    pub dedup_key: DedupKey,
    /// Who wrote it, as shown.
    pub author: String,
    /// It said that the alert is over.
    pub resolved: bool,
    /// When it said so: when it was written, or changed last.
    pub said_at: Timestamp,
    /// The message of ours that stands for it, if any.
    pub note: Option<String>,
    /// Another message says that the alert fires.
    pub said_elsewhere: bool,
}

/// What a decision writes about lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct ChatRows {
    lines: Vec<ChatLineRow>,
    notes: Vec<ChatNote>,
    stands: Vec<ChatNote>,
    gone: Vec<(ChatMessageId, DedupKey)>,
}

impl ChatRows {
    pub(crate) const fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.notes.is_empty() && self.stands.is_empty() && self.gone.is_empty()
    }

    pub(crate) async fn write(&self, tx: &mut Transaction<'_, Sqlite>) -> Result<()> {
        for note in &self.notes {
            let row = sqlx::query(NOTE)
                .bind(&note.key)
                .bind(&note.about)
                .bind(note.state.as_str())
                .bind(note.journal)
                .bind(&note.title)
                .bind(signed(note.channel.0))
                .bind(millis(note.at))
                .bind(note.incident.map(|id| i64::from(id.0)))
                .bind(&note.by);
            row.execute(&mut **tx).await?;
        }
        for note in &self.stands {
            let incident = note.incident.map(|id| i64::from(id.0));
            let row = sqlx::query(NOTE_STANDS).bind(note.state.as_str()).bind(incident).bind(&note.by).bind(&note.key);
            row.execute(&mut **tx).await?;
        }
        for line in &self.lines {
            let row = sqlx::query(LINE)
                .bind(signed(line.message.0))
                .bind(line.dedup_key.as_str())
                .bind(signed(line.channel.0))
                .bind(signed(line.author.0))
                .bind(&line.author_name)
                .bind(line.journal)
                .bind(&line.note)
                .bind(line.resolved)
                .bind(millis(line.said_at));
            row.execute(&mut **tx).await?;
        }
        for (message, alert) in &self.gone {
            sqlx::query(GONE).bind(signed(message.0)).bind(alert.as_str()).execute(&mut **tx).await?;
        }
        Ok(())
    }
}

impl crate::Batch {
    /// A line was read.
    pub fn chat_line(&mut self, line: ChatLineRow) {
        self.chat.lines.push(line);
    }

    /// A message of ours will stand under a line. One that is there already stays as it is.
    pub fn chat_note(&mut self, note: ChatNote) {
        self.chat.notes.push(note);
    }

    /// A message was deleted, or says nothing any more of an alert it told of.
    pub fn chat_line_gone(&mut self, message: ChatMessageId, alert: DedupKey) {
        self.chat.gone.push((message, alert));
    }

    /// What became of such a message.
    pub fn chat_note_stands(&mut self, note: ChatNote) {
        self.chat.stands.push(note);
    }
}

impl Store {
    /// Questions that wait for an answer, and what was said to be known since then. Without the people.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn live_chat_notes(&self, since: Timestamp) -> Result<Vec<ChatNote>> {
        let rows: Vec<NoteTuple> = sqlx::query_as(LIVE).bind(millis(since)).fetch_all(&self.read).await?;
        Ok(rows.into_iter().filter_map(note).collect())
    }

    /// One of these messages, with everybody who says so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn chat_note(&self, key: &str) -> Result<Option<ChatNote>> {
        let found: Option<NoteTuple> = sqlx::query_as(ONE).bind(key).fetch_optional(&self.read).await?;
        let Some(mut found) = found.and_then(note) else { return Ok(None) };
        let lines: Vec<(i64, String)> = sqlx::query_as(PEOPLE).bind(key).fetch_all(&self.read).await?;
        let mut known = std::collections::BTreeSet::new();
        found.people = lines.into_iter().filter(|(author, _)| known.insert(*author)).map(|(_, name)| name).collect();
        Ok(Some(found))
    }

    /// The message that stands for a line, by the line's row in the journal.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn chat_note_of_row(&self, journal: i64) -> Result<Option<ChatNote>> {
        let key: Option<String> = sqlx::query_scalar(NOTE_OF_ROW).bind(journal).fetch_optional(&self.read).await?;
        match key {
            Some(key) => self.chat_note(&key).await,
            None => Ok(None),
        }
    }

    /// Messages of a channel from this one on that told of something, as far as nobody deleted or changed them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn told_in_channel(&self, channel: ChatChannelId, from: ChatMessageId) -> Result<Vec<ChatMessageId>> {
        let found = sqlx::query_scalar(OF_CHANNEL).bind(signed(channel.0)).bind(signed(from.0));
        let found: Vec<i64> = found.fetch_all(&self.read).await?;
        Ok(found.into_iter().map(|id| ChatMessageId(unsigned(id))).collect())
    }

    /// What a message told of, as far as nobody changed that.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn chat_lines_of(&self, message: ChatMessageId) -> Result<Vec<ToldLine>> {
        let rows: Vec<(String, String, bool, i64, Option<String>, bool)> =
            sqlx::query_as(OF_MESSAGE).bind(signed(message.0)).fetch_all(&self.read).await?;
        let line = |(key, author, resolved, said_ms, note, said_elsewhere)| ToldLine {
            dedup_key: DedupKey(key),
            author,
            resolved,
            said_at: crate::instant(said_ms),
            note,
            said_elsewhere,
        };
        Ok(rows.into_iter().map(line).collect())
    }

    /// For how many lines that nobody deleted or changed one of these messages stands.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lines_of_chat_note(&self, key: &str) -> Result<usize> {
        let count: i64 = sqlx::query_scalar(LIVE_LINES).bind(key).fetch_one(&self.read).await?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    /// The alerts that each question asks about, which no line of theirs said to be over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn asked_about(&self) -> Result<Vec<(String, DedupKey)>> {
        let asked: Vec<(String, String)> = sqlx::query_as(ASKED).fetch_all(&self.read).await?;
        Ok(asked.into_iter().map(|(note, key)| (note, DedupKey(key))).collect())
    }

    /// The journal rows of the lines that such a message stands for, in order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rows_of_chat_note(&self, key: &str) -> Result<Vec<i64>> {
        Ok(sqlx::query_scalar(ROWS).bind(key).fetch_all(&self.read).await?)
    }
}

fn note((key, about, state, journal, title, channel, at, incident, by): NoteTuple) -> Option<ChatNote> {
    Some(ChatNote {
        key,
        about,
        state: NoteState::parse(&state)?,
        journal,
        title,
        channel: ChatChannelId(unsigned(channel)),
        at: Timestamp::from_millisecond(at).ok()?,
        incident: incident.and_then(|number| u32::try_from(number).ok()).map(IncidentId),
        by,
        people: Vec::new(),
    })
}
