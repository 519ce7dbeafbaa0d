//! Purpose: people take other names, come and go; channels, categories and roles are called something else.

use serde_json::{Value, json};

use super::Story;
use super::view::text;

impl Story {
    /// Somebody takes another user name, display name (`name`) or nickname (`nick`).
    pub(crate) async fn takes_names(&self, person: &str, names: &Value) {
        self.control.post(&format!("/people/{person}/names"), names).await;
    }

    /// Somebody who was never here comes into the server; their id.
    pub(crate) async fn comes_in(&self, who: &Value) -> String {
        text(&self.control.post("/people", who).await["person"])
    }

    /// Somebody leaves the server.
    pub(crate) async fn goes_away(&self, person: &str) {
        self.control.post(&format!("/people/{person}/leave"), &json!({})).await;
    }

    /// Somebody who left comes back.
    pub(crate) async fn comes_back(&self, person: &str) {
        self.control.post(&format!("/people/{person}/join"), &json!({})).await;
    }

    /// Somebody with every permission calls a channel or category something else.
    pub(crate) async fn renames(&self, channel: &str, name: &str) {
        let order = json!({ "do": "rename_channel", "channel": channel, "name": name });
        self.control.post("/trouble", &order).await;
    }

    /// Somebody with every permission deletes a channel or category.
    pub(crate) async fn removes(&self, channel: &str) {
        self.control.post("/trouble", &json!({ "do": "delete_channel", "channel": channel })).await;
    }

    /// A call of Discord's API with the rights of a bot that may do everything.
    pub(crate) async fn as_admin(&self, method: reqwest::Method, path: &str, body: &Value) -> Value {
        let url = format!("{}/api/v10/guilds/{}{path}", self.sandbox.base_url(), self.sandbox.guild_id());
        let token = format!("Bot {}", self.sandbox.bot("author").expect("a bot that may do everything").token);
        let request = self.control.http.request(method, url).header("Authorization", token);
        let answer = request.json(body).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{answer:?}");
        answer.json().await.expect("JSON")
    }

    /// Somebody makes a category.
    pub(crate) async fn makes_category(&self, name: &str) {
        self.as_admin(reqwest::Method::POST, "/channels", &json!({ "name": name, "type": 4 })).await;
    }

    /// Somebody calls a role something else.
    pub(crate) async fn renames_role(&self, role: &str, name: &str) {
        let roles = self.as_admin(reqwest::Method::GET, "/roles", &json!({})).await;
        let found = roles.as_array().expect("roles").iter().find(|one| one["name"] == role).expect("such a role");
        let path = format!("/roles/{}", text(&found["id"]));
        self.as_admin(reqwest::Method::PATCH, &path, &json!({ "name": name })).await;
    }

    /// Waits until operators read this, so often; what they read is not read by that.
    pub(crate) async fn operators_read(&self, part: &str, times: usize) {
        self.until(&format!("operators read {part:?}"), async || self.count("#sre-ops", part).await == times).await;
        self.settled().await;
    }
}
