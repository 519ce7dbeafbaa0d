//! Purpose: every metric by name, with what it says. `docs/metrics.md` is printed from it.

use std::fmt::Write as _;

use web::MetricKind::{self, Counter, Gauge};

/// One metric.
pub(super) struct Described {
    pub(super) name: &'static str,
    pub(super) kind: MetricKind,
    labels: &'static str,
    pub(super) help: &'static str,
}

const fn metric(name: &'static str, kind: MetricKind, labels: &'static str, help: &'static str) -> Described {
    Described { name, kind, labels, help }
}

/// Titles and what stands under them.
#[rustfmt::skip]
pub(super) static TABLE: [(&str, &[Described]); 6] = [
    ("Itself", &[
        metric("siaga_build_info", Gauge, "`version`", "Always 1; the version that runs."),
        metric("siaga_part_up", Gauge, "`part`", "Whether a part of the bot works (1) or not (0)."),
        metric("siaga_database_up", Gauge, "", "Whether the database takes writes. Left out is as bad as 0."),
    ]),
    ("Alerts on their way in", &[
        metric("siaga_intake_answers_total", Counter, "`integration`, `answer`", "Requests to the intake since the start, by integration and status of the answer: 202 is taken, everything else is not. Names that are not configured are together `(unknown)`."),
        metric("siaga_bodies_unmapped_total", Counter, "`integration`", "Alerts since the start that nobody could read, by integration: people see each, `siaga bodies` lists the last."),
        metric("siaga_bodies_skipped_total", Counter, "`integration`", "Parts of bodies since the start that became no alert because the integration's `when` says so: `siaga bodies` lists the last."),
        metric("siaga_chat_lines_refused_total", Counter, "`integration`", "Lines of watched channels since the start that matched and became no alert because whoever wrote them is none of `authors`: `siaga bodies` lists the last."),
        metric("siaga_http_connections", Gauge, "`of`", "Open connections of senders (a right key came over them), of proxies that the configuration names, and of strangers."),
        metric("siaga_http_connections_most", Gauge, "", "How many there may be; it follows from the files the process may open."),
        metric("siaga_http_connections_closed_total", Counter, "`why`", "Connections that were closed for a newcomer (evicted), because nothing whole came in time (slow), or at once because everybody was being served (refused)."),
        metric("siaga_alerts_accepted_total", Counter, "", "Reports of alerts that were accepted since the database was made."),
        metric("siaga_alerts_decided_total", Counter, "", "Accepted reports that were decided."),
        metric("siaga_key_usable", Gauge, "`sender`, `key`", "Whether a variable or file that should hold a sender's key holds one (1) or not (0)."),
        metric("siaga_key_last_used_timestamp_seconds", Gauge, "`sender`, `key`", "When that key was shown last, in seconds since 1970; left out while it never was."),
        metric("siaga_journal_waiting", Gauge, "", "Accepted reports that are not decided yet."),
        metric("siaga_journal_oldest_seconds", Gauge, "", "How long the oldest of them has waited; 0 when none waits."),
        metric("siaga_alerts_firing", Gauge, "", "Alerts that fire."),
        metric("siaga_alerts_stale", Gauge, "", "Alerts that fire, were repeated by their sender before, and were not heard of for three of its intervals."),
        metric("siaga_storm_active", Gauge, "", "Whether a storm runs: what pages nobody is folded into one board."),
        metric("siaga_alerts_folded_total", Counter, "", "Alerts that began to fire in incidents that only a storm's board shows, since the database was made."),
    ]),
    ("Messages on their way out", &[
        metric("siaga_outbox_waiting", Gauge, "`lane`", "What waits to be delivered, by lane: page, card, update, edit, housekeeping, shown, told."),
        metric("siaga_outbox_oldest_seconds", Gauge, "`lane`", "How long the oldest of them has waited; 0 when none waits."),
        metric("siaga_page_oldest_undelivered_seconds", Gauge, "", "How long the oldest page that is not delivered has been on its way; 0 when all are."),
        metric("siaga_dead_letters", Gauge, "", "What was refused for good and waits for a person: `siaga outbox list`."),
        metric("siaga_page_rings_total", Counter, "`via`", "Messages that rang somebody since the start, by way: room, direct, or another by its name. A mention in a room that makes no sound is not counted."),
        metric("siaga_page_rings_told_total", Counter, "`via`", "Pages that those messages told. Divided by siaga_page_rings_total it is how many pages a ring tells."),
        metric("siaga_page_messages_total", Counter, "", "Messages of pages that Discord took."),
    ]),
    ("Time", &[
        metric("siaga_flaps_total", Counter, "", "How often since the start an incident began to flap: it fired again soon after it was calm."),
        metric("siaga_flap_returns_total", Counter, "", "How often since the start an incident that flaps fired again."),
        metric("siaga_unheld_incidents_total", Counter, "", "Open incidents for which the guard found nobody responsible since the start. Anything but 0 is a fault of Siaga."),
        metric("siaga_timers_fired_total", Counter, "", "Timers (escalation, reminders) that were decided since the start."),
        metric("siaga_timers_late_seconds_total", Counter, "", "How late they were together. Divided by siaga_timers_fired_total it is the mean."),
        metric("siaga_timer_overdue_seconds", Gauge, "", "How late the next timer is already; 0 when it is in time."),
    ]),
    ("Discord and the outside watch", &[
        metric("siaga_discord_reachable", Gauge, "", "Whether Discord can be reached."),
        metric("siaga_gateway_connected", Gauge, "", "Whether commands and buttons answer."),
        metric("siaga_gateway_away_seconds", Gauge, "", "For how long they have not; 0 when they do."),
        metric("siaga_discord_rate_limited_total", Counter, "`scope`", "429 answers by what is limited: user, shared, global, sub_limit."),
        metric("siaga_discord_invalid_requests", Gauge, "", "401, 403 and 429 answers of the last ten minutes; Discord bans the address at 10,000."),
        metric("siaga_discord_requests_in_flight", Gauge, "", "Requests on the wire now."),
        metric("siaga_watch_pings_total", Counter, "`result`", "Pings of the outside watch: sent, failed, or held_back because all is not well."),
    ]),
    ("Incidents", &[
        metric("siaga_incidents_total", Counter, "", "Incidents since the database was made."),
        metric("siaga_incidents_open", Gauge, "", "Incidents that are open."),
        metric("siaga_incidents_flapping", Gauge, "", "Incidents that are open and flap."),
        metric("siaga_detected_first", Gauge, "`by`", "Incidents of the last 30 days by who knew first. Drills and merged ones do not count."),
        metric("siaga_detected_first_ratio", Gauge, "", "Share of the incidents of the last 30 days that we knew of before users did."),
        metric("siaga_acknowledge_seconds_median", Gauge, "", "From opening to somebody who has it, over the last 30 days."),
        metric("siaga_resolve_seconds_median", Gauge, "", "From opening to the end, over the last 30 days."),
        metric("siaga_postmortems_open", Gauge, "", "Postmortems that are not closed."),
        metric("siaga_action_items_open", Gauge, "", "Action items that are not done."),
    ]),
];

/// The metrics as Markdown.
#[must_use]
pub fn reference() -> String {
    let mut text = String::from(INTRODUCTION);
    for (title, metrics) in &TABLE {
        push(&mut text, format_args!("\n## {title}\n\n| metric | kind | labels | meaning |\n|---|---|---|---|\n"));
        for Described { name, kind, labels, help } in *metrics {
            let kind = match kind {
                Gauge => "gauge",
                Counter => "counter",
            };
            push(&mut text, format_args!("| `{name}` | {kind} | {labels} | {help} |\n"));
        }
    }
    text
}

fn push(text: &mut String, piece: std::fmt::Arguments<'_>) {
    text.write_fmt(piece).expect("writing to a string does not fail");
}

const INTRODUCTION: &str = "# Metrics

<!-- Generated from src/metrics/table.rs: UPDATE_DOCS=1 cargo test --lib -->

Prometheus reads them at `GET /metrics`, without a key: let nobody but your Prometheus reach it from outside.
[`examples/prometheus/siaga.rules.yml`](../examples/prometheus/siaga.rules.yml) has alerts on them, with what to do. What
cannot be read from the database is left out, and `siaga_database_up` is 0 then. What is counted over all incidents (alerts that
fire, incidents, and how they went) may be up to a minute old where counting takes longer than a tenth of a second.

Siaga cannot page you about itself when it does not work: send its own alerts on another way too, and let an outside watch
notice when it is gone ([watching.md](watching.md)).
";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::reference;

    #[test]
    fn the_documentation_is_the_table() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/metrics.md");
        #[allow(clippy::disallowed_methods, reason = "a switch of this test, not a setting")]
        let update = std::env::var("UPDATE_DOCS").is_ok_and(|value| value == "1");
        if update {
            std::fs::write(&path, reference()).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap();
        assert!(written == reference(), "docs/metrics.md is old: UPDATE_DOCS=1 cargo test --lib");
    }
}
