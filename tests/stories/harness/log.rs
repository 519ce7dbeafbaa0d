//! Purpose: what the bot logged during a story. Errors nobody expected fail it.
//!
//! Stories run beside each other in one process: each has a runtime whose threads know their story. What is logged on
//! other threads (of the gateway, of the database) counts for every story that runs at the time, unless some story has
//! announced it.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

thread_local! {
    static STORY: Cell<u64> = const { Cell::new(0) };
}

static RUNNING: Mutex<BTreeMap<u64, Vec<Line>>> = Mutex::new(BTreeMap::new());
/// What stories have announced: parts of error lines.
static ANNOUNCED: Mutex<Vec<String>> = Mutex::new(Vec::new());
static LAST: AtomicU64 = AtomicU64::new(0);

/// A line that matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// An error, or only a warning.
    pub(crate) is_error: bool,
    /// From a thread that belongs to no story.
    pub(crate) is_foreign: bool,
    /// Where it comes from, and what it says.
    pub(crate) text: String,
}

/// The log of one story.
#[derive(Debug)]
pub(crate) struct LogBook {
    story: u64,
}

impl LogBook {
    /// Opens the log of a new story and makes this thread part of it.
    pub(crate) fn open() -> Self {
        install();
        let story = LAST.fetch_add(1, Ordering::Relaxed) + 1;
        with(|running| running.insert(story, Vec::new()));
        let book = Self { story };
        book.mark_thread()();
        book
    }

    /// What every thread of the story's runtime does first.
    pub(crate) fn mark_thread(&self) -> impl Fn() + Send + Sync + 'static {
        let story = self.story;
        move || STORY.with(|own| own.set(story))
    }

    /// An error line with this text will come, perhaps on a thread of no story: nobody else has to worry.
    pub(crate) fn announce(&self, part: &str) {
        ANNOUNCED.lock().unwrap_or_else(PoisonError::into_inner).push(part.to_owned());
    }

    /// Errors of the story, without those that another one has announced.
    pub(crate) fn errors(&self) -> Vec<String> {
        let announced = ANNOUNCED.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let is_others = |line: &Line| line.is_foreign && announced.iter().any(|part| line.text.contains(part));
        let errors = self.lines().into_iter().filter(|line| line.is_error && !is_others(line));
        errors.map(|line| line.text).collect()
    }

    pub(crate) fn lines(&self) -> Vec<Line> {
        with(|running| running.get(&self.story).cloned().unwrap_or_default())
    }
}

impl Drop for LogBook {
    fn drop(&mut self) {
        with(|running| running.remove(&self.story));
    }
}

fn with<T>(work: impl FnOnce(&mut BTreeMap<u64, Vec<Line>>) -> T) -> T {
    work(&mut RUNNING.lock().unwrap_or_else(PoisonError::into_inner))
}

fn record(is_error: bool, text: String) {
    let story = STORY.try_with(Cell::get).unwrap_or(0);
    let line = Line { is_error, is_foreign: story == 0, text };
    with(|running| match running.get_mut(&story) {
        Some(lines) => lines.push(line),
        None if story == 0 => running.values_mut().for_each(|lines| lines.push(line.clone())),
        None => {}
    });
}

fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let registry = tracing_subscriber::registry().with(Collect);
        tracing::subscriber::set_global_default(registry).expect("nobody else collects the log");
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            // A panic in a task of the bot reaches nobody otherwise.
            record(true, format!("panic: {panic}"));
            usual(panic);
        }));
    });
}

struct Collect;

impl<S: Subscriber> Layer<S> for Collect {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        *metadata.level() <= Level::WARN || metadata.target().starts_with("serenity::client::dispatch")
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        let mut text = Text(String::new());
        event.record(&mut text);
        // The library only mentions what it drops: an event of the sandbox that it cannot read, or does not know.
        let dropped = text.0.starts_with("Err deserializing") || text.0.to_lowercase().contains("unknown event");
        let is_error = *metadata.level() == Level::ERROR || dropped;
        if !is_error && *metadata.level() > Level::WARN {
            return;
        }
        record(is_error, format!("{}: {}", metadata.target(), text.0));
    }
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.0.insert_str(0, &format!("{value:?}"));
        } else {
            let _ = write!(self.0, " {}={value:?}", field.name());
        }
    }
}
