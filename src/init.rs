//! Purpose: `siaga init`: from a token to a bot that pages whoever ran it. It asks; without a terminal it says what it would ask
//! and how to answer, and changes nothing. Where there is a configuration, it makes what that one lacks on the server.

use std::io::{BufRead, IsTerminal, Write};

use anyhow::{Context, bail};
use discord::directory_load::{self, Finding, invite_link};
use discord::rest::{Body, Client, GuildId, Route, UserId};
use domain::Setup;
use domain::setup::ChatName;
use serde_json::{Value, json};

use crate::cli::{Mistakes, Output, Unanswered};
use crate::doctor::{self, Look, ask, client, minimal_configuration, own_application, receiver};
use crate::settings::{ENV_FILE, Settings, read_env_file, variable};
use crate::{access, env_file, random, rehearse};

/// Variable of Alertmanager's key in the file that is written.
const KEY: &str = "SIAGA_KEY_ALERTMANAGER";
/// Members asked for when a user name is looked up.
const NAMESAKES: u16 = 100;
/// How often a person is asked for a user name.
const ATTEMPTS: u32 = 3;

/// Options of `siaga init`.
#[derive(Clone, Debug, clap::Args)]
pub struct InitArgs {
    /// Create missing channels without asking
    #[arg(long)]
    pub yes: bool,
    /// Your Discord user name, not the display name: the first person that pages go to
    #[arg(long, value_name = "USERNAME")]
    pub me: Option<String>,
}

/// Writes a configuration that pages its writer, or makes what an existing one lacks on the server.
///
/// # Errors
/// [`Unanswered`] when it would have to ask and there is no terminal, [`Mistakes`] when something is left to do; both have been
/// printed. Others when the server or the person cannot be found.
pub async fn init(settings: &Settings, args: &InitArgs) -> anyhow::Result<()> {
    if settings.config.exists() { again(settings, args).await } else { first(settings, args).await }
}

async fn first(settings: &Settings, args: &InitArgs) -> anyhow::Result<()> {
    let rest = client(settings, None)?;
    let (guild, server) = only_server(&rest).await?;
    outln!("Home server: {server}");
    let mut questions = Questions::new();
    let me = match &args.me {
        Some(name) => Some(member(&rest, guild, &server, name).await?),
        None => {
            questions.open("What is your Discord user name? Pages go to you first", "--me USERNAME");
            None
        }
    };
    let access = access::line(&rest, guild).await?;
    let setup = setup_of(&minimal_configuration(&server, me.as_deref().unwrap_or("somebody"), &access.line))?;
    let missing = missing_channels(&rest, guild, &setup).await?;
    questions.open_channels(&missing, args.yes);
    questions.need_terminal()?;

    let me = match me {
        Some(name) => name,
        None => ask_for_member(&rest, guild, &server).await?,
    };
    let text = minimal_configuration(&server, &me, &access.line);
    setup_of(&text)?;
    create_channels(&rest, guild, &missing, args.yes).await?;
    write_new(settings, &text)?;
    outln!("{}", access.said);
    outln!("Wrote {}: alerts with severity=\"critical\" page {me}.", settings.config.display());
    outln!("When nobody answers, {me} is called again until somebody does: `at_end` in [[escalations]] says who.");
    let key = key_for_senders()?;
    outln!("Paste this into Alertmanager:\n\n{}", receiver(&settings.listen.to_string(), &key));
    finish(settings, &rest).await
}

async fn again(settings: &Settings, args: &InitArgs) -> anyhow::Result<()> {
    let file = settings.config.display();
    let setup = match config::load(&settings.config, &variable) {
        Ok(loaded) => loaded.setup,
        Err(problems) => {
            err!("{}", problems.render(settings.color));
            errln!("{file} is there already and is not changed: mend it, then `siaga init` again.");
            return Err(Mistakes.into());
        }
    };
    outln!("{file} is there already and is not changed; this is about what it needs on the server.");
    let rest = client(settings, Some(&setup))?;
    let known = directory_load::load(&rest, &setup, &[]).await?;
    let guild = GuildId(known.directory.guild.context("Discord did not say the server's id")?.0);
    outln!("Home server: {}", known.home.name);
    let missing = missing_channels(&rest, guild, &setup).await?;
    let mut questions = Questions::new();
    questions.open_channels(&missing, args.yes);
    questions.need_terminal()?;
    create_channels(&rest, guild, &missing, args.yes).await?;
    finish(settings, &rest).await
}

/// Looks at what there is now, with the eyes of `siaga doctor`.
async fn finish(settings: &Settings, rest: &Client) -> anyhow::Result<()> {
    let loaded = config::load(&settings.config, &variable)
        .map_err(|problems| anyhow::anyhow!("{}", problems.render(settings.color)))?;
    let mut looks = doctor::of_configuration(&loaded);
    let found = directory_load::load(rest, &loaded.setup, &[]).await?.findings;
    looks.extend(found.into_iter().map(|Finding { what, sentence, .. }| Look::bad(&what, sentence)));
    if !looks.is_empty() {
        outln!("This is left to do; `siaga doctor` looks at it again:");
        doctor::print(&looks, Output::Text);
    }
    if looks.iter().any(Look::is_bad) {
        return Err(Mistakes.into());
    }
    outln!("Next: `siaga run`; then `siaga fire --severity critical` in a second terminal calls whoever is on call.");
    rehearse::offer(settings).await
}

/// What is to be asked, and how to answer without a terminal.
struct Questions {
    open: Vec<(String, &'static str)>,
}

impl Questions {
    const fn new() -> Self {
        Self { open: Vec::new() }
    }

    fn open(&mut self, question: &str, answer: &'static str) {
        self.open.push((question.to_owned(), answer));
    }

    fn open_channels(&mut self, missing: &[Missing], yes: bool) {
        for channel in missing.iter().filter(|_| !yes) {
            self.open(&channel.question(), "--yes");
        }
    }

    /// Goes on when nothing is to be asked, or somebody is there.
    fn need_terminal(&self) -> anyhow::Result<()> {
        if self.open.is_empty() || std::io::stdin().is_terminal() {
            return Ok(());
        }
        errln!("`siaga init` has questions and there is no terminal to ask them; nothing was changed. Answer by:");
        for (question, answer) in &self.open {
            errln!("  {answer:<14} {question}");
        }
        Err(Unanswered.into())
    }
}

fn asked(question: &str) -> anyhow::Result<String> {
    out!("{question} ");
    std::io::stdout().flush()?;
    let mut line = String::new();
    anyhow::ensure!(std::io::stdin().lock().read_line(&mut line)? > 0, "the answer is missing");
    Ok(line.trim().to_owned())
}

/// The one server the bot is in.
async fn only_server(rest: &Client) -> anyhow::Result<(GuildId, String)> {
    let guilds = ask(rest, Route::my_guilds(), Body::Empty).await?;
    let guilds = guilds.as_array().cloned().unwrap_or_default();
    let [guild] = guilds.as_slice() else {
        if guilds.is_empty() {
            bail!("the bot is in no server yet: invite it with {}", invite_link(own_application(rest).await?));
        }
        let names: Vec<&str> = guilds.iter().filter_map(|guild| guild["name"].as_str()).collect();
        bail!("the bot is in several servers ({}): remove it from all but its home", names.join(", "));
    };
    let id = guild["id"].as_str().and_then(|id| id.parse().ok()).context("Discord did not say the server's id")?;
    Ok((GuildId(id), guild["name"].as_str().unwrap_or_default().to_owned()))
}

/// The user name of a member, by user name or id. Display names do not count: everybody chooses their own.
async fn member(rest: &Client, guild: GuildId, server: &str, wanted: &str) -> anyhow::Result<String> {
    let name = wanted.trim().trim_start_matches('@');
    let is = |user: &Value| user["username"].as_str() == Some(name);
    let found = match name.parse::<u64>() {
        Ok(id) if name.len() >= 15 => ask(rest, Route::get_member(guild, UserId(id)), Body::Empty).await.ok(),
        _ => {
            let members = ask(rest, Route::search_members(guild, name, NAMESAKES), Body::Empty).await?;
            members.as_array().into_iter().flatten().find(|member| is(&member["user"])).cloned()
        }
    };
    let user = found.map(|member| member["user"].clone()).with_context(|| {
        format!("{name} is no user name in {server}: Discord shows yours under User Settings, My Account (it is not the display name)")
    })?;
    anyhow::ensure!(user["bot"] != json!(true), "{name} is a bot: it cannot be paged");
    user["username"].as_str().map(str::to_owned).context("Discord did not say the user name")
}

async fn ask_for_member(rest: &Client, guild: GuildId, server: &str) -> anyhow::Result<String> {
    for _ in 0..ATTEMPTS {
        let name = asked("Your Discord user name (not the display name); pages go to you first:")?;
        match member(rest, guild, server, &name).await {
            Ok(name) => return Ok(name),
            Err(error) => outln!("{error:#}"),
        }
    }
    bail!("no user name was found; `siaga init --me USERNAME` takes it, too")
}

fn setup_of(text: &str) -> anyhow::Result<Setup> {
    match config::from_text("siaga.toml", text, &[]) {
        Ok(loaded) => Ok(loaded.setup),
        Err(problems) => bail!("the configuration would not be whole: {}", problems.render(false)),
    }
}

/// A channel or category that the configuration names and the server does not have.
struct Missing {
    name: String,
    is_category: bool,
    topic: &'static str,
}

impl Missing {
    fn shown(&self) -> String {
        if self.is_category { format!("the category {}", self.name) } else { format!("#{}", self.name) }
    }

    fn question(&self) -> String {
        format!("Create {}? It is missing", self.shown())
    }
}

async fn missing_channels(rest: &Client, guild: GuildId, setup: &Setup) -> anyhow::Result<Vec<Missing>> {
    const CATEGORY: u64 = 4;
    let channels = ask(rest, Route::guild_channels(guild), Body::Empty).await?;
    let exists = |name: &str, category: bool| {
        let is = |one: &Value| one["name"].as_str() == Some(name) && (one["type"] == CATEGORY) == category;
        channels.as_array().is_some_and(|all| all.iter().any(is))
    };
    let wanted = [
        (setup.discord.category.as_ref(), true, ""),
        (Some(&setup.discord.incidents), false, "Cards and threads of incidents"),
        (setup.discord.status.as_ref(), false, "One message per incident for stakeholders"),
        (setup.discord.operators.as_ref(), false, "What those who run the bot must know"),
    ];
    let named = wanted.into_iter().filter_map(|(name, is_category, topic)| match name {
        Some(ChatName::Name(name)) => Some(Missing { name: name.clone(), is_category, topic }),
        Some(ChatName::Id(_)) | None => None,
    });
    Ok(named.filter(|one| !exists(&one.name, one.is_category)).collect())
}

async fn create_channels(rest: &Client, guild: GuildId, missing: &[Missing], yes: bool) -> anyhow::Result<()> {
    for channel in missing {
        let shown = channel.shown();
        if !yes && !matches!(asked(&format!("{}. [y/N]", channel.question()))?.as_str(), "y" | "Y" | "yes") {
            outln!("Left out: {shown}.");
            continue;
        }
        let mut body = json!({ "name": channel.name, "type": if channel.is_category { 4 } else { 0 } });
        if !channel.is_category {
            body["topic"] = json!(channel.topic);
        }
        ask(rest, Route::create_guild_channel(guild), Body::Json(body))
            .await
            .with_context(|| format!("create {shown}"))?;
        outln!("Created {shown}.");
    }
    Ok(())
}

/// Writes the configuration, never over another one.
fn write_new(settings: &Settings, text: &str) -> anyhow::Result<()> {
    let file = &settings.config;
    store::private::create_new_file(file)
        .and_then(|()| store::private::write(file, text))
        .with_context(|| format!("write {}", file.display()))
}

/// The key that Alertmanager shows: a new one, kept in `.env` and told this once; or where the one is that is set already.
fn key_for_senders() -> anyhow::Result<String> {
    if variable(KEY).is_some() {
        return Ok(format!("<the value of {KEY}>"));
    }
    let key = random::letters(40)?;
    let file = std::path::Path::new(ENV_FILE);
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("read {ENV_FILE}")),
    };
    let text = env_file::with(&text, KEY, &key, "Key that Alertmanager sends with each alert.");
    store::private::write(file, &text).with_context(|| format!("write {ENV_FILE}"))?;
    read_env_file()?;
    outln!("Wrote a key for Alertmanager into {ENV_FILE}. It is shown here once:");
    Ok(key)
}
