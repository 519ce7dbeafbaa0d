//! Purpose: what Prometheus reads at `/metrics`: how the bot is and how incidents went. Computed when it is asked for, but for what
//! would cost too much.

mod kept;
mod table;

use std::time::Duration;

use discord::rest::{Client, Scope};
use domain::KnownBy;
use engine::Engine;
use store::BodyKind;
use tokio::sync::watch;
use web::{Metric, Sample};

pub(crate) use kept::Kept;
pub use table::reference;

use crate::keys::{KeyRing, Standing};
use crate::refusals::Refusals;
use crate::watching::Watched;

/// Where metrics come from besides the engine.
pub(crate) struct Vitals {
    /// What is wrong with the file of the configuration.
    pub(crate) file: crate::kept::FileState,
    /// Whether the gateway is connected.
    pub(crate) connected: watch::Receiver<bool>,
    /// Why the gateway waits before it connects, if it does.
    pub(crate) waiting: watch::Receiver<Option<String>>,
    /// The REST client, which counts.
    pub(crate) rest: Client,
    /// The watch over ourselves.
    pub(crate) watched: Watched,
    /// What the intake answered.
    pub(crate) refusals: Refusals,
    /// The places of each listening address.
    pub(crate) doors: Vec<web::Door>,
    /// What is counted over all incidents.
    pub(crate) kept: Kept,
    /// Keys of senders.
    pub(crate) keys: KeyRing,
}

/// All metrics; what cannot be read from the database is left out, and `siaga_database_up` says so.
pub(crate) async fn all(engine: &Engine, vitals: &Vitals) -> Vec<Metric> {
    let mut values = itself(engine, vitals).await;
    values.extend(discord_and_watch(engine, vitals));
    values.extend(front_door(vitals));
    values.extend(bodies(engine));
    values.extend(keys(&vitals.keys));
    values.extend(on_the_way(engine).await);
    values.extend(storms(engine).await);
    values.extend(vitals.kept.or(async || incidents(engine).await).await.unwrap_or_default());
    // In the order of the table, each under its name.
    table::TABLE
        .iter()
        .flat_map(|(_, metrics)| metrics.iter())
        .filter_map(|metric| {
            let at = values.iter().position(|(name, _)| *name == metric.name)?;
            let (_, samples) = values.swap_remove(at);
            Some(Metric { name: metric.name, help: metric.help, kind: metric.kind, samples })
        })
        .collect()
}

type Values = Vec<(&'static str, Vec<Sample>)>;

async fn itself(engine: &Engine, vitals: &Vitals) -> Values {
    let health = engine.health().await;
    let up = |name: &str| health.parts.iter().any(|part| part.name == name && part.ok);
    let parts = health.parts.iter().map(|part| labeled("part", part.name, truth(part.ok))).collect();
    let version = labeled("version", env!("CARGO_PKG_VERSION"), 1.0);
    let connected = *vitals.connected.borrow();
    vec![
        ("siaga_build_info", vec![version]),
        ("siaga_part_up", parts),
        ("siaga_database_up", one(truth(up("database")))),
        ("siaga_gateway_connected", one(truth(connected))),
    ]
}

fn discord_and_watch(engine: &Engine, vitals: &Vitals) -> Values {
    let stats = vitals.rest.stats();
    let limited = |scope: Scope| {
        let found = stats.rate_limited.iter().find(|(known, _)| *known == scope);
        let name = match scope {
            Scope::User => "user",
            Scope::Shared => "shared",
            Scope::Global => "global",
            Scope::SubLimit => "sub_limit",
        };
        labeled("scope", name, total(found.map_or(0, |(_, count)| *count)))
    };
    let scopes = [Scope::User, Scope::Shared, Scope::Global, Scope::SubLimit];
    let watch = vitals.watched.now();
    let pings = [("sent", watch.pinged), ("failed", watch.failed), ("held_back", watch.held_back)];
    vec![
        ("siaga_discord_reachable", one(truth(engine.discord_down_since().is_none()))),
        ("siaga_gateway_away_seconds", one(watch.gateway_away.as_secs_f64())),
        ("siaga_discord_rate_limited_total", scopes.into_iter().map(limited).collect()),
        ("siaga_discord_invalid_requests", one(total(u64::try_from(stats.invalid_requests).unwrap_or(u64::MAX)))),
        ("siaga_discord_requests_in_flight", one(total(stats.in_flight))),
        (
            "siaga_watch_pings_total",
            pings.into_iter().map(|(result, count)| labeled("result", result, total(count))).collect(),
        ),
    ]
}

fn bodies(engine: &Engine) -> Values {
    let seen = engine.bodies_seen();
    let of = |kind: BodyKind| {
        let of_kind = seen.iter().filter(|(_, known, _)| *known == kind);
        of_kind.map(|(integration, _, count)| labeled("integration", integration, total(*count))).collect()
    };
    vec![
        ("siaga_bodies_unmapped_total", of(BodyKind::Unmapped)),
        ("siaga_bodies_skipped_total", of(BodyKind::Skipped)),
        ("siaga_chat_lines_refused_total", of(BodyKind::Refused)),
    ]
}

fn front_door(vitals: &Vitals) -> Values {
    let answers = vitals.refusals.counts().into_iter().map(|((integration, answer), count)| {
        (vec![("integration", integration), ("answer", answer.to_string())], total(count))
    });
    let doors: Vec<web::DoorStats> = vitals.doors.iter().map(web::Door::stats).collect();
    let now = |count: fn(&web::DoorStats) -> usize| {
        total(u64::try_from(doors.iter().map(count).sum::<usize>()).unwrap_or(u64::MAX))
    };
    let so_far = |count: fn(&web::DoorStats) -> u64| total(doors.iter().map(count).sum());
    vec![
        ("siaga_intake_answers_total", answers.collect()),
        (
            "siaga_http_connections",
            vec![
                labeled("of", "senders", now(|door| door.senders)),
                labeled("of", "proxies", now(|door| door.proxies)),
                labeled("of", "strangers", now(|door| door.strangers)),
            ],
        ),
        ("siaga_http_connections_most", one(now(|door| door.most))),
        (
            "siaga_http_connections_closed_total",
            vec![
                labeled("why", "evicted", so_far(|door| door.evicted)),
                labeled("why", "slow", so_far(|door| door.slow)),
                labeled("why", "refused", so_far(|door| door.refused)),
            ],
        ),
    ]
}

fn keys(ring: &KeyRing) -> Values {
    let standing = ring.standing();
    let labels = |one: &Standing| vec![("sender", one.sender.as_str().to_owned()), ("key", one.place.to_string())];
    let used = |one: &Standing| Some((labels(one), count(one.last_used?.as_second())));
    vec![
        ("siaga_key_usable", standing.iter().map(|one| (labels(one), truth(one.usable))).collect()),
        ("siaga_key_last_used_timestamp_seconds", standing.iter().filter_map(used).collect()),
    ]
}

async fn on_the_way(engine: &Engine) -> Values {
    let Ok(vitals) = engine.vitals().await else { return Values::new() };
    let seconds = |time: Duration| one(time.as_secs_f64());
    let lanes = |value: fn(&engine::LaneVitals) -> f64| -> Vec<Sample> {
        vitals.lanes.iter().map(|lane| labeled("lane", lane.lane.as_str(), value(lane))).collect()
    };
    let rings = engine.rings();
    let by_way = |value: fn(&(u64, u64)) -> u64| -> Vec<Sample> {
        rings.iter().map(|(via, counts)| labeled("via", via.as_str(), total(value(counts)))).collect()
    };
    vec![
        ("siaga_page_rings_total", by_way(|(messages, _)| *messages)),
        ("siaga_page_rings_told_total", by_way(|(_, told)| *told)),
        ("siaga_alerts_accepted_total", one(count(vitals.accepted))),
        ("siaga_alerts_decided_total", one(count(vitals.decided))),
        ("siaga_journal_waiting", one(count(vitals.undecided))),
        ("siaga_journal_oldest_seconds", seconds(vitals.undecided_for)),
        ("siaga_outbox_waiting", lanes(|lane| count(lane.waiting))),
        ("siaga_outbox_oldest_seconds", lanes(|lane| lane.oldest.as_secs_f64())),
        ("siaga_page_oldest_undelivered_seconds", seconds(vitals.page_for)),
        ("siaga_dead_letters", one(count(vitals.dead))),
        ("siaga_flaps_total", one(total(engine.flaps().began))),
        ("siaga_flap_returns_total", one(total(engine.flaps().returned))),
        ("siaga_unheld_incidents_total", one(total(engine.unheld_found()))),
        ("siaga_timers_fired_total", one(total(vitals.timers))),
        ("siaga_timers_late_seconds_total", seconds(vitals.timers_late)),
        ("siaga_timer_overdue_seconds", seconds(vitals.timer_overdue)),
    ]
}

async fn storms(engine: &Engine) -> Values {
    let Ok((running, folded)) = engine.storm_counts().await else { return Values::new() };
    vec![("siaga_storm_active", one(count(running))), ("siaga_alerts_folded_total", one(count(folded)))]
}

/// Counted over all incidents, or those of the last 30 days. None when the database fails.
async fn incidents(engine: &Engine) -> Option<Values> {
    let totals = engine.totals().await.ok()?;
    let report = engine.report().await.ok()?;
    let known = |by: KnownBy| {
        let found = report.known_first.iter().find(|(known, ..)| *known == by);
        labeled("by", by.as_str(), count(found.map_or(0, |(_, number, _)| *number)))
    };
    let all: i64 = report.known_first.iter().map(|(_, number, _)| number).sum();
    let us: i64 = report.known_first.iter().filter(|(by, ..)| by.is_us()).map(|(_, number, _)| number).sum();
    let seconds = |ms: Option<i64>| ms.map(|ms| (Vec::new(), count(ms) / 1_000.0)).into_iter().collect();
    Some(vec![
        ("siaga_alerts_firing", one(count(totals.firing))),
        ("siaga_alerts_stale", one(engine.alerts_stale() as f64)),
        ("siaga_incidents_total", one(count(totals.incidents))),
        ("siaga_page_messages_total", one(count(totals.page_messages))),
        ("siaga_incidents_open", one(report.open as f64)),
        ("siaga_incidents_flapping", one(engine.flaps().now as f64)),
        ("siaga_detected_first", KnownBy::ALL.into_iter().map(known).collect()),
        ("siaga_detected_first_ratio", if all == 0 { Vec::new() } else { one(count(us) / count(all)) }),
        ("siaga_acknowledge_seconds_median", seconds(report.stats.median_acknowledge_ms)),
        ("siaga_resolve_seconds_median", seconds(report.stats.median_resolve_ms)),
        ("siaga_postmortems_open", one(report.postmortems.len() as f64)),
        ("siaga_action_items_open", one(report.action_items as f64)),
    ])
}

fn labeled(label: &'static str, value: &str, number: f64) -> Sample {
    (vec![(label, value.to_owned())], number)
}

fn one(value: f64) -> Vec<Sample> {
    vec![(Vec::new(), value)]
}

fn truth(is: bool) -> f64 {
    if is { 1.0 } else { 0.0 }
}

/// Counts stay far below 2^53, where every whole number is exact.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn count(number: i64) -> f64 {
    number as f64
}

/// The same for what cannot be negative.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn total(number: u64) -> f64 {
    number as f64
}
