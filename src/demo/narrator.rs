//! Purpose: tell a terminal what happens in the chat as the person at the screen sees it: a line for each message, or all of it.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use serde_json::Value;

use super::control::Control;
use super::lines::{Names, gist, lines};

/// How often the chat is looked at once the story is over.
const LOOK: Duration = Duration::from_millis(700);
/// Characters of a line that is made of several acts.
const ACTS: usize = 110;

/// How much is told, and how it looks.
#[derive(Clone, Copy)]
pub(super) struct Voice {
    /// Nothing is told at all when false.
    pub(super) speaks: bool,
    pub(super) color: bool,
    /// Every line of every message, edits too.
    pub(super) verbose: bool,
}

pub(super) struct Narrator {
    control: Control,
    you: String,
    voice: Voice,
    told: HashMap<String, String>,
    names: Names,
    /// What one person did one after the other, told together: who, what, and the last answer.
    acts: Option<(String, Vec<String>, String)>,
    /// What messages said: the card with which a channel begins says what the other one does.
    said: HashSet<String>,
}

impl Narrator {
    pub(super) fn new(control: Control, you: String, voice: Voice) -> Self {
        Self { control, you, voice, told: HashMap::new(), names: Names::new(), acts: None, said: HashSet::new() }
    }

    /// A line of the story.
    pub(super) fn say(&mut self, line: &str) {
        self.tell_acts();
        if self.voice.speaks {
            outln!("\n{}", self.paint("1;36", line));
        }
    }

    /// What a person did, and the private answer.
    pub(super) fn private(&mut self, who: &str, did: &str, answer: &Value) {
        if !self.voice.speaks {
            return;
        }
        if !self.voice.verbose {
            let answer = lines(&answer["message"], &self.names).into_iter().next().unwrap_or_default();
            match &mut self.acts {
                Some((by, acts, last)) if by == who => {
                    acts.push(did.to_owned());
                    *last = answer;
                }
                _ => {
                    self.tell_acts();
                    self.acts = Some((who.to_owned(), vec![did.to_owned()], answer));
                }
            }
            return;
        }
        outln!("  {} {did}.", self.paint("1", who));
        for line in lines(&answer["message"], &self.names) {
            outln!("    {}", self.paint("2", &format!("only {who} sees: {line}")));
        }
    }

    /// What somebody did last, if it was not told yet.
    pub(super) fn tell_acts(&mut self) {
        let Some((who, acts, answer)) = self.acts.take() else { return };
        let mut line = String::new();
        for (position, act) in acts.iter().enumerate() {
            let act = if position + 1 < acts.len() { format!("{act}, ") } else { act.clone() };
            if line.chars().count() + act.chars().count() > ACTS {
                outln!("  {} {}", self.paint("1", &who), line.trim_end());
                line.clear();
            }
            line.push_str(&act);
        }
        let answer = if answer.is_empty() { String::new() } else { format!(" -> {answer}") };
        outln!("  {} {line}{}", self.paint("1", &who), self.paint("2", &answer));
    }

    /// Takes everything that is there as told.
    pub(super) async fn skip(&mut self) -> anyhow::Result<()> {
        let speaks = std::mem::replace(&mut self.voice.speaks, false);
        let told = self.tell().await;
        self.voice.speaks = speaks;
        told
    }

    /// Tells what is new since the last time, and what changed if everything is to be told.
    pub(super) async fn tell(&mut self) -> anyhow::Result<()> {
        let mut news: Vec<(u64, String, Value, bool)> = Vec::new();
        let places = self.control.places(&self.you).await?;
        self.names.extend(places.iter().cloned());
        self.names.extend(self.control.people().await?.into_iter().map(|(name, id)| (id, capitalized(&name))));
        for (place, name) in places {
            for message in self.control.messages(&self.you, &place).await? {
                let Some(id) = message["id"].as_str() else { continue };
                // Compared as it was sent: times read differently every second.
                let sent = format!("{}{}{}", message["content"], message["embeds"], message["components"]);
                let known = self.told.insert(id.to_owned(), sent.clone());
                if known.as_ref() == Some(&sent) || !message["ephemeral_for"].is_null() {
                    continue;
                }
                let author =
                    message["author"]["global_name"].as_str().or_else(|| message["author"]["username"].as_str());
                let head = format!("{name}  {}", author.unwrap_or("?"));
                news.push((id.parse().unwrap_or_default(), head, message, known.is_some()));
            }
        }
        news.sort_by_key(|(id, ..)| *id);
        if !self.voice.speaks {
            return Ok(());
        }
        for (_, head, message, edited) in news {
            if self.voice.verbose {
                let mark = if edited { " (edited)" } else { "" };
                let lines = lines(&message, &self.names);
                if !lines.is_empty() {
                    outln!("  {}{mark}", self.paint("1", &head));
                }
                lines.iter().for_each(|line| outln!("    {line}"));
            } else if let Some(gist) = gist(&message, &self.names).filter(|_| !edited) {
                let is_card = message["content"].as_str().unwrap_or_default().is_empty();
                if is_card && !self.said.insert(gist.clone()) {
                    continue;
                }
                self.tell_acts();
                let head = head.strip_suffix("  siaga").unwrap_or(&head);
                outln!("  {} {gist}", self.paint("1", &format!("{head}:")));
            }
        }
        Ok(())
    }

    /// Tells what happens until somebody stops the program.
    pub(super) async fn follow(&mut self) -> anyhow::Result<()> {
        loop {
            self.tell().await?;
            tokio::time::sleep(LOOK).await;
        }
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.voice.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// A user name as people write it.
pub(super) fn capitalized(username: &str) -> String {
    let mut characters = username.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
