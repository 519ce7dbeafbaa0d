//! Purpose: answer an interaction in time: directly when the work is quick, else deferred and edited. Always private,
//! never with a mention. Answers to interactions are outside Discord's request limits, so they go straight out.

use std::sync::Arc;
use std::time::Duration;

use domain::Refusal;
use domain::setup::Language;
use engine::ActError;
use serde_json::{Value, json};
use serenity::builder::{
    Builder as _, CreateAllowedMentions, CreateAttachment, CreateInteractionResponse, CreateInteractionResponseMessage,
    EditInteractionResponse,
};
use serenity::http::{Http, HttpError};
use serenity::model::application::{CommandInteraction, ComponentInteraction, ModalInteraction};
use serenity::model::id::InteractionId;

use crate::render::Typed;
use crate::render::buttons::rows;
use crate::rest::File;

/// What a person reads privately.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// One text.
    Text(String),
    /// A message body with buttons or embeds, as Discord takes it.
    Message(Value),
    /// One text with files beside it.
    Files(String, Vec<File>),
}

impl From<String> for Answer {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// What work on an interaction comes to.
pub type Outcome = Result<Answer, ActError>;

/// Work that takes longer than this is answered with "thinking" first. Discord waits 3 seconds.
const DIRECTLY: Duration = Duration::from_millis(1_000);
/// Characters of a message. Source: Discord docs, "Message".
const CONTENT_LIMIT: usize = 2_000;

/// Answers one interaction.
#[derive(Clone)]
pub struct Replier {
    http: Arc<Http>,
    interaction: InteractionId,
    token: String,
    language: Language,
    /// The answer replaces the private message whose button was pressed.
    replaces: bool,
    /// It does so only when what was asked for was done.
    when_done: bool,
    /// What was typed: it stands below a refusal, so that nothing of it is lost.
    typed: Option<Arc<Typed>>,
}

macro_rules! for_interaction {
    ($($name:ident: $kind:ty),+) => {$(
        /// For this kind of interaction.
        #[must_use]
        pub fn $name(http: &Arc<Http>, interaction: &$kind, language: Language) -> Self {
            Self {
                http: Arc::clone(http),
                interaction: interaction.id,
                token: interaction.token.clone(),
                language,
                replaces: false,
                when_done: false,
                typed: None,
            }
        }
    )+};
}

impl Replier {
    for_interaction!(command: CommandInteraction, component: ComponentInteraction, modal: ModalInteraction);

    /// With what was typed: whatever is refused gives it back.
    #[must_use]
    pub fn keeping(mut self, typed: Typed) -> Self {
        self.typed = Some(Arc::new(typed));
        self
    }

    /// The answer replaces the message with the button. Only for buttons on private answers.
    #[must_use]
    pub fn replacing(mut self) -> Self {
        self.replaces = true;
        self
    }

    /// The answer replaces the message with the button when it was done, and else stands below it. Only where nobody else reads it.
    #[must_use]
    pub fn replacing_when_done(mut self) -> Self {
        (self.replaces, self.when_done) = (true, true);
        self
    }

    /// Runs the work and answers with what it came to. The work is done whether or not answering succeeds.
    pub async fn answer(&self, work: impl Future<Output = Outcome>) {
        let mut work = std::pin::pin!(work);
        if let Ok(outcome) = tokio::time::timeout(DIRECTLY, &mut work).await {
            let outcome = match outcome {
                Ok(Answer::Files(text, files)) => return self.respond_with_files(&text, files).await,
                other => other,
            };
            let kind = if self.replaces && (outcome.is_ok() || !self.when_done) { 7 } else { 4 };
            self.respond(&json!({ "type": kind, "data": self.body(outcome) })).await;
            return;
        }
        let deferred = if self.replaces { json!({ "type": 6 }) } else { json!({ "type": 5, "data": { "flags": 64 } }) };
        let (outcome, ()) = tokio::join!(work, self.respond(&deferred));
        let edited = match outcome {
            Ok(Answer::Files(text, files)) => {
                let edit = EditInteractionResponse::new().content(words::cut(&text, CONTENT_LIMIT));
                attachments(files)
                    .fold(edit, EditInteractionResponse::new_attachment)
                    .execute(&self.http, &self.token)
                    .await
            }
            other => {
                let body = self.body(other);
                self.http.edit_original_interaction_response(&self.token, &body, Vec::new()).await
            }
        };
        if let Err(error) = edited {
            log("edit the answer to", self.interaction, &error);
        }
    }

    /// Answers with a refusal.
    pub async fn refuse(&self, refusal: Refusal) {
        self.answer(std::future::ready(Err(ActError::Refused(refusal)))).await;
    }

    /// Says that something failed; `error_id` is in the log.
    pub async fn failed(&self, error_id: String) {
        self.answer(std::future::ready(Err(ActError::Failed { error_id }))).await;
    }

    /// Opens a form: this must be the first response, so nothing may be awaited before it.
    pub async fn form(&self, form: &Value) {
        self.respond(&json!({ "type": 9, "data": form })).await;
    }

    /// The first response. Sent once more when the connection failed: if the first one arrived after all, Discord says
    /// 40060 and nothing is lost.
    async fn respond(&self, response: &Value) {
        self.send(First::Body(response)).await;
    }

    /// The same with files. Serenity numbers them only in its own builder.
    async fn respond_with_files(&self, text: &str, files: Vec<File>) {
        let message = CreateInteractionResponseMessage::new()
            .content(words::cut(text, CONTENT_LIMIT))
            .ephemeral(true)
            .allowed_mentions(CreateAllowedMentions::new())
            .files(attachments(files));
        self.send(First::Files(Box::new(CreateInteractionResponse::Message(message)))).await;
    }

    async fn send(&self, first: First<'_>) {
        for again in [true, false] {
            tracing::trace!(target: "siaga::write_point", point = "answer:leaving");
            let sent = match &first {
                First::Body(body) => {
                    self.http.create_interaction_response(self.interaction, &self.token, body, Vec::new()).await
                }
                First::Files(response) => {
                    response.clone().execute(&self.http, (self.interaction, self.token.as_str())).await
                }
            };
            tracing::trace!(target: "siaga::write_point", point = "answer:sent");
            let Err(error) = sent else { return };
            if again && matches!(error, serenity::Error::Http(HttpError::Request(_))) {
                continue;
            }
            log("answer", self.interaction, &error);
            return;
        }
    }

    fn body(&self, outcome: Outcome) -> Value {
        let mut body = match outcome {
            // Files travel beside the body, by another way.
            Ok(Answer::Text(text) | Answer::Files(text, _)) => Self::text(&text),
            Ok(Answer::Message(body)) => body,
            Err(ActError::Refused(refusal)) => self.not_taken(&words::refusal(&refusal, self.language)),
            Err(ActError::Failed { error_id }) => self.not_taken(&words::failed(&error_id, self.language)),
        };
        // Whatever made the body: private, and nobody is notified by it.
        if let Value::Object(fields) = &mut body {
            fields.insert("flags".into(), json!(64));
            fields.insert("allowed_mentions".into(), json!({ "parse": [] }));
            // What the answer does not say is not left standing from before.
            if self.replaces {
                for part in ["embeds", "components"] {
                    fields.entry(part).or_insert_with(|| json!([]));
                }
            }
        }
        body
    }

    /// A refusal, with what was typed below it.
    fn not_taken(&self, text: &str) -> Value {
        let mut body = Self::text(text);
        if let Some(typed) = &self.typed {
            let embeds = typed.embeds(self.language);
            if !embeds.is_empty() {
                body["embeds"] = json!(embeds);
            }
            if let Some(again) = typed.button(self.language) {
                body["components"] = rows(vec![again]);
            }
        }
        body
    }

    fn text(text: &str) -> Value {
        json!({ "content": words::cut(text, CONTENT_LIMIT) })
    }
}

/// A first response.
enum First<'a> {
    Body(&'a Value),
    Files(Box<CreateInteractionResponse>),
}

fn attachments(files: Vec<File>) -> impl Iterator<Item = CreateAttachment> {
    files.into_iter().map(|file| CreateAttachment::bytes(file.bytes, file.name))
}

/// Logs without the address, which holds the interaction's token. 10062 and 40060 are what Discord says when it was
/// too late or already answered: nothing to repair.
fn log(what: &str, interaction: InteractionId, error: &serenity::Error) {
    match error {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(response)) => {
            let (status, code) = (response.status_code.as_u16(), response.error.code);
            match code {
                10_062 => tracing::warn!(%interaction, "Too late to {what} an interaction: Discord no longer knows it"),
                40_060 => tracing::info!(%interaction, "Did not {what} an interaction again: it was answered already"),
                _ => {
                    let message = response.error.message.as_str();
                    tracing::error!(%interaction, status, code, message, "Could not {what} an interaction");
                }
            }
        }
        serenity::Error::Http(HttpError::Request(failure)) => {
            let timeout = failure.is_timeout();
            tracing::error!(%interaction, timeout, "Could not {what} an interaction: no connection to Discord");
        }
        _ => {
            tracing::error!(%interaction, "Could not {what} an interaction: the response could not be written or read")
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use axum::Json;
    use axum::routing::{patch, post};
    use serenity::http::HttpBuilder;
    use serenity::model::id::ApplicationId;
    use tokio::sync::mpsc;

    use super::*;

    /// What Discord would receive, and a replier that sends it there.
    async fn discord() -> (mpsc::UnboundedReceiver<Value>, Replier) {
        let (calls, received) = mpsc::unbounded_channel();
        let (first, later) = (calls.clone(), calls);
        let routes = axum::Router::new()
            .route(
                "/api/v10/interactions/7/secret/callback",
                post(move |Json(body): Json<Value>| async move {
                    first.send(body).unwrap();
                    axum::http::StatusCode::NO_CONTENT
                }),
            )
            .route(
                "/api/v10/webhooks/9/secret/messages/@original",
                patch(move |Json(body): Json<Value>| async move {
                    later.send(json!({ "edited": body })).unwrap();
                    axum::http::StatusCode::NOT_FOUND
                }),
            );
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let http = HttpBuilder::new("a.b.c").proxy(address).ratelimiter_disabled(true).build();
        http.set_application_id(ApplicationId::new(9));
        let interaction = InteractionId::new(7);
        let replier = Replier {
            http: Arc::new(http),
            interaction,
            token: "secret".into(),
            language: Language::En,
            replaces: false,
            when_done: false,
            typed: None,
        };
        (received, replier)
    }

    #[tokio::test]
    async fn quick_work_is_answered_in_one_call_privately_and_without_mentions() {
        let (mut received, replier) = discord().await;
        let loud = json!({ "content": "@everyone", "allowed_mentions": { "parse": ["everyone"] }, "flags": 0 });
        replier.answer(async { Ok(Answer::Message(loud)) }).await;
        let expected = json!({
            "type": 4,
            "data": { "content": "@everyone", "allowed_mentions": { "parse": [] }, "flags": 64 },
        });
        assert_eq!(received.recv().await, Some(expected));
        assert!(received.try_recv().is_err());
    }

    #[tokio::test]
    async fn slow_work_is_deferred_and_then_edited() {
        let (mut received, replier) = discord().await;
        let (finish, finished) = tokio::sync::oneshot::channel::<()>();
        let answering = tokio::spawn(async move {
            replier
                .answer(async {
                    finished.await.unwrap();
                    Ok("done".to_owned().into())
                })
                .await;
        });
        // The work goes on only after Discord was told to wait.
        assert_eq!(received.recv().await, Some(json!({ "type": 5, "data": { "flags": 64 } })));
        finish.send(()).unwrap();
        let edited = received.recv().await.unwrap();
        assert_eq!(edited["edited"]["content"], "done");
        answering.await.unwrap();
    }

    #[tokio::test]
    async fn a_refusal_is_a_sentence_and_replaces_what_is_no_longer_true() {
        let (mut received, replier) = discord().await;
        replier.replacing().refuse(Refusal::StaleButton).await;
        let call = received.recv().await.unwrap();
        assert_eq!((&call["type"], &call["data"]["components"]), (&json!(7), &json!([])));
        assert_eq!(call["data"]["content"], words::refusal(&Refusal::StaleButton, Language::En));
    }
}
