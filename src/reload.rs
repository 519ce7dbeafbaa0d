//! Purpose: a new configuration while the bot runs: everything that can fail is prepared first, then all of it is taken in one
//! go, or nothing of it.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::Path;
use std::time::Duration;

use discord::directory_load::{Finding, LoadError, Loaded};
use discord::names;
use domain::Setup;
use domain::setup::{ChatName, IntegrationKind, Language};
use notify::Contact;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use tracing::{error, info, warn};

use crate::app::Bot;
use crate::keys::{Keys, Unset, key_missing};
use crate::outside::{OutsideSettings, closed_ways};
use crate::settings::{ENV_FILE, read_env_file, variable};
use crate::{consequences, env_file};

/// How long Discord is asked for the names of a new configuration.
const LOOK_UP: Duration = Duration::from_secs(20);
/// How long a new gateway session is waited for before the answer goes out without it.
const SESSION: Duration = Duration::from_secs(15);

/// How a reload ended: for people (`siaga reload`), and as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReloadReport {
    /// The process that read it.
    pub process: u32,
    /// The file it read.
    pub file: String,
    /// Whether it is in use. Otherwise the one before is, unchanged.
    pub taken: bool,
    /// What is different from the one before, a line each.
    #[serde(default)]
    pub changes: Vec<String>,
    /// Who is on call now, and in the next weeks, where it changes that; a line each.
    #[serde(default)]
    pub on_call: Vec<String>,
    /// Open incidents that it touches, a line each.
    #[serde(default)]
    pub touched: Vec<String>,
    /// Mistakes in the file, each as `file:line:column: sentence`.
    #[serde(default)]
    pub mistakes: Vec<String>,
    /// Why it was not taken, beside mistakes in the file.
    #[serde(default)]
    pub refused: Vec<String>,
    /// What is allowed but should be looked at, a sentence each.
    #[serde(default)]
    pub warnings: Vec<String>,
}

/// A configuration with everything that it needs.
struct Prepared {
    setup: Setup,
    /// Names and their ids; none while Discord could not be asked and nothing has to be asked.
    names: Option<Loaded>,
    contacts: BTreeMap<domain::PersonId, Contact>,
    keys: Keys,
    /// Places that hold no key.
    unset: Vec<Unset>,
}

impl Bot {
    /// Takes a new configuration if it is whole and everything it names is there; otherwise keeps the old one as it was. The
    /// operators are told which. Dropping this before it is done takes nothing, or all of it.
    pub async fn reload(&self, config: &Path) -> ReloadReport {
        let mut report =
            ReloadReport { process: std::process::id(), file: config.display().to_string(), ..ReloadReport::default() };
        let Some(prepared) = self.prepare(config, &mut report).await else { return report };
        self.consequences(&prepared.setup, &mut report).await;
        if let Some(found) = self.take(prepared, &mut report) {
            self.people.taken(&found).await;
        }
        names::look(&self.engine, &self.directory).await;
        self.renew_session(&mut report).await;
        report.warnings.iter().for_each(|warning| warn!("{warning}"));
        info!("The configuration was read again and is in use");
        report
    }

    /// What a reload of this file would say and change, without taking anything of it or telling anybody.
    pub async fn check(&self, config: &Path) -> ReloadReport {
        let mut report =
            ReloadReport { process: std::process::id(), file: config.display().to_string(), ..ReloadReport::default() };
        // A variable may stand in `.env` since the start; what was read then stays in use.
        let fresh = match env_file::read(Path::new(ENV_FILE)) {
            Ok(read) => read.values,
            Err(error) => {
                report.refused = vec![format!("{error:#}")];
                return report;
            }
        };
        let of_file = |name: &str| fresh.get(name).map(|value| value.expose_secret().to_owned());
        let setup = match config::load(config, &|name: &str| variable(name).or_else(|| of_file(name))) {
            Ok(loaded) => {
                report.warnings.extend(loaded.warnings.iter().map(placed));
                loaded.setup
            }
            Err(problems) => {
                let is_error = |problem: &&config::Problem| problem.severity == config::Level::Error;
                report.mistakes = problems.iter().filter(is_error).map(placed).collect();
                return report;
            }
        };
        let old = self.engine.setup();
        if let Err(refused) = self.names(&setup, &old, &mut report).await {
            report.refused = refused;
        }
        report.changes = changes(&old, &setup);
        self.consequences(&setup, &mut report).await;
        report
    }

    /// What a configuration that is not in use yet changes for people.
    async fn consequences(&self, setup: &Setup, report: &mut ReloadReport) {
        let (before, now) = (self.engine.world(), self.engine.now());
        let after = domain::oncall::reconfigured(&before, setup.clone(), now);
        report.on_call = consequences::on_call(&before, &after, now);
        match self.engine.touched_by(setup).await {
            Ok(touched) => report.touched = consequences::touched(&touched),
            Err(error) => {
                report.warnings.push(format!("which open incidents it touches could not be read: {error}"));
            }
        }
    }

    /// Everything that can fail. None: it was refused, and the report says why.
    async fn prepare(&self, config: &Path, report: &mut ReloadReport) -> Option<Prepared> {
        let old = self.engine.setup();
        // What it said before stays when it cannot be read.
        match read_env_file() {
            Ok(warning) => report.warnings.extend(warning),
            Err(error) => {
                report.refused = vec![format!("{error:#}")];
                let sentence = report.refused.join("; ");
                error!("The new configuration cannot be used; the old one stays: {sentence}");
                self.engine.tell_operators(words::configuration_not_usable(1, &sentence, old.language));
                return None;
            }
        }
        let setup = match config::load(config, &variable) {
            Ok(loaded) => {
                report.warnings.extend(loaded.warnings.iter().map(placed));
                loaded.setup
            }
            Err(problems) => {
                let is_error = |problem: &&config::Problem| problem.severity == config::Level::Error;
                report.mistakes = problems.iter().filter(is_error).map(placed).collect();
                report.warnings = problems.iter().filter(|problem| !is_error(problem)).map(placed).collect();
                error!("The new configuration is not whole ({} mistakes); the old one stays", problems.errors());
                let first = problems.iter().find(is_error);
                let first = first.map(|p| format!("{}:{}:{}: {}", p.file, p.line, p.column, p.message));
                let text = words::configuration_refused(problems.errors(), &first.unwrap_or_default(), old.language);
                self.engine.tell_operators(text);
                return None;
            }
        };
        match self.names(&setup, &old, report).await {
            Ok(names) => {
                let (keys, unset) = self.keys.prepare(&old, &setup, &variable);
                let contacts = OutsideSettings::from_environment(&setup).contacts(&setup);
                Some(Prepared { setup, names, contacts, keys, unset })
            }
            Err(refused) => {
                error!("The new configuration cannot be used; the old one stays: {}", refused.join("; "));
                let first = refused.first().map(String::as_str).unwrap_or_default();
                self.engine.tell_operators(words::configuration_not_usable(refused.len(), first, old.language));
                report.refused = refused;
                None
            }
        }
    }

    /// What the configuration names in Discord. A name that is not there is a mistake like any other. While Discord cannot be
    /// asked, a configuration is taken all the same when it names nothing new there: how people are reached on other ways is
    /// changed in an outage most of all.
    async fn names(
        &self,
        setup: &Setup,
        old: &Setup,
        report: &mut ReloadReport,
    ) -> Result<Option<Loaded>, Vec<String>> {
        let known = self.directory.get().guild;
        let Some(home) = known else {
            let sentence = "Discord could not be asked yet since the start: names are looked up as soon as it can";
            report.warnings.push(sentence.to_owned());
            return Ok(None);
        };
        let loaded = match self.look_up(setup).await {
            Ok(loaded) => loaded,
            Err(error) => {
                let before = named(old);
                let new: Vec<String> = named(setup).into_iter().filter(|name| !before.contains(name)).collect();
                if new.is_empty() {
                    report
                        .warnings
                        .push(format!("{error}; nothing new is named there, so all names stay as they were"));
                    return Ok(None);
                }
                let new = new.join(", ");
                return Err(vec![format!(
                    "names could not be looked up ({new}): {error}; reload again when it can be"
                )]);
            }
        };
        if loaded.directory.guild != Some(home) {
            let name = &loaded.home.name;
            return Err(vec![format!(
                "discord.server: it leads to another server ({name}), and a running bot serves one: stop it and use another SIAGA_DATABASE"
            )]);
        }
        let missing: Vec<&Finding> = loaded.findings.iter().filter(|finding| finding.missing).collect();
        if !missing.is_empty() {
            // What was missing already keeps nobody from changing something else.
            let before = self.look_up(old).await.map(|before| before.findings).unwrap_or_default();
            let new: Vec<String> = missing.into_iter().filter(|finding| !before.contains(finding)).map(said).collect();
            if !new.is_empty() {
                return Err(new);
            }
        }
        report.warnings.extend(loaded.findings.iter().map(said));
        Ok(Some(loaded))
    }

    async fn look_up(&self, setup: &Setup) -> Result<Loaded, LoadError> {
        let late = |_| LoadError::Unreachable(format!("no answer within {} s", LOOK_UP.as_secs()));
        tokio::time::timeout(LOOK_UP, self.people.load(setup)).await.map_err(late)?
    }

    /// In one go: nothing here waits or fails. Gives the names that were looked up for it.
    fn take(&self, prepared: Prepared, report: &mut ReloadReport) -> Option<Loaded> {
        let Prepared { setup, names, contacts, keys, unset } = prepared;
        report.changes = changes(&self.engine.setup(), &setup);
        let contents_allowed = names.as_ref().is_none_or(|names| !names.contents_refused());
        let lang = setup.language;
        // What the new one needs is there before it is followed.
        if let Some(names) = &names {
            self.directory.set(names);
        }
        self.notifier.set_contacts(&contacts);
        self.keys.set(keys);
        report.warnings.extend(closed_ways(&self.notifier, &setup));
        self.engine.swap_setup(setup);
        self.reloads.send_modify(|reload| {
            reload.number += 1;
            reload.contents_allowed = contents_allowed;
        });
        report.taken = true;
        // One message: what is told to the operators goes out side by side, in no order.
        let mut told = vec![words::configuration_taken(lang)];
        for unset in unset {
            report.warnings.push(unset.sentence());
            if unset.shut {
                told.push(key_missing(&unset.place, lang));
            }
        }
        self.engine.tell_operators(told.join("\n"));
        names
    }

    /// The first chat rule needs another session, because the one of now does not bring the contents of messages.
    async fn renew_session(&self, report: &mut ReloadReport) {
        if !*self.connected.borrow() {
            report
                .warnings
                .push("the gateway is not connected; its next session follows this configuration".to_owned());
            return;
        }
        let number = self.reloads.borrow().number;
        let (mut follows, mut connected) = (self.follows.subscribe(), self.connected.clone());
        let sessions = follows.borrow().sessions;
        let followed = tokio::time::timeout(SESSION, async {
            let followed = follows.wait_for(|follows| follows.reload >= number).await.map(|follows| *follows);
            let _ = connected.wait_for(|connected| *connected).await;
            followed
        });
        match followed.await {
            Ok(Ok(followed)) if followed.sessions == sessions => {}
            Ok(Ok(followed)) if followed.contents => {
                report.changes.push("gateway: a new session brings the contents of messages".to_owned());
            }
            Ok(Ok(_)) => report.warnings.push(words::content_refused(Language::En)),
            Ok(Err(_)) | Err(_) => {
                let sentence = "the gateway has no new session yet: until then commands and buttons do not answer";
                report.warnings.push(sentence.to_owned());
            }
        }
    }
}

/// A problem with its place, as editors read it.
fn placed(problem: &config::Problem) -> String {
    let config::Problem { file, line, column, message, help, .. } = problem;
    let help = help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
    if *line == 0 { format!("{file}: {message}{help}") } else { format!("{file}:{line}:{column}: {message}{help}") }
}

fn said(finding: &Finding) -> String {
    format!("{}: {}", finding.what, finding.sentence)
}

/// What a configuration names in Discord, each as one text; two are the same name when the texts are.
fn named(setup: &Setup) -> Vec<String> {
    let discord = &setup.discord;
    let mut names = vec![format!("[discord] {discord:?}")];
    names.extend(setup.people.values().map(|person| format!("people.{} {}", person.id, shown(&person.discord))));
    for integration in &setup.integrations {
        if let IntegrationKind::Chat(rule) = &integration.kind {
            names.extend(rule.channels.iter().map(|name| format!("#{}", shown(name))));
        }
    }
    for schedule in setup.schedules.values() {
        names.extend(schedule.announce.iter().map(|name| format!("#{}", shown(name))));
        names.extend(schedule.role.iter().map(|name| format!("@{}", shown(name))));
    }
    for end in setup.escalations.values().filter_map(|policy| policy.at_end.as_ref()) {
        names.extend(end.post.iter().map(|name| format!("#{}", shown(name))));
        names.extend(end.mention.iter().map(|name| format!("@{}", shown(name))));
    }
    names
}

fn shown(name: &ChatName) -> String {
    match name {
        ChatName::Id(id) => id.to_string(),
        ChatName::Name(name) => name.clone(),
    }
}

/// What is different, a line each.
fn changes(old: &Setup, new: &Setup) -> Vec<String> {
    let mut lines = Vec::new();
    listed(&mut lines, "integration", |setup| pairs(setup.integrations.iter().map(|one| (&one.name, one))), (old, new));
    listed(&mut lines, "heartbeat", |setup| pairs(setup.heartbeats.iter().map(|one| (&one.name, one))), (old, new));
    listed(&mut lines, "person", |setup| pairs(&setup.people), (old, new));
    listed(&mut lines, "schedule", |setup| pairs(&setup.schedules), (old, new));
    listed(&mut lines, "escalation", |setup| pairs(&setup.escalations), (old, new));
    listed(&mut lines, "service", |setup| pairs(setup.services.iter().map(|one| (&one.name, one))), (old, new));
    listed(&mut lines, "severity", |setup| pairs(&setup.severities), (old, new));
    listed(&mut lines, "runbook", |setup| pairs(setup.runbooks.iter().map(|one| (&one.name, one))), (old, new));
    listed(&mut lines, "scenario", |setup| pairs(setup.scenarios.iter().map(|one| (&one.name, one))), (old, new));
    section(&mut lines, "language", &old.language, &new.language);
    section(&mut lines, "timezone", &old.timezone, &new.timezone);
    section(&mut lines, "public_url", &old.public_url, &new.public_url);
    section(&mut lines, "[discord]", &old.discord, &new.discord);
    section(&mut lines, "[routing]", &old.routing, &new.routing);
    section(&mut lines, "[triage]", &old.triage, &new.triage);
    section(&mut lines, "[watch]", &old.watch, &new.watch);
    section(&mut lines, "[storm]", &old.storm, &new.storm);
    let order = |setup: &Setup| -> Vec<String> { setup.services.iter().map(|one| one.name.clone()).collect() };
    let (mut before, mut after) = (order(old), order(new));
    let moved = before != after;
    before.sort_unstable();
    after.sort_unstable();
    if moved && before == after {
        lines.push("services: another order".to_owned());
    }
    lines
}

fn pairs<K: Debug, V: Debug>(all: impl IntoIterator<Item = (K, V)>) -> BTreeMap<String, String> {
    let name = |key: K| format!("{key:?}").trim_matches('"').to_owned();
    all.into_iter().map(|(key, value)| (plain(&name(key)), text_of(&value))).collect()
}

/// `PersonId("budi")` and `Sev1` are shown as `budi` and `Sev1`.
fn plain(name: &str) -> String {
    let inner = name.split_once('"').and_then(|(_, rest)| rest.split_once('"'));
    inner.map_or_else(|| name.to_owned(), |(inner, _)| inner.to_owned())
}

fn listed(
    lines: &mut Vec<String>,
    what: &str,
    of: impl Fn(&Setup) -> BTreeMap<String, String>,
    (old, new): (&Setup, &Setup),
) {
    let (old, new) = (of(old), of(new));
    for (name, value) in &new {
        match old.get(name) {
            None => lines.push(format!("{what} {name}: new")),
            Some(before) if before != value => lines.push(format!("{what} {name}: changed")),
            Some(_) => {}
        }
    }
    lines.extend(old.keys().filter(|name| !new.contains_key(*name)).map(|name| format!("{what} {name}: gone")));
}

fn section(lines: &mut Vec<String>, what: &str, old: &impl Debug, new: &impl Debug) {
    if text_of(old) != text_of(new) {
        lines.push(format!("{what}: changed"));
    }
}

/// Everything about a part of the configuration but the line it stands in, which moves when something above it changes.
fn text_of(value: &impl Debug) -> String {
    const PLACE: &str = "SourceRef {";
    let text = format!("{value:?}");
    let mut rest = text.as_str();
    let mut kept = String::with_capacity(rest.len());
    while let Some((before, after)) = rest.split_once(PLACE) {
        kept.push_str(before);
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept
}

/// What is shared with the gateway about reloads.
pub(crate) type Reloads = tokio::sync::watch::Sender<discord::gateway::Reload>;
/// What the gateway has made of them.
pub(crate) type Follows = tokio::sync::watch::Sender<discord::gateway::Follows>;
