//! Purpose: who had to be called when nobody has it: each step of the policy, whoever is on call then, and the next one of whoever
//! cannot take it or left.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::unrung::{Cause, Change, DECIDED_MS, Debt, Known, ON_CALL, PEOPLE, Policy, QUICK, START_MS};
use super::{Kind, Verdict};
use crate::ledger::{Away, Deed, End, Term, What};
use crate::seen::Shown;
use crate::workload::{FLAPS, LEAVER, TEAM};
use crate::world::{list, text};

/// Whose turn it is, when nobody took it over.
const TURN: &str = "budi";
/// Somebody is looked for so often who is called.
const LOOKED_FOR_MS: i64 = 12_000;
/// `ring_together` of the world's configuration: whoever was just rung is rung for this, too, so much later, and the wait counts from there.
const TOGETHER_MS: i64 = 2_000;
/// Whoever left is gone by then: nothing that was on its way reaches them.
const GONE_MS: i64 = 1_000;
/// Whoever is not found is looked for again so often.
const FOUND_AGAIN_MS: i64 = 60_000;

impl Known<'_> {
    /// Who may be called for a step at some instant of a time: whoever may have said that they cannot take it, or may be no member of
    /// the server, is left out, and the next one called.
    fn whom(&self, incident: u32, policy: &Policy, step: usize, from_ms: i64, to_ms: i64) -> Option<Vec<&'static str>> {
        let mut whom = Vec::new();
        for (person, _) in &policy[step..] {
            let people = if *person == ON_CALL { self.on_call(from_ms, to_ms) } else { vec![*person] };
            let declined =
                |person: &str| self.deeds(incident).any(|deed| deed.what == What::Decline && deed.person == person);
            let goes_on = people.iter().all(|person| declined(person)) || self.is_away(person, from_ms, to_ms);
            if !self.is_surely_away(person, from_ms, to_ms) {
                whom.extend(people);
            }
            if !goes_on {
                return Some(whom);
            }
        }
        None
    }

    /// Who may be on call at some instant of a time.
    fn on_call(&self, from_ms: i64, to_ms: i64) -> Vec<&'static str> {
        let known = |term: &Term| PEOPLE.into_iter().find(|person| *person == term.by);
        let mut whom = vec![TURN];
        for term in &self.ledger.overrides {
            if term.surely().is_some_and(|(from, to)| from < from_ms && to_ms < to) {
                return known(term).into_iter().collect();
            }
            if term.may().is_some_and(|(from, to)| from <= to_ms && to >= from_ms - START_MS) {
                whom.extend(known(term));
            }
        }
        whom
    }

    /// Somebody may be no member of the server at some instant of a time.
    fn is_away(&self, person: &str, from_ms: i64, to_ms: i64) -> bool {
        let away = self.ledger.away.iter().filter(|away| away.person == person);
        // Whoever is back is looked for each minute.
        away.into_iter()
            .any(|away| away.left_ms <= to_ms && away.back_ms.is_none_or(|back| back + FOUND_AGAIN_MS >= from_ms))
    }

    /// Somebody surely is no member of the server all the time: no call reaches them.
    fn is_surely_away(&self, person: &str, from_ms: i64, to_ms: i64) -> bool {
        let mut away = self.ledger.away.iter().filter(|away| away.person == person);
        away.any(|away| away.left_ms + GONE_MS < from_ms && away.back_ms.is_none_or(|back| back > to_ms))
    }

    /// Whoever is called leaves and stays away: the next one is called, however long the wait of the step is.
    pub(super) fn left(&self, incident: u32, causes: &[Cause]) -> Vec<Debt> {
        let policy = self.policy(incident).filter(|policy| policy[0].0 == LEAVER);
        let (Some(policy), [cause]) = (policy, causes) else { return Vec::new() };
        let debt = |away: &Away| {
            let due_ms = away.left_ms.max(self.decided_at(cause.due_ms)?) + LOOKED_FOR_MS;
            let until_ms = self.overdue_at(due_ms).unwrap_or(self.now_ms);
            let stays_away = away.back_ms.is_none_or(|back| back > until_ms);
            let in_step = away.left_ms > cause.due_ms && due_ms < cause.began_ms + policy[0].1;
            (stays_away && in_step).then(|| Debt {
                incident,
                what: "whoever was called left",
                why: format!("{} was called, and left at {}", away.person, away.left_ms),
                since_ms: cause.since_ms,
                fires_ms: Some(cause.due_ms),
                from_ms: cause.began_ms,
                due_ms,
                whom: vec![policy[1].0],
                holder: None,
            })
        };
        self.ledger.away.iter().filter(|away| away.person == LEAVER).filter_map(debt).collect()
    }

    /// Nobody answers: each step is taken when its wait is over.
    pub(super) fn steps(&self, incident: u32, cause: &Cause) -> Vec<Debt> {
        let Some(policy) = self.policy(incident) else { return Vec::new() };
        let mut due_ms = cause.due_ms;
        let mut debts = Vec::new();
        for (step, (person, wait_ms)) in policy.iter().enumerate() {
            let until_ms = self.overdue_at(due_ms).unwrap_or(self.now_ms);
            // Who left is found to have left when they are looked for.
            let looked_for_ms = if self.is_away(person, cause.began_ms, until_ms) { LOOKED_FOR_MS } else { 0 };
            if let Some(whom) = self.whom(incident, policy, step, cause.began_ms, until_ms + looked_for_ms) {
                debts.push(Debt {
                    incident,
                    what: cause.what,
                    why: format!("{}, and nobody had it by the time of step {}", cause.what, step + 1),
                    since_ms: cause.since_ms,
                    fires_ms: Some(cause.due_ms),
                    from_ms: cause.began_ms,
                    due_ms: due_ms + looked_for_ms,
                    whom,
                    holder: None,
                });
            }
            // It waits from when the first step was taken: a bot that died right after it had accepted what came did not take it.
            if step == 0 {
                let Some(decided_ms) = self.decided_at(cause.due_ms) else { break };
                due_ms = decided_ms - DECIDED_MS;
            }
            due_ms += wait_ms + TOGETHER_MS;
        }
        debts
    }

    /// Somebody cannot take it: the next one is called at once.
    pub(super) fn declined(&self, incident: u32, cause: &Cause, next_ms: i64) -> Vec<Debt> {
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
                    what: "somebody could not take it",
                    why: format!("{} could not take it", deed.person),
                    since_ms: cause.began_ms,
                    fires_ms: Some(cause.due_ms),
                    from_ms: cause.began_ms,
                    due_ms: deed.ended_ms,
                    whom: self
                        .whom(incident, policy, step + 1, cause.began_ms, self.now_ms)
                        .filter(|whom| !whom.is_empty())?,
                    holder: None,
                })
            })
            .collect()
    }

    /// Somebody takes over being on call while whoever was on call is called and has not answered: they are called, too.
    pub(super) fn follows(&self, incident: u32, causes: &[Cause]) -> Vec<Debt> {
        let Some(policy) = self.policy(incident).filter(|policy| policy[0].0 == ON_CALL) else { return Vec::new() };
        let Some(cause) = causes.first() else { return Vec::new() };
        let takes = self.ledger.overrides.iter().filter(|term| {
            let late_ms = cause.began_ms + policy[0].1;
            term.yes.end == End::Done && term.yes.began_ms > cause.due_ms && term.yes.ended_ms < late_ms
        });
        takes
            .filter_map(|term| {
                let until_ms = self.overdue_at(term.yes.ended_ms).unwrap_or(self.now_ms);
                let stays = term.ends().0 > until_ms;
                let rang = self.seen.incidents.get(&incident).is_some_and(|shown| {
                    shown.rings.iter().any(|ring| ring.person == TURN && ring.at_ms < term.yes.began_ms)
                });
                let person = PEOPLE.into_iter().find(|person| *person == term.by).filter(|_| stays && rang)?;
                Some(Debt {
                    incident,
                    what: "somebody took over",
                    why: format!("{person} took over being on call"),
                    since_ms: cause.began_ms,
                    fires_ms: Some(cause.due_ms),
                    from_ms: term.yes.began_ms,
                    due_ms: term.yes.ended_ms,
                    whom: vec![person],
                    holder: None,
                })
            })
            .collect()
    }

    /// What fires again and again and fires at last: within the wait of a step somebody is called, whichever step it stood at.
    pub(super) fn flaps(&self, incident: u32) -> Option<Debt> {
        let mut firings = self.fires_in(incident).filter(|change| change.service.starts_with(FLAPS));
        let first = firings.next()?;
        let last = firings.last().unwrap_or(first);
        // Whoever is called last has half an hour: while that goes on nobody is called a second time.
        let rings = self.seen.incidents.get(&incident).map_or(&[][..], |shown| shown.rings.as_slice());
        let [.., (slowest, _)] = QUICK;
        if rings.iter().any(|ring| ring.person == slowest && (first.began_ms..last.ended_ms).contains(&ring.at_ms)) {
            return None;
        }
        (last.next_ms == i64::MAX).then(|| Debt {
            incident,
            what: "it fires again and again",
            why: "it fires again and again, and at last".to_owned(),
            since_ms: last.began_ms,
            fires_ms: Some(last.ended_ms),
            from_ms: last.began_ms,
            due_ms: last.ended_ms + QUICK[0].1,
            whom: QUICK.iter().map(|(person, _)| *person).collect(),
            holder: None,
        })
    }

    /// The first time that something fires and the next time, when both were surely decided before the wait of the first step was over:
    /// it flaps before anybody else is called.
    fn flaps_in_time(&self, incident: u32) -> Option<(&Change<'_>, &Change<'_>)> {
        let mut firings = self.fires_in(incident).filter(|change| change.service.starts_with(FLAPS));
        let (first, second) = (firings.next()?, firings.next()?);
        let decided_ms = second.ended_ms + DECIDED_MS;
        let ended = self.ledger.kills.iter().map(|(at, _)| at).chain(&self.ledger.starts);
        let lived = ended.into_iter().all(|at| !(first.began_ms - DECIDED_MS..=decided_ms).contains(at));
        (lived && decided_ms < first.began_ms + QUICK[0].1).then_some((first, second))
    }

    /// What flaps and nobody answers: the next ones are called when the waits are over, also while nothing fires.
    pub(super) fn flap_steps(&self, incident: u32) -> Vec<Debt> {
        let Some((first, _)) = self.flaps_in_time(incident) else { return Vec::new() };
        let mut due_ms = first.ended_ms;
        let mut debts = Vec::new();
        for (step, pair) in QUICK.windows(2).enumerate() {
            due_ms += pair[0].1 + TOGETHER_MS;
            debts.push(Debt {
                incident,
                what: "it flaps, and its policy goes on",
                why: format!("it flaps, and nobody had it by the time of step {}", step + 2),
                since_ms: first.began_ms,
                fires_ms: None,
                from_ms: first.began_ms,
                due_ms,
                whom: vec![pair[1].0],
                holder: None,
            });
        }
        debts
    }

    /// What flaps rings nobody twice for a step; once more whoever was told that it is over, and slept until the wait was over.
    pub(super) fn flapping_rings_once(&self, verdict: &mut Verdict) {
        for (&incident, shown) in &self.seen.incidents {
            if !self.fires_in(incident).any(|change| change.service.starts_with(FLAPS)) {
                continue;
            }
            let most = if self.flaps_in_time(incident).is_some() { 1 } else { 2 };
            for (person, pages) in shown.direct_pages.iter().filter(|(_, pages)| pages.len() > most) {
                let seen = pages.len();
                let sentence = format!("INC-{incident} flaps, and rang {person} by {seen} direct messages, not {most}");
                verdict.add(Kind::Doubled, Some(incident), sentence);
            }
        }
    }

    /// Many incidents that come at once for one person are one ring and those that are told together; each is told (that is counted
    /// for each of them).
    pub(super) fn a_burst_is_few_rings(&self, verdict: &mut Verdict) {
        let mut bursts: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        for change in self.changes.iter().filter(|change| change.service.starts_with(TEAM)) {
            let burst = change.service.rsplit_once('-').map_or(change.service, |(burst, _)| burst);
            bursts.entry(burst).or_default().extend(change.incident);
        }
        let at_ms = |entry: &Value| text(&entry["at"]).parse().ok().map(jiff::Timestamp::as_millisecond);
        for (burst, incidents) in bursts {
            let shown: Vec<&Shown> =
                incidents.iter().filter_map(|incident| self.seen.incidents.get(incident)).collect();
            for (person, _) in &QUICK {
                let rings: BTreeSet<u64> = shown
                    .iter()
                    .filter_map(|shown| shown.direct_pages.get(*person))
                    .flat_map(|pages| pages.iter().map(|page| page.id))
                    .collect();
                let paged = |entry: &&Value| entry["event"]["kind"] == "paged" && entry["event"]["person"] == *person;
                let times: Vec<i64> = shown
                    .iter()
                    .flat_map(|shown| list(&shown.record["timeline"]).filter(paged).filter_map(at_ms))
                    .collect();
                let (Some(first), Some(last)) = (times.iter().min(), times.iter().max()) else { continue };
                // The first one, the ones together, and once more what is worse than what was lowered meanwhile.
                let most = 3 + usize::try_from((last - first) / TOGETHER_MS).unwrap_or(usize::MAX - 3);
                if times.len() > most {
                    verdict.owed("a burst for one person is few rings");
                }
                if rings.len() > most {
                    let sentence =
                        format!("{burst}: {} incidents rang {person} {} times, not {most}", times.len(), rings.len());
                    verdict.add(Kind::Doubled, incidents.first().copied(), sentence);
                }
            }
        }
    }

    /// What fires again before it was calm for long is one incident.
    pub(super) fn flapping_is_one(&self, verdict: &mut Verdict) {
        let mut of: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        for change in self.changes.iter().filter(|change| change.service.starts_with(FLAPS)) {
            of.entry(change.service).or_default().extend(change.incident);
        }
        for (service, incidents) in of.into_iter().filter(|(_, incidents)| incidents.len() > 1) {
            verdict.add(Kind::Doubled, incidents.last().copied(), format!("{service} fires in {incidents:?}"));
        }
    }
}
