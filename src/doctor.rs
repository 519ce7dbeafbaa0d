//! Purpose: `siaga doctor`, `siaga init`, `siaga invite`: what is missing before the bot can work, and how to get there.
#![expect(clippy::print_stdout, reason = "the command line speaks to a terminal")]

use std::io::{BufRead, Write};
use std::time::Duration;

use anyhow::{Context, bail};
use discord::directory_load::{self, Finding, invite_link};
use discord::rest::{Body, Client, GuildId, Lane, Route};
use domain::setup::ChatName;
use domain::{Pin, Setup};
use serde_json::{Value, json};

use crate::access;
use crate::app;
use crate::cli::{Mistakes, Output};
use crate::front::keys_from_environment;
use crate::outside::{self, OutsideSettings};
use crate::settings::{Settings, variable};

/// How far Discord's clock may be from ours.
const SKEW_MS: i64 = 5_000;
/// How long a request of the command line waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// One thing that was looked at.
struct Look {
    what: String,
    ok: bool,
    sentence: String,
}

impl Look {
    fn good(what: &str, sentence: impl Into<String>) -> Self {
        Self { what: what.to_owned(), ok: true, sentence: sentence.into() }
    }

    fn bad(what: &str, sentence: impl Into<String>) -> Self {
        Self { what: what.to_owned(), ok: false, sentence: sentence.into() }
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
            Some(loaded.setup)
        }
        Err(problems) => {
            let sentence =
                format!("{} has {} mistakes: `siaga check` shows them", settings.config.display(), problems.errors());
            looks.push(Look::bad("configuration", sentence));
            None
        }
    };
    if let Some(setup) = &setup {
        for name in keys_from_environment(setup).1 {
            looks.push(Look::bad("key", format!("{name} is not set: nobody can send to its integration")));
        }
    }
    if let Some(setup) = &setup {
        looks.extend(access::closed(setup).map(|sentence| Look::bad("access", sentence)));
        let notifier = OutsideSettings::from_environment(setup).notifier(setup);
        looks.extend(outside::closed_ways(&notifier, setup).into_iter().map(|sentence| Look::bad("ways", sentence)));
        for (id, person) in &setup.people {
            if person.contacts.iter().all(|rule| rule.via.is_discord()) {
                let sentence =
                    "is reached by Discord only: without it no page arrives. `ntfy_env` or `email` adds a way";
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
    if looks.iter().all(|look| look.ok) { Ok(()) } else { Err(Mistakes.into()) }
}

fn print(looks: &[Look], output: Output) {
    match output {
        Output::Json => {
            let all: Vec<Value> =
                looks.iter().map(|l| json!({ "what": l.what, "ok": l.ok, "sentence": l.sentence })).collect();
            println!("{}", Value::Array(all));
        }
        Output::Text => {
            for look in looks {
                println!("{} {}: {}", if look.ok { "ok  " } else { "FIX " }, look.what, look.sentence);
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
    let (damage, letters) = (store.damage().await, store.outbox_counts().await);
    store.close().await;
    let mut looks = Vec::new();
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
        let ok = part["ok"].as_bool().unwrap_or(false);
        // Dead letters are counted below, with what to do.
        (name != "outbox").then(|| Look { what: format!("bot.{name}"), ok, sentence: sentence.to_owned() })
    };
    parts.iter().filter_map(part).collect()
}

async fn discord(settings: &Settings, setup: &Setup, looks: &mut Vec<Look>) -> anyhow::Result<()> {
    let rest = client(settings)?;
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

fn client(settings: &Settings) -> anyhow::Result<Client> {
    let token = settings.need_token()?;
    Ok(Client::new(discord::rest::Settings::new(token, app::base(settings)))?)
}

async fn ask(rest: &Client, route: Route, body: Body) -> anyhow::Result<Value> {
    let permit = rest.permit(Lane::Housekeeping, &route, PATIENCE).await?;
    Ok(permit.send(body, Some("siaga init")).await?.body)
}

/// Prints the install link.
///
/// # Errors
/// When the application's id is neither given nor to be had from Discord.
pub async fn invite(settings: &Settings, application: Option<u64>) -> anyhow::Result<()> {
    let application = match application {
        Some(id) => id,
        None => own_application(&client(settings)?).await?,
    };
    println!("{}", invite_link(application));
    Ok(())
}

async fn own_application(rest: &Client) -> anyhow::Result<u64> {
    let application = ask(rest, Route::current_application(), Body::Empty).await?;
    application["id"].as_str().and_then(|id| id.parse().ok()).context("Discord did not say the application's id")
}

/// Finds the server, creates missing channels with consent, writes the configuration, prints what Alertmanager needs.
///
/// # Errors
/// When the server cannot be found or the file is there already.
pub async fn init(settings: &Settings, yes: bool) -> anyhow::Result<()> {
    if settings.config.exists() {
        bail!("{} is there already: `siaga check` and `siaga doctor` look at it", settings.config.display());
    }
    let rest = client(settings)?;
    let guilds = ask(&rest, Route::my_guilds(), Body::Empty).await?;
    let guilds = guilds.as_array().cloned().unwrap_or_default();
    let [guild] = guilds.as_slice() else {
        if guilds.is_empty() {
            bail!("the bot is in no server yet: invite it with {}", invite_link(own_application(&rest).await?));
        }
        let names: Vec<&str> = guilds.iter().filter_map(|guild| guild["name"].as_str()).collect();
        bail!("the bot is in several servers ({}): remove it from all but its home", names.join(", "));
    };
    let name = guild["name"].as_str().unwrap_or_default();
    let id =
        GuildId(guild["id"].as_str().and_then(|id| id.parse().ok()).context("Discord did not say the server's id")?);
    println!("Home server: {name}");
    let access = access::line(&rest, id).await?;
    println!("{}", access.said);
    let text = minimal_configuration(name, &access.line);
    let setup = config::from_text("siaga.toml", &text, &[])
        .map_err(|problems| {
            anyhow::anyhow!("the configuration for {name} would not be whole: {}", problems.render(false))
        })?
        .setup;
    create_channels(&rest, id, &setup, yes).await?;
    std::fs::write(&settings.config, &text).with_context(|| format!("write {}", settings.config.display()))?;
    println!("Wrote {}. Add your people, services and rules; `siaga check` proves it.", settings.config.display());
    println!("\nPaste this into Alertmanager (the key goes into SIAGA_KEY_ALERTMANAGER of the bot, too):\n");
    println!("{}", receiver(&settings.listen.to_string(), &app::random_letters(40)));
    println!("Next: put the token and the key into the environment, then `siaga doctor` and `siaga run`.");
    crate::rehearse::offer(settings).await
}

async fn create_channels(rest: &Client, guild: GuildId, setup: &Setup, yes: bool) -> anyhow::Result<()> {
    let channels = ask(rest, Route::guild_channels(guild), Body::Empty).await?;
    let exists =
        |name: &str| channels.as_array().is_some_and(|all| all.iter().any(|c| c["name"].as_str() == Some(name)));
    let wanted = [
        (Some(&setup.discord.incidents), 0, "Cards and threads of incidents"),
        (setup.discord.status.as_ref(), 0, "One message per incident for stakeholders"),
        (setup.discord.category.as_ref(), 4, ""),
    ];
    for (name, kind, topic) in wanted {
        let Some(ChatName::Name(name)) = name else { continue };
        if exists(name) {
            println!("{name} is there.");
            continue;
        }
        if !yes && !agrees(&format!("{name} is missing. Create it?"))? {
            println!("Left out; create {name} before the bot starts.");
            continue;
        }
        let mut body = json!({ "name": name, "type": kind });
        if kind == 0 {
            body["topic"] = json!(topic);
        }
        ask(rest, Route::create_guild_channel(guild), Body::Json(body))
            .await
            .with_context(|| format!("create {name}"))?;
        println!("Created {name}.");
    }
    Ok(())
}

fn agrees(question: &str) -> anyhow::Result<bool> {
    print!("{question} [y/N] ");
    std::io::stdout().flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// A small whole configuration for a server; the sample explains everything else.
pub(crate) fn minimal_configuration(server: &str, access: &str) -> String {
    let server = server.replace('\\', "\\\\").replace('"', "\\\"");
    format!(
        r##"# Written by `siaga init`. A full example with people, schedules and services: examples/siaga.toml
version  = 1
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

[severities]
# page = true needs people, a schedule and an escalation: see examples/siaga.toml
SEV-1 = {{ means = "Most customers are affected", room = "channel", page = false, update_every = "30m" }}
SEV-2 = {{ means = "Many customers are affected", room = "thread", page = false, update_every = "1h" }}
SEV-3 = {{ means = "Slower or worse than it should be", room = "thread", page = false }}
SEV-4 = {{ means = "No customer feels it", room = "line", page = false }}

[routing]
group_by = ["service"]
rules = [
  {{ match = ['severity="critical"'], severity = "SEV-2" }},
  {{ match = ['severity="warning"'], severity = "SEV-3" }},
  {{ match = [], severity = "SEV-4" }},
]
"##
    )
}

fn receiver(listen: &str, key: &str) -> String {
    format!(
        "receivers:\n  - name: siaga\n    webhook_configs:\n      - url: http://{listen}/intake/alertmanager\n        send_resolved: true\n        http_config:\n          authorization:\n            credentials: {key}\n\nSIAGA_KEY_ALERTMANAGER={key}\n"
    )
}
