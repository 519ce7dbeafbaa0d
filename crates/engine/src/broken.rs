//! Purpose: faults on purpose, compiled in only by the feature `broken`: the crash test must find that nobody is called.

use std::sync::atomic::{AtomicBool, Ordering};

use domain::{Answer, Command, Decision, Event, Fact, Input, TimerKind};

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

/// Takes out of a decision what the fault forgets.
pub(crate) fn spoil(input: &Input<'_>, mut decision: Decision) -> Decision {
    let on = |fault: &AtomicBool| fault.load(Ordering::Relaxed);
    if !matches!(decision.answer, Answer::Refused(_)) {
        let silence_over = matches!(input, Input::Fact { fact: Fact::SilenceOver { .. }, .. });
        let no_sign = matches!(input, Input::Timer { kind: TimerKind::AckGrace, .. });
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
                _ if no_sign && on(&SIGN_NOT_MISSED) => of.events.clear(),
                _ => {}
            }
        }
    }
    decision
}
