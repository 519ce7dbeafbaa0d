//! Purpose: one round: a fresh world, a workload, kills, then quiet and the checker's verdict.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::check::{Kind, Verdict, Violation, check};
use crate::history::Line;
use crate::ledger::now_ms;
use crate::random::Random;
use crate::seen::{self, Seen};
use crate::world::{World, list};
use crate::{killer, report, workload};

/// How long the world may take to become right when nobody acts any more: what fires on although somebody ended it opens again
/// after a minute, and then a policy takes its steps.
const PATIENCE: Duration = Duration::from_secs(300);
/// Nothing waits and nothing was done meanwhile: a verdict is final when it was given so often in a row.
const SURE: usize = 4;
/// Between two looks.
const LOOK: Duration = Duration::from_secs(1);
/// No call of the bot for so long means that nothing more comes.
const QUIET: Duration = Duration::from_millis(1_500);

/// Runs it.
pub(crate) async fn run(binary: &Path, keep: &Path, seed: u64, kills: usize) -> Line {
    let world = Arc::new(World::start(binary, None).await);
    let mut random = Random::new(seed);
    world.spawn(None).await;
    let stop = CancellationToken::new();
    let heart = {
        let world = Arc::clone(&world);
        tokio::spawn(async move { world.heart().await })
    };
    let mut actors = workload::start(&world, &mut random, &stop);
    killer::run(&world, &mut random, kills).await;
    stop.cancel();
    while let Some(ended) = actors.join_next().await {
        ended.expect("an actor broke off");
    }
    let (seen, verdict) = settle(&world).await;
    heart.abort();
    let ledger = world.ledger.open().clone();
    let mut verdict = verdict;
    // In each world there are alerts that nobody looks after: then it is the test that does not see.
    if verdict.owed.is_empty() {
        let sentence = "nobody had to be called in this world: the test looks at nothing".to_owned();
        verdict.violations.push(Violation { kind: Kind::Unrung, incident: None, sentence });
    }
    if !verdict.violations.is_empty() {
        report::keep(&world, keep, &format!("seed-{seed}"), &seen, &verdict).await;
    }
    Line {
        seed,
        kills: ledger.kills.len(),
        stops: ledger.kills.iter().filter(|(_, how)| how.starts_with("SIGTERM")).count(),
        slowest_ms: ledger.stops_ms.iter().copied().max().unwrap_or(0),
        lost: verdict.number(Kind::Lost),
        doubled: verdict.number(Kind::Doubled),
        unrung: verdict.number(Kind::Unrung),
        owed: verdict.owed.values().sum(),
        owed_for: verdict.owed.clone(),
        alerts: ledger.reports.len(),
        deeds: ledger.deeds.len(),
        incidents: seen.incidents.len(),
        outside: world.outside.arrived().len(),
        done: ledger.done(),
    }
}

/// Waits until the world is right, or surely is not.
pub(crate) async fn settle(world: &World) -> (Seen, Verdict) {
    let deadline = Instant::now() + PATIENCE;
    let mut sure = 0;
    loop {
        let mut calls = calls(world).await;
        let mut since = Instant::now();
        while since.elapsed() < QUIET && Instant::now() < deadline {
            sleep(LOOK / 4).await;
            let now = self::calls(world).await;
            if now != calls {
                (calls, since) = (now, Instant::now());
            }
        }
        let delivered = world.delivered().await;
        let seen = seen::read(world).await;
        let verdict = check(&world.ledger.open(), &seen, now_ms());
        // What was read at different times fits together only if nothing happened meanwhile.
        let still = self::calls(world).await == calls;
        let late = Instant::now() > deadline;
        if verdict.violations.is_empty() && still && delivered && !verdict.goes_on {
            return (seen, verdict);
        }
        sure = if still && delivered && !verdict.goes_on { sure + 1 } else { 0 };
        if late || sure >= SURE {
            let mut verdict = verdict;
            if verdict.violations.is_empty() {
                verdict.violations.push(Violation {
                    kind: Kind::Lost,
                    incident: None,
                    sentence: format!("it never comes to rest: delivered {delivered}, still {still}"),
                });
            }
            return (seen, verdict);
        }
        sleep(LOOK).await;
    }
}

/// How many messages and changes the bot has asked for; its own reading and answers to people are none of them.
async fn calls(world: &World) -> usize {
    let calls = world.look("/calls").await;
    list(&calls["calls"])
        .filter(|call| call["bot"] == "siaga" && call["method"] != "GET")
        .filter(|call| {
            call["route"].as_str().is_some_and(|route| !route.contains("interaction") && !route.contains("webhook"))
        })
        .count()
}
