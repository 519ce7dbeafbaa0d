//! Purpose: what the HTTP side asks of the engine.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use domain::setup::IntegrationKind;
use domain::{AlertReport, IntegrationName, Timestamp};
use engine::Engine;
use secrecy::SecretString;

use crate::links::LinkDesk;
use crate::metrics::{self, Vitals};
use crate::refusals::News;
use crate::settings::variable;

/// Keys of integrations by name, and of heartbeats by [`heartbeat_key`], read from the variables the configuration names.
pub type Keys = BTreeMap<IntegrationName, SecretString>;

/// Reads the keys of all integrations and heartbeats; the second part lists variables that are not set.
#[must_use]
pub fn keys_from_environment(setup: &domain::Setup) -> (Keys, Vec<String>) {
    let mut keys = Keys::new();
    let mut unset = Vec::new();
    for (name, key_env) in variables_of(setup) {
        match variable(key_env) {
            Some(key) => {
                keys.insert(name, SecretString::from(key));
            }
            None => unset.push(key_env.to_owned()),
        }
    }
    (keys, unset)
}

/// Whose key stands in which variable.
fn variables_of(setup: &domain::Setup) -> Vec<(IntegrationName, &str)> {
    let of_integrations = setup.integrations.iter().filter_map(|integration| match &integration.kind {
        IntegrationKind::Alertmanager { key_env } => Some((integration.name.clone(), key_env.as_str())),
        IntegrationKind::Json(mapping) => Some((integration.name.clone(), mapping.key_env.as_str())),
        IntegrationKind::Chat(_) => None,
    });
    let of_heartbeats = setup
        .heartbeats
        .iter()
        .filter_map(|heartbeat| Some((heartbeat_key(&heartbeat.name), heartbeat.key_env.as_deref()?)));
    of_integrations.chain(of_heartbeats).collect()
}

/// The keys in use, changed by a new configuration while requests come in.
#[derive(Clone)]
pub(crate) struct KeyRing(Arc<RwLock<Keys>>);

impl KeyRing {
    pub(crate) fn new(keys: Keys) -> Self {
        Self(Arc::new(RwLock::new(keys)))
    }

    /// The key, or an empty one: with that nobody gets in, the endpoint refuses it.
    fn get(&self, name: &IntegrationName) -> SecretString {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned().unwrap_or_default()
    }

    /// The keys a new configuration names, read anew, and the variables of new senders that are not set. Nothing changes yet.
    ///
    /// Who was there before under the same variable keeps the key, also when it never stood in the environment.
    pub(crate) fn prepare(&self, old: &domain::Setup, new: &domain::Setup) -> (Keys, Vec<String>) {
        let (mut keys, _) = keys_from_environment(new);
        let before = variables_of(old);
        let mut unset = Vec::new();
        let ring = self.0.read().unwrap_or_else(PoisonError::into_inner);
        for (name, key_env) in variables_of(new) {
            if keys.contains_key(&name) {
                continue;
            }
            match ring.get(&name).filter(|_| before.contains(&(name.clone(), key_env))) {
                Some(key) => {
                    keys.insert(name, key.clone());
                }
                None => unset.push(key_env.to_owned()),
            }
        }
        (keys, unset)
    }

    /// Takes the keys of a new configuration.
    pub(crate) fn set(&self, keys: Keys) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }
}

/// Where the key of a heartbeat stands among [`Keys`]: no integration can have a name with a slash.
#[must_use]
pub fn heartbeat_key(name: &str) -> IntegrationName {
    IntegrationName(format!("heartbeat/{name}"))
}

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
        Some(web::HeartbeatKey { name: heartbeat.name.clone(), key: heartbeat.key_env.is_some().then(key) })
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
        let ready = parts.iter().all(|part| part.ok || matches!(part.name.as_str(), "outbox" | "discord"));
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
