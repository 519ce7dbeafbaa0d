//! Purpose: what happens in a world: alerts that fire, flap and end, bursts, and people who click, type and fill in forms.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::ledger::What;
use crate::random::Random;
use crate::world::World;

/// Services; each has incidents of its own.
const SERVICES: [(&str, &str); 6] = [
    ("checkout", "critical"),
    ("search", "warning"),
    ("orders", "warning"),
    ("login", "warning"),
    ("stock", "warning"),
    ("mailer", "info"),
];
/// People who act; all may.
const PEOPLE: [&str; 4] = ["rina", "agus", "joko", "dewi"];
/// Severities that people choose.
const SEVERITIES: [&str; 3] = ["SEV-1", "SEV-3", "SEV-4"];
/// People who are called by name.
const PAGED: [&str; 3] = ["rina", "agus", "budi"];
/// How long somebody waits for a question about their line.
const QUESTION: Duration = Duration::from_secs(8);
/// Longer than the heartbeat may be silent.
const SILENCE: Duration = Duration::from_secs(14);
/// Alerts a service has at most, besides those of bursts.
const ALERTS: usize = 4;
/// How services begin that nobody looks after.
pub(crate) const NIGHT: &str = "night-";
/// Alerts of such services.
const NIGHTS: usize = 8;

/// Starts everybody; they stop when told to.
pub(crate) fn start(world: &Arc<World>, random: &mut Random, stop: &CancellationToken) -> JoinSet<()> {
    let mut actors = JoinSet::new();
    for (service, severity) in SERVICES {
        actors.spawn(alerts(Arc::clone(world), random.fork(), stop.clone(), service, severity));
    }
    actors.spawn(nights(Arc::clone(world), random.fork(), stop.clone()));
    actors.spawn(bursts(Arc::clone(world), random.fork(), stop.clone()));
    actors.spawn(chat(Arc::clone(world), random.fork(), stop.clone()));
    actors.spawn(silences(Arc::clone(world), random.fork(), stop.clone()));
    for person in PEOPLE {
        actors.spawn(somebody(Arc::clone(world), random.fork(), stop.clone(), person));
    }
    actors
}

/// The alerts of one service.
async fn alerts(
    world: Arc<World>,
    mut random: Random,
    stop: CancellationToken,
    service: &'static str,
    severity: &'static str,
) {
    let mut known: Vec<(String, bool, &str)> = Vec::new();
    let mut tries = 0;
    sleep(random.pause(0, 3_000)).await;
    while !stop.is_cancelled() {
        let choice = random.below(100);
        if known.is_empty() || (choice < 25 && known.len() < ALERTS) {
            let name = format!("{service}-{}", known.len());
            // What comes later may be worse.
            let worse = severity == "warning" && !known.is_empty() && random.chance(40);
            let severity = if worse { "critical" } else { severity };
            world.insist(&[(&name, service, severity, true)]).await;
            known.push((name, true, severity));
        } else if choice < 85 {
            // Fires again, ends, or is only repeated.
            let at = random.below(known.len());
            let firing = if random.chance(75) { !known[at].1 } else { known[at].1 };
            known[at].1 = firing;
            let (name, _, severity) = known[at].clone();
            world.insist(&[(&name, service, severity, firing)]).await;
        } else {
            tries += 1;
            world.once((&format!("{service}-once-{tries}"), service, severity, true)).await;
        }
        sleep(random.pause(400, 5_000)).await;
    }
}

/// Alerts that nobody does anything about: their policies take every step, however often the bot dies meanwhile.
async fn nights(world: Arc<World>, mut random: Random, stop: CancellationToken) {
    for count in 1..=NIGHTS {
        sleep(random.pause(1_000, 8_000)).await;
        if stop.is_cancelled() {
            return;
        }
        let service = format!("{NIGHT}{count}");
        world.insist(&[(&format!("{service}-alert"), &service, "warning", true)]).await;
    }
}

/// Several alerts of several services in one request.
async fn bursts(world: Arc<World>, mut random: Random, stop: CancellationToken) {
    let mut count = 0;
    while !stop.is_cancelled() {
        sleep(random.pause(2_000, 8_000)).await;
        count += 1;
        let names: Vec<(String, &str, &str)> = (0..5)
            .map(|number| {
                let (service, severity) = *random.pick(&SERVICES);
                (format!("burst-{count}-{number}"), service, severity)
            })
            .collect();
        let burst: Vec<(&str, &str, &str, bool)> =
            names.iter().map(|(name, service, severity)| (name.as_str(), *service, *severity, true)).collect();
        world.insist(&burst).await;
    }
}

/// One person.
async fn somebody(world: Arc<World>, mut random: Random, stop: CancellationToken, person: &'static str) {
    let mut count = 0;
    while !stop.is_cancelled() {
        sleep(random.pause(300, 2_500)).await;
        let incidents = world.incidents().await;
        if incidents.is_empty() {
            continue;
        }
        let incident = *random.pick(&incidents);
        count += 1;
        let words = format!("{person} wrote number {count}");
        let (mut incident, what) = (
            incident,
            match random.below(100) {
                0..14 => What::Acknowledge,
                14..28 => What::Decline,
                28..42 => What::Note(words),
                42..52 => What::Update(words),
                52..62 => What::Severity(random.pick::<&str>(&SEVERITIES), words),
                62..65 => What::Merge(*random.pick(&incidents)),
                65..79 => What::Reopen(words),
                79..84 => What::Page(random.pick::<&str>(&PAGED), words),
                _ => What::Resolve(words),
            },
        );
        if matches!(what, What::Reopen(_)) {
            let over = world.resolved();
            if over.is_empty() {
                continue;
            }
            incident = *random.pick(&over);
        }
        let by_button = random.chance(50);
        let _ = world.deed(person, incident, what, by_button).await;
    }
}

/// Lines in the watched channel. The first ones may be written before the bot listens; from its first question on, each counts.
async fn chat(world: Arc<World>, mut random: Random, stop: CancellationToken) {
    let (mut count, mut certain) = (0, false);
    while !stop.is_cancelled() {
        sleep(random.pause(500, 6_000)).await;
        count += 1;
        let Some(line) = world.say("joko", &format!("line-{count}"), certain).await else { continue };
        let deadline = Instant::now() + QUESTION;
        while world.question(line).await.is_none() && Instant::now() < deadline && !stop.is_cancelled() {
            sleep(Duration::from_millis(200)).await;
        }
        if world.question(line).await.is_none() {
            continue;
        }
        certain = true;
        if random.chance(80) {
            let _ = world.answer_question("agus", line, random.chance(50)).await;
        }
    }
}

/// The heartbeat is heard of, and at times it is not; in some worlds it stops for good.
async fn silences(world: Arc<World>, mut random: Random, stop: CancellationToken) {
    let for_good = random.chance(30);
    while !stop.is_cancelled() {
        sleep(random.pause(5_000, 15_000)).await;
        if random.chance(50) {
            world.beating.store(false, Ordering::SeqCst);
            sleep(SILENCE).await;
            world.beating.store(true, Ordering::SeqCst);
        }
    }
    if for_good {
        world.beating.store(false, Ordering::SeqCst);
        world.ledger.open().beats.over = true;
    }
}
