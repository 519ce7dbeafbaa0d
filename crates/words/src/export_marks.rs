//! Purpose: Discord's marks for times and people, written out for a file that nobody's client renders.

use std::collections::BTreeMap;

use domain::incident::EventAt;
use domain::setup::Language;
use domain::{ChatUserId, Timestamp};
use jiff::tz::TimeZone;

use crate::say::say;
use crate::text::name;

/// Knows the zone and the people.
pub(super) struct Marks<'a> {
    zone: &'a TimeZone,
    people: BTreeMap<ChatUserId, &'a str>,
    lang: Language,
}

impl<'a> Marks<'a> {
    /// People are named as they were when they did something.
    pub(super) fn new(timeline: &'a [EventAt], zone: &'a TimeZone, lang: Language) -> Self {
        let people = timeline.iter().filter_map(|entry| entry.event.actor());
        Self { zone, people: people.map(|actor| (actor.user, actor.name.as_str())).collect(), lang }
    }

    /// `2026-03-02 03:10`
    pub(super) fn at(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// `2026-03-02 03:10:45`
    pub(super) fn to_the_second(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// The text with its marks written out. What came from outside has a backslash before its `<` and stays.
    pub(super) fn written_out(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find('<') {
            out.push_str(&rest[..start]);
            let inside = &rest[start + 1..];
            let known = inside.find('>').filter(|_| !out.ends_with('\\'));
            match known.and_then(|end| Some((self.mark(&inside[..end])?, end))) {
                Some((word, end)) => {
                    out.push_str(&word);
                    rest = &inside[end + 1..];
                }
                None => {
                    out.push('<');
                    rest = inside;
                }
            }
        }
        out.push_str(rest);
        out
    }

    fn mark(&self, inside: &str) -> Option<String> {
        if let Some(stamp) = inside.strip_prefix("t:") {
            let seconds = stamp.split(':').next()?.parse().ok()?;
            return Some(self.at(Timestamp::from_second(seconds).ok()?));
        }
        let user = ChatUserId(inside.strip_prefix('@')?.parse().ok()?);
        let known = self.people.get(&user).map(|known| name(known));
        Some(known.unwrap_or_else(|| say!(self.lang, "export-somebody")))
    }
}
