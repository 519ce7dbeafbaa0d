//! Purpose: nobody is left unrung. From what was sent and what people did, and when, it follows who had to be called, and by when;
//! then their phones are looked at.
//!
//! The policies and waits are those of `siaga.toml` beside this folder, the rules those of docs/rules.md. It is no second engine:
//! a debt is only what is certain, and a debt that anything may have settled (somebody took it, its alerts may be over, its severity
//! may page nobody) is none. The bot's own record tells which incident an alert is in; who had to be called is never read from it.
//!
//! Others learned of it hours later: an escalation that a restart had lost was noticed when somebody looked (grafana/oncall
//! issue 1206).

use std::collections::BTreeMap;

use super::alerts::records;
use super::{Kind, Verdict};
use crate::ledger::{Deed, End, Ledger, What};
use crate::seen::Seen;
use crate::workload::{AWAY, GONE, LEAVER, TURNS};
use crate::world::{list, text};

/// Who is called, and how long the next one waits.
pub(super) type Policy = [(&'static str, i64); 3];
/// Whoever is on call, as a step names them.
pub(super) const ON_CALL: &str = "on-call";
/// Whoever may be called.
pub(super) const PEOPLE: [&str; 4] = ["rina", "agus", "budi", LEAVER];
const HALF_AN_HOUR_MS: i64 = 1_800_000;
pub(super) static QUICK: Policy = [("rina", 10_000), ("agus", 10_000), ("budi", HALF_AN_HOUR_MS)];
static PATIENT: Policy = [("rina", HALF_AN_HOUR_MS), ("agus", HALF_AN_HOUR_MS), ("budi", HALF_AN_HOUR_MS)];
static SLOW: Policy = [("rina", 30_000), ("agus", HALF_AN_HOUR_MS), ("budi", HALF_AN_HOUR_MS)];
static TAKEN: Policy = [(ON_CALL, 10_000), ("agus", 10_000), ("budi", HALF_AN_HOUR_MS)];
static LEFT: Policy = [(LEAVER, 10_000), ("agus", 10_000), ("budi", HALF_AN_HOUR_MS)];
static NOT_THERE: Policy = [(LEAVER, HALF_AN_HOUR_MS), ("agus", HALF_AN_HOUR_MS), ("budi", HALF_AN_HOUR_MS)];
/// What a person ended and fires on opens again after so long.
const STILL_FIRING_AFTER_MS: i64 = 60_000;
/// How long a bot lives before it does anything: it reads its database and meets Discord.
pub(super) const START_MS: i64 = 6_000;
/// What a living bot accepted is decided within this.
pub(super) const DECIDED_MS: i64 = 1_500;
/// How long it may then take until a phone rings: its messages wait for their turn, and two cores for each other.
const GRACE_MS: i64 = 17_000;
/// What is due so soon is waited for.
const SOON_MS: i64 = 120_000;
/// Clocks that are read at different times.
pub(super) const CLOCKS_MS: i64 = 200;

fn policy(service: &str) -> &'static Policy {
    match service {
        "checkout" => &PATIENT,
        "payroll" => &SLOW,
        _ if service.starts_with(TURNS) => &TAKEN,
        _ if service.starts_with(AWAY) => &LEFT,
        _ if service.starts_with(GONE) => &NOT_THERE,
        _ => &QUICK,
    }
}

/// What a severity is worth; from 2 on it pages.
pub(super) fn rank(severity: &str) -> u8 {
    match severity {
        "critical" | "SEV-1" => 3,
        "warning" | "SEV-3" => 2,
        _ => 1,
    }
}

/// A change of an alert that was sent, and where it came to.
pub(super) struct Change<'a> {
    pub(super) alert: &'a str,
    pub(super) service: &'a str,
    pub(super) rank: u8,
    pub(super) firing: bool,
    pub(super) began_ms: i64,
    pub(super) ended_ms: i64,
    /// When the next change of this alert left; what fires does so until then.
    pub(super) next_ms: i64,
    /// None: something about this alert is not certain.
    pub(super) incident: Option<u32>,
}

/// Something that calls people from the first step of the policy on.
pub(super) struct Cause {
    pub(super) what: &'static str,
    pub(super) began_ms: i64,
    /// The first step is due.
    pub(super) due_ms: i64,
    /// What settles it comes after that.
    pub(super) since_ms: i64,
}

impl Cause {
    const fn new(what: &'static str, began_ms: i64, due_ms: i64) -> Self {
        Self { what, began_ms, due_ms, since_ms: began_ms }
    }
}

/// Somebody has to be called.
pub(super) struct Debt {
    pub(super) incident: u32,
    /// In few words, to count such.
    pub(super) what: &'static str,
    pub(super) why: String,
    /// Nothing that settles it came since then.
    pub(super) since_ms: i64,
    /// Something fires from then on; none: it flaps, and moments in which nothing fires settle nothing.
    pub(super) fires_ms: Option<i64>,
    /// A call from then on counts.
    pub(super) from_ms: i64,
    pub(super) due_ms: i64,
    pub(super) whom: Vec<&'static str>,
    /// Whoever has it: anything they do settles it.
    pub(super) holder: Option<String>,
}

/// What is known.
pub(super) struct Known<'a> {
    pub(super) seen: &'a Seen,
    pub(super) ledger: &'a Ledger,
    pub(super) deeds: &'a [Deed],
    pub(super) changes: Vec<Change<'a>>,
    /// From when to when the bot was there.
    lives: Vec<(i64, i64)>,
    pub(super) now_ms: i64,
}

/// What is known of a world.
pub(super) fn known<'a>(ledger: &'a Ledger, seen: &'a Seen, now_ms: i64) -> Known<'a> {
    let (changes, lives) = (changes(ledger, seen), lives(ledger, now_ms));
    Known { seen, ledger, deeds: &ledger.deeds, changes, lives, now_ms }
}

/// Everybody who had to be called was called in time, nobody for what is silenced, and what fires is in an open incident.
pub(super) fn unrung(ledger: &Ledger, seen: &Seen, now_ms: i64, verdict: &mut Verdict) {
    let known = known(ledger, seen, now_ms);
    for &incident in seen.incidents.keys() {
        let causes = known.causes(incident);
        for (place, cause) in causes.iter().enumerate() {
            let next_ms = causes.get(place + 1).map_or(i64::MAX, |next| next.began_ms);
            for debt in known.steps(incident, cause).into_iter().chain(known.declined(incident, cause, next_ms)) {
                known.collect(&debt, verdict);
            }
        }
        for debt in known.asked(incident, &causes).into_iter().chain(known.asked_after(incident)) {
            known.collect(&debt, verdict);
        }
        for debt in known.follows(incident, &causes).into_iter().chain(known.flaps(incident)) {
            known.collect(&debt, verdict);
        }
        for debt in known.merged_in(incident).into_iter().chain(known.flap_steps(incident)) {
            known.collect(&debt, verdict);
        }
        for debt in known.left(incident, &causes) {
            known.collect(&debt, verdict);
        }
    }
    known.somewhere(verdict);
    known.flapping_is_one(verdict);
    known.flapping_rings_once(verdict);
    known.a_burst_is_few_rings(verdict);
    known.nobody_is_called(verdict);
    known.silences_are_told(verdict);
}

/// What was sent, with the incident that each change came to.
fn changes<'a>(ledger: &'a Ledger, seen: &Seen) -> Vec<Change<'a>> {
    let mut of: BTreeMap<&str, Vec<&crate::ledger::Report>> = BTreeMap::new();
    for report in &ledger.reports {
        let own = of.entry(report.alert.as_str()).or_default();
        if own.last().is_none_or(|last| last.firing != report.firing) {
            own.push(report);
        }
    }
    let records = records(seen, &of.keys().copied().collect());
    let mut changes = Vec::new();
    for (alert, reports) in of {
        let recorded = records.changes.get(alert).map_or(&[][..], Vec::as_slice);
        let certain = reports.len() == recorded.len()
            && reports
                .iter()
                .zip(recorded)
                .all(|(report, recorded)| report.accepted && report.firing == recorded.firing);
        for (place, report) in reports.iter().enumerate().filter(|(_, report)| !report.service.is_empty()) {
            changes.push(Change {
                alert,
                service: &report.service,
                rank: rank(&report.severity),
                firing: report.firing,
                began_ms: report.began_ms,
                ended_ms: report.ended_ms,
                next_ms: reports.get(place + 1).map_or(i64::MAX, |next| next.began_ms),
                incident: certain.then(|| recorded[place].incident),
            });
        }
    }
    changes
}

fn lives(ledger: &Ledger, now_ms: i64) -> Vec<(i64, i64)> {
    let life = |(place, start): (usize, &i64)| {
        let next = ledger.starts.get(place + 1);
        let within = |at: &i64| *at >= *start && next.is_some_and(|next| at <= next);
        let killed = ledger.kills.iter().map(|(at, _)| *at).filter(within).max();
        (*start, next.map_or(now_ms, |next| killed.unwrap_or(*next)))
    };
    ledger.starts.iter().enumerate().map(life).collect()
}

pub(super) fn overlaps(deed: &Deed, from_ms: i64, to_ms: i64) -> bool {
    deed.ended_ms >= from_ms && deed.began_ms <= to_ms
}

impl Known<'_> {
    /// When the bot has had its time since something was due, however often it died meanwhile. None: not yet.
    pub(super) fn overdue_at(&self, due_ms: i64) -> Option<i64> {
        self.lived_on(due_ms, GRACE_MS)
    }

    /// When what was accepted surely is decided, however often the bot died meanwhile: waits count from there.
    pub(super) fn decided_at(&self, accepted_ms: i64) -> Option<i64> {
        self.lived_on(accepted_ms, DECIDED_MS)
    }

    /// When the bot has lived for so long since then, without the time in which it starts. None: not yet.
    fn lived_on(&self, due_ms: i64, for_ms: i64) -> Option<i64> {
        let mut left = for_ms;
        for (start, end) in &self.lives {
            let from = due_ms.max(start + START_MS);
            if end - from >= left {
                return Some(from + left);
            }
            left -= (end - from).max(0);
        }
        None
    }

    /// What people may have done to an incident; what was refused was not done.
    pub(super) fn deeds(&self, incident: u32) -> impl Iterator<Item = &Deed> {
        self.deeds.iter().filter(move |deed| deed.incident == incident && !matches!(deed.end, End::Refused(_)))
    }

    pub(super) fn fires_in(&self, incident: u32) -> impl Iterator<Item = &Change<'_>> {
        self.changes.iter().filter(move |change| change.firing && change.incident == Some(incident))
    }

    /// Something of the incident fires for sure, all the time.
    pub(super) fn fires(&self, incident: u32, from_ms: i64, to_ms: i64) -> bool {
        let mut times: Vec<(i64, i64)> =
            self.fires_in(incident).map(|change| (change.ended_ms, change.next_ms)).collect();
        times.sort_unstable();
        let mut at_ms = from_ms;
        for (from, to) in times {
            if from <= at_ms && to > at_ms {
                at_ms = to;
            }
        }
        at_ms > to_ms
    }

    /// The policy by which it calls; none when its alerts page nobody, or a merge makes that unclear.
    pub(super) fn policy(&self, incident: u32) -> Option<&'static Policy> {
        let mut services = self.fires_in(incident).filter(|change| change.rank >= 2).map(|change| change.service);
        let first = services.next()?;
        let own = policy(first);
        services.all(|service| std::ptr::eq(policy(service), own)).then_some(own)
    }

    /// Its severity pages for sure: whoever lowered it raised it again.
    fn pages(&self, incident: u32, at_ms: i64) -> bool {
        let set = || {
            self.deeds(incident).filter_map(|deed| match &deed.what {
                What::Severity(to, _) if deed.began_ms <= at_ms => Some((deed, rank(to))),
                _ => None,
            })
        };
        set().filter(|(_, rank)| *rank < 2).all(|(low, _)| {
            set().any(|(deed, rank)| {
                rank >= 2 && deed.end == End::Done && deed.began_ms > low.ended_ms && deed.ended_ms < at_ms
            })
        })
    }

    /// What began its policy, in order: it opened, a person opened it again, and what a person had ended fired on.
    fn causes(&self, incident: u32) -> Vec<Cause> {
        let mut causes = Vec::new();
        let opened = self.seen.incidents.get(&incident).and_then(|shown| {
            let first = list(&shown.record["timeline"]).find(|entry| entry["event"]["kind"] == "alert_fired")?;
            let key = text(&first["event"]["dedup_key"]);
            let mut own = self.fires_in(incident).filter(|change| key.ends_with(&format!(":{}", change.alert)));
            own.next().filter(|change| change.rank >= 2)
        });
        // What is silenced when it comes opens nothing yet.
        let opened = opened.filter(|first| !self.is_held_back(incident, first.began_ms, first.ended_ms));
        causes.extend(opened.map(|first| Cause::new("it opened", first.began_ms, first.ended_ms)));
        if self.holder(incident).is_none() {
            for silence in self.silences(incident) {
                if let Some((began_ms, due_ms)) = self.rings_at_its_end(silence) {
                    let what = "its silence is over";
                    causes.push(Cause { what, began_ms, due_ms, since_ms: due_ms + 1 });
                }
                if let Some((began_ms, due_ms)) = self.broken_at(silence) {
                    causes.push(Cause {
                        since_ms: due_ms + 1,
                        ..Cause::new("it is worse than its silence", began_ms, due_ms)
                    });
                }
            }
        }
        for deed in self.deeds(incident).filter(|deed| deed.end == End::Done) {
            if matches!(deed.what, What::Reopen(_)) && self.pages(incident, deed.began_ms) {
                causes.push(Cause::new("a person opened it again", deed.began_ms, deed.ended_ms));
            }
            if matches!(deed.what, What::Resolve(_)) {
                let due_ms = deed.ended_ms + STILL_FIRING_AFTER_MS;
                let unclear = self.deeds(incident).any(|other| {
                    other != deed
                        && matches!(other.what, What::Resolve(_) | What::Reopen(_) | What::Merge(_))
                        && overlaps(other, deed.began_ms, due_ms)
                });
                let fires = self.fires(incident, deed.began_ms, due_ms);
                if fires && !unclear && self.pages(incident, due_ms) && !self.went_on(incident, deed.began_ms) {
                    let began_ms = deed.began_ms + STILL_FIRING_AFTER_MS;
                    causes.push(Cause::new("a person ended it and it fires on", began_ms, due_ms));
                }
            }
        }
        causes.sort_by_key(|cause| cause.began_ms);
        causes
    }

    /// Its alerts went on in another incident after that.
    fn went_on(&self, incident: u32, since_ms: i64) -> bool {
        let at_ms = |at: &str| at.parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_millisecond);
        self.seen.incidents.get(&incident).is_some_and(|shown| {
            list(&shown.record["timeline"])
                .any(|entry| entry["event"]["kind"] == "went_on" && at_ms(text(&entry["at"])) >= since_ms - 1_000)
        })
    }

    /// Something may have settled it.
    fn is_settled(&self, debt: &Debt, until_ms: i64) -> bool {
        let settles = |deed: &Deed| match &deed.what {
            What::Acknowledge | What::Resolve(_) | What::Merge(_) => true,
            What::Severity(to, _) => rank(to) < 2,
            _ => false,
        };
        let of_holder = |deed: &&Deed| {
            deed.incident == debt.incident && debt.holder.as_ref().is_some_and(|holder| *holder == deed.person)
        };
        self.deeds(debt.incident).filter(|deed| settles(deed)).any(|deed| overlaps(deed, debt.since_ms, until_ms))
            || self.deeds.iter().filter(of_holder).any(|deed| overlaps(deed, debt.since_ms, until_ms))
            || self.is_held_back(debt.incident, debt.since_ms, until_ms)
            || debt.fires_ms.is_some_and(|fires_ms| !self.fires(debt.incident, fires_ms, until_ms))
    }

    /// Looks at phones.
    fn collect(&self, debt: &Debt, verdict: &mut Verdict) {
        if debt.due_ms > self.now_ms + SOON_MS {
            return;
        }
        let overdue = self.overdue_at(debt.due_ms);
        let until_ms = overdue.unwrap_or(self.now_ms);
        if self.is_settled(debt, until_ms) {
            return;
        }
        let rings = self.seen.incidents.get(&debt.incident).map_or(&[][..], |shown| shown.rings.as_slice());
        let rang = rings.iter().any(|ring| {
            debt.whom.contains(&ring.person.as_str()) && (debt.from_ms - CLOCKS_MS..=until_ms).contains(&ring.at_ms)
        });
        match overdue {
            // Whoever was called was called, also when the bot has not had all its time yet: in the last life a world may be at rest
            // before that, and then nothing would have been looked at.
            _ if rang => {
                if debt.due_ms <= self.now_ms {
                    verdict.owed(debt.what);
                }
            }
            None => verdict.goes_on = true,
            Some(until_ms) => {
                verdict.owed(debt.what);
                let Debt { incident, why, due_ms, whom, .. } = debt;
                let sentence = format!(
                    "INC-{incident}: nobody called {} by {until_ms}, due at {due_ms}: {why}",
                    whom.join(" or "),
                );
                verdict.add(Kind::Unrung, Some(*incident), sentence);
            }
        }
    }

    /// What fires is in an incident that is open, or that a person ended not long ago.
    fn somewhere(&self, verdict: &mut Verdict) {
        for change in self.changes.iter().filter(|change| change.firing && change.next_ms == i64::MAX) {
            let Some(mut incident) = change.incident else { continue };
            let mut open = false;
            for _ in 0..self.seen.incidents.len() {
                let Some(shown) = self.seen.incidents.get(&incident) else { break };
                if ["triggered", "acknowledged", "mitigated"].contains(&text(&shown.record["incident"]["status"])) {
                    open = true;
                    break;
                }
                let goes_on = |entry: &serde_json::Value| {
                    let event = &entry["event"];
                    let own = event["dedup_key"].is_null() || text(&event["dedup_key"]).ends_with(change.alert);
                    let into = event["kind"] == "merged_into" || (event["kind"] == "went_on" && own);
                    event["into"].as_u64().filter(|_| into).and_then(|into| u32::try_from(into).ok())
                };
                let Some(into) = list(&shown.record["timeline"]).filter_map(goes_on).last() else { break };
                incident = into;
            }
            let ended = |deed: &&Deed| matches!(deed.what, What::Resolve(_));
            let waits = |deed: &Deed| self.overdue_at(deed.ended_ms + STILL_FIRING_AFTER_MS).is_none();
            if open || self.overdue_at(change.ended_ms).is_none() {
                continue;
            }
            if self.deeds(incident).filter(ended).any(waits) {
                verdict.goes_on = true;
                continue;
            }
            let sentence = format!("{} fires, and INC-{incident} is over: nobody has it", change.alert);
            verdict.add(Kind::Unrung, Some(incident), sentence);
        }
    }
}
