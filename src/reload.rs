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
use crate::{consequences, env_file, kept};

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
    /// Overrides and silences that end with it, a line each.
    #[serde(default)]
    pub ended: Vec<String>,
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
    /// What it was read from.
    sources: config::Sources,
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
        report.changes = changes(&self.engine.setup(), &prepared.setup);
        self.consequences(&prepared.setup, prepared.names.as_ref(), &mut report).await;
        let sources = prepared.sources.clone();
        if let Some(found) = self.take(prepared, &mut report) {
            self.people.taken(&found).await;
        }
        self.file.right();
        kept::keep(&self.store, &sources, self.engine.now()).await;
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
        let names = match self.names(&setup, &old, &mut report).await {
            Ok(names) => names,
            Err(refused) => {
                report.refused = refused;
                return report;
            }
        };
        report.changes = changes(&old, &setup);
        self.consequences(&setup, names.as_ref(), &mut report).await;
        report
    }

    /// What a configuration that is not in use yet changes for people.
    async fn consequences(&self, setup: &Setup, names: Option<&Loaded>, report: &mut ReloadReport) {
        let (before, now) = (self.engine.world(), self.engine.now());
        let found = names.map(Loaded::pins).unwrap_or_default();
        // Whoever has another name in it is the same person; if that cannot be read, it is said as if they were not.
        let mut pins = self.engine.pins().await.unwrap_or_default();
        pins.extend(found.iter().cloned());
        let before = before.with_renamed(domain::people::renamed(setup, &pins));
        let after = domain::oncall::reconfigured(&before, setup.clone(), now);
        report.on_call = consequences::on_call(&before, &after, now);
        match self.engine.consequences(setup, &found).await {
            Ok(changed) => {
                report.touched = consequences::touched(&changed.touched);
                report.ended = consequences::ends(&changed.ends, setup);
            }
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
        let (setup, sources) = match config::load(config, &variable) {
            Ok(loaded) => {
                report.warnings.extend(loaded.warnings.iter().map(placed));
                (loaded.setup, loaded.sources)
            }
            Err(problems) => {
                let is_error = |problem: &&config::Problem| problem.severity == config::Level::Error;
                report.mistakes = problems.iter().filter(is_error).map(placed).collect();
                self.file.wrong(format!(
                    "{} has mistakes ({}), so the configuration before stays; `siaga check` shows them",
                    config.display(),
                    problems.errors()
                ));
                report.warnings = problems.iter().filter(|problem| !is_error(problem)).map(placed).collect();
                error!("The new configuration has mistakes ({}); the old one stays", problems.errors());
                let text = words::configuration_refused(problems.errors(), &first_mistake(&problems), old.language);
                self.engine.tell_operators(text);
                return None;
            }
        };
        match self.names(&setup, &old, report).await {
            Ok(names) => {
                let (keys, unset) = self.keys.prepare(&old, &setup, &variable);
                let contacts = OutsideSettings::from_environment(&setup).contacts(&setup);
                Some(Prepared { setup, sources, names, contacts, keys, unset })
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
        let Prepared { setup, names, contacts, keys, unset, .. } = prepared;
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
        let mut told = Vec::new();
        // What changes for nobody is no news.
        let said: Vec<&String> = [&report.changes, &report.ended, &report.touched].into_iter().flatten().collect();
        if !said.is_empty() {
            told.push(words::configuration_taken(&said, lang));
        }
        for unset in unset {
            report.warnings.push(unset.sentence());
            if unset.shut {
                told.push(key_missing(&unset.place, lang));
            }
        }
        if !told.is_empty() {
            self.engine.tell_operators(told.join("\n"));
        }
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

/// The first mistake of a file with its place.
pub(crate) fn first_mistake(problems: &config::Problems) -> String {
    let first = problems.iter().find(|problem| problem.severity == config::Level::Error);
    first.map(|p| format!("{}:{}:{}: {}", p.file, p.line, p.column, p.message)).unwrap_or_default()
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
    listed(
        &mut lines,
        "severity",
        |setup| pairs(setup.severities.iter().map(|(severity, plan)| (severity.label(), plan))),
        (old, new),
    );
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

fn pairs<K: Debug, V: Debug>(all: impl IntoIterator<Item = (K, V)>) -> BTreeMap<String, Fields> {
    let name = |key: K| format!("{key:?}").trim_matches('"').to_owned();
    all.into_iter().map(|(key, value)| (plain(&name(key)), fields(&value))).collect()
}

/// `PersonId("budi")` and `Sev1` are shown as `budi` and `Sev1`.
fn plain(name: &str) -> String {
    let inner = name.split_once('"').and_then(|(_, rest)| rest.split_once('"'));
    inner.map_or_else(|| name.to_owned(), |(inner, _)| inner.to_owned())
}

fn listed(
    lines: &mut Vec<String>,
    what: &str,
    of: impl Fn(&Setup) -> BTreeMap<String, Fields>,
    (old, new): (&Setup, &Setup),
) {
    let (old, new) = (of(old), of(new));
    for (name, value) in &new {
        match old.get(name) {
            None => lines.push(format!("{what} {name}: new")),
            Some(before) if before != value => lines.push(format!("{what} {name}: {}", difference(before, value))),
            Some(_) => {}
        }
    }
    lines.extend(old.keys().filter(|name| !new.contains_key(*name)).map(|name| format!("{what} {name}: gone")));
}

fn section(lines: &mut Vec<String>, what: &str, old: &impl Debug, new: &impl Debug) {
    if text_of(old) != text_of(new) {
        lines.push(format!("{what}: {}", difference(&fields(old), &fields(new))));
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

/// Parts of something in the configuration by name, each as a text for people; what has no parts is one without a name.
type Fields = BTreeMap<String, String>;

/// Longest value that is shown; of a longer one it is said that it changed.
const VALUE_CHARS: usize = 60;
/// Parts that are named in one line.
const PARTS: usize = 6;

/// The parts of a value, read from how it shows itself: they are those of its type, so none can be forgotten.
fn fields(value: &impl Debug) -> Fields {
    let text = text_of(value);
    let Some(inner) = text.split_once('{').and_then(|(head, rest)| {
        let is_struct = head.trim_end().chars().all(char::is_alphanumeric);
        rest.trim_end().strip_suffix('}').filter(|_| is_struct)
    }) else {
        return Fields::from([(String::new(), readable(&text))]);
    };
    let mut parts = Fields::new();
    for part in split(inner, ',') {
        let Some((name, value)) = part.split_once(':') else { continue };
        // What a sender's kind holds are its own keys for whoever writes the file.
        if let Some((kind, inner)) = kind_of(value).filter(|_| name.trim() == "kind") {
            parts.extend(fields_of(inner));
            parts.insert("kind".to_owned(), kind.to_owned());
            continue;
        }
        // The place in the file was taken out, and nothing is left of it.
        let value = readable(value);
        if !value.is_empty() {
            parts.insert(name.trim().to_owned(), value);
        }
    }
    parts
}

/// The name of a variant, and the text of the parts that it holds: `Chat(ChatRule { .. })`, `Alertmanager { .. }`.
fn kind_of(value: &str) -> Option<(&str, &str)> {
    let value = value.trim();
    let kind = value.split(|sign: char| !sign.is_alphanumeric()).next()?;
    let (_, inner) = value.split_once('{')?;
    Some((kind, inner.trim_end_matches(')').trim_end().strip_suffix('}')?))
}

fn fields_of(inner: &str) -> Fields {
    let parts = split(inner, ',').into_iter().filter_map(|part| {
        let (name, value) = part.split_once(':')?;
        let value = readable(value);
        (!value.is_empty()).then(|| (name.trim().to_owned(), value))
    });
    parts.collect()
}

/// The parts of a text between a sign, where it is in no brackets and in no quotes.
fn split(text: &str, at: char) -> Vec<&str> {
    let (mut parts, mut depth, mut quoted, mut escaped, mut from) = (Vec::new(), 0_i32, false, false, 0);
    for (index, sign) in text.char_indices() {
        match sign {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ if sign == at && depth == 0 => {
                parts.push(text.get(from..index).unwrap_or_default());
                from = index + sign.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text.get(from..).unwrap_or_default());
    parts
}

/// `Some(Name("sre"))` is shown as `sre`, `Some(1800s)` as `30m`, `None` as `not set`.
fn readable(value: &str) -> String {
    let mut value = value.trim();
    loop {
        let inner = value.split_once('(').and_then(|(head, rest)| {
            let is_wrapper = !head.is_empty() && head.chars().all(char::is_alphanumeric);
            rest.strip_suffix(')').filter(|inner| is_wrapper && split(inner, ',').len() == 1)
        });
        match inner {
            Some(inner) => value = inner.trim(),
            None => break,
        }
    }
    if let Some(list) = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let parts = split(list, ',').into_iter().map(readable).filter(|part| !part.is_empty());
        return parts.collect::<Vec<_>>().join(" ");
    }
    match value {
        "None" => "not set".to_owned(),
        quoted if quoted.len() > 1 && quoted.starts_with('"') && quoted.ends_with('"') => {
            quoted.trim_matches('"').to_owned()
        }
        plain => {
            let seconds = plain.strip_suffix('s').and_then(|number| number.parse::<i64>().ok());
            seconds
                .map_or_else(|| plain.to_owned(), |seconds| format!("{:#}", jiff::SignedDuration::from_secs(seconds)))
        }
    }
}

/// Which parts are different, and how where that can be said in a few words.
fn difference(old: &Fields, new: &Fields) -> String {
    let none = "not set".to_owned();
    let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut parts = Vec::new();
    for name in names {
        let (was, is) = (old.get(name).unwrap_or(&none), new.get(name).unwrap_or(&none));
        if was == is {
            continue;
        }
        let short = |text: &String| text.chars().count() <= VALUE_CHARS && !text.contains(['{', '[']);
        let change = if short(was) && short(is) { format!("{was} -> {is}") } else { "changed".to_owned() };
        parts.push(if name.is_empty() { change } else { format!("{name} {change}") });
    }
    let more = parts.len().saturating_sub(PARTS);
    parts.truncate(PARTS);
    if more > 0 {
        parts.push(format!("and {more} more"));
    }
    if parts.is_empty() { "changed".to_owned() } else { parts.join(", ") }
}

/// What is shared with the gateway about reloads.
pub(crate) type Reloads = tokio::sync::watch::Sender<discord::gateway::Reload>;
/// What the gateway has made of them.
pub(crate) type Follows = tokio::sync::watch::Sender<discord::gateway::Follows>;

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::changes;

    const FILE: &str = "version = 1\n[discord]\nincidents = \"#incidents\"\naccess = { responder = \"@sre\" }\n[people]\nbudi = { discord = \"budi\" }\n[[escalations]]\nname = \"all\"\nsteps = [{ page = \"budi\", wait = \"5m\" }]\n[severities]\nSEV-2 = { means = \"Many, many are hurt\", page = true, update_every = \"1h\" }\n[routing]\nescalation = \"all\"\nrules = [{ match = [], severity = \"SEV-2\" }]\n";

    fn told(from: &str, to: &str) -> Vec<String> {
        let read = |text: &str| config::from_text("siaga.toml", text, &[]).unwrap().setup;
        changes(&read(FILE), &read(&FILE.replacen(from, to, 1)))
    }

    #[test]
    fn a_change_says_what_is_different() {
        assert_eq!(told("x", "x"), Vec::<String>::new());
        assert_eq!(told("update_every = \"1h\"", "update_every = \"30m\""), ["severity SEV-2: update_every 1h -> 30m"]);
        assert_eq!(
            told("Many, many", "Some, few"),
            ["severity SEV-2: means Many, many are hurt -> Some, few are hurt"]
        );
        assert_eq!(told(", update_every = \"1h\"", ""), ["severity SEV-2: update_every 1h -> not set"]);
        assert_eq!(told("discord = \"budi\"", "discord = \"budi.s\""), ["person budi: discord budi -> budi.s"]);
        assert_eq!(told("#incidents", "#alarms"), ["[discord]: incidents incidents -> alarms"]);
        assert_eq!(told("wait = \"5m\"", "wait = \"2m\""), ["escalation all: steps changed"]);
        assert_eq!(told("steps =", "repeat = 2\nsteps ="), ["escalation all: repeat 0 -> 2"]);
        let chat = |channels: &str, pattern: &str| {
            let text = format!(
                "{FILE}[[integrations]]\nname = \"support\"\nkind = \"chat\"\nchannels = [{channels}]\nmatch = '{pattern}'\nseverity = \"SEV-2\"\n"
            );
            config::from_text("siaga.toml", &text, &[]).unwrap().setup
        };
        assert_eq!(
            changes(&chat("\"#support\"", "down"), &chat("\"#support\", \"#sales\"", "down|slow")),
            ["integration support: channels support -> support sales, pattern down -> down|slow"]
        );
        // A line more above it is no change.
        assert_eq!(told("[severities]", "# a line\n[severities]"), Vec::<String>::new());
    }
}
