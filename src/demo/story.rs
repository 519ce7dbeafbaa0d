//! Purpose: the sample outage, through the real HTTP intake and the hands of people in the sandbox.

use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::{Value, json};

use super::Demo;
use super::narrator::Narrator;

/// A breath between scenes, so that a person can read along; none in `--once`.
const BREATH: Duration = Duration::from_secs(2);

/// One alert of the story.
struct Alert {
    fingerprint: &'static str,
    name: &'static str,
    severity: &'static str,
    service: &'static str,
    summary: &'static str,
    description: &'static str,
    value: &'static str,
}

const SLOW_SEARCH: Alert = Alert {
    fingerprint: "story-search-1",
    name: "SearchLatencyHigh",
    severity: "warning",
    service: "search",
    summary: "Search answers in 2.4 s",
    description: "Customers wait for results; half of them leave after 3 s.",
    value: "2.4 s",
};
const CHECKOUT: Alert = Alert {
    fingerprint: "story-checkout-1",
    name: "CheckoutErrors",
    severity: "critical",
    service: "checkout",
    summary: "Checkout errors 12 %",
    description: "Most customers cannot pay.",
    value: "12 %",
};
const CART: Alert = Alert {
    fingerprint: "story-cart-1",
    name: "CartTimeouts",
    severity: "critical",
    service: "cart",
    summary: "Cart times out for 8 % of requests",
    description: "The cart waits for the payment gateway.",
    value: "8 %",
};

/// Plays the story. With `once` it is played to its end; otherwise an incident is left for the person at the screen.
pub(super) async fn play(demo: &Demo, narrator: &mut Narrator, once: bool) -> anyhow::Result<()> {
    let breath = if once { Duration::ZERO } else { BREATH };
    narrator.skip().await?;

    narrator.say("1. A warning: search is slow. A thread opens and whoever is on call for the platform is paged.");
    demo.send(&[&SLOW_SEARCH], "firing").await?;
    demo.settle(narrator, breath).await?;
    let people = demo.control.people().await?;
    let (helper, name) =
        demo.paged_for("INC-1", &people).await?.unwrap_or_else(|| (people["agus"].clone(), "Agus".to_owned()));
    let answer = demo.press(&helper, "v1:ack:1").await?;
    narrator.private(&name, "presses Acknowledge.", &answer);
    demo.settle(narrator, breath).await?;

    narrator.say("2. Search recovers. The room hears it; a person decides when it is over.");
    demo.send(&[&SLOW_SEARCH], "resolved").await?;
    demo.settle(narrator, breath).await?;
    let answer = demo.resolve(&helper, "v1:resolve:1", "the index was rebuilt").await?;
    narrator.private(&name, "presses Resolve and writes what fixed it.", &answer);
    demo.settle(narrator, breath).await?;

    narrator.say(
        "3. Two critical alerts on checkout, each sent twice by two Alertmanagers. One incident, one room, one page.",
    );
    demo.send(&[&CHECKOUT, &CART], "firing").await?;
    demo.send(&[&CHECKOUT, &CART], "firing").await?;
    demo.settle(narrator, breath).await?;

    narrator.say("4. A customer writes to support. The bot asks before it opens anything.");
    if let Some(sari) = people.get("sari") {
        let support = demo.sandbox.channel("support").context("the sample server has no #support")?;
        demo.control.say(sari, &support.to_string(), "Customers say login is down again").await?;
        demo.wait_for_button(sari, "v1:candidate:").await?;
        demo.settle(narrator, breath).await?;
        let answer = demo.press_exactly(sari, "v1:candidate:", ":decline").await?;
        narrator.private("Sari", "says it is not an incident.", &answer);
        demo.settle(narrator, breath).await?;
    }

    if !once {
        narrator.say(&format!(
            "You are Budi. Press Acknowledge on {} or type /ack in the room; in 60 s Rina is paged. (Shortened from 5 minutes. Ctrl-C ends.)",
            demo.page()
        ));
        return Ok(());
    }
    finish(demo, narrator).await
}

/// What the person at the screen would do.
async fn finish(demo: &Demo, narrator: &mut Narrator) -> anyhow::Result<()> {
    narrator.say("5. Budi takes it, tells stakeholders, and the alerts recover.");
    let answer = demo.press(&demo.you, "v1:ack:2").await?;
    narrator.private("Budi", "presses Acknowledge.", &answer);
    let form = demo.press(&demo.you, "v1:update:2").await?;
    let fields = ["payments fail for most customers", "rolling back 4.2", "30"];
    let answer = demo.fill(&demo.you, &form, &fields).await?;
    narrator.private("Budi", "presses Update and fills in the form.", &answer);
    demo.settle(narrator, Duration::ZERO).await?;
    demo.send(&[&CHECKOUT, &CART], "resolved").await?;
    demo.settle(narrator, Duration::ZERO).await?;
    let answer = demo.resolve(&demo.you, "v1:resolve:2", "rolled back 4.2").await?;
    narrator.private("Budi", "presses Resolve and writes what fixed it.", &answer);
    demo.settle(narrator, Duration::ZERO).await
}

impl Demo {
    /// Everything decided and delivered, then told.
    async fn settle(&self, narrator: &mut Narrator, breath: Duration) -> anyhow::Result<()> {
        self.bot.engine.settled().await;
        narrator.tell().await?;
        tokio::time::sleep(breath).await;
        Ok(())
    }

    /// Sends alerts as Alertmanager does.
    async fn send(&self, alerts: &[&Alert], status: &str) -> anyhow::Result<()> {
        let started = self.bot.engine.now().to_string();
        let alerts: Vec<Value> = alerts
            .iter()
            .map(|alert| {
                json!({
                    "status": status,
                    "labels": { "alertname": alert.name, "severity": alert.severity, "service": alert.service },
                    "annotations": { "summary": alert.summary, "description": alert.description, "value": alert.value },
                    "startsAt": started,
                    "endsAt": "0001-01-01T00:00:00Z",
                    "generatorURL": "https://prometheus.example.com/graph",
                    "fingerprint": alert.fingerprint,
                })
            })
            .collect();
        let body = json!({
            "version": "4", "groupKey": "{}:{service=\"story\"}", "truncatedAlerts": 0, "status": status,
            "receiver": "siaga", "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {},
            "externalURL": "https://alertmanager.example.com", "alerts": alerts,
        });
        let http = reqwest::Client::builder().no_proxy().build()?;
        let response = http.post(self.intake()).bearer_auth(&self.key).json(&body).send().await?;
        if response.status().as_u16() != 202 {
            bail!("the intake answered {}", response.status());
        }
        Ok(())
    }

    /// Who of the people was mentioned by a page about this incident: id and name.
    async fn paged_for(
        &self,
        label: &str,
        people: &std::collections::BTreeMap<String, String>,
    ) -> anyhow::Result<Option<(String, String)>> {
        for (username, id) in people {
            let rung = self.control.get(&format!("/people/{id}/notifications")).await?;
            let mine = rung["notifications"].as_array().into_iter().flatten().any(|notice| {
                notice["silent"] == json!(false) && notice["text"].as_str().is_some_and(|text| text.contains(label))
            });
            if mine {
                let mut name = username.clone();
                name[..1].make_ascii_uppercase();
                return Ok(Some((id.clone(), name)));
            }
        }
        Ok(None)
    }

    async fn press(&self, person: &str, prefix: &str) -> anyhow::Result<Value> {
        let (message, button) = self
            .control
            .find_button(person, prefix)
            .await?
            .with_context(|| format!("no button {prefix} in the chat"))?;
        self.control.press(person, &message, &button).await
    }

    async fn press_exactly(&self, person: &str, prefix: &str, suffix: &str) -> anyhow::Result<Value> {
        let (message, button) = self
            .control
            .find_button(person, prefix)
            .await?
            .with_context(|| format!("no button {prefix} in the chat"))?;
        let stem = button.rsplit_once(':').map_or(button.as_str(), |(stem, _)| stem);
        self.control.press(person, &message, &format!("{stem}{suffix}")).await
    }

    /// Waits until a button is there: messages of people reach the bot over the gateway, in their own time.
    async fn wait_for_button(&self, person: &str, prefix: &str) -> anyhow::Result<()> {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
        while self.control.find_button(person, prefix).await?.is_none() {
            if tokio::time::Instant::now() > deadline {
                bail!("the bot did not react to a message within 10 s");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Fills a form from top to bottom; the fields' names are the form's own.
    async fn fill(&self, person: &str, form: &Value, texts: &[&str]) -> anyhow::Result<Value> {
        let modal = form["modal"]["id"].as_str().context("no form opened")?;
        let inputs = form["modal"]["components"]
            .as_array()
            .into_iter()
            .flatten()
            .flat_map(|row| row["components"].as_array().into_iter().flatten())
            .filter_map(|input| input["custom_id"].as_str());
        let filled: serde_json::Map<String, Value> =
            inputs.zip(texts).map(|(name, text)| (name.to_owned(), json!(text))).collect();
        self.control.submit(person, modal, Value::Object(filled)).await
    }

    async fn resolve(&self, person: &str, prefix: &str, fixed: &str) -> anyhow::Result<Value> {
        let form = self.press(person, prefix).await?;
        self.fill(person, &form, &[fixed]).await
    }
}
