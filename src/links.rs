//! Purpose: what happens behind the link of a page: reading it shows a question, pressing its button acknowledges.

use std::sync::Arc;
use std::time::Duration;

use discord::directory_load::SharedDirectory;
use discord::membership;
use discord::rest::Client;
use domain::incident::Page;
use domain::setup::Language;
use domain::{Access, Actor, ChatUserId, Command, Incident, IncidentId, Refusal, Setup, Timestamp};
use engine::{ActError, Action, ActionOutcome, Engine, IncidentRef, Request};
use notify::{Claim, LinkProblem, Links};
use web::LinkPage;
use words::LinkText;

/// Answers links.
pub(crate) struct LinkDesk {
    engine: Engine,
    links: Arc<Links>,
    directory: SharedDirectory,
    rest: Client,
}

/// How long Discord is asked whether somebody is still in the server.
const ASKED_FOR: Duration = Duration::from_secs(2);

impl LinkDesk {
    pub(crate) const fn new(engine: Engine, links: Arc<Links>, directory: SharedDirectory, rest: Client) -> Self {
        Self { engine, links, directory, rest }
    }

    /// The question. Looking at it changes nothing: previews of chat programs look, too.
    pub(crate) async fn show(&self, token: &str) -> LinkPage {
        let setup = self.engine.setup();
        match self.links.read(token, self.engine.now()) {
            Ok(claim) if claim.all => match self.waiting(&claim).await {
                Ok(waiting) => self.page(200, &LinkText::AskAll(&waiting), true, &setup, &claim),
                Err(text) => self.told(text, &setup, &claim),
            },
            Ok(claim) => match self.open_page(&claim).await {
                Ok(incident) => self.page(200, &LinkText::Ask(&incident), true, &setup, &claim),
                Err(text) => self.told(text, &setup, &claim),
            },
            Err(problem) => self.unreadable(problem, &setup),
        }
    }

    /// The answer. Pressing twice does it once.
    pub(crate) async fn press(&self, token: &str) -> LinkPage {
        let setup = self.engine.setup();
        let claim = match self.links.read(token, self.engine.now()) {
            Ok(claim) => claim,
            Err(problem) => return self.unreadable(problem, &setup),
        };
        if claim.all {
            return self.press_all(&claim, &setup).await;
        }
        if let Err(text) = self.open_page(&claim).await {
            return self.told(text, &setup, &claim);
        }
        let what = Request::Incident { which: IncidentRef::Number(claim.incident), command: Command::Acknowledge };
        let result = self.engine.act(Action { interaction: None, by: self.actor(&claim), request: what }).await;
        let id = claim.incident;
        let said = match result {
            // Whatever an acknowledgement comes to: it is taken.
            Ok(_) => Told::Taken,
            Err(ActError::Refused(Refusal::AlreadyYours { .. })) => Told::Yours,
            Err(ActError::Refused(Refusal::AlreadyAcknowledged { by, .. })) => Told::Other(by),
            Err(ActError::Refused(Refusal::Merged { into, .. })) => Told::Merged(into),
            Err(ActError::Refused(Refusal::AlreadyResolved { .. } | Refusal::AlreadyClosed { .. })) => Told::Over,
            Err(ActError::Refused(_)) => Told::Answered,
            Err(ActError::Failed { error_id }) => {
                return self.page(503, &LinkText::Failed(&error_id), true, &setup, &claim);
            }
        };
        tracing::info!(incident.number = id.0, "A page of {} was answered by its link", id.label());
        self.told(said, &setup, &claim)
    }

    /// The answer for all that waited when the page went out.
    async fn press_all(&self, claim: &Claim, setup: &Setup) -> LinkPage {
        if let Err(text) = self.waiting(claim).await {
            return self.told(text, setup, claim);
        }
        let request = Request::AcknowledgeAll { called_by: Some(called_by(claim)) };
        match self.engine.act(Action { interaction: None, by: self.actor(claim), request }).await {
            Ok(ActionOutcome::ChangedAll { changed }) => {
                let taken: Vec<_> = changed.iter().map(|(incident, _)| incident.id).collect();
                tracing::info!("{} pages were answered by one link", taken.len());
                self.page(200, &LinkText::TakenAll(&taken), false, setup, claim)
            }
            Ok(_) | Err(ActError::Refused(_)) => self.told(Told::Answered, setup, claim),
            Err(ActError::Failed { error_id }) => self.page(503, &LinkText::Failed(&error_id), true, setup, claim),
        }
    }

    /// What still waits for the person of what called them until the page went out, worst first. A link takes nothing that came later:
    /// whoever finds it must not be able to answer for a whole day.
    async fn waiting(&self, claim: &Claim) -> Result<Vec<Arc<Incident>>, Told> {
        let mut waiting = self.engine.reader(&self.actor(claim)).open_incidents();
        waiting.retain(|incident| incident.waits_for(&claim.person, Some(called_by(claim))));
        waiting.sort_by_key(|incident| (incident.severity, incident.id));
        if waiting.is_empty() {
            return Err(self.open_page(claim).await.err().unwrap_or(Told::Answered));
        }
        if self.has_left(claim).await { Err(Told::Foreign) } else { Ok(waiting) }
    }

    /// The incident, as long as the page still waits for an answer.
    async fn open_page(&self, claim: &Claim) -> Result<Arc<Incident>, Told> {
        let incident = match self.engine.incident(claim.incident).await {
            Ok(Some(incident)) => incident,
            Ok(None) => return Err(Told::Foreign),
            Err(ActError::Failed { error_id }) => return Err(Told::Failed(error_id)),
            Err(ActError::Refused(_)) => return Err(Told::Foreign),
        };
        let Some(Page { end, person, .. }) = incident.page(claim.page) else { return Err(Told::Foreign) };
        if *person != claim.person || self.has_left(claim).await {
            return Err(Told::Foreign);
        }
        match (&incident.acknowledged, end) {
            (Some((holder, _)), Some(_)) if incident.status.is_open() => {
                let own = holder.person.as_ref() == Some(&claim.person);
                Err(if own { Told::Yours } else { Told::Other(holder.name.clone()) })
            }
            _ if !incident.status.is_open() => Err(incident.merged_into.map_or(Told::Over, Told::Merged)),
            (_, Some(_)) => Err(Told::Answered),
            (_, None) => Ok(incident),
        }
    }

    /// Whether Discord says that the person is not in the server. When it cannot be asked they count as being there: in an
    /// outage links are how people acknowledge.
    async fn has_left(&self, claim: &Claim) -> bool {
        let directory = self.directory.get();
        let Some(guild) = directory.guild else { return false };
        let setup = self.engine.setup();
        let asked = async {
            match (directory.user(&claim.person), setup.people.get(&claim.person)) {
                (Some(user), _) => membership::is_member(&self.rest, guild, user).await,
                (None, Some(person)) => membership::is_member_by_name(&self.rest, guild, person).await,
                // Nobody of the configuration any more.
                (None, None) => Some(false),
            }
        };
        let is_member = tokio::time::timeout(ASKED_FOR, asked).await.ok().flatten();
        if is_member == Some(false) {
            tracing::info!("A link of somebody who is not in the server was refused");
        }
        is_member == Some(false)
    }

    /// Whoever has the link of a page is the person that was paged, and responds to that incident.
    fn actor(&self, claim: &Claim) -> Actor {
        let directory = self.directory.get();
        Actor {
            // Nobody has this id; it stands for somebody Discord has not told us about yet.
            user: directory.user(&claim.person).unwrap_or(ChatUserId(0)),
            name: directory.name(&claim.person).to_owned(),
            person: Some(claim.person.clone()),
            access: Access::Responder,
        }
    }

    fn told(&self, told: Told, setup: &Setup, claim: &Claim) -> LinkPage {
        let id = claim.incident;
        let (status, text) = match &told {
            Told::Taken => (200, LinkText::Taken(id)),
            Told::Yours => (200, LinkText::Yours(id)),
            Told::Other(who) => (200, LinkText::Other(id, who)),
            Told::Over => (200, LinkText::Over(id)),
            Told::Merged(into) => (200, LinkText::Merged(id, *into)),
            Told::Answered => (410, LinkText::Answered(id)),
            Told::Foreign => (404, LinkText::Foreign),
            Told::Failed(error_id) => (503, LinkText::Failed(error_id)),
        };
        self.page(status, &text, false, setup, claim)
    }

    fn page(&self, status: u16, text: &LinkText<'_>, button: bool, setup: &Setup, claim: &Claim) -> LinkPage {
        let person = setup.people.get(&claim.person);
        page(status, text, button, setup, person.and_then(|person| person.language).unwrap_or(setup.language))
    }

    fn unreadable(&self, problem: LinkProblem, setup: &Setup) -> LinkPage {
        match problem {
            LinkProblem::Expired { claim } => {
                self.page(410, &LinkText::Expired(claim.incident, claim.expires), false, setup, &claim)
            }
            LinkProblem::Malformed => page(404, &LinkText::Foreign, false, setup, setup.language),
            LinkProblem::Foreign => page(403, &LinkText::Foreign, false, setup, setup.language),
        }
    }
}

/// Until when the pages were decided that a link takes all at once; it names whole seconds.
fn called_by(claim: &Claim) -> Timestamp {
    let later = notify::LINK_LIVES - jiff::SignedDuration::from_secs(1);
    claim.expires.checked_sub(later).unwrap_or(claim.expires)
}

/// What a person is told about their page.
enum Told {
    Taken,
    Yours,
    Other(String),
    Over,
    Merged(IncidentId),
    Answered,
    Foreign,
    Failed(String),
}

fn page(status: u16, text: &LinkText<'_>, button: bool, setup: &Setup, lang: Language) -> LinkPage {
    let said = words::link_text(text, &setup.timezone, lang);
    LinkPage {
        status,
        language: match lang {
            Language::En => "en",
            Language::Id => "id",
        },
        title: said.title,
        lines: said.lines,
        button: button.then(|| words::link_button(lang)),
    }
}
