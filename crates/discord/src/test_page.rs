//! Purpose: `/siaga test-page`: proves each way to a person, now, and says which ones work. It is an answer to a command,
//! so it does not go through the outbox; nothing is kept of it.

use std::pin::Pin;
use std::time::Duration;

use domain::setup::Language;
use domain::{Access, ChatUserId, PageVia, PersonId, Refusal};
use engine::ActError;
use serde_json::{Value, json};

use crate::actor::Asker;
use crate::answer::Outcome;
use crate::data::Data;
use crate::people::{Asked, People};
use crate::rest::{Body, ChannelId, Failure, Lane, Response, Route};

/// How long a test may wait for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// The ways to people outside Discord.
pub trait Outside: Send + Sync + 'static {
    /// Sends a page that only proves that it arrives; `id` is unique for this try. `Err` says why it did not.
    fn test<'a>(
        &'a self,
        person: &'a PersonId,
        via: PageVia,
        by: &'a str,
        id: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>>;
}

/// No way outside Discord is set up.
#[derive(Clone, Copy, Debug)]
pub struct DiscordOnly;

impl Outside for DiscordOnly {
    fn test<'a>(
        &'a self,
        _person: &'a PersonId,
        via: PageVia,
        _by: &'a str,
        _id: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>> {
        Box::pin(std::future::ready(Err(format!("{} is not set up", via.as_str()))))
    }
}

impl Data {
    /// Tries each way that the person's rules name, in their order.
    ///
    /// # Errors
    /// Only admins may; the person must be in the configuration.
    pub async fn test_page(&self, asker: &Asker, person: &PersonId) -> Outcome {
        self.need(asker, Access::Admin).await?;
        let setup = self.engine.setup();
        let known =
            setup.people.get(person).ok_or_else(|| Refusal::UnknownPerson { name: person.as_str().to_owned() })?;
        let mut results = Vec::new();
        for rule in &known.contacts {
            let result = match rule.via {
                PageVia::Room => self.test_mention(asker, person).await,
                PageVia::Direct => self.test_direct(asker, person).await,
                PageVia::Way(_) => {
                    let id = format!("test-{}-{}", asker.interaction, rule.via.as_str());
                    self.outside.test(person, rule.via, &asker.name, &id).await
                }
            };
            results.push((rule.via, result));
        }
        let directory = self.directory.get();
        Ok(words::test_page_result(directory.name(person), &results, self.language(asker)).into())
    }

    /// Refuses whoever has less than this.
    pub(crate) async fn need(&self, asker: &Asker, needs: Access) -> Result<(), ActError> {
        let by = self.actor(asker).await?;
        self.engine.reader(&by).has(needs)
    }

    async fn test_mention(&self, asker: &Asker, person: &PersonId) -> Result<(), String> {
        let language = self.engine.setup().language;
        let user = self.account_of(person, language).await?;
        let content = words::test_page_content(&format!("<@{user}>"), &asker.name, language);
        let body = json!({ "content": content, "allowed_mentions": { "parse": [], "users": [user.to_string()] } });
        self.try_send(&Route::create_message(ChannelId(asker.channel.0)), body).await.map(|_| ())
    }

    /// Who somebody is; looked for now if nobody knows.
    async fn account_of(&self, person: &PersonId, language: Language) -> Result<ChatUserId, String> {
        let people = People::new(self.rest.clone(), self.directory.clone(), self.engine.clone());
        match people.ask(person).await {
            Asked::Is(user) => Ok(user),
            Asked::Nobody(_) => Err(words::test_page_not_a_member(language)),
            Asked::NotNow(reason) => Err(words::test_page_refused(&reason, language)),
        }
    }

    async fn test_direct(&self, asker: &Asker, person: &PersonId) -> Result<(), String> {
        let setup = self.engine.setup();
        let language = setup.people.get(person).and_then(|known| known.language).unwrap_or(setup.language);
        let user = self.account_of(person, language).await?;
        let opened = self.try_send(&Route::create_dm(), json!({ "recipient_id": user.to_string() })).await?;
        let channel = ChannelId(opened.id().unwrap_or_default());
        let content = words::test_page_content(&format!("<@{user}>"), &asker.name, language);
        let body = json!({ "content": content, "allowed_mentions": { "parse": [] } });
        self.try_send(&Route::create_message(channel), body).await.map(|_| ())
    }

    async fn try_send(&self, route: &Route, body: Value) -> Result<Response, String> {
        let permit = self.rest.permit(Lane::Page, route, PATIENCE).await.map_err(|not| not.to_string())?;
        permit.send(Body::Json(body), None).await.map_err(|failure| {
            let reason = match &failure {
                Failure::Refused { message, .. } | Failure::Server { message, .. } => message.clone(),
                other => other.to_string(),
            };
            words::test_page_refused(&reason, self.engine.setup().language)
        })
    }

    /// How the bot is and how incidents went.
    ///
    /// # Errors
    /// Only admins may; or the database failed.
    pub async fn status(&self, asker: &Asker) -> Outcome {
        let by = self.actor(asker).await?;
        let (health, report) = self.engine.reader(&by).status().await?;
        let whole = |number: i64| usize::try_from(number).unwrap_or(0);
        let span = |ms: Option<i64>| ms.map(jiff::SignedDuration::from_millis);
        let status = words::StatusReport {
            parts: health.parts.into_iter().map(|part| (part.name.to_owned(), part.ok, part.sentence)).collect(),
            open: report.open,
            stale: self.engine.alerts_stale(),
            month: whole(report.stats.incidents),
            known_first: report.known_first.iter().map(|(by, count, _)| (*by, whole(*count))).collect(),
            median_acknowledge: span(report.stats.median_acknowledge_ms),
            median_resolve: span(report.stats.median_resolve_ms),
            postmortems: report.postmortems,
            action_items: report.action_items,
        };
        Ok(words::siaga_status(&status, self.language(asker)).into())
    }
}
