//! Purpose: what another configuration changes for people, as lines for a terminal: who is on call when, and which open incidents
//! it touches.

use std::collections::BTreeSet;

use domain::incident::PersonWhy;
use domain::oncall::{OnCall, ShiftChange, local_time, shift_changes, start_to_go_on, start_to_write};
use domain::{PersonId, Setup, Timestamp, World};
use engine::{Ends, Moved, Touched, TouchedWhy};

/// Changes of one schedule that are listed; more are counted.
const LISTED: usize = 12;

/// Who is on call now, and where that is another person than before in the next weeks, for each schedule it changes.
pub(crate) fn on_call(before: &World, after: &World, now: Timestamp) -> Vec<String> {
    let names: BTreeSet<&String> = before.setup().schedules.keys().chain(after.setup().schedules.keys()).collect();
    let mut lines = Vec::new();
    for name in names {
        let changes = shift_changes(before, after, name, now);
        let find = |world: &World| world.setup().schedules.get(name).map(|schedule| schedule.timezone.clone());
        let Some(zone) = find(after).or_else(|| find(before)) else { continue };
        let zone_name = zone.iana_name().unwrap_or("UTC").to_owned();
        let Some(first) = changes.first() else { continue };
        if first.from > now
            && let OnCall::Person { person, until, .. } = after.on_call(name, now)
        {
            lines.push(format!("on call {name}: {person} stays until {} ({zone_name})", local_time(until, &zone)));
        }
        for ShiftChange { from, until, before, after } in changes.iter().take(LISTED) {
            let (from, until) = (local_time(*from, &zone), local_time(*until, &zone));
            let (was, is) = (who(before.as_ref()), who(after.as_ref()));
            lines.push(format!("on call {name}: {from} to {until} ({zone_name}): {was} -> {is}"));
        }
        let more = changes.len().saturating_sub(LISTED);
        if more > 0 {
            lines.push(format!("on call {name}: and {more} more changes"));
        }
        let shift = after.overrides().said.get(name).and_then(|said| said.shift.as_ref());
        let goes_on = after.setup().schedules.get(name).and_then(|schedule| start_to_go_on(schedule, shift, now));
        if let Some((person, date)) = goes_on {
            lines.push(format!(
                "on call {name}: after {person} the new list goes on by its start; to let it go on with whoever follows {person} in it, write from = {date}"
            ));
        }
    }
    lines
}

fn who(person: Option<&PersonId>) -> &str {
    person.map_or("nobody", PersonId::as_str)
}

/// Which open incidents it touches, a line each.
pub(crate) fn touched(touched: &[Touched]) -> Vec<String> {
    let line = |one: &Touched| {
        let why: Vec<String> = one.why.iter().map(reason).collect();
        format!("{} {}: {}", one.incident.label(), one.title, why.join("; "))
    };
    touched.iter().map(line).collect()
}

/// What people made at run time and what ends with it, a line each.
pub(crate) fn ends(ends: &[Ends], setup: &Setup) -> Vec<String> {
    let line = |one: &Ends| match one {
        Ends::Override { number, schedule, person, until, no_schedule } => {
            let known = setup.schedules.get(schedule).map(|known| known.timezone.clone());
            let zone = known.unwrap_or_else(|| setup.timezone.clone());
            let until = format!("{} ({})", local_time(*until, &zone), zone.iana_name().unwrap_or("UTC"));
            let why = if *no_schedule {
                format!("{schedule} is not in the file any more")
            } else {
                format!("{person} is not in the file any more")
            };
            format!("override {number}: {person} would be on call for {schedule} until {until}; it ends, because {why}")
        }
        Ends::Silence { number, by } => {
            format!(
                "silence {number}: it ends, because its owner {by} is not in the file any more; whatever still fires rings"
            )
        }
    };
    ends.iter().map(line).collect()
}

fn reason(why: &TouchedWhy) -> String {
    match why {
        TouchedWhy::PolicyGone(policy) => {
            format!("its policy {policy} is gone, and goes on as it was when it was started")
        }
        TouchedWhy::ServiceGone(service) => format!("its service {service} is gone"),
        TouchedWhy::SeverityGone(severity) => format!("its severity {severity} is gone, and calls people as it did"),
        TouchedWhy::IntegrationGone(integration, 1) => format!(
            "its integration {integration} is gone: nothing will be heard of its alert any more, so it counts as over, whether it fires or not"
        ),
        TouchedWhy::IntegrationGone(integration, alerts) => format!(
            "its integration {integration} is gone: nothing will be heard of its {alerts} alerts any more, so they count as over, whether they fire or not"
        ),
        TouchedWhy::SilenceEnds(number) => format!("silence {number}, which holds it back, ends"),
        TouchedWhy::PageMoves { person, why, to, besides } => {
            let why = match why {
                Moved::OnCall(schedule) => {
                    format!("{person} is called for it and is not on call for {schedule} any more")
                }
                Moved::Person(PersonWhy::Removed) => {
                    format!("{person} is called for it and is not in the file any more")
                }
                Moved::Person(PersonWhy::Renamed { to }) => format!("{person} is called for it and is {to} now"),
                Moved::Person(PersonWhy::Account) => {
                    format!("{person} is called for it and has another Discord account now")
                }
                Moved::Person(PersonWhy::Ways) => {
                    format!("{person} is called for it, and every way on which they are called is gone")
                }
            };
            format!("{why}: {}", called(to, besides))
        }
        TouchedWhy::HolderGone { holder, to } => {
            format!("{holder} has it and is not in the file any more, so nobody has it: {}", called(to, &[]))
        }
        TouchedWhy::HolderAsked { holder } => {
            format!(
                "{holder} has it and has another Discord account now: they are asked there whether it is still theirs"
            )
        }
        TouchedWhy::StepStandsForNobody { policy, step } => {
            format!("step {step} of its policy {policy} stands for nobody now: the next one is called in its place")
        }
    }
}

fn called(to: &[PersonId], besides: &[PersonId]) -> String {
    let names = |people: &[PersonId]| people.iter().map(PersonId::as_str).collect::<Vec<_>>().join(", ");
    match (to, besides) {
        ([], []) => "nobody else is called".to_owned(),
        ([], besides) => format!("{} is called already", names(besides)),
        (to, _) => format!("{} is called", names(to)),
    }
}

/// The line to add for each schedule that names no start.
pub(crate) fn starts_to_write(setup: &Setup, now: Timestamp) -> Vec<String> {
    let line = |(name, schedule): (&String, &domain::setup::Schedule)| {
        let date = start_to_write(schedule, now)?;
        Some(format!(
            "schedule {name} names no start: add `from = {date}` below its name. It changes nobody's turn, and says from when turns are counted."
        ))
    };
    setup.schedules.iter().filter_map(line).collect()
}
