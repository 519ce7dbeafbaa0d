//! Purpose: how often incidents go on and off, counted for whoever looks whether a rule is worth its alerts.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::Incident;
use domain::incident::Flap;

use crate::handle::Engine;

/// What went on and off since the start.
#[derive(Debug, Default)]
pub(crate) struct FlapCounts {
    began: AtomicU64,
    returned: AtomicU64,
}

/// The same, and what flaps now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flaps {
    /// Incidents that began to flap since the start.
    pub began: u64,
    /// How often one that flaps fired again since the start.
    pub returned: u64,
    /// Open incidents that flap.
    pub now: usize,
}

/// What one transaction adds to the counts.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FlapsSeen {
    began: u64,
    returned: u64,
}

impl FlapsSeen {
    /// Takes in how an incident flapped before and after an event.
    pub(crate) fn saw(&mut self, before: Option<Flap>, after: &Incident) {
        let Some(now) = after.flap else { return };
        match before.filter(|before| before.seq == now.seq) {
            Some(before) => self.returned += u64::from(now.times.saturating_sub(before.times)),
            None => self.began += 1,
        }
    }
}

impl FlapCounts {
    pub(crate) fn add(&self, seen: FlapsSeen) {
        self.began.fetch_add(seen.began, Ordering::Relaxed);
        self.returned.fetch_add(seen.returned, Ordering::Relaxed);
    }
}

impl Engine {
    /// How often incidents went on and off, and how many do so now.
    pub fn flaps(&self) -> Flaps {
        let counts = &self.shared.flaps;
        Flaps {
            began: counts.began.load(Ordering::Relaxed),
            returned: counts.returned.load(Ordering::Relaxed),
            now: self.open_incidents().iter().filter(|incident| incident.flaps().is_some()).count(),
        }
    }
}
