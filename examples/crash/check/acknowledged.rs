//! Purpose: who had to be called when somebody has it: whoever has it, when it is worse, when others come to it, when its silence is over;
//! and the next one, when they give no sign.

use super::unrung::{CLOCKS_MS, Cause, Debt, Known, PEOPLE, overlaps, rank};
use crate::ledger::{Deed, End, What};

/// What made an incident worse.
struct WorseBy {
    began_ms: i64,
    ended_ms: i64,
    how: &'static str,
}

impl Known<'_> {
    /// Whoever took it, or may have.
    pub(super) fn holder(&self, incident: u32) -> Option<&Deed> {
        self.deeds(incident).find(|deed| deed.what == What::Acknowledge)
    }

    /// Somebody has it, and it becomes worse: they are called, and without a sign of theirs the policy goes on.
    pub(super) fn asked(&self, incident: u32, causes: &[Cause]) -> Vec<Debt> {
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
                what: "somebody has it, and it is worse",
                why,
                since_ms: began_ms,
                fires_ms: Some(ended_ms),
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

    /// A silence is over of what somebody has: they are asked for a sign.
    pub(super) fn asked_after(&self, incident: u32) -> Vec<Debt> {
        let Some(taken) = self.holder(incident).filter(|taken| taken.end == End::Done) else { return Vec::new() };
        let others = self.deeds(incident).any(|deed| deed != taken && !matches!(deed.what, What::Note(_)));
        let holder = PEOPLE.into_iter().find(|person| *person == taken.person).filter(|_| !others);
        let over = self.silences(incident).filter_map(|silence| {
            let before = silence.term.yes.began_ms > taken.ended_ms;
            self.rings_at_its_end(silence).filter(|_| before)
        });
        over.filter_map(|(began_ms, due_ms)| {
            Some(Debt {
                incident,
                what: "somebody has it, and its silence is over",
                why: format!("{} has it, and its silence is over", taken.person),
                since_ms: due_ms + 1,
                fires_ms: Some(due_ms),
                from_ms: began_ms,
                due_ms,
                whom: vec![holder?],
                holder: Some(taken.person.clone()),
            })
        })
        .collect()
    }

    /// What nobody has goes on in what somebody has: they are asked for a sign.
    pub(super) fn merged_in(&self, incident: u32) -> Vec<Debt> {
        let changes_holder = |deed: &Deed| !matches!(deed.what, What::Note(_) | What::Update(_) | What::Page(..));
        let mut debts = Vec::new();
        for taken in self.deeds(incident).filter(|deed| deed.what == What::Acknowledge && deed.end == End::Done) {
            let merges = self.deeds.iter().filter(|deed| deed.what == What::Merge(incident));
            let mut merges = merges.filter(|deed| !matches!(deed.end, End::Refused(_)));
            let (Some(merge), None) = (merges.next(), merges.next()) else { continue };
            let until_ms = self.overdue_at(merge.ended_ms).unwrap_or(self.now_ms);
            let holder = PEOPLE.into_iter().find(|person| *person == taken.person && *person != merge.person);
            let unclear = merge.end != End::Done
                || merge.began_ms <= taken.ended_ms
                || self.deeds(incident).any(|deed| deed != taken && changes_holder(deed))
                || self.deeds(merge.incident).any(|deed| deed != merge && changes_holder(deed))
                || self.becomes_worse(incident, taken).is_some();
            let pages = self.policy(merge.incident).is_some();
            let fires = self.fires(merge.incident, merge.began_ms, merge.ended_ms)
                && self.fires(incident, taken.began_ms, until_ms);
            let Some(holder) = holder.filter(|_| !unclear && pages && fires) else { continue };
            debts.push(Debt {
                incident,
                what: "somebody has it, and another one was merged into it",
                why: format!("{holder} has it, and INC-{} that nobody had was merged into it", merge.incident),
                since_ms: merge.began_ms,
                fires_ms: Some(merge.ended_ms),
                from_ms: merge.began_ms,
                due_ms: merge.ended_ms,
                whom: vec![holder],
                holder: Some(taken.person.clone()),
            });
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
}

/// It is the very deed that lasted from then to then.
fn overlaps_exactly(deed: &Deed, began_ms: i64, ended_ms: i64) -> bool {
    deed.began_ms == began_ms && deed.ended_ms == ended_ms
}
