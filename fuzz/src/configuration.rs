//! Purpose: targets of what operators write: the configuration, matchers, runbooks, scenarios.

use domain::labels::{Labels, Matcher};
use domain::runbook;
use domain::setup::Language;

use super::inert;
use super::world::{CONFIG, SMALL, now};

/// A whole configuration: read, or refused with places that exist.
pub fn whole(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    told("siaga.toml", &text, config::from_text("siaga.toml", &text, &[]).err());
    // A part in the place of the sample's first sections, so that the rest is reached, too.
    let mixed = format!("{text}\n{}", &CONFIG[CONFIG.find("[people]").unwrap()..]);
    if let Ok(loaded) = config::from_text("siaga.toml", &mixed, &[]) {
        let routed = domain::routing::route(&loaded.setup, &super::shown::report_of(&text));
        inert::shown(&words::why(&routed.why, Language::En));
        let world = domain::World::new(loaded.setup);
        for schedule in world.setup().schedules.keys() {
            let _ = world.on_call(schedule, now());
        }
    }
}

/// A matcher is read as it is written.
pub fn matcher(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Ok(matcher) = Matcher::parse(&text) else { return };
    let again = Matcher::parse(&matcher.to_string()).unwrap_or_else(|error| panic!("{matcher}: {error}"));
    assert_eq!(again.to_string(), matcher.to_string());
    let values = ["", "checkout", "line\nbreak", &text];
    for labels in values.map(|value| Labels::from([(matcher.label().to_owned(), value.to_owned())])) {
        assert_eq!(again.matches(&labels), matcher.matches(&labels), "{matcher}");
    }
    let _ = matcher.matches(&Labels::new());
}

/// A runbook: read, found, shown.
pub fn runbook(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let loaded = match config::from_text("siaga.toml", SMALL, &[("hostile.md", &text)]) {
        Ok(loaded) => loaded,
        Err(problems) => return told("hostile.md", &text, Some(problems)),
    };
    let labels = Labels::from([("service".to_owned(), "checkout".to_owned())]);
    let _ = runbook::find(&loaded.setup.runbooks, &labels);
    let found = runbook::search(&loaded.setup.runbooks, text.get(..20).unwrap_or_default());
    let list = words::runbook_list(&text, &found, &[], Language::En);
    assert!(words::length(&list) <= discord::render::limits::CONTENT);
    inert::shown(&list);
    for book in &loaded.setup.runbooks {
        // Its Markdown is ours and is kept; that it calls nobody is the matter of `allowed_mentions`.
        let shown = words::runbook_show(book, &[], now(), Language::Id);
        assert!(words::length(&shown) <= discord::render::limits::CONTENT, "{}", words::length(&shown));
        let _ = book.first_step();
    }
}

/// A scenario of a drill.
pub fn scenario(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Err(problems) = config::from_text("siaga.toml", CONFIG, &[("hostile.toml", &text)]) {
        told("hostile.toml", &text, Some(problems));
    }
}

/// Every mistake stands where there is text, and can be shown.
fn told(file: &str, text: &str, problems: Option<config::Problems>) {
    let Some(problems) = problems else { return };
    assert!(problems.errors() > 0, "refused without a reason");
    let lines = u32::try_from(text.split('\n').count()).unwrap();
    for problem in problems.iter().filter(|problem| problem.file == file) {
        assert!(problem.line <= lines.max(1), "{file} has {lines} lines, a mistake is on {}", problem.line);
    }
    let _ = problems.render(false);
}
