//! Purpose: what Prometheus reads at `/metrics`: how the bot is and how incidents went. Computed when it is asked for.

use domain::KnownBy;
use engine::Engine;
use web::{Metric, MetricKind, Sample};

/// All metrics; what cannot be read from the database is left out, and `siaga_up` says so.
pub(crate) async fn all(engine: &Engine, connected: bool) -> Vec<Metric> {
    let health = engine.health().await;
    let parts: Vec<Sample> =
        health.parts.iter().map(|part| (vec![("part", part.name.to_owned())], truth(part.ok))).collect();
    let mut metrics = vec![
        gauge("siaga_part_up", "Whether a part of the bot works (1) or not (0).", parts),
        gauge("siaga_gateway_connected", "Whether commands and buttons answer.", one(truth(connected))),
        gauge(
            "siaga_discord_reachable",
            "Whether Discord can be reached.",
            one(truth(engine.discord_down_since().is_none())),
        ),
    ];
    if let Ok(totals) = engine.totals().await {
        metrics.extend([
            counter(
                "siaga_alerts_accepted_total",
                "Reports of alerts that were accepted.",
                one(count(totals.accepted)),
            ),
            gauge("siaga_alerts_undecided", "Accepted reports that are not decided yet.", one(count(totals.undecided))),
            gauge("siaga_alerts_firing", "Alerts that fire.", one(count(totals.firing))),
            counter("siaga_incidents_total", "Incidents since the database was made.", one(count(totals.incidents))),
            counter(
                "siaga_page_messages_total",
                "Messages of pages that were delivered.",
                one(count(totals.page_messages)),
            ),
        ]);
    }
    if let Ok(report) = engine.report().await {
        let known = |by: KnownBy| {
            let found = report.known_first.iter().find(|(known, ..)| *known == by);
            (vec![("by", by.as_str().to_owned())], count(found.map_or(0, |(_, number, _)| *number)))
        };
        let all: i64 = report.known_first.iter().map(|(_, number, _)| number).sum();
        let us: i64 = report.known_first.iter().filter(|(by, ..)| by.is_us()).map(|(_, number, _)| number).sum();
        let seconds = |ms: Option<i64>| ms.map(|ms| (Vec::new(), count(ms) / 1_000.0)).into_iter().collect();
        metrics.extend([
            gauge("siaga_incidents_open", "Incidents that are open.", one(report.open as f64)),
            gauge(
                "siaga_detected_first",
                "Incidents of the last 30 days by who knew first. Drills and merged ones do not count.",
                KnownBy::ALL.into_iter().map(known).collect(),
            ),
            gauge(
                "siaga_detected_first_ratio",
                "Share of the incidents of the last 30 days that we knew of before users did.",
                if all == 0 { Vec::new() } else { one(count(us) / count(all)) },
            ),
            gauge(
                "siaga_acknowledge_seconds_median",
                "From opening to somebody who has it, over the last 30 days.",
                seconds(report.stats.median_acknowledge_ms),
            ),
            gauge(
                "siaga_resolve_seconds_median",
                "From opening to the end, over the last 30 days.",
                seconds(report.stats.median_resolve_ms),
            ),
            gauge("siaga_postmortems_open", "Postmortems that are not closed.", one(report.postmortems.len() as f64)),
            gauge("siaga_action_items_open", "Action items that are not done.", one(report.action_items as f64)),
        ]);
    }
    metrics
}

fn gauge(name: &'static str, help: &'static str, samples: Vec<Sample>) -> Metric {
    Metric { name, help, kind: MetricKind::Gauge, samples }
}

fn counter(name: &'static str, help: &'static str, samples: Vec<Sample>) -> Metric {
    Metric { name, help, kind: MetricKind::Counter, samples }
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
