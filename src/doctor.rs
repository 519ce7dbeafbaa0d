//! Purpose: `siaga doctor`, `siaga invite`: what is missing before the bot can work, and how to get there. What `siaga init`
//! writes is here, too, beside the one that judges it.

use std::time::Duration;

use anyhow::{Context, bail};
use discord::directory_load::{self, Finding, invite_link};
use discord::rest::{Body, Client, Lane, Response, Route};
use domain::{Pin, Setup};
use serde_json::{Value, json};

use crate::access;
use crate::app;
use crate::bodies;
use crate::cli::{Mistakes, Output};
use crate::keys::{self, Keys, Standing};
use crate::outside::{self, OutsideSettings};
use crate::settings::{Settings, variable};

/// How far Discord's clock may be from ours.
const SKEW_MS: i64 = 5_000;
/// How long a request of the command line waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often Discord may say "too soon" before that is told, and how long it is waited at least.
const ATTEMPTS: u32 = 5;
const LEAST_WAIT: Duration = Duration::from_millis(100);

/// One thing that was looked at.
pub(crate) struct Look {
    what: String,
    level: Level,
    sentence: String,
}

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Good,
    /// Probably not meant; the bot works.
    Warn,
    Bad,
}

impl Level {
    const fn word(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Warn => "warning",
            Self::Bad => "fix",
        }
    }
}

impl Look {
    fn good(what: &str, sentence: impl Into<String>) -> Self {
        Self { what: what.to_owned(), level: Level::Good, sentence: sentence.into() }
    }

    fn warn(what: &str, sentence: impl Into<String>) -> Self {
        Self { what: what.to_owned(), level: Level::Warn, sentence: sentence.into() }
    }

    pub(crate) fn is_bad(&self) -> bool {
        self.level == Level::Bad
    }

    pub(crate) fn bad(what: &str, sentence: impl Into<String>) -> Self {
        Self { what: what.to_owned(), level: Level::Bad, sentence: sentence.into() }
    }
}

/// Looks at everything the bot needs and says for each thing what to do.
///
/// # Errors
/// [`Mistakes`] when something is not well; it has been printed.
pub async fn doctor(settings: &Settings, output: Output) -> anyhow::Result<()> {
    let mut looks = Vec::new();
    let setup = match config::load(&settings.config, &variable) {
        Ok(loaded) => {
            let warnings = loaded.warnings.warnings();
            looks.push(Look::good(
                "configuration",
                format!("{} is whole ({warnings} warnings)", settings.config.display()),
            ));
            looks.extend(of_configuration(&loaded));
            Some(loaded.setup)
        }
        Err(_) if !settings.config.exists() => {
            let sentence = format!(
                "{} is not there: `siaga init` writes one; SIAGA_CONFIG names another",
                settings.config.display()
            );
            looks.push(Look::bad("configuration", sentence));
            None
        }
        Err(problems) => {
            let sentence = format!(
                "{} is not whole (mistakes: {}): `siaga check` shows them",
                settings.config.display(),
                problems.errors()
            );
            looks.push(Look::bad("configuration", sentence));
            None
        }
    };
    if let Some(setup) = &setup {
        looks.extend(of_keys(settings, setup).await);
        for (id, person) in &setup.people {
            if person.contacts.iter().all(|rule| rule.via.is_discord()) {
                let keys = ways::keys();
                let sentence = format!("is reached by Discord only: without it no page arrives. {keys} adds a way");
                looks.push(Look::good(&format!("people.{id}"), sentence));
            }
        }
    }
    looks.extend(database(settings).await);
    match (&settings.token, &setup) {
        (None, _) => {
            looks.push(Look::bad("token", "DISCORD_TOKEN is not set: create a bot in the Discord developer portal"))
        }
        (Some(_), None) => looks.push(Look::bad("discord", "not asked: the configuration comes first")),
        (Some(_), Some(setup)) => discord(settings, setup, &mut looks).await?,
    }
    print(&looks, output);
    if !looks.iter().any(Look::is_bad) { Ok(()) } else { Err(Mistakes.into()) }
}

/// What a configuration that can be used keeps pages from people with, and what in it is probably not meant.
pub(crate) fn of_configuration(loaded: &config::Loaded) -> Vec<Look> {
    let (_, unset) = Keys::read(&loaded.setup, &variable);
    let notifier = OutsideSettings::from_environment(&loaded.setup).notifier(&loaded.setup);
    let closed = outside::closed_ways(&notifier, &loaded.setup);
    let mut looks: Vec<Look> = unset.iter().map(|unset| Look::bad("key", unset.sentence())).collect();
    looks.extend(closed.into_iter().map(|sentence| Look::bad("ways", sentence)));
    looks.extend(access::closed(&loaded.setup).map(|sentence| Look::bad("access", sentence)));
    let told: String = looks.iter().map(|look| look.sentence.as_str()).collect();
    for problem in &loaded.warnings {
        // A variable that is not set is looked at above, with the same words.
        let variable =
            problem.message.strip_prefix("the environment variable ").and_then(|rest| rest.split(' ').next());
        let file = unset.iter().any(|unset| problem.message.contains(&unset.place.to_string()));
        if !problem.unpaged && (file || variable.is_some_and(|name| told.contains(name))) {
            continue;
        }
        let help = problem.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        let place = format!("{}:{}:{}", problem.file, problem.line, problem.column);
        let look = if problem.unpaged { Look::bad } else { Look::warn };
        looks.push(look("configuration", format!("{place}: {}{help}", problem.message)));
    }
    looks
}

/// Of senders with two keys, which one is still shown: so one knows when the old one can go.
async fn of_keys(settings: &Settings, setup: &Setup) -> Vec<Look> {
    if !settings.database.is_file() {
        return Vec::new();
    }
    let Ok(store) = store::Store::open_to_read(&settings.database).await else { return Vec::new() };
    let uses = keys::uses_of(&store).await.unwrap_or_default();
    store.close().await;
    let (all, now) = (keys::standing(&Keys::read(setup, &variable).0, &uses), engine::Clock::system().now());
    let of_two = all.chunk_by(|a, b| a.sender == b.sender).filter(|places| places.len() > 1);
    let line = |places: &[Standing]| {
        let said: Vec<String> = places.iter().map(|one| format!("{} {}", one.place, one.sentence(now))).collect();
        let sentence = format!("{}; a key that nothing shows any more can go", said.join(", "));
        Look::good(&format!("keys of {}", places[0].sender), sentence)
    };
    of_two.map(line).collect()
}

pub(crate) fn print(looks: &[Look], output: Output) {
    match output {
        Output::Json => {
            let all: Vec<Value> =
                looks.iter().map(|l| json!({ "what": l.what, "ok": l.level != Level::Bad, "level": l.level.word(), "sentence": l.sentence })).collect();
            outln!("{}", Value::Array(all));
        }
        Output::Text => {
            for look in looks {
                let mark = match look.level {
                    Level::Good => "ok  ",
                    Level::Warn => "WARN",
                    Level::Bad => "FIX ",
                };
                outln!("{mark} {}: {}", look.what, look.sentence);
            }
        }
    }
}

async fn database(settings: &Settings) -> Vec<Look> {
    let name = settings.database.display();
    if let Some(process) = crate::lock::holder(&settings.database) {
        let mut looks = vec![Look::good("database", format!("{name} is in use by process {process}"))];
        looks.extend(running(settings).await);
        looks.extend(damage(settings).await);
        return looks;
    }
    if !settings.database.exists() {
        return vec![Look::good("database", format!("{name} will be created at the first start"))];
    }
    match store::Store::open(&settings.database).await {
        Ok(store) => {
            store.close().await;
            let damage = damage(settings).await;
            if damage.is_empty() { vec![Look::good("database", format!("{name} can be used"))] } else { damage }
        }
        Err(error) => vec![Look::bad("database", error.to_string())],
    }
}

/// What is damaged or dead; reads the whole file.
async fn damage(settings: &Settings) -> Vec<Look> {
    let store = match store::Store::open_to_read(&settings.database).await {
        Ok(store) => store,
        Err(error) => return vec![Look::bad("database", error.to_string())],
    };
    let (damage, letters, bodies) = (store.damage().await, store.outbox_counts().await, store.bodies().await);
    store.close().await;
    let mut looks = Vec::new();
    let unmapped = bodies::unmapped(&bodies.unwrap_or_default(), engine::wire_now());
    looks.extend(unmapped.into_iter().map(|(what, sentence)| Look::warn(&what, sentence)));
    match damage {
        Ok(None) => {}
        Ok(Some(found)) => looks.push(Look::bad(
            "database",
            format!(
                "is damaged ({found}): keep the file, and put the newest backup in its place; docs/backup.md says how"
            ),
        )),
        Err(error) => looks.push(Look::bad("database", error.to_string())),
    }
    if let Ok(counts) = letters
        && counts.dead > 0
    {
        let what = if counts.dead == 1 { "1 dead letter".to_owned() } else { format!("{} dead letters", counts.dead) };
        looks.push(Look::bad("outbox", format!("has {what}: `siaga outbox list` says what and why")));
    }
    looks
}

/// What the running bot says about itself.
async fn running(settings: &Settings) -> Vec<Look> {
    let url = format!("http://{}/readyz", settings.listen);
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build();
    let asked = match client {
        Ok(client) => client.get(&url).send().await,
        Err(error) => Err(error),
    };
    let Ok(answer) = asked else {
        let sentence =
            format!("does not answer at {}: set SIAGA_LISTEN as the bot has it, or look at its log", settings.listen);
        return vec![Look::bad("bot", sentence)];
    };
    let health: Value = answer.json().await.unwrap_or_default();
    let parts = health["parts"].as_array().cloned().unwrap_or_default();
    let part = |part: &Value| {
        let (name, sentence) = (part["name"].as_str().unwrap_or("part"), part["sentence"].as_str().unwrap_or_default());
        let level = if part["ok"].as_bool().unwrap_or(false) { Level::Good } else { Level::Bad };
        // Dead letters are counted below, with what to do.
        (name != "outbox").then(|| Look { what: format!("bot.{name}"), level, sentence: sentence.to_owned() })
    };
    parts.iter().filter_map(part).collect()
}

async fn discord(settings: &Settings, setup: &Setup, looks: &mut Vec<Look>) -> anyhow::Result<()> {
    let rest = match client(settings, Some(setup)) {
        Ok(rest) => rest,
        Err(error) => {
            looks.push(Look::bad("token", format!("{error:#}")));
            return Ok(());
        }
    };
    let pins = pins(settings).await;
    let found = async {
        let mut loaded = directory_load::load(&rest, setup, &pins).await?;
        loaded.findings.extend(directory_load::look_at_pinned(&rest, setup, &pins, &loaded).await?);
        Ok::<_, directory_load::LoadError>(loaded)
    };
    let loaded = match found.await {
        Ok(loaded) => loaded,
        Err(error) => {
            looks.push(Look::bad("discord", error.to_string()));
            return Ok(());
        }
    };
    looks.push(Look::good("token", "Discord knows it"));
    looks.push(Look::good("server", loaded.home.name.clone()));
    let wrong = |what: &str| loaded.findings.iter().any(|finding| finding.what == what);
    let well = loaded.directory.people.iter().filter(|(person, _)| !wrong(&format!("people.{person}")));
    for (person, (_, name)) in well {
        looks.push(Look::good(&format!("people.{person}"), format!("is {name} and can be mentioned")));
    }
    for Finding { what, sentence, .. } in &loaded.findings {
        looks.push(Look::bad(what, sentence.clone()));
    }
    let skew = rest.discord_now_offset_ms();
    looks.push(if skew.abs() <= SKEW_MS {
        Look::good("clock", "agrees with Discord's")
    } else {
        Look::bad("clock", format!("is {} s away from Discord's: set this machine's clock", skew / 1_000))
    });
    Ok(())
}

/// Who is pinned. Nobody, when there is no database yet, or when it cannot be read: that is said above.
async fn pins(settings: &Settings) -> Vec<Pin> {
    let Ok(store) = store::Store::open_to_read(&settings.database).await else { return Vec::new() };
    let pins = store.pins().await.unwrap_or_default();
    store.close().await;
    pins
}

/// A client that gives the token to nobody but Discord, this machine and the hosts that the configuration allows.
pub(crate) fn client(settings: &Settings, setup: Option<&Setup>) -> anyhow::Result<Client> {
    let mut rest = discord::rest::Settings::new(settings.need_token()?, app::base(settings));
    rest.allowed_hosts = setup.map(|setup| setup.discord.allowed_hosts.clone()).unwrap_or_default();
    Ok(Client::new(rest)?)
}

/// What is configured, if that can be read.
pub(crate) fn configured(settings: &Settings) -> Option<Setup> {
    config::load(&settings.config, &variable).ok().map(|loaded| loaded.setup)
}

pub(crate) async fn ask(rest: &Client, route: Route, body: Body) -> anyhow::Result<Value> {
    Ok(send(rest, &route, body, Some("siaga init")).await?.body)
}

/// Sends it when there is a turn; again when Discord says that it came too soon, and so did nothing.
pub(crate) async fn send(rest: &Client, route: &Route, body: Body, reason: Option<&str>) -> anyhow::Result<Response> {
    for attempt in 1.. {
        let permit = rest.permit(Lane::Housekeeping, route, PATIENCE).await?;
        match permit.send(body.clone(), reason).await {
            Ok(answer) => return Ok(answer),
            Err(failure) => match failure.retry_after().filter(|_| attempt < ATTEMPTS) {
                Some(wait) => tokio::time::sleep(wait.clamp(LEAST_WAIT, PATIENCE)).await,
                None => return Err(failure.into()),
            },
        }
    }
    bail!("{}: no turn", route.name())
}

/// Prints the install link.
///
/// # Errors
/// When the application's id is neither given nor to be had from Discord.
pub async fn invite(settings: &Settings, application: Option<u64>) -> anyhow::Result<()> {
    let application = match application {
        Some(id) => id,
        None => own_application(&client(settings, configured(settings).as_ref())?).await?,
    };
    outln!("{}", invite_link(application));
    Ok(())
}

pub(crate) async fn own_application(rest: &Client) -> anyhow::Result<u64> {
    let application = ask(rest, Route::current_application(), Body::Empty).await?;
    application["id"].as_str().and_then(|id| id.parse().ok()).context("Discord did not say the application's id")
}

/// A small whole configuration for a server, in which its writer is paged and `access` names who responds; the sample explains everything else.
pub(crate) fn minimal_configuration(server: &str, me: &str, access: &str) -> String {
    let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    let (server, me, notes) = (quoted(server), quoted(me), config::newest_notes());
    format!(
        r##"# Written by `siaga init`. A full example with schedules, services and runbooks: examples/siaga.toml
version  = 1
notes_read = "{notes}"              # this file knows what changed since that version
language = "en"
timezone = "UTC"

[discord]
server    = "{server}"
incidents = "#incidents"
status    = "#incident-status"
category  = "Incidents"
{access}

[[integrations]]
name = "alertmanager"
kind = "alertmanager"
key_env = "SIAGA_KEY_ALERTMANAGER"

[people]                          # Discord user names, not display names; add the others
"{me}" = {{ discord = "{me}" }}

[[escalations]]                   # whom to page, how long to wait for an answer, whom next
name = "everything"
steps = [{{ page = "{me}", wait = "5m" }}]
repeat = 3                        # once more from the top, as long as nobody answers
at_end = {{ page = "{me}" }}        # still nobody: called again after 15 minutes, then 30, then each hour

[severities]
SEV-1 = {{ means = "Most customers are affected", room = "channel", page = true, update_every = "30m" }}
SEV-2 = {{ means = "Many customers are affected", room = "thread", page = true, update_every = "1h" }}
SEV-3 = {{ means = "Slower or worse than it should be", room = "thread", page = false }}
SEV-4 = {{ means = "No customer feels it", room = "line", page = false }}

[routing]
group_by = ["service"]
escalation = "everything"         # for every alert, until services name their own
rules = [                         # the first match wins
  {{ match = ['severity=~"page|emergency|disaster"'], severity = "SEV-1" }},
  {{ match = ['severity="critical"'], severity = "SEV-2" }},
  {{ match = ['severity="warning"'], severity = "SEV-3" }},
  {{ match = [], severity = "SEV-4" }},
]
"##
    )
}

/// What Alertmanager needs to send alerts here.
pub(crate) fn receiver(listen: &str, key: &str) -> String {
    format!(
        "receivers:\n  - name: siaga\n    webhook_configs:\n      - url: http://{listen}/intake/alertmanager\n        send_resolved: true\n        http_config:\n          authorization:\n            credentials: {key}\n"
    )
}
