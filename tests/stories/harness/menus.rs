//! Purpose: menus and files. Menus are chosen from by the words people read; files are read back from the sandbox.

use serde_json::{Value, json};

use super::Story;
use super::control::list;
use super::people::{Answer, Person};
use super::view::text;

/// The menus of a message.
fn menus(message: &Value) -> Vec<Value> {
    let rows = list(&message["components"]);
    let all = rows.iter().flat_map(|row| list(&row["components"]));
    all.filter(|component| component["type"] == 3).collect()
}

impl Person<'_> {
    /// Chooses options of the newest menu with this placeholder that the person sees in a place, by the words people read.
    pub(crate) async fn chooses(&self, place: &str, placeholder: &str, options: &[&str]) -> Answer {
        let place = self.story.place(self.name, place).await;
        let messages = self.story.control.messages(self.name, &place).await;
        let found = messages.iter().rev().find_map(|message| {
            let menu = menus(message).into_iter().find(|menu| text(&menu["placeholder"]) == placeholder)?;
            Some((text(&message["id"]), menu))
        });
        let Some((message, menu)) = found else { panic!("{} sees no menu {{{placeholder}}}", self.name) };
        let known = list(&menu["options"]);
        let value = |label: &&str| {
            let option = known.iter().find(|option| text(&option["label"]) == **label);
            option.map(|option| text(&option["value"])).unwrap_or_else(|| panic!("{menu} has no option {label}"))
        };
        let values: Vec<String> = options.iter().map(value).collect();
        let body = json!({ "message": message, "custom_id": menu["custom_id"], "values": values });
        self.interact("select", &body).await
    }
}

impl Person<'_> {
    /// Chooses somebody in the newest list of people with this placeholder.
    pub(crate) async fn picks(&self, place: &str, placeholder: &str, who: &str) -> Answer {
        let place = self.story.place(self.name, place).await;
        let messages = self.story.control.messages(self.name, &place).await;
        let found = messages.iter().rev().find_map(|message| {
            let rows = list(&message["components"]);
            let mut all = rows.iter().flat_map(|row| list(&row["components"]));
            let menu = all.find(|one| one["type"] == 5 && text(&one["placeholder"]) == placeholder)?;
            Some((text(&message["id"]), text(&menu["custom_id"])))
        });
        let Some((message, menu)) = found else { panic!("{} sees no list {{{placeholder}}}", self.name) };
        let who = self.story.id_of(who).await;
        self.interact("select", &json!({ "message": message, "custom_id": menu, "values": [who] })).await
    }
}

impl Story {
    /// The files of the newest message with files that a person sees in a place: names and contents.
    pub(crate) async fn files(&self, person: &str, place: &str) -> Vec<(String, String)> {
        let place = self.place(person, place).await;
        let messages = self.control.messages(person, &place).await;
        let newest = messages.iter().rev().find(|message| !list(&message["attachments"]).is_empty());
        let mut files = Vec::new();
        for file in newest.map(|message| list(&message["attachments"])).unwrap_or_default() {
            let response = self.control.http.get(text(&file["url"])).send().await.unwrap();
            files.push((text(&file["filename"]), response.text().await.unwrap()));
        }
        files
    }
}
