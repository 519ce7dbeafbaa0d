//! Purpose: plays a scenario: alerts through the real HTTP intake, people through their hands in the sandbox.

use std::time::Duration;

use anyhow::{Context, bail};
use domain::scenario::{DemoAct, DemoPerson, DemoStep, Happening, Scenario, ScriptedAlert, ScriptedMessage};
use serde_json::{Value, json};

use super::Demo;
use super::figures::Figures;
use super::narrator::{Narrator, capitalized};

/// A breath between scenes, so that a person can read along; none in `--once`.
const BREATH: Duration = Duration::from_secs(2);

/// Something of the story.
enum Beat<'a> {
    /// What the narrator says, and nothing else.
    Told(&'a str),
    /// Alerts that change at the same moment travel together.
    Alerts(Vec<&'a ScriptedAlert>, &'static str),
    Said(&'a ScriptedMessage),
    Done(&'a DemoStep),
}

/// Everything in order: at one moment the narrator comes first, then what happens by itself, then people's hands.
fn beats(scenario: &Scenario) -> Vec<(Duration, Beat<'_>)> {
    let mut beats: Vec<(Duration, Beat<'_>)> = Vec::new();
    let tells = scenario.demo.iter().filter(|step| step.act.is_none());
    beats.extend(tells.filter_map(|step| Some((step.at, Beat::Told(step.tell.as_deref()?)))));
    for (at, what) in scenario.happenings() {
        let (alert, status) = match what {
            Happening::Fires(alert) => (alert, "firing"),
            Happening::Resolves(alert) => (alert, "resolved"),
            Happening::Says(message) => {
                beats.push((at, Beat::Said(message)));
                continue;
            }
        };
        match beats.last_mut() {
            Some((when, Beat::Alerts(together, known))) if *when == at && *known == status => together.push(alert),
            _ => beats.push((at, Beat::Alerts(vec![alert], status))),
        }
    }
    beats.extend(scenario.demo.iter().filter(|step| step.act.is_some()).map(|step| (step.at, Beat::Done(step))));
    beats.sort_by_key(|(at, _)| *at);
    beats
}

/// Plays a scenario. With `once` it is played to its end, and what it cost is counted; otherwise it stops where the person at
/// the screen goes on.
pub(super) async fn play(
    demo: &Demo,
    scenario: &Scenario,
    narrator: &mut Narrator,
    once: bool,
) -> anyhow::Result<Option<Figures>> {
    let breath = if once { Duration::ZERO } else { BREATH };
    narrator.skip().await?;
    let mut last_act_ms = None;
    for (_, beat) in beats(scenario) {
        match beat {
            Beat::Told(line) => {
                narrator.say(line);
                continue;
            }
            Beat::Alerts(alerts, status) => {
                for copy in 1..=alerts.iter().map(|alert| alert.copies).max().unwrap_or(1) {
                    let sent: Vec<&ScriptedAlert> =
                        alerts.iter().copied().filter(|alert| alert.copies >= copy).collect();
                    demo.send(&sent, status).await?;
                }
            }
            Beat::Said(message) => demo.says(message).await?,
            Beat::Done(step) if step.yours && !once => {
                narrator.say(&demo.invitation(step));
                return Ok(None);
            }
            Beat::Done(step) => {
                if demo.act(step, narrator).await? {
                    demo.settle(narrator, breath).await?;
                    last_act_ms = Some(demo.control.now_ms().await?);
                    continue;
                }
            }
        }
        demo.settle(narrator, breath).await?;
    }
    match (demo.control.first_paged().await?, last_act_ms) {
        (Some(responder), Some(end_ms)) if once => Ok(Some(demo.control.figures(&responder, end_ms).await?)),
        (_, _) => Ok(None),
    }
}

impl Demo {
    /// What the person at the screen may do now.
    fn invitation(&self, step: &DemoStep) -> String {
        if step.who != Some(DemoPerson::Named(super::YOU.to_owned())) {
            return format!(
                "From here on it is yours: open {}, be whoever was paged, and go on. (Ctrl-C ends.)",
                self.page()
            );
        }
        format!(
            "You are Budi. Press Acknowledge on {} or type /ack in the room; in {} s Rina is paged. (Shortened from 5 minutes. Ctrl-C ends.)",
            self.page(),
            super::SHORT_WAIT.as_secs()
        )
    }

    /// Everything decided and delivered, then told.
    async fn settle(&self, narrator: &mut Narrator, breath: Duration) -> anyhow::Result<()> {
        self.bot.engine.settled().await;
        narrator.tell().await?;
        tokio::time::sleep(breath).await;
        Ok(())
    }

    /// Sends alerts as Alertmanager does.
    async fn send(&self, alerts: &[&ScriptedAlert], status: &str) -> anyhow::Result<()> {
        let started = self.bot.engine.now().to_string();
        let alerts: Vec<Value> = alerts
            .iter()
            .map(|alert| {
                let mut annotations = json!({ "summary": alert.title });
                if let Some(text) = &alert.text {
                    annotations["description"] = json!(text);
                }
                if let Some(value) = &alert.value {
                    annotations["value"] = json!(value);
                }
                json!({
                    "status": status,
                    "labels": alert.labels,
                    "annotations": annotations,
                    "startsAt": started,
                    "endsAt": "0001-01-01T00:00:00Z",
                    "generatorURL": "https://prometheus.example.com/graph",
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

    async fn says(&self, message: &ScriptedMessage) -> anyhow::Result<()> {
        let people = self.control.people().await?;
        let person = people.get(&message.by).with_context(|| format!("the sample server has nobody {}", message.by))?;
        let channel = self.sandbox.channel(&message.channel);
        let channel = channel.with_context(|| format!("the sample server has no #{}", message.channel))?;
        self.control.say(person, &channel.to_string(), &message.says).await?;
        Ok(())
    }

    /// Somebody does something; true when it was whoever was paged first.
    async fn act(&self, step: &DemoStep, narrator: &mut Narrator) -> anyhow::Result<bool> {
        let (Some(who), Some(act)) = (&step.who, &step.act) else { return Ok(false) };
        if let Some(line) = &step.tell {
            narrator.say(line);
        }
        let (id, name) = match who {
            DemoPerson::Named(username) => {
                let people = self.control.people().await?;
                let id = people.get(username).with_context(|| format!("the sample server has nobody {username}"))?;
                (id.clone(), capitalized(username))
            }
            DemoPerson::Paged => {
                let paged = self.control.last_paged().await?.context("nobody was paged yet")?;
                (paged.id, paged.name)
            }
        };
        let control = &self.control;
        let (mut answer, mut did) = match act {
            DemoAct::Press(label) => {
                (control.press_label(&id, label, step.incident).await?, format!("presses {label}"))
            }
            DemoAct::Choose { menu, labels } => {
                let answer = control.choose_labels(&id, menu.as_deref(), labels, step.incident).await?;
                (answer, format!("chooses \"{}\"", labels.join("\", \"")))
            }
            DemoAct::Slash { command, options } => {
                let place = self.room(&id, step.incident).await?;
                (control.slash(&id, &place, command, options).await?, format!("types /{command}"))
            }
        };
        // What was typed already stands in the form that asks whether it is meant so.
        let asks = answer["modal"]["custom_id"].as_str().is_some_and(|id| id.starts_with("v1:form-severity:"));
        if step.form.is_empty() && asks {
            answer = control.fill(&id, &answer, &[]).await?;
            did.push_str(" and sends the form");
        }
        if !step.form.is_empty() {
            answer = control.fill(&id, &answer, &step.form).await?;
            did.push_str(" and fills in the form");
        }
        narrator.private(&name, &did, &answer);
        if answer["state"] == "failed" {
            bail!("{name} {did}, and nothing came back");
        }
        Ok(control.first_paged().await?.is_some_and(|first| first.id == id))
    }

    /// Where an incident is worked on, or the newest one: its channel, else its thread, else the incidents channel.
    async fn room(&self, person: &str, incident: Option<u32>) -> anyhow::Result<String> {
        let mut rooms: Vec<(u32, bool, String)> = Vec::new();
        for (id, name) in self.control.places(person).await? {
            let thread = name.strip_prefix("thread INC-").and_then(|rest| rest.split(' ').next());
            let channel = name.strip_prefix("#inc-").and_then(|rest| rest.split('-').next());
            let number = channel.or(thread).and_then(|number| number.parse().ok());
            rooms.extend(number.map(|number| (number, channel.is_some(), id)));
        }
        let meant = rooms.into_iter().filter(|(number, ..)| incident.is_none_or(|wanted| *number == wanted)).max();
        match (meant, self.sandbox.channel("incidents")) {
            (Some((_, _, id)), _) => Ok(id),
            (None, Some(id)) => Ok(id.to_string()),
            (None, None) => bail!("there is no room to type in"),
        }
    }
}
