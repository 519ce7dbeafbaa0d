//! Purpose: SIGKILL, again and again: at random moments, and around a REST call: received, applied, answered.

use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

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
/// How long a call is waited for before the bot is killed anyway.
const CALL_WAIT: Duration = Duration::from_secs(5);
/// A pause after which Discord has forgotten nonces.
const LONG: Duration = Duration::from_secs(62);

/// Kills and restarts `kills` times. The bot runs afterwards.
pub(crate) async fn run(world: &World, random: &mut Random, kills: usize) {
    for _ in 0..kills {
        if random.chance(75) && !world.connected().await {
            gone(world).await;
        }
        if random.chance(45) {
            sleep(random.pause(20, 2_500)).await;
            kill(world, "at a random moment".to_owned()).await;
        } else {
            around_a_call(world, random).await;
        }
        match random.below(100) {
            0..2 => sleep(LONG).await,
            2..40 => sleep(random.pause(0, 1_500)).await,
            _ => {}
        }
        world.spawn(None).await;
    }
}

async fn around_a_call(world: &World, random: &mut Random) {
    let ((method, route), at, nth) = (*random.pick(&CALLS), *random.pick(&MOMENTS), 1 + random.below(3));
    let pid = world.bot.lock().await.as_ref().and_then(crate::process::Bot::id);
    let order = json!({
        "do": "signal", "pid": pid, "signal": "KILL", "at": at, "method": method, "route": route, "bot": "siaga",
        "nth": nth, "count": 1,
    });
    let fault = world.order("/faults", &order).await.and_then(|fault| fault["fault"].as_str().map(str::to_owned));
    let ended = match world.bot.lock().await.as_mut() {
        Some(bot) => bot.ended(CALL_WAIT).await,
        None => None,
    };
    if let Some(fault) = fault {
        world.forget_fault(&fault).await;
    }
    match ended {
        Some(true) => world.died(format!("{at}: {method} {route} ({nth})")).await,
        Some(false) => gone(world).await,
        None => kill(world, format!("no {method} {route} came")).await,
    }
}

/// SIGKILL from here.
pub(crate) async fn kill(world: &World, how: String) {
    let mut bot = world.bot.lock().await.take();
    match bot.as_mut() {
        Some(bot) => match bot.ended(Duration::ZERO).await {
            Some(_) => gone(world).await,
            None => bot.kill().await,
        },
        None => return,
    }
    world.died(how).await;
}

/// The bot ended by itself, which it never should.
async fn gone(world: &World) {
    world.ledger.open().accidents.push("the bot ended by itself, or never connected".to_owned());
}
