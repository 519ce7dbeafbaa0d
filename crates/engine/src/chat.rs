//! Purpose: lines of watched channels that people change or delete after they were read.

use domain::chat_note::{ChatNote, NoteState};
use domain::{ChatMessageId, DedupKey};

use crate::action::ActError;
use crate::handle::{Engine, Shared};
use crate::work::Work;

impl Engine {
    /// The alerts a message told of, and whether it said that they are over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn said_in_message(&self, message: ChatMessageId) -> Result<Vec<(DedupKey, bool)>, ActError> {
        self.shared.store.said_in_message(message).await.map_err(|error| self.failed(&error))
    }

    /// A message of a watched channel was deleted, or says nothing any more of what it said.
    ///
    /// # Errors
    /// When the database fails, or the engine stops.
    pub async fn chat_message_gone(&self, message: ChatMessageId) -> Result<(), ActError> {
        self.shared.line_gone(message).await.map_err(|error| self.failed(&error))
    }
}

/// The question about a line that is gone counts it no more; when nobody else says so, it asks nothing any more. What became an
/// incident stays one.
pub(crate) async fn chat_gone(shared: &Shared, message: ChatMessageId) -> store::Result<()> {
    let notes = shared.store.chat_notes_of_message(message).await?;
    let mut work = Work::new(shared);
    work.batch.chat_message_gone(message);
    for (note, others) in notes.into_iter().filter(|(note, _)| note.state == NoteState::Asking) {
        let key = note.key.clone();
        if others == 0 {
            work.batch.chat_note_stands(ChatNote { state: NoteState::Withdrawn, ..note });
        }
        work.note_shows(&key, i64::try_from(message.0).unwrap_or(i64::MAX));
    }
    work.commit(shared).await?;
    Ok(())
}
