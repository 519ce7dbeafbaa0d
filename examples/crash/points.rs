//! Purpose: the bot dies at every write point in turn: found by one run that lists them, then each one a world of its own.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::Args;
use crate::check::{Kind, Verdict};
use crate::ledger::{End, What};
use crate::report;
use crate::round::settle;
use crate::world::World;

/// How the bot is told to list the points it passes.
pub(crate) const LIST: &str = "list";
/// What it then writes before each name.
const PASSED: &str = "write point: ";
/// How often somebody tries again who got no answer.
const TRIES: usize = 40;

/// How the world of one point ended.
pub(crate) struct Ended {
    /// Whether the point was reached.
    pub(crate) died: bool,
    pub(crate) verdict: Verdict,
}

/// Walks them; true when nothing was lost or doubled.
pub(crate) async fn run(args: &Args) -> bool {
    let began = std::time::Instant::now();
    let points = list(&args.binary).await;
    let mut todo = Vec::new();
    for (name, passings) in &points {
        let mut chosen: Vec<usize> =
            (0..args.passings).map(|part| 1 + part * (passings - 1) / args.passings.max(2).saturating_sub(1)).collect();
        chosen.dedup();
        todo.extend(chosen.into_iter().map(|nth| (name.clone(), nth)));
    }
    eprintln!("{} write points, {} deaths", points.len(), todo.len());
    todo.reverse();
    let (mut lines, mut lost, mut doubled) = (Vec::new(), 0, 0);
    let mut worlds = JoinSet::new();
    loop {
        while worlds.len() < args.at_once.max(1) {
            let Some((name, nth)) = todo.pop() else { break };
            let (binary, keep) = (args.binary.clone(), args.keep.clone());
            worlds.spawn(async move {
                let ended = one(&binary, &keep, None, &name, nth).await;
                (name, nth, ended)
            });
        }
        let Some(done) = worlds.join_next().await else { break };
        let (name, nth, ended) = done.expect("a world broke off");
        let (was_lost, was_doubled) = (ended.verdict.number(Kind::Lost), ended.verdict.number(Kind::Doubled));
        lost += was_lost;
        doubled += was_doubled;
        let what = if ended.died { "died" } else { "was not reached" };
        lines.push(format!("{name} ({nth}): {what}, lost {was_lost}, doubled {was_doubled}"));
    }
    lines.sort();
    for line in &lines {
        println!("{line}");
    }
    println!(
        "points {}, deaths {}, lost {lost}, doubled {doubled}, {} s",
        points.len(),
        lines.iter().filter(|line| line.contains(": died")).count(),
        began.elapsed().as_secs()
    );
    lost + doubled == 0
}

/// Every write point the story passes, with how often.
async fn list(binary: &Path) -> BTreeMap<String, usize> {
    let world = World::start(binary, None).await;
    world.spawn(Some(LIST)).await;
    story(&world).await;
    settle(&world).await;
    let log = std::fs::read_to_string(world.settings.log()).unwrap_or_default();
    let mut points = BTreeMap::new();
    for name in log.lines().filter_map(|line| line.strip_prefix(PASSED)) {
        *points.entry(name.to_owned()).or_default() += 1;
    }
    assert!(!points.is_empty(), "no write points: this binary was built without the feature crash-points");
    points
}

/// One world in which the bot dies the `nth` time it passes a point.
pub(crate) async fn one(binary: &Path, keep: &Path, broken: Option<&str>, name: &str, nth: usize) -> Ended {
    let world = World::start(binary, broken).await;
    world.spawn(Some(&format!("{name}#{nth}"))).await;
    let watch = async {
        let mut died = false;
        loop {
            let ended = match world.bot.lock().await.as_mut() {
                Some(bot) => bot.ended(Duration::ZERO).await,
                None => None,
            };
            if let Some(killed) = ended {
                world.died(format!("at {name}, passing {nth}")).await;
                if !killed || died {
                    world.ledger.open().accidents.push("the bot ended by itself".to_owned());
                }
                died = true;
                world.spawn(None).await;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    let told = async {
        story(&world).await;
        settle(&world).await
    };
    let (seen, verdict) = tokio::select! {
        () = watch => unreachable!("it watches for ever"),
        told = told => told,
    };
    let died = !world.ledger.open().kills.is_empty();
    if !verdict.violations.is_empty() && broken.is_none() {
        let folder: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        report::keep(&world, keep, &format!("{folder}-{nth}"), &seen, &verdict).await;
    }
    Ended { died, verdict }
}

/// The same small story in each of these worlds: two incidents, one with a channel; pages, a step, people who insist.
async fn story(world: &World) {
    world.insist(&[("slow-1", "search", "warning", true)]).await;
    world.insist(&[("down-1", "checkout", "critical", true), ("odd-1", "mailer", "info", true)]).await;
    until(world, 3).await;
    let number = |name: &'static str| async move { number_of(world, name).await };
    let (search, checkout) = (number("search").await, number("checkout").await);
    insist(world, "rina", checkout, What::Acknowledge).await;
    insist(world, "rina", checkout, What::Note("the gateway is down".to_owned())).await;
    insist(world, "agus", checkout, What::Note("they know".to_owned())).await;
    insist(world, "rina", checkout, What::Update("payments fail".to_owned())).await;
    world.insist(&[("slow-2", "search", "warning", true)]).await;
    world.insist(&[("slow-2", "search", "warning", false)]).await;
    world.insist(&[("down-1", "checkout", "critical", false), ("odd-1", "mailer", "info", false)]).await;
    insist(world, "rina", checkout, What::Resolve("rolled back".to_owned())).await;
    insist(world, "joko", search, What::Note("a node is slow".to_owned())).await;
}

/// Somebody tries again until the bot says yes.
async fn insist(world: &World, person: &str, incident: u32, what: What) {
    for _ in 0..TRIES {
        match world.deed(person, incident, what.clone(), false).await {
            Some(End::Done) => return,
            // What was not answered was done: to do it again would be a second note.
            Some(End::Refused(_)) if !matches!(what, What::Note(_)) => return,
            Some(End::Unanswered) if matches!(what, What::Note(_) | What::Update(_)) => return,
            Some(End::Refused(_) | End::Unanswered) | None => sleep(Duration::from_millis(100)).await,
        }
    }
}

async fn until(world: &World, cards: usize) {
    for _ in 0..600 {
        if world.incidents().await.len() >= cards {
            return;
        }
        sleep(Duration::from_millis(100)).await;
    }
}

/// The incident whose card names a service.
async fn number_of(world: &World, service: &str) -> u32 {
    let seen = world.look("/channels/incidents/messages?as=rina&limit=200").await;
    let found = crate::world::list(&seen["messages"]).find(|message| message["embeds"].to_string().contains(service));
    found.and_then(crate::world::card_number).unwrap_or(1)
}
