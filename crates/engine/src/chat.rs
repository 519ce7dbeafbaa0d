//! Purpose: lines of watched channels that people change or delete after they were read.

use std::collections::{BTreeMap, HashMap};

use domain::chat_note::{ChatNote, NoteState};
use domain::episode::KnownAlert;
use domain::{ChatMessageId, DedupKey, Fact, Input, Timestamp};

use crate::action::ActError;
use crate::handle::{Engine, Shared};
use crate::work::Work;

/// What happened to a message that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineChange {
    /// It was deleted.
    Deleted,
    /// It was changed, and tells of these alerts now.
    Tells(Vec<DedupKey>),
}

/// What a message told of an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Which.
    pub alert: DedupKey,
    /// That it is over.
    pub over: bool,
    /// When: when the message was written, or changed last.
    pub at: Timestamp,
    /// The alert fires now.
    pub fires: bool,
}

impl Engine {
    /// What a message told of alerts, as far as nobody changed that.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn said_in_message(&self, message: ChatMessageId) -> Result<Vec<Said>, ActError> {
        let store = &self.shared.store;
        let lines = store.chat_lines_of(message).await.map_err(|error| self.failed(&error))?;
        let keys: Vec<&DedupKey> = lines.iter().map(|line| &line.dedup_key).collect();
        let known = store.known_alerts(&keys).await.map_err(|error| self.failed(&error))?;
        let fires = |key: &DedupKey| known.iter().any(|(alert, known)| alert == key && known.fires());
        let said = |line: store::ToldLine| Said {
            fires: fires(&line.dedup_key),
            alert: line.dedup_key,
            over: line.resolved,
            at: line.said_at,
        };
        Ok(lines.into_iter().map(said).collect())
    }

    /// A message of a watched channel was deleted, or was changed.
    ///
    /// # Errors
    /// When the database fails, or the engine stops.
    pub async fn chat_message_changed(&self, message: ChatMessageId, change: LineChange) -> Result<(), ActError> {
        self.shared.line_changed(message, change).await.map_err(|error| self.failed(&error))
    }
}

/// The question about a line that is gone counts it no more; when nobody else says so, it asks nothing any more. What became an
/// incident stays one, and its timeline says that the line is gone.
pub(crate) async fn chat_changed(shared: &Shared, message: ChatMessageId, change: &LineChange) -> store::Result<()> {
    let mut gone = shared.store.chat_lines_of(message).await?;
    if let LineChange::Tells(still) = change {
        gone.retain(|line| !still.contains(&line.dedup_key));
    }
    let mut work = Work::new(shared);
    let mut notes: BTreeMap<&str, usize> = BTreeMap::new();
    for line in &gone {
        work.batch.chat_line_gone(message, line.dedup_key.clone());
        if let Some(note) = &line.note {
            *notes.entry(note).or_default() += 1;
        }
    }
    for (key, lines) in notes {
        let note = shared.store.chat_note(key).await?;
        let Some(note) = note.filter(|note| note.state == NoteState::Asking) else { continue };
        if shared.store.lines_of_chat_note(key).await? <= lines {
            work.batch.chat_note_stands(ChatNote { state: NoteState::Withdrawn, ..note });
        }
        work.note_shows(key, i64::try_from(message.0).unwrap_or(i64::MAX));
    }
    // A line that said that it is over is no news when it is gone.
    gone.retain(|line| !line.resolved);
    let keys: Vec<&DedupKey> = gone.iter().map(|line| &line.dedup_key).collect();
    let known: HashMap<DedupKey, KnownAlert> = shared.store.known_alerts(&keys).await?.into_iter().collect();
    for line in &gone {
        let Some(id) = known.get(&line.dedup_key).and_then(|known| known.incident) else { continue };
        let Some(incident) = shared.incident(id).await? else { continue };
        let fact = Fact::ChatLineGone {
            alert: line.dedup_key.clone(),
            who: line.author.clone(),
            deleted: *change == LineChange::Deleted,
            last: !line.said_elsewhere,
        };
        let events = work.decide(&Input::Fact { incident: &incident, fact: &fact }).of_one().unwrap_or_default();
        work.add(Some(&incident), id, events)?;
    }
    work.commit(shared).await?;
    Ok(())
}
