//! Purpose: faults on purpose, compiled in only by the feature `broken`: the crash test must find that nobody is called.

use std::sync::atomic::{AtomicBool, Ordering};

use domain::decision::EventsOf;
use domain::{Answer, Command, Decision, Event, Fact, Input, PageId, TimerKind};

/// The timers of steps are lost at each start, after they were mended.
pub static STEPS_LOST: AtomicBool = AtomicBool::new(false);
/// "Can't take it" is written down, and the page does not move on.
pub static DECLINE_STAYS: AtomicBool = AtomicBool::new(false);
/// What a person opens again calls nobody.
pub static REOPENED_SILENT: AtomicBool = AtomicBool::new(false);
/// What becomes worse asks nobody whether they still have it.
pub static WORSE_SILENT: AtomicBool = AtomicBool::new(false);
/// What a person ended never opens again, although it fires on.
pub static NEVER_AGAIN: AtomicBool = AtomicBool::new(false);
/// A silence is over, and what it held back calls nobody.
pub static SILENCE_STAYS: AtomicBool = AtomicBool::new(false);
/// Whoever is asked whether they still have it gives no sign, and the policy does not go on.
pub static SIGN_NOT_MISSED: AtomicBool = AtomicBool::new(false);
/// What flaps pages the same person anew each time it fires again.
pub static FLAP_PAGES: AtomicBool = AtomicBool::new(false);
/// That somebody who is called left is known, and their step is waited for all the same.
pub static DEPARTURE_WAITS: AtomicBool = AtomicBool::new(false);

/// Takes out of a decision what the fault forgets, or puts in what it does too often.
pub(crate) fn spoil(input: &Input<'_>, mut decision: Decision) -> Decision {
    let on = |fault: &AtomicBool| fault.load(Ordering::Relaxed);
    if !matches!(decision.answer, Answer::Refused(_)) {
        let silence_over = matches!(input, Input::Fact { fact: Fact::SilenceOver { .. }, .. });
        let no_sign = matches!(input, Input::Timer { kind: TimerKind::AckGrace, .. });
        let left = matches!(input, Input::Fact { fact: Fact::PersonLeft { .. }, .. });
        let command = if let Input::Command { command, .. } = input { Some(*command) } else { None };
        let is_page = |event: &Event| {
            matches!(event, Event::Paged { .. } | Event::Escalated { .. } | Event::EscalationEnded { .. })
        };
        for of in &mut decision.events {
            let worse = of.events.iter().any(|event| matches!(event, Event::SeverityChanged { .. }));
            match command {
                Some(Command::Decline) if on(&DECLINE_STAYS) => of.events.retain(|event| !is_page(event)),
                Some(Command::Reopen { .. }) if on(&REOPENED_SILENT) => of.events.retain(|event| !is_page(event)),
                Some(Command::Resolve { .. }) if on(&NEVER_AGAIN) => of.events.iter_mut().for_each(|event| {
                    if let Event::Resolved { fires_on_at, .. } = event {
                        *fires_on_at = None;
                    }
                }),
                _ if (worse && on(&WORSE_SILENT)) || (silence_over && on(&SILENCE_STAYS)) => {
                    of.events.retain(|event| !is_page(event) && !matches!(event, Event::AckQuestioned { .. }));
                }
                _ if left && on(&DEPARTURE_WAITS) => of.events.clear(),
                _ if on(&FLAP_PAGES) => page_again(input, of),
                _ if no_sign && on(&SIGN_NOT_MISSED) => of.events.clear(),
                _ => {}
            }
        }
    }
    decision
}

/// Whoever was paged first is paged once more for what fires again.
fn page_again(input: &Input<'_>, of: &mut EventsOf) {
    let Input::Report { known, .. } = input else { return };
    let again = of.events.iter().any(|event| matches!(event, Event::AlertFired { again: true, .. }));
    let Some(incident) = of.incident.and_then(|id| known.incident(id)).filter(|_| again) else { return };
    let Some(first) = incident.pages.first() else { return };
    of.events.push(Event::Paged {
        page: PageId(u32::try_from(incident.pages.len() + 1).unwrap_or(u32::MAX)),
        person: first.person.clone(),
        reason: first.reason.clone(),
        contacts: Vec::new(),
        ways: first.ways.clone(),
        account: first.account,
    });
}
