//! Purpose: the record of an incident as two files in its room.

use domain::{IncidentId, ReasonCode};
use engine::{ActError, Outcome, Receipt};

use super::{Attempt, LOOK_AGAIN, Step};
use crate::record;
use crate::render;

impl Attempt<'_> {
    /// One silent message with both files.
    pub(super) async fn record(&self, id: IncidentId) -> Step<Receipt> {
        let incident = self.incident()?;
        let channel = self.room()?;
        let timeline = self.own.engine.timeline(id).await.map_err(|error| {
            let why = match error {
                ActError::Failed { error_id } => format!("the timeline cannot be read now ({error_id})"),
                ActError::Refused(_) => "the timeline cannot be read now".to_owned(),
            };
            Outcome::NotYet { reason: ReasonCode::Database.because(why), retry_in: LOOK_AGAIN }
        })?;
        let lang = self.cx.setup().language;
        let files = record::files(incident, &timeline, self.cx.setup(), self.directory, lang);
        let body = render::record(incident, &files, lang);
        let object = self.create_with_files(channel, body, files).await?;
        Ok(Receipt { message: Some(object), ..Receipt::default() })
    }
}
