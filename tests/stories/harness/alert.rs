//! Purpose: alerts as Alertmanager sends them, to the real intake.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Story;

/// Body and status of an answer of the intake.
pub(crate) type IntakeAnswer = (u16, Value);

/// The Alertmanager of most stories.
const SENDER: &str = "https://alertmanager.example.com";

/// An alert on its way.
#[must_use = "an alert that is not sent does nothing"]
pub(crate) struct Alert<'a> {
    story: &'a Story,
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
    fingerprint: String,
    starts_at: Option<String>,
    sender: String,
}

impl<'a> Alert<'a> {
    /// An alert of a service; its fingerprint follows from service and name.
    pub(super) fn new(story: &'a Story, service: &str) -> Self {
        let mut alert = Self {
            story,
            labels: BTreeMap::new(),
            annotations: BTreeMap::new(),
            fingerprint: format!("{service}-1"),
            starts_at: None,
            sender: SENDER.to_owned(),
        };
        let name: String = service[..1].to_uppercase() + &service[1..] + "Errors";
        alert = alert.label("alertname", &name).label("severity", "info");
        if service.is_empty() { alert } else { alert.label("service", service) }
    }

    pub(crate) fn label(mut self, name: &str, value: &str) -> Self {
        self.labels.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn without(mut self, label: &str) -> Self {
        self.labels.remove(label);
        self
    }

    pub(crate) fn annotation(mut self, name: &str, value: &str) -> Self {
        self.annotations.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn critical(self) -> Self {
        self.label("severity", "critical")
    }

    pub(crate) fn warning(self) -> Self {
        self.label("severity", "warning")
    }

    /// What people read in the title.
    pub(crate) fn saying(self, summary: &str) -> Self {
        self.annotation("summary", summary)
    }

    /// Another alert of the same service.
    pub(crate) fn numbered(mut self, number: u32) -> Self {
        self.fingerprint =
            format!("{}-{number}", self.fingerprint.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-'));
        self
    }

    /// The same alert as its sender knows it.
    pub(crate) fn fingerprint(mut self, fingerprint: &str) -> Self {
        fingerprint.clone_into(&mut self.fingerprint);
        self
    }

    /// When it began, as its sender says.
    pub(crate) fn began(mut self, starts_at: &str) -> Self {
        self.starts_at = Some(starts_at.to_owned());
        self
    }

    /// Another Alertmanager sends it.
    pub(crate) fn from(mut self, external_url: &str) -> Self {
        external_url.clone_into(&mut self.sender);
        self
    }

    /// Sends it and waits until everything that follows is outside.
    pub(crate) async fn fires(self) {
        let story = self.story;
        self.sent("firing").await;
        story.settled().await;
    }

    /// Sends its end and waits until everything that follows is outside.
    pub(crate) async fn resolves(self) {
        let story = self.story;
        self.sent("resolved").await;
        story.settled().await;
    }

    /// Sends it without waiting for what follows.
    pub(crate) async fn sent(self, status: &str) {
        let mut body = payload(status, &[self.wire(status)]);
        body["externalURL"] = Value::from(self.sender.as_str());
        let (code, answer) = self.story.post_intake(&body).await;
        assert_eq!(code, 202, "{answer}");
    }

    /// As Alertmanager writes it.
    pub(crate) fn wire(&self, status: &str) -> Value {
        let now = self.story.now().to_string();
        json!({
            "status": status,
            "labels": self.labels,
            "annotations": self.annotations,
            "startsAt": self.starts_at.clone().unwrap_or_else(|| now.clone()),
            "endsAt": if status == "resolved" { now } else { "0001-01-01T00:00:00Z".to_owned() },
            "generatorURL": "https://prometheus.example.com/graph",
            "fingerprint": self.fingerprint,
        })
    }
}

/// Alertmanager's webhook, version 4.
pub(crate) fn payload(status: &str, alerts: &[Value]) -> Value {
    json!({
        "version": "4", "groupKey": "{}:{}", "truncatedAlerts": 0, "status": status, "receiver": "siaga",
        "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {},
        "externalURL": SENDER, "alerts": alerts,
    })
}

impl Story {
    /// An alert of a service, `severity="info"` unless said otherwise.
    pub(crate) fn alert(&self, service: &str) -> Alert<'_> {
        let alert = Alert::new(self, service);
        match service {
            "checkout" => alert.saying("Checkout errors 12 %").annotation("value", "12 %"),
            "search" => alert.saying("Search answers in 2.4 s").annotation("value", "2.4 s"),
            "login" => alert.saying("Login errors 4 %").annotation("value", "4 %"),
            _ => alert.saying(&format!("Something is wrong with {service}")),
        }
    }

    /// The most common beginning: critical on checkout.
    pub(crate) async fn checkout_breaks(&self) {
        self.alert("checkout").critical().fires().await;
    }

    pub(crate) async fn checkout_recovers(&self) {
        self.alert("checkout").critical().resolves().await;
    }

    /// Search is slow: a thread, and the platform's people.
    pub(crate) async fn search_is_slow(&self) {
        self.alert("search").warning().fires().await;
    }

    /// Posts a body to the intake with the right key.
    pub(crate) async fn post_intake(&self, body: &Value) -> IntakeAnswer {
        self.post_raw("alertmanager", Some(&self.key), body.to_string().into_bytes()).await
    }

    pub(crate) async fn post_raw(&self, integration: &str, key: Option<&str>, body: Vec<u8>) -> IntakeAnswer {
        let mut request =
            self.control.http.post(format!("http://{}/intake/{integration}", self.bot().intake)).body(body);
        if let Some(key) = key {
            request = request.bearer_auth(key);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json().await.unwrap_or(Value::Null))
    }
}
