//! Purpose: episodes. An alert is a dedup key of an integration; what fires and ends is an episode of it, told apart by when it
//! began (`startsAt`). A sender that does not say when has a new one with each firing after an end.
//!
//! Source: Prometheus' Alertmanager, issues 2447 and 4008: replicas of one Alertmanager may tell the same firing again after its
//! end; issue 891: an end comes for what was never told to fire.

use std::time::Duration;

use jiff::SignedDuration;

use crate::{AlertOrigin, AlertReport, AlertStatus, IncidentId, Timestamp};

/// How long after a told end the same beginning is a late duplicate. Replicas of a sender are minutes apart; what insists for
/// longer on its old beginning fires, whatever its clock says.
pub const LATE_FOR: SignedDuration = SignedDuration::from_hours(1);
/// What nobody can read and comes again with the same text is the same thing for so long; later it is news.
pub const SAME_TEXT_FOR: SignedDuration = SignedDuration::from_hours(1);
/// Two servers that watch the same see it begin so far apart at most: an interval of their rules.
const SEEN_APART: SignedDuration = SignedDuration::from_mins(1);
/// Senders of one alert that are told apart; of more, the first is forgotten.
const SENDERS: usize = 8;
/// Reports closer together than this are replicas or retries, not repetitions.
const REPEATS_FROM: Duration = Duration::from_secs(30);
/// A sender was seen repeating after so many repetitions.
pub const SEEN_REPEATING: u32 = 2;
/// After so many of its intervals without a word an alert is stale.
pub const STALE_AFTER: u32 = 3;

/// One episode, as one sender tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Episode {
    /// Which of the senders of the integration: a number made of its own address; 0 when it names none.
    pub sender: i64,
    /// When it began, by the sender's clock, in whole milliseconds; none when it does not say.
    pub starts_at: Option<Timestamp>,
}

impl Episode {
    /// The episode a report is about. A chat line says when it was written, not when the condition began.
    pub fn of(report: &AlertReport) -> Self {
        let starts_at = match report.origin {
            AlertOrigin::Http => report.starts_at,
            AlertOrigin::Chat { .. } => None,
        };
        Self { sender: report.sender_number(), starts_at: starts_at.map(whole_millis) }
    }

    /// True when the end `told` closes this one: whoever tells it, the beginning counts; and what its own sender said before.
    ///
    /// Two Prometheus servers see the same condition begin seconds apart. Their Alertmanager keeps the older beginning once it
    /// knows both, so its end may name one that is a little older than what was told to fire. Source: prometheus/alertmanager,
    /// `types.Alert.Merge`.
    fn is_closed_by(self, told: Self, ends_at: Option<Timestamp>) -> bool {
        match (self.starts_at, told.starts_at) {
            (Some(own), Some(end)) => {
                let is_the_same = ends_at.is_some_and(|over| own < over) && own.duration_since(end) <= SEEN_APART;
                own == end || (self.sender == told.sender && (own < end || is_the_same))
            }
            (None, _) | (_, None) => true,
        }
    }
}

/// An end that the sender told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToldEnd {
    /// Of which episode.
    pub episode: Episode,
    /// When we heard of it.
    pub at: Timestamp,
}

/// How the last episode of an alert ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EpisodeEnd {
    /// The sender told it.
    Told,
    /// A person ended its incident; the alert may still fire.
    Person,
    /// With its incident, because its sender never tells.
    Incident,
    /// Nothing was heard of it for `resolve_after`, and its sender never tells.
    Expired,
    /// Its integration is not configured any more.
    Removed,
}

impl EpisodeEnd {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Told, Self::Person, Self::Incident, Self::Expired, Self::Removed];

    /// Name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Told => "told",
            Self::Person => "person",
            Self::Incident => "incident",
            Self::Expired => "expired",
            Self::Removed => "removed",
        }
    }

    /// Reads the name in the database.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|end| end.as_str() == text)
    }
}

/// What is known of an alert.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownAlert {
    /// What fires, by the last word of each sender; empty when nothing does.
    pub firing: Vec<Episode>,
    /// The incident it was last part of.
    pub incident: Option<IncidentId>,
    /// How its last episode ended; none while it fires and its incident is open.
    pub ended: Option<EpisodeEnd>,
    /// The last end that was told.
    pub told_end: Option<ToldEnd>,
    /// Its sender never says that it is over.
    pub endless: bool,
    /// What the last report said, as a number to compare; none when it is not known.
    pub content: Option<i64>,
    /// When it was heard of last.
    pub heard_at: Option<Timestamp>,
    /// The longest time between two reports of it while it fires.
    pub every: Option<Duration>,
    /// How often it was repeated while it fires.
    pub repeated: u32,
    /// Number in the journal of the last report that said that it fires.
    pub report: Option<i64>,
    /// The silence that holds it back while it fires.
    pub silence: Option<u32>,
}

impl KnownAlert {
    /// True while any sender says that it fires.
    pub const fn fires(&self) -> bool {
        !self.firing.is_empty()
    }

    /// How many beginnings of it fire: senders that tell the same one are over together, others one by one.
    pub fn beginnings(&self) -> usize {
        let told: std::collections::BTreeSet<Timestamp> =
            self.firing.iter().filter_map(|episode| episode.starts_at).collect();
        told.len().max(usize::from(self.fires()))
    }

    /// When a firing report tells again what was told to be over: when that was told.
    pub fn late_since(&self, report: &AlertReport, now: Timestamp) -> Option<Timestamp> {
        let episode = Episode::of(report);
        let told = self.told_end?;
        let (began, over) = (episode.starts_at?, told.episode.starts_at?);
        let is_over = began == over || (began < over && episode.sender == told.episode.sender);
        (is_over && now < told.at + LATE_FOR).then_some(told.at)
    }

    /// True when nothing was heard of it for [`SAME_TEXT_FOR`].
    pub fn was_quiet(&self, now: Timestamp) -> bool {
        self.heard_at.is_some_and(|heard| now.duration_since(heard) >= SAME_TEXT_FOR)
    }

    /// True when a firing report is about an episode that began after the one its sender told before.
    pub fn is_new_episode(&self, report: &AlertReport) -> bool {
        let episode = Episode::of(report);
        let own = self.firing.iter().find(|known| known.sender == episode.sender);
        match own {
            Some(own) => matches!((own.starts_at, episode.starts_at), (Some(before), Some(now)) if now > before),
            // Another sender: it is the same when the beginning is, or nobody knows it.
            None => episode
                .starts_at
                .is_some_and(|now| !self.firing.iter().any(|known| known.starts_at.is_none_or(|before| before >= now))),
        }
    }

    /// What fires after this report.
    pub fn firing_after(&self, report: &AlertReport) -> Vec<Episode> {
        let told = Episode::of(report);
        let mut firing = self.firing.clone();
        match report.status {
            AlertStatus::Resolved => firing.retain(|episode| !episode.is_closed_by(told, report.ends_at())),
            AlertStatus::Firing => match firing.iter_mut().find(|known| known.sender == told.sender) {
                Some(known) => known.starts_at = told.starts_at.or(known.starts_at),
                None => {
                    firing.push(told);
                    if firing.len() > SENDERS {
                        firing.remove(0);
                    }
                }
            },
        }
        firing
    }

    /// Takes a report in. `number` is the report's in the journal.
    pub fn heard(&mut self, report: &AlertReport, number: Option<i64>, now: Timestamp) {
        let fired = self.fires();
        self.firing = self.firing_after(report);
        match report.status {
            AlertStatus::Firing => {
                let gap = self.heard_at.and_then(|before| Duration::try_from(now.duration_since(before)).ok());
                let gap = gap.filter(|gap| *gap >= REPEATS_FROM);
                match gap {
                    Some(gap) if fired => {
                        self.every = Some(self.every.map_or(gap, |every| every.max(gap)));
                        self.repeated = self.repeated.saturating_add(1);
                    }
                    _ if !fired => (self.every, self.repeated) = (None, 0),
                    _ => {}
                }
                self.content = Some(content(report));
                self.report = number.or(self.report);
                if !fired {
                    self.ended = None;
                }
                self.heard_at = Some(now);
            }
            AlertStatus::Resolved if report.is_expiry() => self.ended = Some(EpisodeEnd::Expired),
            AlertStatus::Resolved => {
                let told = Episode::of(report);
                // An older end says nothing new.
                let is_latest = self.told_end.is_none_or(|before| before.episode.starts_at <= told.starts_at);
                if is_latest {
                    self.told_end = Some(ToldEnd { episode: told, at: now });
                }
                if !self.fires() {
                    self.ended = Some(EpisodeEnd::Told);
                }
                self.heard_at = Some(now);
            }
        }
    }

    /// Its integration is not configured any more: nothing will be heard of it.
    pub fn removed(&mut self) {
        self.firing.clear();
        self.ended = Some(EpisodeEnd::Removed);
    }

    /// Since when it is stale; none when it is not: its sender was seen repeating it, and has been silent for three of its
    /// intervals.
    pub fn stale_from(&self) -> Option<Timestamp> {
        let every = self.every.filter(|_| self.fires() && self.repeated >= SEEN_REPEATING)?;
        self.heard_at.map(|heard| heard.checked_add(every.saturating_mul(STALE_AFTER)).unwrap_or(Timestamp::MAX))
    }
}

/// What a report says of its alert, as a number: title, value, links, labels, runbook and severity. The same on every machine and
/// in every release, because it is stored.
pub fn content(report: &AlertReport) -> i64 {
    let mut number = Fnv::default();
    number.text(&report.title);
    number.text(report.value.as_deref().unwrap_or_default());
    number.text(report.runbook_url.as_deref().unwrap_or_default());
    number.text(&report.severity.map(|severity| severity.to_string()).unwrap_or_default());
    for link in &report.links {
        number.text(&link.label);
        number.text(&link.url);
    }
    for (name, value) in &report.labels {
        number.text(name);
        number.text(value);
    }
    number.end()
}

/// A text as a number.
pub(crate) fn number_of(text: &str) -> i64 {
    let mut number = Fnv::default();
    number.text(text);
    number.end()
}

/// FNV-1a, 64 bits.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn text(&mut self, text: &str) {
        // A byte that is in no text parts them: ("ab", "c") is not ("a", "bc").
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    const fn end(self) -> i64 {
        self.0.cast_signed()
    }
}

/// Instants of senders are kept to the millisecond.
pub(crate) fn whole_millis(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
