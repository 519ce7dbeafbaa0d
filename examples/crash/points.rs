//! Purpose: the bot dies at every write point in turn: found by one run that lists them, then each one a world of its own.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::Args;
use crate::check::{Kind, Verdict};
use crate::known::never_passed;
use crate::report;
use crate::round::settle;
use crate::stories::Story;
use crate::world::World;

/// How the bot is told to list the points it passes.
pub(crate) const LIST: &str = "list";
/// What it then writes before each name.
const PASSED: &str = "write point: ";

/// How the world of one point ended.
pub(crate) struct Ended {
    /// Whether the point was reached.
    pub(crate) died: bool,
    pub(crate) verdict: Verdict,
}

/// Walks them; true when nothing was lost or doubled, and nobody was left unrung.
pub(crate) async fn run(args: &Args) -> bool {
    let began = std::time::Instant::now();
    // Each point belongs to the first story that passes it, unless it is what another story is about.
    let mut points: BTreeMap<String, (Story, usize)> = BTreeMap::new();
    for (story, passed) in Story::ALL.iter().zip(join_all(Story::ALL.map(|story| list(&args.binary, story))).await) {
        for (name, passings) in passed.into_iter().filter(|(name, _)| story.may_have(name)) {
            points.entry(name).or_insert((*story, passings));
        }
    }
    let never = never_passed(points.keys().map(String::as_str));
    let mut todo = Vec::new();
    for (name, (story, passings)) in &points {
        let mut chosen: Vec<usize> =
            (0..args.passings).map(|part| 1 + part * (passings - 1) / args.passings.max(2).saturating_sub(1)).collect();
        chosen.dedup();
        todo.extend(chosen.into_iter().map(|nth| (name.clone(), *story, nth)));
    }
    todo.retain(|(name, ..)| args.only.as_ref().is_none_or(|only| name.contains(only.as_str())));
    eprintln!("{} write points, {} deaths", points.len(), todo.len());
    todo.reverse();
    let (mut lines, mut lost, mut doubled, mut unrung) = (Vec::new(), 0, 0, 0);
    let mut worlds = JoinSet::new();
    loop {
        while worlds.len() < args.at_once.max(1) {
            let Some((name, story, nth)) = todo.pop() else { break };
            let (binary, keep) = (args.binary.clone(), args.keep.clone());
            worlds.spawn(async move {
                let ended = one(&binary, &keep, None, story, Some((&name, nth))).await;
                (name, nth, ended)
            });
        }
        let Some(done) = worlds.join_next().await else { break };
        let (name, nth, ended) = done.expect("a world broke off");
        let (was_lost, was_doubled) = (ended.verdict.number(Kind::Lost), ended.verdict.number(Kind::Doubled));
        let was_unrung = ended.verdict.number(Kind::Unrung);
        lost += was_lost;
        doubled += was_doubled;
        unrung += was_unrung;
        let what = if ended.died { "died" } else { "was not reached" };
        eprintln!("{:>5} s  {name} ({nth}): {what}", began.elapsed().as_secs());
        lines.push(format!("{name} ({nth}): {what}, lost {was_lost}, doubled {was_doubled}, unrung {was_unrung}"));
    }
    lines.sort();
    for line in &lines {
        println!("{line}");
    }
    for name in &never {
        println!("{name}: no story passes it");
    }
    println!(
        "points {}, never passed {}, deaths {}, lost {lost}, doubled {doubled}, unrung {unrung}, {} s",
        points.len(),
        never.len(),
        lines.iter().filter(|line| line.contains(": died")).count(),
        began.elapsed().as_secs()
    );
    lost + doubled + unrung == 0
}

/// Every write point a story passes, with how often.
async fn list(binary: &Path, story: Story) -> BTreeMap<String, usize> {
    let world = World::start(binary, None).await;
    world.crash_at(LIST).await;
    world.spawn(Some(LIST)).await;
    let told = async {
        story.tell(&world).await;
        settle(&world).await;
    };
    tokio::select! {
        () = world.heart() => {}
        () = told => {}
    }
    let log = std::fs::read_to_string(world.settings.log()).unwrap_or_default();
    let mut points = BTreeMap::new();
    for name in log.lines().filter_map(|line| line.strip_prefix(PASSED)) {
        *points.entry(name.to_owned()).or_default() += 1;
    }
    assert!(!points.is_empty(), "no write points: this binary was built without the feature crash-points");
    points
}

/// One world in which the bot dies the given time it passes a point, or only when its story ends it.
pub(crate) async fn one(
    binary: &Path,
    keep: &Path,
    broken: Option<&str>,
    story: Story,
    point: Option<(&str, usize)>,
) -> Ended {
    let world = World::start(binary, broken).await;
    let at = point.map(|(name, nth)| format!("{name}#{nth}"));
    if let Some(at) = &at {
        world.crash_at(at).await;
    }
    world.spawn(at.as_deref()).await;
    let watch = async {
        let mut died = false;
        loop {
            let ended = match world.bot.lock().await.as_mut() {
                Some(bot) => bot.ended(Duration::ZERO).await,
                None => None,
            };
            if let Some(killed) = ended {
                world.died(at.as_ref().map_or_else(|| "by its story".to_owned(), |at| format!("at {at}"))).await;
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
        story.tell(&world).await;
        settle(&world).await
    };
    let (seen, verdict) = tokio::select! {
        () = watch => unreachable!("it watches for ever"),
        () = world.heart() => unreachable!("it beats for ever"),
        told = told => told,
    };
    let died = !world.ledger.open().kills.is_empty();
    if !verdict.violations.is_empty() && broken.is_none() {
        let name = at.unwrap_or_else(|| format!("{story:?}"));
        let folder: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        report::keep(&world, keep, &folder, &seen, &verdict).await;
    }
    Ended { died, verdict }
}
