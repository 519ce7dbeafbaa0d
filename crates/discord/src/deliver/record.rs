//! Purpose: the record of an incident as two files in its room.

use domain::incident::{Event, EventAt};
use domain::{ChatChannelId, IncidentId, Place, ReasonCode};
use engine::{ActError, Outcome, Receipt};
use serde_json::Value;

use super::gone::is_gone;
use super::message::NotCreated;
use super::{Attempt, LOOK_AGAIN, Step};
use crate::record;
use crate::render;
use crate::rest::{Failure, File};

impl Attempt<'_> {
    /// One silent message with both files.
    pub(super) async fn record(&self, id: IncidentId) -> Step<Receipt> {
        let channel = self.room()?;
        let files = self.record_files(id).await?;
        let body = render::record(self.incident()?, &files, self.cx.setup().language);
        let object = self.create_with_files(channel, body, files).await?;
        Ok(Receipt { message: Some(object), ..Receipt::default() })
    }

    /// Whether the record goes with what is said: how it ended, when no postmortem follows with which it is complete. One message to
    /// read instead of two.
    pub(super) fn ends_with_record(&self, place: Place) -> bool {
        let ended = |said: &EventAt| matches!(said.event, Event::Resolved { postmortem_due: None, .. });
        place == Place::Room && self.job.said.iter().any(ended)
    }

    /// A message that carries the record. Where Discord takes no files from us, people read all the same how it ended.
    pub(super) async fn with_record(&self, channel: ChatChannelId, body: Value) -> Step<Receipt> {
        let files = self.record_files(self.incident()?.id).await?;
        let carrying = self.with_nonce(render::with_record(body.clone(), &files));
        match self.try_create(channel, carrying, files).await {
            Ok(object) => Ok(Receipt { message: Some(object), ..Receipt::default() }),
            Err(NotCreated::Ended(outcome)) => Err(outcome),
            Err(NotCreated::Failed(failure @ Failure::Refused { code: Some(_), .. })) if !is_gone(&failure) => {
                let object = self.create_message(channel, body).await?;
                let warning = Some(format!("the record could not be attached: {failure}"));
                Ok(Receipt { message: Some(object), warning, ..Receipt::default() })
            }
            Err(NotCreated::Failed(failure)) => Err(self.room_gone_or(channel, failure)),
        }
    }

    async fn record_files(&self, id: IncidentId) -> Step<Vec<File>> {
        let timeline = self.timeline(id).await?;
        let (setup, lang) = (self.cx.setup(), self.cx.setup().language);
        Ok(record::files(self.incident()?, &timeline, setup, self.directory, lang))
    }

    /// Everything that happened.
    pub(super) async fn timeline(&self, id: IncidentId) -> Step<Vec<EventAt>> {
        self.own.engine.timeline(id).await.map_err(|error| {
            let why = match error {
                ActError::Failed { error_id } => format!("the timeline cannot be read now ({error_id})"),
                ActError::Refused(_) => "the timeline cannot be read now".to_owned(),
            };
            Outcome::NotYet { reason: ReasonCode::Database.because(why), retry_in: LOOK_AGAIN }
        })
    }
}
