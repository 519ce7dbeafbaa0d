//! Purpose: what a person reads after asking for something, put together from the engine and the words.

use std::sync::Arc;
use std::time::Duration;

use domain::incident::{Event, EventAt};
use domain::setup::Language;
use domain::{Access, Actor, ChatChannelId, ChatMessageId, Incident, IncidentId, IncidentStatus, Refusal};
use engine::{ActError, Action, ActionOutcome, IncidentRef, Request};
use words::{ListHeading, ListLine, ShowFacts};

use crate::actor::Asker;
use crate::answer::{Answer, Outcome};
use crate::data::{Data, error_id};
use crate::nouns;
use crate::render;

/// Incidents in one list.
const LIST: usize = 15;
/// So many are looked for, to say how many more there are.
const COUNTED: u32 = 1_000;
/// A form must be the first response, and Discord waits 3 seconds for it; what it needs may have to be asked for.
const FORM_WITHIN: Duration = Duration::from_millis(2_000);

impl Data {
    /// Acts as the author of an interaction and says what came of it. The same interaction twice is done once.
    ///
    /// # Errors
    /// [`ActError`]; then nothing was changed.
    pub async fn act(&self, asker: &Asker, what: Request) -> Outcome {
        let by = self.actor(asker).await?;
        let action = Action { interaction: Some(asker.interaction), by: by.clone(), request: what };
        let done = self.engine.act(action).await?;
        if let ActionOutcome::Changed { incident, events } = &done
            && events.iter().any(|entry| matches!(entry.event, Event::MergedInto { .. }))
        {
            return Ok(self.merged(incident, events, self.language(asker)).await);
        }
        Ok(self.done(&done, &by, self.language(asker)))
    }

    fn done(&self, done: &ActionOutcome, by: &Actor, language: Language) -> Answer {
        let text = self.in_words(done, language);
        let is = |wanted: fn(&Event) -> bool| match done {
            ActionOutcome::Changed { incident, events } => {
                events.iter().any(|entry| wanted(&entry.event)).then_some(incident)
            }
            _ => None,
        };
        if let Some(incident) = is(|event| matches!(event, Event::Mitigated { .. })) {
            let components = render::mitigated_components(incident.id, language);
            return Answer::Message(render::private(&text, &components));
        }
        if let Some(incident) = is(|event| matches!(event, Event::UpdatePosted { .. }))
            && incident.mitigated.is_none()
        {
            let components = render::updated_components(incident.id, language);
            return Answer::Message(render::private(&text, &components));
        }
        if let ActionOutcome::Changed { incident, events } = done
            && events.iter().any(|entry| matches!(entry.event, Event::Acknowledged { .. }))
        {
            let components = render::acknowledged_components(incident, &self.engine.setup(), language);
            return Answer::Message(render::private(&text, &components));
        }
        if let ActionOutcome::Changed { incident, events } = done
            && let Some(components) = self.undo_of(incident, events, by, language)
        {
            return Answer::Message(render::private(&text, &components));
        }
        if let ActionOutcome::ChangedAll { changed } = done
            && let Some((first, _)) = changed.first().filter(|(_, events)| acknowledges(events))
        {
            let components = render::acknowledged_all_components(first.id, language);
            return Answer::Message(render::private(&text, &components));
        }
        if let ActionOutcome::Noun(answer) = done
            && let Some(components) = nouns::components(answer, language)
        {
            return Answer::Message(render::private(&text, &components));
        }
        text.into()
    }

    /// What takes back what was pressed a moment ago: "can't take it", and "no incident".
    fn undo_of(
        &self,
        incident: &Incident,
        events: &[EventAt],
        by: &Actor,
        language: Language,
    ) -> Option<serde_json::Value> {
        events.iter().find_map(|entry| match &entry.event {
            Event::PageEnded { end, .. } if end.end().declined && incident.acknowledged.is_none() => {
                Some(render::declined_components(incident.id, language))
            }
            Event::Dismissed { .. } => {
                let pages = self.undo_dismiss_pages(incident, by);
                Some(render::dismissed_components(incident.id, &pages, &self.names(), language))
            }
            _ => None,
        })
    }

    /// What was done, as a sentence for who did it.
    pub(crate) fn in_words(&self, done: &ActionOutcome, language: Language) -> String {
        match done {
            ActionOutcome::Changed { incident, events } => {
                let (setup, names) = (self.engine.setup(), self.names());
                words::answer(incident, events, &setup, &names, language)
            }
            ActionOutcome::ChangedAll { changed } => self.all_in_words(changed, language),
            ActionOutcome::CandidateDeclined => words::declined_candidate_answer(language),
            ActionOutcome::OpeningAsked { severity } => {
                let asked_in = self.directory.get().channel(&self.engine.setup().discord.incidents);
                words::opening_asked_answer(*severity, asked_in, language)
            }
            ActionOutcome::Noun(answer) => nouns::in_words(answer, &self.names(), language),
            ActionOutcome::Repeated => words::repeated_answer(language),
        }
    }

    fn all_in_words(&self, changed: &[(Arc<Incident>, Vec<EventAt>)], language: Language) -> String {
        let ids: Vec<IncidentId> = changed.iter().map(|(incident, _)| incident.id).collect();
        if !changed.iter().any(|(_, events)| acknowledges(events)) {
            return words::withdrawn_all(&ids, language);
        }
        let mut spared: Vec<domain::PersonId> = Vec::new();
        for entry in changed.iter().flat_map(|(_, events)| events) {
            if let Event::Acknowledged { spared: Some(person), .. } = &entry.event
                && !spared.contains(person)
            {
                spared.push(person.clone());
            }
        }
        words::acknowledged_all(&ids, &spared, &self.names(), language)
    }

    /// Everything about an incident, with the buttons that make sense for this person now.
    ///
    /// # Errors
    /// No such incident, or the database failed.
    pub async fn show(&self, id: IncidentId, asker: &Asker) -> Outcome {
        let by = self.actor(asker).await?;
        let reader = self.engine.reader(&by);
        let incident = reader.incident(id).await?;
        let (timeline, objects) = (reader.timeline(id).await?, reader.objects(id).await?);
        let world = self.engine.world();
        let runbook =
            incident.runbook.as_ref().and_then(|name| world.setup().runbooks.iter().find(|book| book.name == *name));
        let facts = ShowFacts {
            incident: &incident,
            timeline: &timeline,
            next: domain::incident::next_page(&incident, &world),
            room: render::room_of(&objects),
            runbook: runbook.map(|runbook| (runbook.title.as_str(), runbook.first_step())),
            evidence: render::evidence(&incident, &self.directory.get()),
        };
        let language = self.language(asker);
        let text = words::incident_show(&facts, &self.names(), language);
        let may = reader.check(&incident, Access::Responder).is_ok();
        let components = render::more_components(&incident, asker.user, may, language);
        Ok(Answer::Message(render::private(&text, &components)))
    }

    /// A list of incidents.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(&self, heading: ListHeading, query: Option<&str>, asker: &Asker) -> Outcome {
        let filter = match heading {
            ListHeading::Open => engine::IncidentFilter::Open,
            ListHeading::Recent | ListHeading::Found => engine::IncidentFilter::Recent,
            ListHeading::Mine => engine::IncidentFilter::Mine(asker.user),
        };
        let by = self.actor(asker).await?;
        let reader = self.engine.reader(&by);
        let mut found = Vec::new();
        let all = reader.list(filter, query, COUNTED).await?;
        // Of the latest there are always more.
        let more = if heading == ListHeading::Recent { 0 } else { all.len().saturating_sub(LIST) };
        for line in all.into_iter().take(LIST) {
            // The database's line is enough to find it; its own facts say who has it and how it ended.
            found.push((reader.incident(line.id).await?, render::room_of(&reader.objects(line.id).await?)));
        }
        let lines: Vec<ListLine<'_>> = found
            .iter()
            .map(|(incident, room)| ListLine {
                id: incident.id,
                severity: incident.severity,
                status: incident.status,
                title: &incident.title,
                opened_at: incident.opened_at,
                resolved_at: incident.resolution.as_ref().map(|resolution| resolution.at),
                holder: incident.acknowledged.as_ref().map(|(holder, _)| holder.name.as_str()),
                merged_into: incident.merged_into,
                drill: incident.drill.is_some(),
                fixed: incident.resolution.as_ref().and_then(|resolution| resolution.fixed.as_deref()),
                room: *room,
            })
            .collect();
        // A number finds its incident whatever was asked for, and then the heading of a filter would not be true.
        let numbered = query.and_then(domain::ids::number_alone).filter(|id| found.iter().any(|(it, _)| it.id == *id));
        let heading = numbered.map_or(heading, |_| ListHeading::Found);
        Ok(words::incident_list(heading, query, &lines, more, self.language(asker)).into())
    }

    /// The runbook of an incident.
    ///
    /// # Errors
    /// No such incident, or the database failed.
    pub async fn runbook_of(&self, id: IncidentId, asker: &Asker) -> Outcome {
        let by = self.actor(asker).await?;
        let incident = self.engine.reader(&by).incident(id).await?;
        let (setup, language) = (self.engine.setup(), self.language(asker));
        let runbook = incident.runbook.as_ref().and_then(|name| setup.runbooks.iter().find(|book| book.name == *name));
        Ok(match runbook {
            Some(runbook) => self.runbook_in_words(runbook, &by, language).await?.into(),
            None => words::runbook_missing(&incident, language).into(),
        })
    }

    /// The incident a command means, as a number.
    ///
    /// # Errors
    /// [`Refusal::WhichIncident`] outside an incident's room, or the database failed.
    pub async fn number(&self, which: IncidentRef) -> Result<IncidentId, ActError> {
        self.engine.number(which).await
    }

    /// An incident that is not over, for whoever has this access to it. Asked before a form is shown.
    ///
    /// # Errors
    /// They have not, it does not exist or is over, or the database failed.
    pub async fn open_for(&self, asker: &Asker, id: IncidentId, needs: Access) -> Result<Arc<Incident>, ActError> {
        let by = self.actor(asker).await?;
        let incident = self.engine.reader(&by).incident_for(id, needs).await?;
        match (incident.merged_into, incident.status) {
            (Some(into), _) => Err(Refusal::Merged { id, into }.into()),
            (None, IncidentStatus::Closed) => Err(Refusal::AlreadyClosed { id }.into()),
            (None, IncidentStatus::Resolved) => Err(Refusal::AlreadyResolved { id }.into()),
            (None, IncidentStatus::Triggered | IncidentStatus::Acknowledged | IncidentStatus::Mitigated) => {
                Ok(incident)
            }
        }
    }

    /// What a form is filled from, in time: it must be the first response, and Discord waits 3 seconds for it.
    ///
    /// # Errors
    /// As the work says, or it took too long.
    pub async fn in_time<T>(
        &self,
        asker: &Asker,
        work: impl Future<Output = Result<T, ActError>>,
    ) -> Result<T, ActError> {
        tokio::time::timeout(FORM_WITHIN, work).await.unwrap_or_else(|_| {
            let error_id = error_id(asker.interaction);
            tracing::error!(error.id = error_id, "What a form needs was not known in time");
            Err(ActError::Failed { error_id })
        })
    }

    /// The address of a message in the home server.
    #[must_use]
    pub fn message_url(&self, channel: ChatChannelId, message: ChatMessageId) -> Option<String> {
        let guild = self.directory.get().guild?;
        Some(format!("https://discord.com/channels/{guild}/{channel}/{message}"))
    }
}

/// Somebody has it by these.
fn acknowledges(events: &[EventAt]) -> bool {
    events.iter().any(|entry| matches!(entry.event, Event::Acknowledged { .. } | Event::StillOnIt { .. }))
}
