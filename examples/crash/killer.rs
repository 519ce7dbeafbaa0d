//! Purpose: SIGKILL and SIGTERM, again and again: at random moments, and around a REST call: received, applied, answered.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::random::Random;
use crate::world::World;

/// Calls around which the bot is killed.
const CALLS: [(&str, &str); 8] = [
    ("POST", "/channels/{channel_id}/messages"),
    ("POST", "/channels/{channel_id}/messages"),
    ("PATCH", "/channels/{channel_id}/messages/{message_id}"),
    ("POST", "/channels/{channel_id}/messages/{message_id}/threads"),
    ("POST", "/guilds/{guild_id}/channels"),
    ("POST", "/interactions/{interaction_id}/{interaction_token}/callback"),
    ("POST", "/users/@me/channels"),
    ("PUT", "/channels/{channel_id}/messages/pins/{message_id}"),
];
const MOMENTS: [&str; 3] = ["received", "applied", "answered"];
/// What runs a bot kills it so long after SIGTERM (Docker): it has to be gone by then.
const STOP_MS: u64 = 10_000;
/// Between two looks whether a call has come.
const LOOK: Duration = Duration::from_millis(20);
/// How long a call is waited for before the bot is killed anyway.
const CALL_WAIT: Duration = Duration::from_secs(5);
/// What is added to how an end came when the program was being loaded.
const LOADING: &str = ", while it was being loaded";
/// A pause after which Discord has forgotten nonces.
const LONG: Duration = Duration::from_secs(62);

/// Long enough that whoever has to be called by then was called, or never is by this process: what a restart mends does not count.
const LONG_LIFE: Duration = Duration::from_secs(26);

/// How an end begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Nothing is written down on the way out.
    Kill,
    /// As an upgrade or a restart of the machine does it.
    Term,
}

impl Signal {
    const fn name(self) -> &'static str {
        match self {
            Self::Kill => "KILL",
            Self::Term => "TERM",
        }
    }
}

/// As many of the one as of the other, in an order of the seed.
fn signals(random: &mut Random, count: usize) -> Vec<Signal> {
    let first = if random.chance(50) { [Signal::Kill, Signal::Term] } else { [Signal::Term, Signal::Kill] };
    let mut signals: Vec<Signal> = (0..count).map(|number| first[number % 2]).collect();
    for at in (1..signals.len()).rev() {
        signals.swap(at, random.below(at + 1));
    }
    signals
}

/// Ends and restarts the bot `kills` times. It runs afterwards.
pub(crate) async fn run(world: &World, random: &mut Random, kills: usize) {
    for signal in signals(random, kills) {
        if random.chance(75) && !world.connected().await {
            gone(world).await;
        }
        if random.chance(6) {
            sleep(LONG_LIFE).await;
        }
        if random.chance(45) {
            sleep(random.pause(20, 2_500)).await;
            end(world, signal, "at a random moment".to_owned()).await;
        } else {
            around_a_call(world, random, signal).await;
        }
        match random.below(100) {
            0..2 => sleep(LONG).await,
            2..40 => sleep(random.pause(0, 1_500)).await,
            _ => {}
        }
        world.spawn(None).await;
    }
}

async fn around_a_call(world: &World, random: &mut Random, signal: Signal) {
    let ((method, route), at, nth) = (*random.pick(&CALLS), *random.pick(&MOMENTS), 1 + random.below(3));
    let pid = world.bot.lock().await.as_ref().and_then(crate::process::Bot::id);
    let order = json!({
        "do": "signal", "pid": pid, "signal": signal.name(), "at": at, "method": method, "route": route, "bot": "siaga",
        "nth": nth, "count": 1,
    });
    let fault = world.order("/faults", &order).await.and_then(|fault| fault["fault"].as_str().map(str::to_owned));
    let mut bot = world.bot.lock().await.take();
    let came = match &fault {
        Some(fault) => came(world, fault).await,
        None => false,
    };
    if let Some(fault) = fault {
        world.forget_fault(&fault).await;
    }
    let Some(bot) = bot.as_mut() else { return };
    if came {
        ended(world, bot, signal, Instant::now(), format!("{at}: {method} {route} ({nth})")).await;
    } else if bot.ended(Duration::ZERO).await.is_some() {
        gone(world).await;
    } else {
        send(world, bot, signal, format!("no {method} {route} came")).await;
    }
}

/// Whether the call came, and with it the signal.
async fn came(world: &World, fault: &str) -> bool {
    let deadline = Instant::now() + CALL_WAIT;
    while Instant::now() < deadline {
        if world.look(&format!("/faults/{fault}")).await["state"] == "done" {
            return true;
        }
        sleep(LOOK).await;
    }
    false
}

/// A signal from here, and the end that follows.
pub(crate) async fn end(world: &World, signal: Signal, how: String) {
    let Some(mut bot) = world.bot.lock().await.take() else { return };
    match bot.ended(Duration::ZERO).await {
        Some(_) => gone(world).await,
        None => send(world, &mut bot, signal, how).await,
    }
}

async fn send(world: &World, bot: &mut crate::process::Bot, signal: Signal, how: String) {
    let (began, is_new) = (Instant::now(), bot.is_new());
    match signal {
        Signal::Kill => bot.kill().await,
        Signal::Term => bot.terminate().await,
    }
    let how = if is_new { format!("{how}{LOADING}") } else { how };
    ended(world, bot, signal, began, how).await;
}

/// Waits for the end after a signal: at once, or after a stop that is in time and says that all went well.
async fn ended(world: &World, bot: &mut crate::process::Bot, signal: Signal, began: Instant, how: String) {
    let how = format!("SIG{} {how}", signal.name());
    let status = bot.status(Duration::from_millis(STOP_MS).saturating_sub(began.elapsed())).await;
    let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let accident = match (signal, status) {
        (Signal::Kill, Some(status)) if status.killed() => None,
        (Signal::Term, Some(status)) if status.success() => {
            world.ledger.open().stops_ms.push(took_ms);
            None
        }
        // Nothing was written down yet, so nothing has to be on the way out.
        (Signal::Term, Some(status)) if status.terminated() && how.ends_with(LOADING) => None,
        (_, Some(status)) => Some(format!("the bot ended with {status} ({how})")),
        (_, None) => {
            bot.kill().await;
            Some(format!("the bot was there {took_ms} ms after the signal ({how})"))
        }
    };
    world.ledger.open().accidents.extend(accident);
    world.died(how).await;
}

/// The bot ended by itself, which it never should.
async fn gone(world: &World) {
    world.ledger.open().accidents.push("the bot ended by itself, or never connected".to_owned());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_ends_are_stops_and_the_seed_says_which() {
        for (seed, count) in [(1, 10), (7, 10), (9, 300)] {
            let drawn = signals(&mut Random::new(seed), count);
            assert_eq!(drawn.iter().filter(|signal| **signal == Signal::Term).count(), count / 2);
            assert_eq!(drawn, signals(&mut Random::new(seed), count));
        }
        assert_ne!(signals(&mut Random::new(1), 10), signals(&mut Random::new(2), 10));
    }
}
