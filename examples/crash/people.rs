//! Purpose: people of a world: what they type, press and fill in, each written down with how it ended for them.

use serde_json::{Value, json};

use crate::ledger::{Asked, Deed, End, Line, Report, Silence, Term, What, now_ms};
use crate::world::{World, custom_ids, list, text};

/// How long a person waits for an answer; Discord says after 3 s that there is none.
const ANSWER_MS: u32 = 20_000;

impl World {
    /// Somebody does something to an incident; written down with how it ended. None when there was nothing to press.
    pub(crate) async fn deed(&self, person: &str, incident: u32, what: What, by_button: bool) -> Option<End> {
        let began_ms = now_ms();
        let label = format!("INC-{incident}");
        let first = match (&what, by_button) {
            (What::Acknowledge, true) => self.press(person, incident, "ack").await?,
            (What::Acknowledge, false) => self.slash(person, "ack", json!({ "incident": label })).await?,
            (What::Page(target, reason), _) => {
                let typed = json!({ "target": target, "reason": reason, "incident": label });
                self.slash(person, "page", typed).await?
            }
            (What::Note(text), _) => self.slash(person, "note", json!({ "text": text, "incident": label })).await?,
            (What::Update(_), _) => self.slash(person, "update", json!({ "incident": label })).await?,
            (What::Decline, _) => self.press(person, incident, "decline").await?,
            (What::Severity(to, reason), _) => {
                let level = self.severity(person, to).await?;
                self.slash(person, "severity", json!({ "level": level, "reason": reason, "incident": label })).await?
            }
            (What::Merge(into), _) => {
                let typed = json!({ "into": format!("INC-{into}"), "incident": label });
                self.slash(person, "incident merge", typed).await?
            }
            (What::Reopen(reason), _) => {
                self.slash(person, "incident reopen", json!({ "reason": reason, "incident": label })).await?
            }
            (What::Resolve(_), true) => self.press(person, incident, "resolve").await?,
            (What::Resolve(_), false) => self.slash(person, "resolve", json!({ "incident": label })).await?,
        };
        let mut answer = self.answer(&first).await;
        let fields = match &what {
            What::Update(text) => Some(json!({ "know": text, "doing": "looking" })),
            What::Resolve(text) => Some(json!({ "fixed": text })),
            What::Severity(_, reason) => Some(json!({ "reason": reason })),
            _ => None,
        };
        if let Some(fields) = fields
            && answer["modal"].is_object()
        {
            let sent =
                self.order(&format!("/people/{person}/submit"), &json!({ "modal": first, "fields": fields })).await?;
            answer = self.answer(text(&sent["interaction"])).await;
        }
        // What pages or ends something asks once.
        let asked = custom_ids(&answer["message"]).find(|id| id.starts_with("v1:sure:") && !id.ends_with(":leave"));
        if let Some(button) = asked.map(str::to_owned) {
            let pressed = json!({ "message": answer["message"]["id"], "custom_id": button });
            let sent = self.order(&format!("/people/{person}/press"), &pressed).await?;
            answer = self.answer(text(&sent["interaction"])).await;
        }
        let said = text(&answer["message"]["content"]);
        let yes = match &what {
            What::Acknowledge => said.starts_with("You have it."),
            What::Page(..) => said.contains(" paged for "),
            What::Note(_) => said.starts_with("Noted in the timeline"),
            What::Update(_) => said.starts_with("Update "),
            What::Decline => said.starts_with("Noted. ") || said.starts_with("Noted, but nobody"),
            What::Severity(to, _) => said.contains(&format!("{label} is {to} now.")),
            What::Merge(_) => said.contains(&format!("{label} is part of ")),
            What::Reopen(_) => said.contains(&format!("{label} is open again.")),
            What::Resolve(_) => said.starts_with("Resolved after") || said.contains(" is resolved."),
        };
        let end = match text(&answer["state"]) {
            "answered" if yes => End::Done,
            "answered" => End::Refused(said.to_owned()),
            // Also a deferred answer that never came.
            _ => End::Unanswered,
        };
        let mut ledger = self.ledger.open();
        if said.contains("It is logged as") {
            ledger.accidents.push(format!("{person} was told of an error: {said}"));
        }
        let (person, ended_ms) = (person.to_owned(), now_ms());
        ledger.deeds.push(Deed { person, incident, what, began_ms, ended_ms, end: end.clone() });
        Some(end)
    }

    /// Incidents that somebody has resolved.
    pub(crate) fn resolved(&self) -> Vec<u32> {
        let ledger = self.ledger.open();
        let over = |deed: &&Deed| deed.end == End::Done && matches!(deed.what, What::Resolve(_));
        ledger.deeds.iter().filter(over).map(|deed| deed.incident).collect()
    }

    /// Somebody writes a line into the watched channel. It is certain to be heard once the bot has shown that it listens.
    pub(crate) async fn say(&self, person: &str, alert: &str, certain: bool) -> Option<u64> {
        let said = json!({ "channel": "support", "content": format!("{alert} is down") });
        let sent = self.order(&format!("/people/{person}/messages"), &said).await?;
        let id = text(&sent["message"]["id"]).parse().ok()?;
        self.ledger.open().lines.push(Line { id, alert: alert.to_owned(), certain, answer: None });
        Some(id)
    }

    /// The question about a line, if there is one, with the ids of its buttons.
    pub(crate) async fn question(&self, line: u64) -> Option<(String, Vec<String>)> {
        let seen = self.look("/channels/support/messages?as=rina&limit=200").await;
        let line = line.to_string();
        let found =
            list(&seen["messages"]).find(|message| message["message_reference"]["message_id"] == line.as_str())?;
        Some((text(&found["id"]).to_owned(), custom_ids(found).map(str::to_owned).collect()))
    }

    /// Somebody says whether a line is an incident. None when there is no question, or it was answered.
    pub(crate) async fn answer_question(&self, person: &str, line: u64, is_one: bool) -> Option<End> {
        let (message, buttons) = self.question(line).await?;
        let button = buttons.iter().find(|id| id.ends_with(if is_one { ":open" } else { ":decline" }))?;
        let pressed = json!({ "message": message, "custom_id": button });
        let sent = self.order(&format!("/people/{person}/press"), &pressed).await?;
        let answer = self.answer(text(&sent["interaction"])).await;
        let said = text(&answer["message"]["content"]);
        let yes = if is_one { said.contains(" is open as ") } else { said.starts_with("Not an incident.") };
        let end = match text(&answer["state"]) {
            "answered" if yes => End::Done,
            "answered" => End::Refused(said.to_owned()),
            _ => End::Unanswered,
        };
        let mut ledger = self.ledger.open();
        let known = ledger.lines.iter_mut().find(|known| known.id == line)?;
        known.answer = Some((is_one, end.clone()));
        let alert = known.alert.clone();
        if is_one && !matches!(end, End::Refused(_)) {
            ledger.reports.push(Report { alert, firing: true, accepted: end == End::Done, ..Report::default() });
        }
        Some(end)
    }

    // ---- what ends by itself ----

    /// Somebody silences all alerts of a service for a time, up to the worst severity that is said; reads what that is, and says yes.
    /// Its number, if it may hold.
    pub(crate) async fn silence(&self, person: &str, service: &str, lasts_s: i64, worst: u8) -> Option<u32> {
        let matchers = format!("service=\"{service}\"");
        let typed =
            json!({ "match": matchers, "for": format!("{lasts_s}s"), "reason": format!("a deploy of {service}") });
        let began_ms = now_ms();
        let first = self.slash(person, "silence create", typed).await?;
        let proposed = self.answer(&first).await;
        let until_ms = (began_ms + lasts_s * 1_000, now_ms() + lasts_s * 1_000);
        self.no_error(person, &proposed);
        let message = &proposed["message"];
        let yes = custom_ids(message).find(|id| id.starts_with("v1:sil:") && id.ends_with(":yes"))?.to_owned();
        let number = yes.split(':').nth(2)?.parse().ok()?;
        let pressed = json!({ "message": message["id"], "custom_id": yes });
        let holds = format!("Silence {number} holds until ");
        let yes = self.asked(person, &format!("/people/{person}/press"), &pressed, &holds).await?;
        let may = !matches!(yes.end, End::Refused(_));
        let term = Term { by: person.to_owned(), yes, until_ms, longer: Vec::new(), over: None };
        let service = service.to_owned();
        self.ledger.open().silences.push(Silence { number, service, worst, term });
        may.then_some(number)
    }

    /// Somebody lets a silence hold until so long from now.
    pub(crate) async fn extend_silence(&self, person: &str, number: u32, lasts_s: i64) {
        let typed = slash("silence extend", json!({ "silence": number.to_string(), "for": format!("{lasts_s}s") }));
        let holds = format!("Silence {number} holds until ");
        let Some(asked) = self.asked(person, &format!("/people/{person}/slash"), &typed, &holds).await else { return };
        self.of_silence(number, |term| term.longer.push((asked, lasts_s * 1_000)));
    }

    /// Somebody ends a silence.
    pub(crate) async fn end_silence(&self, person: &str, number: u32) {
        let typed = slash("silence end", json!({ "silence": number.to_string() }));
        let over = format!("Silence {number} is over.");
        let Some(asked) = self.asked(person, &format!("/people/{person}/slash"), &typed, &over).await else { return };
        self.of_silence(number, |term| term.over = Some(asked));
    }

    fn of_silence(&self, number: u32, change: impl FnOnce(&mut Term)) {
        let mut ledger = self.ledger.open();
        if let Some(own) = ledger.silences.iter_mut().find(|own| own.number == number) {
            change(&mut own.term);
        }
    }

    /// Somebody is on call in another's place for a time. When it surely is over.
    pub(crate) async fn take_over(&self, person: &str, lasts_s: i64) -> Option<i64> {
        let typed = slash("oncall take", json!({ "schedule": "payments", "for": format!("{lasts_s}s") }));
        let path = format!("/people/{person}/slash");
        let yes = self.asked(person, &path, &typed, "You are on call for payments until ").await?;
        let until_ms = (yes.began_ms + lasts_s * 1_000, yes.ended_ms + lasts_s * 1_000);
        let term = Term { by: person.to_owned(), yes, until_ms, longer: Vec::new(), over: None };
        let last_ms = term.may().map(|(_, last_ms)| last_ms);
        self.ledger.open().overrides.push(term);
        last_ms
    }

    /// Somebody is not on call in another's place any more.
    pub(crate) async fn give_back(&self, person: &str) {
        let typed = slash("oncall end", json!({ "schedule": "payments" }));
        let path = format!("/people/{person}/slash");
        let Some(asked) = self.asked(person, &path, &typed, "It is over.").await else { return };
        if let Some(term) = self.ledger.open().overrides.last_mut() {
            term.over = Some(asked);
        }
    }

    /// Somebody asks for something that is no deed of an incident. None when there was nothing to press.
    async fn asked(&self, person: &str, path: &str, body: &Value, yes: &str) -> Option<Asked> {
        let began_ms = now_ms();
        let sent = self.order(path, body).await?;
        let answer = self.answer(sent["interaction"].as_str()?).await;
        self.no_error(person, &answer);
        let said = text(&answer["message"]["content"]);
        let end = match text(&answer["state"]) {
            "answered" if said.contains(yes) => End::Done,
            "answered" => End::Refused(said.to_owned()),
            _ => End::Unanswered,
        };
        Some(Asked { began_ms, ended_ms: now_ms(), end })
    }

    fn no_error(&self, person: &str, answer: &Value) {
        let said = text(&answer["message"]["content"]);
        if said.contains("It is logged as") {
            self.ledger.open().accidents.push(format!("{person} was told of an error: {said}"));
        }
    }

    /// The value behind a severity that people choose by its name.
    async fn severity(&self, person: &str, name: &str) -> Option<Value> {
        let commands = self.look(&format!("/commands?as={person}")).await;
        let command = list(&commands["commands"]).find(|command| command["name"] == "severity")?;
        let level = list(&command["options"]).find(|option| option["name"] == "level")?;
        list(&level["choices"]).find(|choice| choice["name"] == name).map(|choice| choice["value"].clone())
    }

    pub(crate) async fn slash(&self, person: &str, command: &str, options: Value) -> Option<String> {
        let sent = self.order(&format!("/people/{person}/slash"), &slash(command, options)).await?;
        sent["interaction"].as_str().map(str::to_owned)
    }

    async fn press(&self, person: &str, incident: u32, verb: &str) -> Option<String> {
        let custom_id = format!("v1:{verb}:{incident}:card");
        let seen = self.look(&format!("/channels/incidents/messages?as={person}&limit=200")).await;
        let message = list(&seen["messages"]).find(|message| custom_ids(message).any(|id| id == custom_id))?;
        let pressed = json!({ "message": message["id"], "custom_id": custom_id });
        let sent = self.order(&format!("/people/{person}/press"), &pressed).await?;
        sent["interaction"].as_str().map(str::to_owned)
    }

    pub(crate) async fn answer(&self, interaction: &str) -> Value {
        self.look(&format!("/interactions/{interaction}?wait_ms={ANSWER_MS}")).await
    }
}

/// What somebody types in #general.
fn slash(command: &str, options: Value) -> Value {
    json!({ "channel": "general", "command": command, "options": options })
}
