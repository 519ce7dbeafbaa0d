//! Purpose: `siaga export`: the record of incidents as files, also while the bot runs. Data goes to standard output or into a
//! folder, everything else to standard error.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ValueEnum;
use domain::incident::{EventAt, by_todays_clock};
use domain::postmortem::{dependents, gaps};
use domain::setup::Language;
use domain::{Incident, IncidentId, PersonId, Setup, Subject};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use store::{ListFilter, Store};
use words::RecordFacts;

use crate::settings::{Settings, variable};

/// How a record is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Markdown,
    /// For programs.
    Json,
}

impl Format {
    const fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Json => "json",
        }
    }
}

/// Options of `siaga export`.
#[derive(Clone, Debug, clap::Args)]
pub struct ExportArgs {
    /// Which incident: INC-7 or 7; or what else has a timeline: storm:2, override:3 (only --format json)
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub incident: Option<String>,
    /// Every incident, one file each
    #[arg(long, requires = "output_dir")]
    pub all: bool,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Write inc-7.md or inc-7.json into this folder [default: standard output]
    #[arg(long)]
    pub output_dir: Option<PathBuf>,
}

/// Writes what is asked for.
///
/// # Errors
/// When there is no such incident, the database cannot be read, or a file cannot be written.
pub async fn run(args: &ExportArgs, settings: &Settings) -> anyhow::Result<()> {
    let wanted = match &args.incident {
        Some(text) => Some(subject(text)?),
        None => None,
    };
    let store = Store::open_to_read(&settings.database).await?;
    let written = write(&store, wanted, args, &place(settings)).await;
    store.close().await;
    written
}

fn subject(text: &str) -> anyhow::Result<Subject> {
    let number = IncidentId::parse(text).map(Subject::Incident);
    let other = || text.parse().ok();
    number.or_else(other).with_context(|| format!("{text} is no incident: write it like INC-7 or 7"))
}

async fn write(store: &Store, wanted: Option<Subject>, args: &ExportArgs, place: &Place) -> anyhow::Result<()> {
    let all = match wanted {
        Some(subject) => vec![subject],
        None => {
            let mut all: Vec<Subject> =
                store.list(ListFilter::Recent, "", u32::MAX).await?.into_iter().map(|line| line.id.into()).collect();
            all.reverse();
            all
        }
    };
    if let Some(folder) = &args.output_dir {
        store::private::create_folder(folder).with_context(|| format!("create the folder {}", folder.display()))?;
    }
    for subject in &all {
        let text = match subject {
            Subject::Incident(id) => record(store, *id, args.format, place).await?,
            other => timeline(store, other, args.format).await?,
        };
        match &args.output_dir {
            None => out!("{text}"),
            Some(folder) => {
                let file = folder.join(format!(
                    "{}.{}",
                    subject.label().to_lowercase().replace(':', "-"),
                    args.format.ending()
                ));
                store::private::write(&file, &text).with_context(|| format!("write {}", file.display()))?;
                if !args.all {
                    errln!("Wrote {}.", file.display());
                }
            }
        }
    }
    if let (true, Some(folder)) = (args.all, &args.output_dir) {
        let files = if all.len() == 1 { "1 file".to_owned() } else { format!("{} files", all.len()) };
        errln!("Wrote {files} into {}.", folder.display());
    }
    Ok(())
}

/// The timeline of what is no incident, for programs.
async fn timeline(store: &Store, subject: &Subject, format: Format) -> anyhow::Result<String> {
    if format == Format::Markdown {
        bail!("{subject} is exported for programs only: add --format json");
    }
    let events: Vec<EventAt<Value>> = store.events(subject).await?;
    if events.is_empty() {
        bail!("there is no {subject}");
    }
    let line = |entry: &EventAt<Value>| json!({ "seq": entry.seq, "at": entry.at.to_string(), "event": entry.event });
    let whole = json!({ "version": 1, "subject": subject, "timeline": events.iter().map(line).collect::<Vec<_>>() });
    Ok(format!("{}\n", serde_json::to_string_pretty(&whole)?))
}

async fn record(store: &Store, id: IncidentId, format: Format, place: &Place) -> anyhow::Result<String> {
    let timeline = store.timeline(id).await?;
    let Some(incident) = Incident::replay(id, timeline.iter().cloned()) else {
        bail!("there is no {}: `/incident list` on Discord shows what there is", id.label());
    };
    let timeline = by_todays_clock(timeline);
    Ok(match format {
        Format::Json => engine::record_json(&incident, &timeline, usize::MAX),
        Format::Markdown => {
            let setup = place.setup.as_ref();
            let facts = RecordFacts {
                incident: &incident,
                timeline: &timeline,
                dependents: &setup.map(|setup| dependents(setup, incident.service.as_deref())).unwrap_or_else(|| {
                    // Without a catalogue, what people looked at is what is known.
                    incident.postmortem.collateral.keys().cloned().collect()
                }),
                missing: &setup.map(|setup| gaps(&incident, setup)).unwrap_or_default(),
                timezone: &setup.map_or(TimeZone::UTC, |setup| setup.timezone.clone()),
                guild: None,
                limit: usize::MAX,
            };
            let pins = store.pins().await?;
            let names = |person: &PersonId| {
                let pin = pins.iter().find(|pin| pin.person == *person);
                pin.map_or_else(|| person.as_str().to_owned(), |pin| pin.shown.clone())
            };
            words::record(&facts, &names, setup.map_or(Language::En, |setup| setup.language))
        }
    })
}

/// What the configuration says about language, zone and catalogue, if there is one.
struct Place {
    setup: Option<Setup>,
}

fn place(settings: &Settings) -> Place {
    let file: &Path = &settings.config;
    if !file.exists() {
        return Place { setup: None };
    }
    // Secrets are not needed to read, so none is missed.
    match config::load(file, &|name| Some(variable(name).unwrap_or_else(|| "not needed here".to_owned()))) {
        Ok(loaded) => Place { setup: Some(loaded.setup) },
        Err(_) => {
            errln!("{} has mistakes (`siaga check` shows them), so this is in English and UTC.", file.display());
            Place { setup: None }
        }
    }
}
