//! Purpose: what happens in a world: alerts that fire, flap and end, bursts, and people who click, type and fill in forms.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::ledger::What;
use crate::random::Random;
use crate::world::{World, list, text};

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
/// Whoever leaves the server at times.
pub(crate) const LEAVER: &str = "maya";
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
/// Those of them whose alerts fire and end, again and again.
pub(crate) const FLAPS: &str = "night-flaps-";
/// Those of them whose first step is whoever is on call.
pub(crate) const TURNS: &str = "night-turns-";
/// Those of them whose first step is somebody who leaves the server at times.
pub(crate) const AWAY: &str = "night-away-";
/// Those of them that call somebody first who leaves the server at times, and nobody else for half an hour if that one is there.
pub(crate) const GONE: &str = "night-gone-";
/// Those of them that come many at once, for the same person; after it the burst's number.
pub(crate) const TEAM: &str = "night-team-";
/// Bursts of such services, at most, and how many services of each there are.
const TEAMS: usize = 2;
const TEAM_LEAST: usize = 6;
const TEAM_MOST: usize = 12;
/// Alerts of such services.
const NIGHTS: usize = 5;
/// Bursts of one world. All pages and cards of a world share the limits of Discord: what a world has is bounded, however long it lasts.
const BURSTS: usize = 16;
/// Who silences something, and how often.
const SILENCERS: usize = 2;
const SILENCES: usize = 4;
/// Services whose alerts fire again and again.
const FLAPPING: usize = 4;
/// Alerts of each kind of service with a first step of its own.
const FIRST_STEPS: usize = 3;
/// Silences hold back everything, or what is no worse than a warning.
pub(crate) const ANY: u8 = u8::MAX;
pub(crate) const WARNING: u8 = 2;

/// Starts everybody; they stop when told to.
pub(crate) fn start(world: &Arc<World>, random: &mut Random, stop: &CancellationToken) -> JoinSet<()> {
    let mut actors = JoinSet::new();
    for (service, severity) in SERVICES {
        actors.spawn(alerts(Arc::clone(world), random.fork(), stop.clone(), service, severity));
    }
    actors.spawn(nights(Arc::clone(world), random.fork(), stop.clone()));
    actors.spawn(bursts(Arc::clone(world), random.fork(), stop.clone()));
    actors.spawn(chat(Arc::clone(world), random.fork(), stop.clone()));
    actors.spawn(heartbeat(Arc::clone(world), random.fork(), stop.clone()));
    for number in 1..=SILENCERS {
        actors.spawn(silences(Arc::clone(world), random.fork(), stop.clone(), number));
    }
    actors.spawn(flaps(Arc::clone(world), random.fork(), stop.clone()));
    actors.spawn(teams(Arc::clone(world), random.fork(), stop.clone()));
    for kind in [TURNS, AWAY, GONE] {
        actors.spawn(first_steps(Arc::clone(world), random.fork(), stop.clone(), kind));
    }
    actors.spawn(closed_threads(Arc::clone(world), random.fork(), stop.clone()));
    actors.spawn(overrides(Arc::clone(world), random.fork(), stop.clone()));
    actors.spawn(departures(Arc::clone(world), random.fork(), stop.clone()));
    actors.spawn(reloads(Arc::clone(world), random.fork(), stop.clone()));
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

/// Alerts that nobody does anything about: their policies take every step, however often the bot dies meanwhile. Some come three at
/// once, for the same person; some are repeated, with another beginning at last, and then their sender says nothing more.
async fn nights(world: Arc<World>, mut random: Random, stop: CancellationToken) {
    for count in 1..=NIGHTS {
        sleep(random.pause(1_000, 8_000)).await;
        if stop.is_cancelled() {
            return;
        }
        let parts = if random.chance(25) { 3 } else { 1 };
        let names: Vec<(String, String)> = (0..parts)
            .map(|part| format!("{NIGHT}{count}-{part}"))
            .map(|service| (format!("{service}-alert"), service))
            .collect();
        let alerts: Vec<(&str, &str, &str, bool)> =
            names.iter().map(|(name, service)| (name.as_str(), service.as_str(), "warning", true)).collect();
        world.insist(&alerts).await;
        if random.chance(30) {
            for _ in 0..3 {
                sleep(random.pause(300, 1_500)).await;
                world.insist(&alerts).await;
            }
            world.begins_later(alerts[0]).await;
        }
    }
}

/// One alert of each of some services whose first step is somebody of their own.
async fn first_steps(world: Arc<World>, mut random: Random, stop: CancellationToken, kind: &'static str) {
    for count in 1..=FIRST_STEPS {
        sleep(random.pause(2_000, 14_000)).await;
        if stop.is_cancelled() {
            return;
        }
        let service = format!("{kind}{count}");
        world.insist(&[(&format!("{service}-alert"), &service, "warning", true)]).await;
    }
}

/// Many services at once of which one person is called first: somebody who is there, or somebody who leaves the server at times.
async fn teams(world: Arc<World>, mut random: Random, stop: CancellationToken) {
    for count in 1..=1 + random.below(TEAMS) {
        sleep(random.pause(4_000, 25_000)).await;
        if stop.is_cancelled() {
            return;
        }
        let kind = if random.chance(60) { TEAM } else { GONE };
        let many = TEAM_LEAST + random.below(TEAM_MOST - TEAM_LEAST + 1);
        burst_for_one(&world, kind, count, many).await;
    }
}

/// So many services of a kind fire in one request, or in a few within a second.
pub(crate) async fn burst_for_one(world: &World, kind: &str, count: usize, many: usize) {
    let names: Vec<(String, String)> = (1..=many)
        .map(|number| format!("{kind}burst-{count}-{number}"))
        .map(|service| (format!("{service}-alert"), service))
        .collect();
    let alerts: Vec<(&str, &str, &str, bool)> =
        names.iter().map(|(name, service)| (name.as_str(), service.as_str(), "warning", true)).collect();
    for part in alerts.chunks(many.div_ceil(3)) {
        world.insist(part).await;
        sleep(Duration::from_millis(200)).await;
    }
}

/// Alerts that fire and end, again and again, and fire at last: a few times in quick succession, or every few seconds while the
/// steps of their policy pass.
async fn flaps(world: Arc<World>, mut random: Random, stop: CancellationToken) {
    for count in 1..=FLAPPING {
        sleep(random.pause(2_000, 15_000)).await;
        if stop.is_cancelled() {
            return;
        }
        let service = format!("{FLAPS}{count}");
        let name = format!("{service}-alert");
        let (times, most_ms) =
            if random.chance(50) { (2 + random.below(5), 2_500) } else { (6 + random.below(4), 4_000) };
        for _ in 0..times {
            for firing in [true, false] {
                world.insist(&[(&name, &service, "warning", firing)]).await;
                sleep(random.pause(200, most_ms)).await;
            }
            if stop.is_cancelled() {
                break;
            }
        }
        world.insist(&[(&name, &service, "warning", true)]).await;
    }
}

/// Silences of services that nobody looks after: before anything fires, or of what people are called for already; they end by
/// themselves, are extended, or somebody ends them; meanwhile alerts are over, or worse ones come.
async fn silences(world: Arc<World>, mut random: Random, stop: CancellationToken, number: usize) {
    for count in 1..=SILENCES {
        sleep(random.pause(1_000, 8_000)).await;
        if stop.is_cancelled() {
            return;
        }
        let service = format!("{NIGHT}quiet-{number}-{count}");
        let name = format!("{service}-alert");
        let before = random.chance(60);
        let mut worst = ANY;
        if before {
            world.insist(&[(&name, &service, "warning", true)]).await;
            // What is not decided yet is not matched.
            let Some(incident) = world.incident_of(&service).await else { continue };
            worst = WARNING;
            if random.chance(25) {
                let _ = world.deed("agus", incident, What::Acknowledge, false).await;
            }
        }
        let lasts_s = i64::try_from(8 + random.below(12)).unwrap_or(8);
        let silence = world.silence("joko", &service, lasts_s, worst).await;
        if !before {
            world.insist(&[(&name, &service, "warning", true)]).await;
        }
        let Some(silence) = silence else { continue };
        sleep(random.pause(500, 5_000)).await;
        match random.below(100) {
            0..20 => world.extend_silence("dewi", silence, lasts_s).await,
            20..40 => world.end_silence("dewi", silence).await,
            40..55 => world.insist(&[(&name, &service, "warning", false)]).await,
            55..70 => world.insist(&[(&format!("{service}-worse"), &service, "critical", true)]).await,
            _ => {}
        }
    }
}

/// Somebody is on call in another's place for some seconds, one after the other.
async fn overrides(world: Arc<World>, mut random: Random, stop: CancellationToken) {
    while !stop.is_cancelled() {
        sleep(random.pause(200, 3_000)).await;
        let person = *random.pick(&["rina", "agus"]);
        let lasts_s = i64::try_from(4 + random.below(26)).unwrap_or(4);
        let Some(last_ms) = world.take_over(person, lasts_s).await else { continue };
        sleep(random.pause(500, 5_000)).await;
        if random.chance(40) {
            world.give_back(person).await;
        }
        let left_ms = last_ms - crate::ledger::now_ms();
        sleep(Duration::from_millis(u64::try_from(left_ms).unwrap_or(0))).await;
    }
}

/// Somebody leaves the server, is banned, or takes no direct messages, and comes back, in the middle of everything; at last, in some
/// worlds, for good.
async fn departures(world: Arc<World>, mut random: Random, stop: CancellationToken) {
    let for_good = random.chance(50);
    while !stop.is_cancelled() {
        sleep(random.pause(3_000, 15_000)).await;
        let (how, lasts) = (random.below(100), random.pause(5_000, 25_000));
        match how {
            0..25 => {
                world.takes_direct_messages(LEAVER, false).await;
                sleep(lasts).await;
                world.takes_direct_messages(LEAVER, true).await;
            }
            25..50 => {
                world.is_banned(LEAVER, true).await;
                sleep(lasts).await;
                world.is_banned(LEAVER, false).await;
            }
            _ => {
                world.is_member(LEAVER, false).await;
                sleep(lasts).await;
                world.is_member(LEAVER, true).await;
            }
        }
    }
    if for_good {
        world.is_member(LEAVER, false).await;
    }
}

/// Somebody closes and locks the thread of an incident, whatever becomes of that.
async fn closed_threads(world: Arc<World>, mut random: Random, stop: CancellationToken) {
    while !stop.is_cancelled() {
        sleep(random.pause(3_000, 12_000)).await;
        let seen = world.look("/channels/incidents/posts?as=rina").await;
        let threads: Vec<&str> = list(&seen["posts"]).map(|post| text(&post["thread"]["id"])).collect();
        if threads.is_empty() {
            continue;
        }
        let thread = format!("/people/rina/threads/{}", random.pick(&threads));
        let body = json!({ "archived": true, "locked": random.chance(70) });
        if world.order(&thread, &body).await.is_some() {
            world.ledger.open().locked += 1;
        }
    }
}

/// The file is changed while incidents are open: the policy that runs has another name, and then the old one again.
async fn reloads(world: Arc<World>, mut random: Random, stop: CancellationToken) {
    let mut renamed = false;
    while !stop.is_cancelled() {
        sleep(random.pause(4_000, 15_000)).await;
        renamed = !renamed;
        let change = |text: String| if renamed { text.replace("\"quick\"", "\"quick by another name\"") } else { text };
        world.reload(change).await;
    }
}

/// Several alerts of several services in one request.
async fn bursts(world: Arc<World>, mut random: Random, stop: CancellationToken) {
    // An incident keeps the names of 64 alerts; the checker knows each by its name.
    for count in 1..=BURSTS {
        sleep(random.pause(2_000, 8_000)).await;
        if stop.is_cancelled() {
            return;
        }
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
async fn heartbeat(world: Arc<World>, mut random: Random, stop: CancellationToken) {
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
