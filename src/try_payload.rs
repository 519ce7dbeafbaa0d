//! Purpose: `siaga try`: what a payload, a line of chat or the silence of a heartbeat becomes, and the route it takes.
//! Nothing is sent and no database is opened; it is the same reading and the same rules as in the running bot.

mod show;
#[cfg(test)]
mod tests;

use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use domain::escalation::{EscalationPlan, LeftOut, Position, Reach};
use domain::incident::{Missing, Opening};
use domain::routing::{Routed, route};
use domain::setup::{AtEnd, ChatName, ChatRule, Integration, IntegrationKind, RoomKind};
use domain::{
    AlertReport, AlertStatus, ChatChannelId, ChatMessageId, ChatUserId, Event, Input, Link, PersonId, Setup, Timestamp,
    World, decide,
};
use intake::{ChatLine, NotJson, Parsed};

use crate::cli::{Mistakes, Output};
use crate::settings::Settings;

/// Options of `siaga try`.
#[derive(Clone, Debug, clap::Args)]
pub struct TryArgs {
    /// The payload, or a line of chat; `-` reads standard input
    #[arg(default_value = "-")]
    pub file: PathBuf,
    /// Integration that would get it
    #[arg(long, required_unless_present = "heartbeat")]
    pub integration: Option<String>,
    /// Show what the silence of this heartbeat becomes
    #[arg(long, conflicts_with_all = ["integration", "header", "file"])]
    pub heartbeat: Option<String>,
    /// A header that comes with the payload, for expressions that look at it
    #[arg(long, value_name = "NAME=VALUE", value_parser = header)]
    pub header: Vec<(String, String)>,
    /// The configuration file [default: SIAGA_CONFIG or siaga.toml]
    #[arg(long)]
    pub config: Option<PathBuf>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    pub output: Output,
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

/// What became of an input.
struct Tried {
    /// Who would have sent it: `uptime-kuma (json)`.
    sender: String,
    alerts: Vec<Alert>,
    /// Parts that are no alerts, by the word of the configuration.
    skipped: u64,
    /// Alerts that the sender left out, or that were too many.
    truncated: u64,
    /// How texts of the input end that says nothing.
    nothing: &'static str,
}

/// One alert and its route.
struct Alert {
    report: AlertReport,
    /// None for an alert that is over: nothing opens for it.
    route: Option<Route>,
}

/// Where a firing alert goes when no incident of its group is open.
struct Route {
    routed: Routed,
    /// Conditions of the configured service that took it; none when its name is only a label.
    service_conditions: Option<String>,
    means: String,
    room: RoomKind,
    pages: bool,
    rounds: Vec<Round>,
    repeat: u32,
    at_end: Option<AtEnd>,
    runbook_title: Option<String>,
    links: Vec<Link>,
    missing: Vec<Missing>,
    /// The alert of the same input (from 1) whose incident it would join.
    joins: Option<usize>,
}

/// One step of the escalation as it would be taken now.
struct Round {
    /// How long after the beginning.
    after: jiff::SignedDuration,
    people: Vec<PersonId>,
    gaps: Vec<String>,
}

/// Shows what an input becomes.
///
/// # Errors
/// [`Mistakes`] after a sentence when the input or the configuration cannot be used.
pub fn run(args: &TryArgs, settings: &Settings) -> anyhow::Result<()> {
    let config = args.config.as_ref().unwrap_or(&settings.config);
    let setup = setup_of(config, settings.color)?;
    let now = engine::Clock::system().now();
    let tried = match &args.heartbeat {
        Some(name) => silence(&setup, name, config, now)?,
        None => {
            let name = args.integration.as_deref().unwrap_or_default();
            let integration = integration_of(&setup, name, config)?;
            payload(&setup, integration, args, now)?
        }
    };
    match args.output {
        Output::Text => out!("{}", show::text(&tried, &setup, settings.color)),
        Output::Json => outln!("{}", show::json(&tried)),
    }
    Ok(())
}

/// The configuration. Keys play no part here, so one that is not set is no matter.
fn setup_of(config: &Path, color: bool) -> anyhow::Result<Setup> {
    match config::load(config, &|_| Some("set".to_owned())) {
        Ok(loaded) => Ok(loaded.setup),
        Err(problems) => {
            err!("{}", problems.render(color));
            Err(Mistakes.into())
        }
    }
}

fn mistake(sentence: &str) -> anyhow::Error {
    errln!("siaga: {sentence}");
    Mistakes.into()
}

/// What to say when a name is not in the configuration.
fn unknown<'a>(what: &str, name: &str, config: &Path, known: impl Iterator<Item = &'a str> + Clone) -> anyhow::Error {
    let help = match (config::did_you_mean(name, known.clone()), known.clone().next()) {
        (Some(near), _) => format!("did you mean {near}?"),
        (None, Some(_)) => format!("there are: {}", known.collect::<Vec<_>>().join(", ")),
        (None, None) => format!("there is none; [[{what}s]] would declare it"),
    };
    mistake(&format!("no {what} is named {name} in {}: {help}", config.display()))
}

fn integration_of<'a>(setup: &'a Setup, name: &str, config: &Path) -> anyhow::Result<&'a Integration> {
    let known = setup.integrations.iter().map(|integration| integration.name.as_str());
    setup.integration(name).ok_or_else(|| unknown("integration", name, config, known))
}

fn silence(setup: &Setup, name: &str, config: &Path, now: Timestamp) -> anyhow::Result<Tried> {
    let known = setup.heartbeats.iter().map(|heartbeat| heartbeat.name.as_str());
    let heartbeat = setup.heartbeat(name).ok_or_else(|| unknown("heartbeat", name, config, known))?;
    let every = jiff::SignedDuration::try_from(heartbeat.every).unwrap_or(jiff::SignedDuration::ZERO);
    let last = now.checked_sub(every).unwrap_or(now);
    let report = heartbeat.silent(last, Some(last), &setup.timezone);
    let parsed = Parsed { reports: vec![report], ..Parsed::default() };
    Ok(examine(setup, format!("the silence of {name}"), parsed, "", now))
}

fn payload(setup: &Setup, integration: &Integration, args: &TryArgs, now: Timestamp) -> anyhow::Result<Tried> {
    let body = read(&args.file)?;
    let name = &integration.name;
    let nothing = "it lists no alerts";
    let (kind, parsed, nothing) = match &integration.kind {
        IntegrationKind::Alertmanager { .. } => ("alertmanager", intake::alertmanager::parse(name, &body), nothing),
        IntegrationKind::Grafana(grafana) => ("grafana", intake::grafana::parse(name, grafana, &body), nothing),
        IntegrationKind::Json(mapping) => {
            let envelope = intake::json::Envelope { headers: args.header.clone(), query: Vec::new() };
            ("json", intake::json::parse(name, mapping, &body, &envelope), nothing)
        }
        IntegrationKind::Chat(rule) => {
            let line = chat_line(rule, String::from_utf8_lossy(&body).trim().to_owned(), now);
            let reports = intake::chat::read(rule, name, &line);
            ("chat", Parsed { reports, ..Parsed::default() }, "`match` does not match the line")
        }
    };
    if let Some(NotJson { line, column, message }) = &parsed.not_json {
        let file = if args.file == Path::new("-") { "standard input".into() } else { args.file.display().to_string() };
        return Err(mistake(&format!(
            "{file}:{line}:{column}: this is not JSON: {message}. People would see it as an unmapped alert with its text."
        )));
    }
    Ok(examine(setup, format!("{name} ({kind})"), parsed, nothing, now))
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut body = Vec::new();
    if file == Path::new("-") {
        let mut input = std::io::stdin();
        if input.is_terminal() {
            errln!("Reading standard input; Ctrl-D ends it.");
        }
        input.read_to_end(&mut body).context("read standard input")?;
        return Ok(body);
    }
    match std::fs::read(file) {
        Ok(body) => Ok(body),
        Err(error) => Err(mistake(&format!("cannot read {}: {error}", file.display()))),
    }
}

/// A line as if somebody had written it in the first watched channel.
fn chat_line(rule: &ChatRule, text: String, at: Timestamp) -> ChatLine {
    let (channel, channel_name) = match rule.channels.first() {
        Some(ChatName::Id(id)) => (*id, None),
        Some(ChatName::Name(name)) => (0, Some(name.clone())),
        None => (0, None),
    };
    ChatLine {
        text,
        embeds: Vec::new(),
        channel: ChatChannelId(channel),
        channel_name,
        parent: None,
        message: ChatMessageId(0),
        author: "you".to_owned(),
        author_id: ChatUserId(0),
        user_name: "rina".to_owned(),
        by_bot: false,
        at,
    }
}

fn examine(setup: &Setup, sender: String, parsed: Parsed, nothing: &'static str, now: Timestamp) -> Tried {
    let Parsed { reports, truncated, skipped, skipped_texts: _, not_json: _ } = parsed;
    let world = World::new(setup.clone());
    let mut alerts: Vec<Alert> = Vec::new();
    for report in reports {
        let route = (report.status == AlertStatus::Firing).then(|| {
            let routed = route(setup, &report);
            let same =
                |alert: &Alert| alert.route.as_ref().is_some_and(|other| other.routed.group_key == routed.group_key);
            let joins = alerts.iter().position(same).map(|index| index + 1);
            route_of(&world, &report, routed, joins, now)
        });
        alerts.push(Alert { report, route });
    }
    Tried { sender, alerts, skipped, truncated, nothing }
}

/// What opening an incident for this alert would bring.
fn route_of(world: &World, report: &AlertReport, routed: Routed, joins: Option<usize>, now: Timestamp) -> Route {
    let setup = world.setup();
    let plan = setup.severity_plan(routed.severity);
    let opening = Input::Open(Opening::Alert { report, routed: &routed });
    let opened = decide(world, &opening, now).of_one().unwrap_or_default();
    let (room, links, missing) = match opened.into_iter().next() {
        Some(Event::Opened { room, links, missing, .. }) => (room, links, missing),
        Some(_) | None => (plan.room, report.links.clone(), Vec::new()),
    };
    let policy = routed.escalation.as_deref().and_then(|name| setup.escalations.get(name));
    let service = routed.service.as_deref().and_then(|name| setup.service(name));
    let runbook = routed.runbook.as_deref().and_then(|name| setup.runbooks.iter().find(|book| book.name == name));
    Route {
        service_conditions: service.map(|service| domain::labels::describe(&service.matchers)),
        means: plan.means,
        room,
        pages: plan.page,
        rounds: policy.map(|policy| rounds(world, policy, now)).unwrap_or_default(),
        repeat: policy.map_or(0, |policy| policy.repeat),
        at_end: policy.map(|policy| EscalationPlan::of(policy).at_end()),
        runbook_title: runbook.map(|runbook| runbook.title.clone()),
        links,
        missing,
        joins,
        routed,
    }
}

/// The first round of a policy, each step as it would be taken at its time.
fn rounds(world: &World, policy: &domain::setup::EscalationPolicy, now: Timestamp) -> Vec<Round> {
    let plan = EscalationPlan::of(policy);
    let mut rounds = Vec::new();
    let mut waited = jiff::SignedDuration::ZERO;
    let mut next = Some(Position::START);
    while let Some(position) = next.filter(|position| position.round == 0) {
        let at = now.checked_add(waited).unwrap_or(now);
        match world.step_from(&plan, None, position, LeftOut::default(), at) {
            Reach::Step { position, people, wait, gaps } => {
                rounds.push(Round { after: waited, people, gaps });
                waited = waited.saturating_add(wait);
                next = plan.after(position);
            }
            Reach::End { .. } => break,
        }
    }
    rounds
}
