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
use crate::world::{list, text};

/// Who is called, and how long the next one waits.
type Policy = [(&'static str, i64); 3];
const HALF_AN_HOUR_MS: i64 = 1_800_000;
const QUICK: Policy = [("rina", 10_000), ("agus", 10_000), ("budi", HALF_AN_HOUR_MS)];
const PATIENT: Policy = [("rina", HALF_AN_HOUR_MS), ("agus", HALF_AN_HOUR_MS), ("budi", HALF_AN_HOUR_MS)];
/// What a person ended and fires on opens again after so long.
const STILL_FIRING_AFTER_MS: i64 = 60_000;
/// How long a bot lives before it does anything: it reads its database and meets Discord.
const START_MS: i64 = 6_000;
/// How long it may then take until a phone rings: its messages wait for their turn, and two cores for each other.
const GRACE_MS: i64 = 15_000;
/// What is due so soon is waited for.
const SOON_MS: i64 = 120_000;
/// Clocks that are read at different times.
const CLOCKS_MS: i64 = 200;

fn policy(service: &str) -> &'static Policy {
    if service == "checkout" { &PATIENT } else { &QUICK }
}

/// What a severity is worth; from 2 on it pages.
fn rank(severity: &str) -> u8 {
    match severity {
        "critical" | "SEV-1" => 3,
        "warning" | "SEV-3" => 2,
        _ => 1,
    }
}

/// A change of an alert that was sent, and where it came to.
struct Change<'a> {
    alert: &'a str,
    service: &'a str,
    rank: u8,
    firing: bool,
    began_ms: i64,
    ended_ms: i64,
    /// When the next change of this alert left; what fires does so until then.
    next_ms: i64,
    /// None: something about this alert is not certain.
    incident: Option<u32>,
}

/// Something that calls people from the first step of the policy on.
struct Cause {
    what: &'static str,
    began_ms: i64,
    /// The first step is due.
    due_ms: i64,
}

/// Somebody has to be called.
struct Debt {
    incident: u32,
    why: String,
    /// Nothing that settles it came since then.
    since_ms: i64,
    /// Something fires from then on.
    fires_ms: i64,
    /// A call from then on counts.
    from_ms: i64,
    due_ms: i64,
    whom: Vec<&'static str>,
    /// Whoever has it: anything they do settles it.
    holder: Option<String>,
}

/// What is known.
struct Known<'a> {
    seen: &'a Seen,
    deeds: &'a [Deed],
    changes: Vec<Change<'a>>,
    /// From when to when the bot was there.
    lives: Vec<(i64, i64)>,
    now_ms: i64,
}

/// Everybody who had to be called was called in time, and what fires is in an open incident.
pub(super) fn unrung(ledger: &Ledger, seen: &Seen, now_ms: i64, verdict: &mut Verdict) {
    let known =
        Known { seen, deeds: &ledger.deeds, changes: changes(ledger, seen), lives: lives(ledger, now_ms), now_ms };
    for &incident in seen.incidents.keys() {
        let causes = known.causes(incident);
        for (place, cause) in causes.iter().enumerate() {
            let next_ms = causes.get(place + 1).map_or(i64::MAX, |next| next.began_ms);
            for debt in known.steps(incident, cause).into_iter().chain(known.declined(incident, cause, next_ms)) {
                known.collect(&debt, verdict);
            }
        }
        for debt in known.asked(incident, &causes) {
            known.collect(&debt, verdict);
        }
    }
    known.somewhere(verdict);
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

fn overlaps(deed: &Deed, from_ms: i64, to_ms: i64) -> bool {
    deed.ended_ms >= from_ms && deed.began_ms <= to_ms
}

impl Known<'_> {
    /// When the bot has had its time since something was due, however often it died meanwhile. None: not yet.
    fn overdue_at(&self, due_ms: i64) -> Option<i64> {
        let mut left = GRACE_MS;
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
    fn deeds(&self, incident: u32) -> impl Iterator<Item = &Deed> {
        self.deeds.iter().filter(move |deed| deed.incident == incident && !matches!(deed.end, End::Refused(_)))
    }

    fn fires_in(&self, incident: u32) -> impl Iterator<Item = &Change<'_>> {
        self.changes.iter().filter(move |change| change.firing && change.incident == Some(incident))
    }

    /// Something of the incident fires for sure, all the time.
    fn fires(&self, incident: u32, from_ms: i64, to_ms: i64) -> bool {
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
    fn policy(&self, incident: u32) -> Option<&'static Policy> {
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
        let opened = opened.map(|first| Cause { what: "it opened", began_ms: first.began_ms, due_ms: first.ended_ms });
        causes.extend(opened);
        for deed in self.deeds(incident).filter(|deed| deed.end == End::Done) {
            if matches!(deed.what, What::Reopen(_)) && self.pages(incident, deed.began_ms) {
                causes.push(Cause { what: "a person opened it again", began_ms: deed.began_ms, due_ms: deed.ended_ms });
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
                    causes.push(Cause { what: "a person ended it and it fires on", began_ms, due_ms });
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

    /// Who may be called for a step: whoever may have said that they cannot take it is left out, and the next one called.
    fn whom(&self, incident: u32, policy: &Policy, step: usize) -> Option<Vec<&'static str>> {
        let mut whom = Vec::new();
        for (person, _) in &policy[step..] {
            whom.push(*person);
            if !self.deeds(incident).any(|deed| deed.what == What::Decline && deed.person == *person) {
                return Some(whom);
            }
        }
        None
    }

    /// Nobody answers: each step is taken when its wait is over.
    fn steps(&self, incident: u32, cause: &Cause) -> Vec<Debt> {
        let Some(policy) = self.policy(incident) else { return Vec::new() };
        let mut due_ms = cause.due_ms;
        let mut debts = Vec::new();
        for (step, (_, wait_ms)) in policy.iter().enumerate() {
            if let Some(whom) = self.whom(incident, policy, step) {
                debts.push(Debt {
                    incident,
                    why: format!("{}, and nobody had it by the time of step {}", cause.what, step + 1),
                    since_ms: cause.began_ms,
                    fires_ms: cause.due_ms,
                    from_ms: cause.began_ms,
                    due_ms,
                    whom,
                    holder: None,
                });
            }
            due_ms += wait_ms;
        }
        debts
    }

    /// Somebody cannot take it: the next one is called at once.
    fn declined(&self, incident: u32, cause: &Cause, next_ms: i64) -> Vec<Debt> {
        let Some(policy) = self.policy(incident) else { return Vec::new() };
        let declines = self.deeds(incident).filter(|deed| {
            deed.what == What::Decline
                && deed.end == End::Done
                && deed.began_ms >= cause.due_ms
                && deed.ended_ms < next_ms
        });
        declines
            .filter_map(|deed| {
                let step = policy.iter().position(|(person, _)| *person == deed.person)?;
                // Who was called by hand moves no policy.
                let by_hand = |other: &Deed| matches!(&other.what, What::Page(whom, _) if *whom == deed.person);
                if self.deeds(incident).any(|other| by_hand(other) && other.began_ms <= deed.ended_ms) {
                    return None;
                }
                Some(Debt {
                    incident,
                    why: format!("{} could not take it", deed.person),
                    since_ms: cause.began_ms,
                    fires_ms: cause.due_ms,
                    from_ms: cause.began_ms,
                    due_ms: deed.ended_ms,
                    whom: self.whom(incident, policy, step + 1).filter(|whom| !whom.is_empty())?,
                    holder: None,
                })
            })
            .collect()
    }

    /// Somebody has it, and it becomes worse: they are called, and without a sign of theirs the policy goes on.
    fn asked(&self, incident: u32, causes: &[Cause]) -> Vec<Debt> {
        let Some(policy) = self.policy(incident) else { return Vec::new() };
        let mut debts = Vec::new();
        for taken in self.deeds(incident).filter(|deed| deed.what == What::Acknowledge && deed.end == End::Done) {
            let Some(worse) = self.becomes_worse(incident, taken) else { continue };
            let WorseBy { began_ms, ended_ms, how } = worse;
            let wait_ms = policy[0].1;
            let until_ms = self.overdue_at(ended_ms + wait_ms).unwrap_or(self.now_ms);
            // Nobody else changed who has it, or asked for another reason.
            let unclear = self.deeds.iter().filter(|deed| !matches!(deed.end, End::Refused(_))).any(|deed| {
                let own = deed.incident == incident
                    && *deed != *taken
                    && !overlaps_exactly(deed, began_ms, ended_ms)
                    && matches!(
                        deed.what,
                        What::Acknowledge
                            | What::Resolve(_)
                            | What::Reopen(_)
                            | What::Merge(_)
                            | What::Severity(..)
                            | What::Decline
                    );
                let into = matches!(deed.what, What::Merge(into) if into == incident);
                (own || into) && overlaps(deed, taken.began_ms, until_ms)
            });
            if unclear || !self.fires(incident, taken.began_ms, until_ms) {
                continue;
            }
            let debt = |why: String, from_ms: i64, due_ms: i64, whom: Vec<&'static str>| Debt {
                incident,
                why,
                since_ms: began_ms,
                fires_ms: ended_ms,
                from_ms,
                due_ms,
                whom,
                holder: Some(taken.person.clone()),
            };
            let holder = policy.iter().map(|(person, _)| *person).find(|person| *person == taken.person);
            let why = format!("{} has it, and {how}", taken.person);
            debts.extend(holder.map(|holder| debt(why.clone(), began_ms, ended_ms, vec![holder])));
            // Whether a step is left: the last one was not reached when it was taken.
            let last = causes.iter().rev().find(|cause| cause.due_ms <= taken.began_ms);
            let early = last.is_some_and(|cause| taken.ended_ms < cause.began_ms + policy[0].1 + policy[1].1 - 1_000);
            if early && !self.deeds(incident).any(|deed| deed.what == What::Decline) {
                let (from_ms, due_ms) = (began_ms + wait_ms - CLOCKS_MS, ended_ms + wait_ms);
                let whom = policy.iter().map(|(person, _)| *person).collect();
                debts.push(debt(format!("{why}, and gave no sign"), from_ms, due_ms, whom));
            }
        }
        debts
    }

    /// The first thing after somebody took it that is worse than all before, for sure.
    fn becomes_worse(&self, incident: u32, taken: &Deed) -> Option<WorseBy> {
        let services: Vec<&str> = self.fires_in(incident).map(|change| change.service).collect();
        // Whatever may be in it, wherever it came to.
        let sent = self.changes.iter().filter(|change| change.firing && services.contains(&change.service));
        let raised = self.deeds(incident).filter_map(|deed| match &deed.what {
            What::Severity(to, _) => Some((deed, rank(to))),
            _ => None,
        });
        let mut all: Vec<(i64, i64, u8, Option<&'static str>)> = sent
            .map(|change| {
                let how = (change.incident == Some(incident)).then_some("a worse alert joined");
                (change.began_ms, change.ended_ms, change.rank, how)
            })
            .chain(raised.map(|(deed, rank)| {
                let how = (deed.end == End::Done && deed.person != taken.person).then_some("somebody raised it");
                (deed.began_ms, deed.ended_ms, rank, how)
            }))
            .collect();
        all.sort_unstable();
        let before = all.iter().filter(|(began, ..)| *began <= taken.ended_ms).map(|(_, _, rank, _)| *rank).max()?;
        let (began_ms, ended_ms, _, how) =
            all.iter().find(|(began, _, rank, _)| *began > taken.ended_ms && *rank > before)?;
        Some(WorseBy { began_ms: *began_ms, ended_ms: *ended_ms, how: (*how)? })
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
            || !self.fires(debt.incident, debt.fires_ms, until_ms)
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
            Some(_) if rang => verdict.owed += 1,
            None if rang => {}
            None => verdict.goes_on = true,
            Some(until_ms) => {
                verdict.owed += 1;
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

/// What made an incident worse.
struct WorseBy {
    began_ms: i64,
    ended_ms: i64,
    how: &'static str,
}

/// It is the very deed that lasted from then to then.
fn overlaps_exactly(deed: &Deed, began_ms: i64, ended_ms: i64) -> bool {
    deed.began_ms == began_ms && deed.ended_ms == ended_ms
}
