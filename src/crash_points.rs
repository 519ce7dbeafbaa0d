//! Purpose: a build with the feature `crash-points` dies where `SIAGA_CRASH_AT` says: at the n-th passing of a write point.
//!
//! Write points are tracing events of one target. `SIAGA_CRASH_AT=NAME#N` names one and a passing; `list` writes the name of
//! each that is passed to standard error.

use std::fmt::{self, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// The target of write points.
pub(crate) const TARGET: &str = "siaga::write_point";

/// What happens at write points.
pub(crate) enum CrashPoints {
    /// Their names are written to standard error.
    List,
    /// The process gets a SIGKILL at this passing of this point.
    Kill {
        /// Which point.
        name: String,
        /// At which passing, from 1.
        nth: u64,
        /// Passings so far.
        passed: AtomicU64,
    },
}

impl CrashPoints {
    /// From `SIAGA_CRASH_AT`; none when it is not set or cannot be read.
    pub(crate) fn read(text: Option<&str>) -> Option<Self> {
        let text = text?;
        if text == "list" {
            return Some(Self::List);
        }
        let (name, nth) = text.rsplit_once('#')?;
        Some(Self::Kill { name: name.to_owned(), nth: nth.parse().ok()?, passed: AtomicU64::new(0) })
    }
}

impl<S: Subscriber> Layer<S> for CrashPoints {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut name = Name::default();
        event.record(&mut name);
        let passing = name.text();
        match self {
            Self::List => errln!("write point: {passing}"),
            Self::Kill { name, nth, passed } if *name == passing => {
                if passed.fetch_add(1, Ordering::SeqCst) + 1 == *nth {
                    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
                    // The signal is on its way; nothing may happen here any more.
                    loop {
                        std::thread::park();
                    }
                }
            }
            Self::Kill { .. } => {}
        }
    }
}

/// The name of a point: what it is, and of what.
#[derive(Default)]
struct Name {
    point: String,
    of: String,
}

impl Name {
    fn text(&self) -> String {
        let mut text = self.point.clone();
        if !self.of.is_empty() {
            text.push(' ');
            text.push_str(&self.of);
        }
        text
    }

    fn part(&mut self, field: &Field) -> Option<&mut String> {
        match field.name() {
            "point" => Some(&mut self.point),
            "of" => Some(&mut self.of),
            _ => None,
        }
    }
}

impl Visit for Name {
    fn record_str(&mut self, field: &Field, value: &str) {
        if let Some(part) = self.part(field) {
            part.push_str(value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if let Some(part) = self.part(field) {
            let _ = write!(part, "{value:?}");
        }
    }
}
