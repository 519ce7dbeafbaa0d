//! Purpose: what a person reads after asking for something, put together from the engine and the words.

use std::sync::Arc;

use domain::incident::Event;
use domain::setup::Language;
use domain::{ChatChannelId, ChatMessageId, Incident, IncidentId, IncidentStatus, Refusal};
use engine::{ActError, Action, Done, What, Which};
use words::{ListHeading, ListLine, ShowFacts};

use crate::actor::Asker;
use crate::answer::{Answer, Outcome};
use crate::data::Data;
use crate::render;

/// Incidents in one list.
const LIST: u32 = 15;

impl Data {
    /// Acts as the author of an interaction and says what came of it. The same interaction twice is done once.
    ///
    /// # Errors
    /// [`ActError`]; then nothing was changed.
    pub async fn act(&self, asker: &Asker, what: What) -> Outcome {
        let by = self.actor(asker).await?;
        let done = self.engine.act(Action { interaction: Some(asker.interaction), by, what }).await?;
        if let Done::Changed { incident, events } = &done
            && events.iter().any(|entry| matches!(entry.event, Event::MergedInto { .. }))
        {
            return Ok(self.merged(incident, events, self.language(asker)).await);
        }
        Ok(self.done(&done, self.language(asker)))
    }

    fn done(&self, done: &Done, language: Language) -> Answer {
        let text = self.in_words(done, language);
        if let Done::Changed { incident, events } = done
            && events.iter().any(|entry| matches!(entry.event, Event::Acknowledged { .. }))
        {
            let components = render::acknowledged_components(incident.id, language);
            return Answer::Message(render::private(&text, &components));
        }
        text.into()
    }

    /// What was done, as a sentence for who did it.
    pub(crate) fn in_words(&self, done: &Done, language: Language) -> String {
        match done {
            Done::Changed { incident, events } => {
                let (setup, names) = (self.engine.setup(), self.names());
                words::answer(incident, events, &setup, self.engine.now(), &names, language)
            }
            Done::CandidateDeclined => words::declined_candidate_answer(language),
            Done::Repeated => words::repeated_answer(language),
        }
    }

    /// Everything about an incident, with the buttons that make sense for this person now.
    ///
    /// # Errors
    /// No such incident, or the database failed.
    pub async fn show(&self, id: IncidentId, asker: &Asker) -> Outcome {
        let incident = self.engine.incident(id).await?.ok_or(Refusal::NoSuchIncident { id })?;
        let (timeline, objects) = (self.engine.timeline(id).await?, self.engine.objects(id).await?);
        let setup = self.engine.setup();
        let runbook = incident.runbook.as_ref().and_then(|name| setup.runbooks.iter().find(|book| book.name == *name));
        let facts = ShowFacts {
            incident: &incident,
            timeline: &timeline,
            next: render::next_page(&incident, &setup),
            room: render::room_of(&objects),
            runbook: runbook.map(|runbook| (runbook.title.as_str(), runbook.first_step())),
            evidence: render::evidence(&incident, &self.directory.get()),
        };
        let language = self.language(asker);
        let text = words::incident_show(&facts, &self.names(), language);
        let components = render::more_components(&incident, asker.user, language);
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
        let mut found = Vec::new();
        for line in self.engine.list(filter, query, LIST).await? {
            // The database's line is enough to find it; its own facts say who has it and how it ended.
            if let Some(incident) = self.engine.incident(line.id).await? {
                found.push((incident, render::room_of(&self.engine.objects(line.id).await?)));
            }
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
                drill: incident.drill.is_some(),
                fixed: incident.resolution.as_ref().and_then(|resolution| resolution.fixed.as_deref()),
                room: *room,
            })
            .collect();
        // A number finds its incident whatever was asked for, and then the heading of a filter would not be true.
        let numbered = query.and_then(domain::ids::number_alone).filter(|id| found.iter().any(|(it, _)| it.id == *id));
        let heading = numbered.map_or(heading, |_| ListHeading::Found);
        Ok(words::incident_list(heading, query, &lines, self.language(asker)).into())
    }

    /// The runbook of an incident.
    ///
    /// # Errors
    /// No such incident, or the database failed.
    pub async fn runbook_of(&self, id: IncidentId, asker: &Asker) -> Outcome {
        let incident = self.engine.incident(id).await?.ok_or(Refusal::NoSuchIncident { id })?;
        let (setup, language) = (self.engine.setup(), self.language(asker));
        let runbook = incident.runbook.as_ref().and_then(|name| setup.runbooks.iter().find(|book| book.name == *name));
        Ok(match runbook {
            Some(runbook) => self.runbook_in_words(runbook, language).await?.into(),
            None => words::runbook_missing(&incident, language).into(),
        })
    }

    /// The incident a command means, as a number.
    ///
    /// # Errors
    /// [`Refusal::WhichIncident`] outside an incident's room.
    pub fn number(&self, which: Which) -> Result<IncidentId, Refusal> {
        match which {
            Which::Number(id) => Ok(id),
            Which::Place(channel) => self.engine.place(channel).ok_or(Refusal::WhichIncident),
        }
    }

    /// An incident that is not over, from memory.
    #[must_use]
    pub fn open_incident(&self, id: IncidentId) -> Option<Arc<Incident>> {
        self.engine.open_incidents().into_iter().find(|incident| incident.id == id)
    }

    /// Why an incident is not among the open ones.
    pub async fn not_open(&self, id: IncidentId) -> ActError {
        match self.engine.incident(id).await {
            Ok(Some(incident)) => match (incident.merged_into, incident.status) {
                (Some(into), _) => Refusal::Merged { id, into }.into(),
                (None, IncidentStatus::Closed) => Refusal::AlreadyClosed { id }.into(),
                (
                    None,
                    IncidentStatus::Resolved
                    | IncidentStatus::Triggered
                    | IncidentStatus::Acknowledged
                    | IncidentStatus::Mitigated,
                ) => Refusal::AlreadyResolved { id }.into(),
            },
            Ok(None) => Refusal::NoSuchIncident { id }.into(),
            Err(error) => error,
        }
    }

    /// The address of a message in the home server.
    #[must_use]
    pub fn message_url(&self, channel: ChatChannelId, message: ChatMessageId) -> Option<String> {
        let guild = self.directory.get().guild?;
        Some(format!("https://discord.com/channels/{guild}/{channel}/{message}"))
    }
}
