//! Purpose: silences: what is silenced rings nobody while it surely is, everybody reads of each once, and at its end what fires rings.
//!
//! When one may hold and when it surely does follows from what people were answered; the bot is asked nothing.

use super::unrung::{Change, Known};
use super::{Kind, Verdict};
use crate::ledger::{Asked, End, Silence};

/// What was on its way to a phone when the silence began may still ring.
const ON_ITS_WAY_MS: i64 = 3_000;

impl Known<'_> {
    /// Alerts of a service that are worse than what its silence holds back.
    fn worse_than(&self, silence: &Silence) -> Option<&Change<'_>> {
        let mut own = self.changes.iter().filter(|change| change.service == silence.service && change.firing);
        own.find(|change| change.rank > silence.worst)
    }

    /// From when to when a silence may hold back what fires of its service.
    pub(super) fn may_hold(&self, silence: &Silence) -> Option<(i64, i64)> {
        let (from, to) = silence.term.may()?;
        Some((from, self.worse_than(silence).map_or(to, |worse| to.min(worse.ended_ms))))
    }

    /// From when to when it surely holds it back.
    fn surely_holds(&self, silence: &Silence) -> Option<(i64, i64)> {
        let (from, to) = silence.term.surely()?;
        Some((from, self.worse_than(silence).map_or(to, |worse| to.min(worse.began_ms))))
    }

    /// The silences of what an incident is about.
    pub(super) fn silences(&self, incident: u32) -> impl Iterator<Item = &Silence> {
        let service = self.fires_in(incident).map(|change| change.service).next();
        self.ledger.silences.iter().filter(move |silence| Some(silence.service.as_str()) == service)
    }

    /// A silence may hold an incident back at some instant of a time.
    pub(super) fn is_held_back(&self, incident: u32, from_ms: i64, to_ms: i64) -> bool {
        let mut times = self.silences(incident).filter_map(|silence| self.may_hold(silence));
        times.any(|(from, to)| from <= to_ms && to > from_ms)
    }

    /// When a silence is over and what it held back is to ring, for sure: not before, and not after.
    pub(super) fn rings_at_its_end(&self, silence: &Silence) -> Option<(i64, i64)> {
        let is_one = silence.term.yes.end == End::Done && self.worse_than(silence).is_none();
        is_one.then(|| silence.term.ends())
    }

    /// When something worse comes than what a silence is for: at once.
    pub(super) fn broken_at(&self, silence: &Silence) -> Option<(i64, i64)> {
        let (from, to) = silence.term.surely()?;
        let worse = self.worse_than(silence)?;
        (from < worse.began_ms && worse.ended_ms < to).then_some((worse.began_ms, worse.ended_ms))
    }

    /// Nobody is called for what is surely silenced.
    pub(super) fn nobody_is_called(&self, verdict: &mut Verdict) {
        for silence in &self.ledger.silences {
            let Some((from, to)) = self.surely_holds(silence) else { continue };
            for (&incident, shown) in &self.seen.incidents {
                if !self.silences(incident).any(|own| own.number == silence.number) {
                    continue;
                }
                for ring in shown.rings.iter().filter(|ring| (from + ON_ITS_WAY_MS..to).contains(&ring.at_ms)) {
                    let (person, number) = (&ring.person, silence.number);
                    let sentence = format!("INC-{incident}: {person} was called at {} in silence {number}", ring.at_ms);
                    verdict.add(Kind::Doubled, Some(incident), sentence);
                }
            }
        }
    }

    /// Everybody reads once who silences what, that it holds longer, and that it is over.
    pub(super) fn silences_are_told(&self, verdict: &mut Verdict) {
        for silence in &self.ledger.silences {
            let number = silence.number;
            let told = |words: &str| self.seen.silences.iter().filter(|post| post.content.contains(words)).count();
            let mut count = |what: &str, seen: usize, least: usize, most: usize| {
                let sentence = || format!("posts {what} silence {number}: {seen} instead of {least} to {most}");
                if seen < least {
                    verdict.add(Kind::Lost, None, sentence());
                } else if seen > most {
                    verdict.add(Kind::Doubled, None, sentence());
                }
            };
            let asked = |asked: &Asked| {
                (usize::from(asked.end == End::Done), usize::from(!matches!(asked.end, End::Refused(_))))
            };
            let (least, most) = asked(&silence.term.yes);
            count("of the beginning of", told(&format!(" (silence {number}).")), least, most);
            let is_over = self.overdue_at(silence.term.ends().1).is_some();
            let over = told(&format!("Silence {number} of ")) + told(&format!(" ended silence {number} of "));
            count("of the end of", over, if is_over { least } else { 0 }, most);
            let longer = silence.term.longer.iter().map(|(longer, _)| asked(longer));
            let (least, most) = longer.fold((0, 0), |(least, most), one| (least + one.0, most + one.1));
            count("that extend", told(&format!(" extended silence {number}:")), least, most);
            verdict.goes_on |= silence.term.may().is_some() && !is_over;
        }
    }

    /// What came under a silence and was over before its end is in no incident: whether that explains what is not recorded of an alert.
    pub(super) fn kept(&self, alert: &str, told: &[bool], sent: &[bool]) -> bool {
        let own: Vec<&Change<'_>> = self.changes.iter().filter(|change| change.alert == alert).collect();
        let Some(missing) = sent.len().checked_sub(told.len()) else { return false };
        let (kept, rest) = sent.split_at(missing);
        let firings_end = kept.iter().filter(|firing| **firing).count() * 2 == kept.len();
        own.len() == sent.len()
            && rest == told
            && firings_end
            && self.ledger.silences.iter().any(|silence| {
                let may = self.may_hold(silence).filter(|_| own.iter().all(|one| one.service == silence.service));
                may.is_some_and(|(from, to)| {
                    own.iter().take(missing).all(|one| one.ended_ms >= from && one.began_ms <= to)
                })
            })
    }
}
