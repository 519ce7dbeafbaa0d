//! Purpose: what the HTTP side asks of the engine.

use std::net::IpAddr;
use std::sync::Arc;

use domain::setup::IntegrationKind;
use domain::{AlertReport, IntegrationName, Timestamp};
use engine::Engine;
use store::BodyKind;

use crate::keys::KeyRing;
use crate::links::LinkDesk;
use crate::metrics::{self, Vitals};
use crate::refusals::News;

pub use crate::keys::{Keys, heartbeat_key};

/// The engine as the HTTP side sees it.
pub struct EngineFront {
    engine: Engine,
    keys: KeyRing,
    vitals: Vitals,
    links: LinkDesk,
}

impl EngineFront {
    /// Puts the parts together.
    #[must_use]
    pub(crate) fn new(engine: Engine, keys: KeyRing, vitals: Vitals, links: LinkDesk) -> Self {
        Self { engine, keys, vitals, links }
    }
}

impl web::Front for EngineFront {
    fn integration(&self, name: &str) -> Option<web::IntegrationKey> {
        let setup = self.engine.setup();
        let integration = setup.integration(name)?;
        let kind = match &integration.kind {
            IntegrationKind::Alertmanager { .. } => web::Kind::Alertmanager,
            IntegrationKind::Grafana(grafana) => web::Kind::Grafana(grafana.clone()),
            IntegrationKind::Json(mapping) => web::Kind::Json(Arc::clone(mapping)),
            IntegrationKind::Chat(_) => return None,
        };
        Some(web::IntegrationKey { name: integration.name.clone(), kind, key: self.keys.get(&integration.name) })
    }

    fn integration_names(&self) -> Vec<IntegrationName> {
        self.engine.setup().integrations.iter().map(|integration| integration.name.clone()).collect()
    }

    async fn accept(&self, reports: Vec<AlertReport>) -> Result<web::Accepted, web::Unavailable> {
        match self.engine.accept(reports).await {
            Ok(accepted) => Ok(web::Accepted { first: accepted.first, count: accepted.count }),
            Err(error) => Err(web::Unavailable { retry_after: error.retry_after, reason: error.reason }),
        }
    }

    fn heartbeat(&self, name: &str) -> Option<web::HeartbeatKey> {
        let setup = self.engine.setup();
        let heartbeat = setup.heartbeat(name)?;
        let key = || self.keys.get(&heartbeat_key(name));
        Some(web::HeartbeatKey { name: heartbeat.name.clone(), key: (!heartbeat.keys.is_empty()).then(key) })
    }

    async fn beat(&self, name: &str) -> Result<Option<Timestamp>, web::Unavailable> {
        self.engine
            .beat(name)
            .await
            .map_err(|error| web::Unavailable { retry_after: error.retry_after, reason: error.reason })
    }

    async fn health(&self) -> web::Health {
        let mut parts: Vec<web::Part> = self
            .engine
            .health()
            .await
            .parts
            .into_iter()
            .map(|part| web::Part { name: part.name.to_owned(), ok: part.ok, sentence: part.sentence })
            .collect();
        // Alerts are accepted without Discord, so it says what is wrong but the process stays ready for them.
        let unset = self.keys.unset();
        // A sender that is refused for want of a key sends to nobody; one that is taken with its other key does not wait.
        let shut = unset.iter().any(|unset| unset.shut);
        let ready =
            !shut && parts.iter().all(|part| part.ok || matches!(part.name.as_str(), "outbox" | "clock" | "discord"));
        let sentence = match unset.as_slice() {
            [] => "each sender that needs a key has one".to_owned(),
            some => some.iter().map(crate::keys::Unset::sentence).collect::<Vec<_>>().join("; "),
        };
        parts.push(web::Part { name: "keys".to_owned(), ok: unset.is_empty(), sentence });
        if let Some(sentence) = self.vitals.file.trouble() {
            parts.push(web::Part { name: "configuration".to_owned(), ok: false, sentence });
        }
        let connected = *self.vitals.connected.borrow();
        let mut sentence =
            if connected { "connected" } else { "not connected: commands and buttons do not answer" }.to_owned();
        if let Some(waiting) = self.vitals.waiting.borrow().as_ref().filter(|_| !connected) {
            sentence = format!("{sentence}; {waiting}");
        }
        parts.push(web::Part { name: "gateway".to_owned(), ok: connected, sentence });
        if self.engine.setup().watch.as_ref().is_some_and(|watch| watch.url_env.is_some()) {
            let now = self.vitals.watched.now();
            let sentence = match (now.trouble, now.last) {
                (Some(trouble), _) => format!("not pinged: {trouble}"),
                (None, Some(last)) => format!("pinged {} seconds ago", last.as_secs()),
                (None, None) => "not pinged yet".to_owned(),
            };
            let ok = !sentence.starts_with("not pinged:");
            parts.push(web::Part { name: "watch".to_owned(), ok, sentence });
        }
        web::Health { ready, parts }
    }

    async fn link_page(&self, token: &str) -> web::LinkPage {
        self.links.show(token).await
    }

    async fn press_link(&self, token: &str) -> web::LinkPage {
        self.links.press(token).await
    }

    fn is_proxy(&self, address: IpAddr) -> bool {
        self.engine.setup().proxies.iter().any(|network| network.contains(&address))
    }

    fn answered(&self, answered: web::Answered<'_>) {
        if let Some(news) = self.vitals.refusals.answered(answered, self.engine.now()) {
            tell_operators(&self.engine, &news);
        }
    }

    fn unusual(&self, body: web::Unusual<'_>) {
        let web::Unusual { integration, skipped, skipped_texts, unmapped } = body;
        if skipped > 0 {
            let text = skipped_texts.last().cloned().unwrap_or_default();
            self.engine.body_seen(integration.as_str(), BodyKind::Skipped, skipped, text);
        }
        if let Some(last) = unmapped.last() {
            let count = u64::try_from(unmapped.len()).unwrap_or(u64::MAX);
            self.engine.body_seen(integration.as_str(), BodyKind::Unmapped, count, (*last).to_owned());
        }
    }

    async fn metrics(&self) -> Vec<web::Metric> {
        metrics::all(&self.engine, &self.vitals).await
    }
}

/// That nothing is taken of an integration, or that it is taken again.
pub(crate) fn tell_operators(engine: &Engine, news: &News) {
    let say = |lang| match news {
        News::Unheard { integration, time, by } => words::intake_refused(integration.as_str(), *time, by, lang),
        News::Heard { integration } => words::intake_heard(integration.as_str(), lang),
    };
    tracing::warn!("{}", say(domain::setup::Language::En));
    engine.tell_operators(say(engine.setup().language));
}
