//! Purpose: triage as a private message: what it shows at each step, and what confirming, declining and merging do.

use std::sync::Arc;

use domain::incident::EventAt;
use domain::setup::{Language, RoomKind};
use domain::triage::{Impact, Urgency, preview};
use domain::{Actor, Command, Incident, IncidentId, Severity};
use engine::{ActError, IncidentRef, Request};

use crate::actor::Asker;
use crate::answer::{Answer, Outcome};
use crate::custom_id::Chosen;
use crate::data::Data;
use crate::render;

impl Data {
    /// The questions of triage, with what was chosen so far and what it would do.
    ///
    /// # Errors
    /// The refusal that confirming would meet, or the database failed.
    pub async fn triage(&self, id: IncidentId, chosen: Chosen, asker: &Asker) -> Outcome {
        self.triage_page(id, chosen, None, asker).await
    }

    /// Does what was chosen; unless the severity the person saw is no longer true: then they look once more.
    pub(crate) async fn confirm_triage(
        &self,
        id: IncidentId,
        chosen: Chosen,
        seen: Severity,
        asker: &Asker,
    ) -> Outcome {
        let (Some(impact), Some(urgency)) = (chosen.impact, chosen.urgency) else {
            return self.triage(id, chosen, asker).await;
        };
        let (incident, _) = self.open_for_triage(id, asker).await?;
        if incident.severity != seen {
            return self.triage_page(id, chosen, Some(seen), asker).await;
        }
        let command = Command::Triage { impact, urgency };
        self.act(asker, Request::Incident { which: IncidentRef::Number(id), command }).await
    }

    async fn triage_page(&self, id: IncidentId, chosen: Chosen, seen: Option<Severity>, asker: &Asker) -> Outcome {
        let (incident, by) = self.open_for_triage(id, asker).await?;
        let world = self.engine.world();
        let preview = match (chosen.impact, chosen.urgency) {
            (Some(impact), Some(urgency)) => {
                let mut shown = preview(&incident, &by, impact, urgency, &world, self.engine.now())?;
                // No channel is promised that will not be made.
                let category =
                    world.setup().discord.category.as_ref().map(|name| self.directory.get().category(name).is_ok());
                if shown.opens == Some(RoomKind::Channel) && category != Some(true) {
                    shown.opens = (!incident.has_thread()).then_some(RoomKind::Thread);
                }
                Some(shown)
            }
            (_, _) => None,
        };
        let language = self.language(asker);
        Ok(Answer::Message(render::triage(&incident, chosen, preview.as_ref(), seen, &self.names(), language)))
    }

    /// Which incidents it can be merged into: open ones, the worst and then the newest first; drills only among drills.
    pub(crate) async fn merge_page(&self, id: IncidentId, chosen: Chosen, asker: &Asker) -> Outcome {
        let (incident, by) = self.open_for_triage(id, asker).await?;
        let mut others = self.engine.reader(&by).open_incidents();
        others.retain(|other| other.id != id && other.drill.is_some() == incident.drill.is_some());
        others.sort_by_key(|other| (other.severity, std::cmp::Reverse(other.id)));
        Ok(Answer::Message(render::merge_choice(&incident, chosen, &others, self.language(asker))))
    }

    /// What a person reads after a merge: where it goes on.
    pub(crate) async fn merged(&self, into: &Incident, events: &[EventAt], language: Language) -> Answer {
        // Without an answer of the database the sentence only lacks the link.
        let room = self.engine.objects(into.id).await.ok().and_then(|objects| render::room_of(&objects));
        let paged = words::paged(events, &self.names());
        words::merged_answer(into, room, &paged, language).into()
    }

    /// The incident, if this person may triage it now. Asked before the first question, so that nobody fills in what is
    /// refused in the end.
    async fn open_for_triage(&self, id: IncidentId, asker: &Asker) -> Result<(Arc<Incident>, Actor), ActError> {
        let by = self.actor(asker).await?;
        let incident = self.engine.reader(&by).incident(id).await?;
        preview(&incident, &by, Impact::Most, Urgency::Now, &self.engine.world(), self.engine.now())?;
        Ok((incident, by))
    }
}
