//! Purpose: the sandbox's control API: act as a person, read what a person sees. What it refuses fails the story.

use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};

/// How long a click may take: Discord's three seconds, and some for a busy machine.
const ANSWER_MS: u64 = 15_000;

/// The control API of one sandbox.
#[derive(Clone)]
pub(crate) struct Control {
    pub(crate) http: Client,
    base: String,
}

impl Control {
    pub(crate) fn new(base: &str) -> Self {
        let http = Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().unwrap();
        Self { http, base: format!("{base}/control") }
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let response = self.http.get(format!("{}{path}", self.base)).send().await.unwrap();
        told(path, response).await.unwrap_or_else(|sentence| panic!("{sentence}"))
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Value {
        self.try_post(path, body).await.unwrap_or_else(|sentence| panic!("{sentence}"))
    }

    /// Posts; the sentence says why the sandbox did not let a person do it.
    pub(crate) async fn try_post(&self, path: &str, body: &Value) -> Result<Value, String> {
        let response = self.http.post(format!("{}{path}", self.base)).json(body).send().await.unwrap();
        told(path, response).await
    }

    pub(crate) async fn delete(&self, path: &str) {
        let response = self.http.delete(format!("{}{path}", self.base)).send().await.unwrap();
        told(path, response).await.unwrap_or_else(|sentence| panic!("{sentence}"));
    }

    /// Starts an interaction and waits for its final answer.
    pub(crate) async fn interact(&self, path: &str, body: &Value) -> Value {
        let begun = self.post(path, body).await;
        let id = begun["interaction"].as_str().expect("the sandbox names the interaction");
        self.get(&format!("/interactions/{id}?wait_ms={ANSWER_MS}")).await
    }

    /// Messages of a place as a person sees them, oldest first.
    pub(crate) async fn messages(&self, person: &str, place: &str) -> Vec<Value> {
        let found = self.get(&format!("/channels/{place}/messages?as={person}&limit=200")).await;
        list(&found["messages"])
    }

    /// Moves the sandbox's domain clock.
    pub(crate) async fn advance(&self, by: Duration) {
        self.post("/clock", &json!({ "advance_ms": u64::try_from(by.as_millis()).unwrap() })).await;
    }
}

/// The elements of a JSON list; none when it is something else.
pub(crate) fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

async fn told(path: &str, response: reqwest::Response) -> Result<Value, String> {
    let status = response.status();
    let body: Value = response.json().await.unwrap_or(Value::Null);
    if status.is_success() {
        Ok(body)
    } else {
        Err(format!("the sandbox refused {path}: {}", body["error"].as_str().unwrap_or(status.as_str())))
    }
}
