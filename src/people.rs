//! Purpose: `siaga people`: which Discord account each person of the configuration is, and to forget it, also while the bot runs.
//! Data goes to standard output.

use anyhow::bail;
use clap::Subcommand;
use domain::setup::{ChatName, Person};
use domain::{PersonId, Pin, Setup};
use serde_json::{Value, json};
use store::Store;

use crate::cli::Output;
use crate::lock;
use crate::settings::{Settings, variable};

/// What to do with people.
#[derive(Clone, Debug, Subcommand)]
pub enum PeopleVerb {
    /// Which Discord account each person is, since when, and whether it has another user name by now
    List {
        /// How people are printed
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Forget which account a person is: whoever has their user name now is found anew
    Unpin {
        /// The person's name in [people]
        name: String,
        /// How the result is printed
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
}

/// Does it.
///
/// # Errors
/// When the database cannot be used, or nobody has this name or a pin.
pub async fn run(verb: &PeopleVerb, settings: &Settings) -> anyhow::Result<()> {
    // Secrets are not needed to read names, so none is missed. A file with mistakes says nothing: pins are shown without it.
    let env = |name: &str| Some(variable(name).unwrap_or_else(|| "not needed here".to_owned()));
    let setup = config::load(&settings.config, &env).ok().map(|loaded| loaded.setup);
    match verb {
        PeopleVerb::List { output } => {
            let store = Store::open_to_read(&settings.database).await?;
            let pins = store.pins().await;
            store.close().await;
            list(&lines(setup.as_ref(), &pins?), *output);
            Ok(())
        }
        PeopleVerb::Unpin { name, output } => {
            let person = PersonId::from(name.as_str());
            let known = setup.as_ref().and_then(|setup| setup.people.get(&person));
            if let Some(Person { discord: ChatName::Id(id), .. }) = known {
                bail!(
                    "{name} is given by their Discord id ({id}) in siaga.toml: there is nothing to forget, correct people.{name}.discord"
                );
            }
            let store = Store::open_beside(&settings.database).await?;
            let gone = store.unpin(&person).await;
            store.close().await;
            if !gone? {
                bail!("{name} is not pinned to a Discord account: `siaga people list` shows who is");
            }
            if *output == Output::Json {
                outln!("{}", json!({ "unpinned": name }));
                return Ok(());
            }
            outln!("{name} is unpinned, and not paged until somebody with their user name is found.");
            match lock::holder(&settings.database) {
                Some(_) => outln!(
                    "The running bot looks within ten seconds and tells the operators' channel whom it found; no reload is needed."
                ),
                None => outln!("The bot looks when it starts."),
            }
            Ok(())
        }
    }
}

/// One person, as far as they are known.
struct Line<'a> {
    name: &'a str,
    /// What the configuration says; none when it has no such person, or could not be read.
    discord: Option<String>,
    pin: Option<&'a Pin>,
    /// The configuration says something else than when they were pinned, or nothing.
    stale: bool,
}

impl Line<'_> {
    /// What a person should know beyond the account.
    fn note(&self) -> String {
        let renamed = self.pin.filter(|pin| pin.username_now != pin.username);
        let renamed = renamed.map(|pin| format!("called {} now", pin.username_now));
        let said = match (self.pin, &self.discord) {
            (None, Some(discord)) => Some(format!("not found yet, looked for as {discord}")),
            (Some(_), Some(discord)) if self.stale => Some(format!("siaga.toml says {discord} now: looked for anew")),
            (Some(_), None) if self.stale => Some("not in siaga.toml".to_owned()),
            (_, _) => None,
        };
        said.into_iter().chain(renamed).collect::<Vec<_>>().join("; ")
    }
}

fn lines<'a>(setup: Option<&'a Setup>, pins: &'a [Pin]) -> Vec<Line<'a>> {
    let people = setup.map(|setup| &setup.people);
    let said = |person: &Person| match &person.discord {
        ChatName::Id(id) => id.to_string(),
        ChatName::Name(name) => name.clone(),
    };
    let of_file = people.into_iter().flatten().map(|(id, person)| {
        let pin = pins.iter().find(|pin| pin.person == *id);
        let discord = said(person);
        let stale = pin.is_some_and(|pin| pin.discord != discord);
        Line { name: id.as_str(), discord: Some(discord), pin, stale }
    });
    let others = pins.iter().filter(|pin| people.is_none_or(|people| !people.contains_key(&pin.person)));
    let others =
        others.map(|pin| Line { name: pin.person.as_str(), discord: None, pin: Some(pin), stale: people.is_some() });
    let mut all: Vec<Line<'a>> = of_file.chain(others).collect();
    all.sort_by_key(|line| line.name);
    all
}

fn list(lines: &[Line<'_>], output: Output) {
    if output == Output::Json {
        outln!("{}", Value::Array(lines.iter().map(as_json).collect()));
        return;
    }
    if lines.is_empty() {
        outln!("There is nobody in [people], and nobody is pinned.");
        return;
    }
    let mut table = vec![["NAME", "USER NAME", "ID", "SINCE", ""].map(str::to_owned)];
    table.extend(lines.iter().map(|line| {
        let of = |text: &dyn Fn(&Pin) -> String| line.pin.map_or_else(|| "-".to_owned(), text);
        [
            line.name.to_owned(),
            of(&|pin| pin.username.clone()),
            of(&|pin| pin.user.to_string()),
            of(&|pin| pin.since.strftime("%Y-%m-%d %H:%M UTC").to_string()),
            line.note(),
        ]
    }));
    let widths: [usize; 4] =
        std::array::from_fn(|column| table.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    for row in &table {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        outln!("{}", cells.chain([row[4].clone()]).collect::<Vec<_>>().join("  ").trim_end());
    }
}

fn as_json(line: &Line<'_>) -> Value {
    json!({
        "person": line.name,
        "discord": line.discord,
        "id": line.pin.map(|pin| pin.user.to_string()),
        "user_name": line.pin.map(|pin| &pin.username),
        "user_name_now": line.pin.map(|pin| &pin.username_now),
        "display_name": line.pin.map(|pin| &pin.shown),
        "since": line.pin.map(|pin| pin.since.to_string()),
        "looked_for_anew": line.discord.is_some() && (line.stale || line.pin.is_none()),
    })
}
