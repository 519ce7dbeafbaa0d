//! Purpose: what happens in a world: alerts that fire, flap and end, bursts, and people who click, type and fill in forms.

use std::sync::Arc;

use tokio::task::JoinSet;
use tokio::time::sleep;
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
const PEOPLE: [&str; 3] = ["rina", "agus", "joko"];
/// Alerts a service has at most, besides those of bursts.
const ALERTS: usize = 4;

/// Starts everybody; they stop when told to.
pub(crate) fn start(world: &Arc<World>, random: &mut Random, stop: &CancellationToken) -> JoinSet<()> {
    let mut actors = JoinSet::new();
    for (service, severity) in SERVICES {
        actors.spawn(alerts(Arc::clone(world), random.fork(), stop.clone(), service, severity));
    }
    actors.spawn(bursts(Arc::clone(world), random.fork(), stop.clone()));
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
    let mut known: Vec<(String, bool)> = Vec::new();
    let mut tries = 0;
    sleep(random.pause(0, 3_000)).await;
    while !stop.is_cancelled() {
        let choice = random.below(100);
        if known.is_empty() || (choice < 25 && known.len() < ALERTS) {
            let name = format!("{service}-{}", known.len());
            world.insist(&[(&name, service, severity, true)]).await;
            known.push((name, true));
        } else if choice < 85 {
            // Fires again, ends, or is only repeated.
            let at = random.below(known.len());
            let firing = if random.chance(75) { !known[at].1 } else { known[at].1 };
            known[at].1 = firing;
            let name = known[at].0.clone();
            world.insist(&[(&name, service, severity, firing)]).await;
        } else {
            tries += 1;
            world.once((&format!("{service}-once-{tries}"), service, severity, true)).await;
        }
        sleep(random.pause(400, 5_000)).await;
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
        sleep(random.pause(500, 3_500)).await;
        let incidents = world.incidents().await;
        if incidents.is_empty() {
            continue;
        }
        let incident = *random.pick(&incidents);
        count += 1;
        let words = format!("{person} wrote number {count}");
        let what = match random.below(100) {
            0..25 => What::Acknowledge,
            25..70 => What::Note(words),
            70..90 => What::Update(words),
            _ => What::Resolve(words),
        };
        let by_button = random.chance(50);
        let _ = world.deed(person, incident, what, by_button).await;
    }
}
