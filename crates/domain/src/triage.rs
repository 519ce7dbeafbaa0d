//! Purpose: how bad is it, by two questions anybody can answer at 3 a.m.: who is hurt, and how fast must it end.
//! "If unsure, the higher": the matrix is built so that a wrong guess upwards costs a page, not customers.

use serde::{Deserialize, Serialize};

use crate::incident::{Actor, Command, Event, Incident, Refusal};
use crate::setup::{RoomKind, Setup};
use crate::{Input, PersonId, Severity, Timestamp, World, decide};

/// How many are hurt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Impact {
    /// Most customers, or money or data is being lost.
    Most,
    /// Many customers, or one important function.
    Many,
    /// Few customers, or something is slower than it should be.
    Few,
    /// Nobody outside notices.
    Nobody,
}

impl Impact {
    /// All of them, worst first.
    pub const ALL: [Self; 4] = [Self::Most, Self::Many, Self::Few, Self::Nobody];

    /// Name in `custom_id`s and in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Most => "most",
            Self::Many => "many",
            Self::Few => "few",
            Self::Nobody => "nobody",
        }
    }

    /// Reads the name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|impact| impact.as_str() == text)
    }
}

/// How fast it must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// It grows, or every minute costs.
    Now,
    /// It is stable and can take an hour or two.
    Hours,
    /// It can wait for working hours.
    Later,
}

impl Urgency {
    /// All of them, most urgent first.
    pub const ALL: [Self; 3] = [Self::Now, Self::Hours, Self::Later];

    /// Name in `custom_id`s.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Hours => "hours",
            Self::Later => "later",
        }
    }

    /// Reads the name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|urgency| urgency.as_str() == text)
    }
}

/// Severity by impact (rows, worst first) and urgency (columns, most urgent first).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TriageMatrix(pub [[Severity; 3]; 4]);

impl Default for TriageMatrix {
    fn default() -> Self {
        use Severity::{Sev1, Sev2, Sev3, Sev4};
        Self([[Sev1, Sev1, Sev2], [Sev1, Sev2, Sev3], [Sev2, Sev3, Sev3], [Sev3, Sev4, Sev4]])
    }
}

impl TriageMatrix {
    /// What the two answers make. A severity that is not configured becomes the next worse one that is, else the next
    /// milder one: nobody is left without a severity, and doubt goes upwards.
    pub fn severity(&self, impact: Impact, urgency: Urgency, setup: &Setup) -> Severity {
        let wanted = self.0[impact as usize][urgency as usize];
        if setup.severities.is_empty() || setup.severities.contains_key(&wanted) {
            return wanted;
        }
        let known = || setup.severities.keys().copied();
        let worse = known().filter(|severity| severity.is_worse_than(wanted)).max();
        worse.or_else(|| known().min()).unwrap_or(wanted)
    }
}

/// What a choice would do, before anybody confirms it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The severity before.
    pub from: Severity,
    /// The severity it would have.
    pub to: Severity,
    /// A room it would get that it does not have yet.
    pub opens: Option<RoomKind>,
    /// Who would be paged now.
    pub pages: Vec<PersonId>,
    /// Whose pages would stop.
    pub stops: Vec<PersonId>,
    /// How often stakeholders would expect an update, in minutes.
    pub update_every_minutes: Option<u64>,
}

/// What triage would do: the decision itself, taken on paper.
///
/// # Errors
/// The refusal that confirming would meet.
pub fn preview(
    incident: &Incident,
    by: &Actor,
    impact: Impact,
    urgency: Urgency,
    world: &World,
    now: Timestamp,
) -> Result<Preview, Refusal> {
    let to = world.setup().triage.severity(impact, urgency, world.setup());
    let command = Command::Triage { impact, urgency, reason: Some(ON_PAPER.to_owned()) };
    let events = decide(world, &Input::Command { incident, by, command: &command }, now).of_one()?;
    Ok(Preview::of(incident, to, &events, world))
}

/// What another severity would do: the decision itself, taken on paper.
///
/// # Errors
/// The refusal that doing it would meet, were there a reason.
pub fn preview_severity(
    incident: &Incident,
    by: &Actor,
    to: Severity,
    world: &World,
    now: Timestamp,
) -> Result<Preview, Refusal> {
    let command = Command::SetSeverity { to, reason: Some(ON_PAPER.to_owned()) };
    let events = decide(world, &Input::Command { incident, by, command: &command }, now).of_one()?;
    Ok(Preview::of(incident, to, &events, world))
}

/// What merging would do to whom. The severity is that of the incident that goes on.
///
/// # Errors
/// The refusal that merging would meet.
pub fn preview_merge(
    from: &Incident,
    into: &Incident,
    by: &Actor,
    world: &World,
    now: Timestamp,
) -> Result<Preview, Refusal> {
    let mut preview = Preview::of(into, into.severity, &[], world);
    for of in decide(world, &Input::Merge { from, into, by }, now).accepted()? {
        let of_from = of.incident == Some(from.id);
        let part = Preview::of(if of_from { from } else { into }, into.severity, &of.events, world);
        for (all, more) in [(&mut preview.pages, part.pages), (&mut preview.stops, part.stops)] {
            for person in more {
                if !all.contains(&person) {
                    all.push(person);
                }
            }
        }
    }
    Ok(preview)
}

/// What giving an incident back would do to whom.
///
/// # Errors
/// The refusal that doing it would meet.
pub fn preview_give_back(incident: &Incident, by: &Actor, world: &World, now: Timestamp) -> Result<Preview, Refusal> {
    preview_command(incident, by, &Command::WithdrawAck, world, now)
}

/// What taking a dismissal back would do to whom.
///
/// # Errors
/// The refusal that doing it would meet.
pub fn preview_undo_dismiss(
    incident: &Incident,
    by: &Actor,
    world: &World,
    now: Timestamp,
) -> Result<Preview, Refusal> {
    preview_command(incident, by, &Command::UndoDismiss, world, now)
}

fn preview_command(
    incident: &Incident,
    by: &Actor,
    command: &Command,
    world: &World,
    now: Timestamp,
) -> Result<Preview, Refusal> {
    let events = decide(world, &Input::Command { incident, by, command }, now).of_one()?;
    Ok(Preview::of(incident, incident.severity, &events, world))
}

/// Stands for the reason that is not typed yet.
const ON_PAPER: &str = "-";

impl Preview {
    /// What these events would do to whom.
    pub fn of(incident: &Incident, to: Severity, events: &[Event], world: &World) -> Self {
        let mut preview = Self {
            from: incident.severity,
            to,
            opens: None,
            pages: Vec::new(),
            stops: Vec::new(),
            update_every_minutes: world.setup().severity_plan(to).update_every.map(|every| every.as_secs() / 60),
        };
        for event in events {
            match event {
                Event::SeverityChanged { room, .. } if *room > incident.room => preview.opens = Some(*room),
                Event::Paged { person, .. } if !preview.pages.contains(person) => preview.pages.push(person.clone()),
                Event::PageEnded { page, .. } => {
                    let person = incident.page(*page).map(|page| page.person.clone());
                    preview.stops.extend(person.filter(|person| !preview.stops.contains(person)));
                }
                _ => {}
            }
        }
        preview
    }

    /// It lowers the severity, which needs a reason.
    pub fn lowers(&self) -> bool {
        self.from.is_worse_than(self.to)
    }
}
