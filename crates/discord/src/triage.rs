//! Purpose: triage as a private message: what it shows at each step, and what confirming, declining and merging do.

use std::sync::Arc;

use domain::incident::EventAt;
use domain::setup::Language;
use domain::triage::{Impact, Urgency, preview};
use domain::{Actor, Command, Incident, IncidentId, Severity};
use engine::{ActError, IncidentRef, Request};
use serde_json::Value;

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
        let command = Command::Triage { impact, urgency, reason: None };
        self.act(asker, Request::Incident { which: IncidentRef::Number(id), command }).await
    }

    /// The form that asks why, when what was chosen lowers the severity the person saw.
    pub(crate) async fn lowers_by_triage(
        &self,
        id: IncidentId,
        chosen: Chosen,
        seen: Severity,
        asker: &Asker,
    ) -> Result<Option<Value>, ActError> {
        let (Some(impact), Some(urgency)) = (chosen.impact, chosen.urgency) else { return Ok(None) };
        let (incident, by) = self.open_for_triage(id, asker).await?;
        let shown = preview(&incident, &by, impact, urgency, &self.engine.world(), self.engine.now())?;
        if incident.severity != seen || !shown.lowers() {
            return Ok(None);
        }
        let answers = (impact, urgency, seen);
        Ok(Some(render::triage_lower_form(id, answers, &shown, &self.names(), self.language(asker))))
    }

    /// Does what was chosen with the reason that was typed for it; unless another severity is true by now: then they look once
    /// more, and read what they typed.
    pub(crate) async fn lower_by_triage(
        &self,
        id: IncidentId,
        chosen: Chosen,
        seen: Severity,
        reason: &str,
        asker: &Asker,
    ) -> Outcome {
        let (incident, _) = self.open_for_triage(id, asker).await?;
        let (Some(impact), Some(urgency)) = (chosen.impact, chosen.urgency) else {
            return self.triage(id, chosen, asker).await;
        };
        if incident.severity != seen {
            let page = self.triage_page(id, chosen, Some(seen), asker).await?;
            return Ok(match page {
                Answer::Message(mut body) => {
                    let text = body["content"].as_str().unwrap_or_default();
                    let typed = words::typed_reason(reason, self.language(asker));
                    body["content"] = Value::String(format!("{text}\n{typed}"));
                    Answer::Message(body)
                }
                other => other,
            });
        }
        let command = Command::Triage { impact, urgency, reason: Some(reason.to_owned()) };
        self.act(asker, Request::Incident { which: IncidentRef::Number(id), command }).await
    }

    async fn triage_page(&self, id: IncidentId, chosen: Chosen, seen: Option<Severity>, asker: &Asker) -> Outcome {
        let (incident, by) = self.open_for_triage(id, asker).await?;
        let world = self.engine.world();
        let preview = match (chosen.impact, chosen.urgency) {
            (Some(impact), Some(urgency)) => {
                let shown = preview(&incident, &by, impact, urgency, &world, self.engine.now())?;
                Some(self.as_it_comes(&incident, shown))
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
