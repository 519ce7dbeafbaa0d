//! Purpose: what people of the demo do with their hands, by what they read: buttons and choices by label, forms top to bottom.

use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::{Map, Value, json};

use super::control::Control;

/// Longest wait for something to press: messages of people reach the bot over the gateway, in their own time.
const PATIENCE: Duration = Duration::from_secs(10);
/// Pause between two looks.
const LOOK: Duration = Duration::from_millis(50);
/// Discord's component types.
const BUTTON: u64 = 2;
const TEXT_MENU: u64 = 3;

/// Something on a message that can be used.
struct Found {
    message: String,
    component: Value,
}

impl Control {
    /// Presses the newest button with this label that the person sees, of an incident if one is named.
    pub(super) async fn press_label(&self, person: &str, label: &str, incident: Option<u32>) -> anyhow::Result<Value> {
        let wanted = |component: &Value| {
            component["type"] == BUTTON && component["label"] == label && belongs(component, incident)
        };
        let found = self.wait_for(person, &wanted).await?.with_context(|| format!("nobody sees a button [{label}]"))?;
        let custom_id = found.component["custom_id"].as_str().unwrap_or_default();
        self.press(person, &found.message, custom_id).await
    }

    /// Chooses in the newest menu that offers everything with these labels.
    pub(super) async fn choose_labels(
        &self,
        person: &str,
        menu: Option<&str>,
        labels: &[String],
        incident: Option<u32>,
    ) -> anyhow::Result<Value> {
        let values = |component: &Value| -> Option<Vec<Value>> {
            labels.iter().map(|label| option_value(component, label)).collect()
        };
        let wanted = |component: &Value| {
            component["type"] == TEXT_MENU
                && menu.is_none_or(|menu| component["placeholder"] == menu)
                && values(component).is_some()
                && belongs(component, incident)
        };
        let found = self.wait_for(person, &wanted).await?;
        let found = found.with_context(|| format!("no menu offers \"{}\"", labels.join("\", \"")))?;
        let body = json!({
            "message": found.message,
            "custom_id": found.component["custom_id"],
            "values": values(&found.component),
        });
        self.interact(person, "select", &body).await
    }

    /// Types a command in a place; choices and people are given by the names people see.
    pub(super) async fn slash(
        &self,
        person: &str,
        place: &str,
        command: &str,
        options: &std::collections::BTreeMap<String, String>,
    ) -> anyhow::Result<Value> {
        let known = self.get(&format!("/commands?as={person}")).await?;
        let mut level = elements(&known["commands"]);
        for word in command.split_whitespace() {
            let found = level.into_iter().find(|one| one["name"] == word && one["type"] != TEXT_MENU);
            level = found.map(|found| elements(&found["options"])).unwrap_or_default();
        }
        let people = self.people().await?;
        let mut given = Map::new();
        for (name, text) in options {
            let option = level.iter().find(|option| option["name"] == name.as_str()).unwrap_or(&Value::Null);
            let choice = elements(&option["choices"]).into_iter().find(|choice| choice["name"] == text.as_str());
            let value = match (choice, option["type"].as_u64()) {
                (Some(choice), _) => choice["value"].clone(),
                (None, Some(5)) => json!(text == "true"),
                (None, Some(6)) => json!(people.get(text).unwrap_or(text)),
                (None, Some(_) | None) => json!(text),
            };
            given.insert(name.clone(), value);
        }
        let body = json!({ "channel": place, "command": command, "options": given });
        self.interact(person, "slash", &body).await
    }

    /// Fills the form that an answer opened from top to bottom and sends it. An empty text leaves a field as it is.
    pub(super) async fn fill(&self, person: &str, opened: &Value, texts: &[String]) -> anyhow::Result<Value> {
        let modal = opened["modal"]["id"].as_str().context("no form opened")?;
        let mut inputs = Vec::new();
        inputs_of(&opened["modal"]["components"], &mut inputs);
        if texts.len() > inputs.len() {
            bail!("the form \"{}\" has only {} fields", opened["modal"]["title"].as_str().unwrap_or("?"), inputs.len());
        }
        let mut fields = Map::new();
        for (input, text) in inputs.iter().zip(texts).filter(|(_, text)| !text.is_empty()) {
            let name = input["custom_id"].as_str().unwrap_or_default().to_owned();
            let value = if input["options"].is_array() {
                json!([option_value(input, text).with_context(|| format!("the form offers no \"{text}\""))?])
            } else {
                json!(text)
            };
            fields.insert(name, value);
        }
        self.interact(person, "submit", &json!({ "modal": modal, "fields": fields })).await
    }

    async fn wait_for(&self, person: &str, wanted: &impl Fn(&Value) -> bool) -> anyhow::Result<Option<Found>> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let found = self.newest(person, wanted).await?;
            if found.is_some() || tokio::time::Instant::now() > deadline {
                return Ok(found);
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn newest(&self, person: &str, wanted: &impl Fn(&Value) -> bool) -> anyhow::Result<Option<Found>> {
        let mut newest: Option<(u64, Value)> = None;
        for (place, _) in self.places(person).await? {
            for message in self.messages(person, &place).await? {
                let id: u64 = message["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default();
                let found = components(&message).into_iter().find(|component| wanted(component));
                if let Some(component) = found
                    && newest.as_ref().is_none_or(|(known, _)| id > *known)
                {
                    newest = Some((id, component));
                }
            }
        }
        Ok(newest.map(|(id, component)| Found { message: id.to_string(), component }))
    }
}

/// Buttons and menus of a message.
pub(super) fn components(message: &Value) -> Vec<Value> {
    let rows = elements(&message["components"]).into_iter();
    rows.flat_map(|row| elements(&row["components"])).filter(|one| one["custom_id"].is_string()).collect()
}

/// Whether a component is about an incident: its number is a part of the `custom_id`.
fn belongs(component: &Value, incident: Option<u32>) -> bool {
    let Some(number) = incident.map(|number| number.to_string()) else { return true };
    component["custom_id"].as_str().is_some_and(|id| id.split(':').any(|part| part == number))
}

fn option_value(menu: &Value, label: &str) -> Option<Value> {
    let options = elements(&menu["options"]).into_iter();
    options.into_iter().find(|option| option["label"] == label).map(|option| option["value"].clone())
}

/// Everything in a form that takes input, in order.
fn inputs_of(value: &Value, inputs: &mut Vec<Value>) {
    for component in elements(value) {
        if component["custom_id"].is_string() {
            inputs.push(component);
        } else if component["component"].is_object() {
            inputs.push(component["component"].clone());
        } else {
            inputs_of(&component["components"], inputs);
        }
    }
}

fn elements(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}
