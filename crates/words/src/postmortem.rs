//! Purpose: the work page of a postmortem: each part with a mark, what stands in it, and what is missing.

use domain::detection::Detection;
use domain::postmortem::{ActionItem, AskedWhenClosing, Collateral, Gap, Proof};
use domain::setup::Language;
use domain::{Incident, IncidentId};

use crate::escape::bare_link;
use crate::list::grouped;
use crate::say::say;
use crate::text::{name, named, sentence};
use crate::time::relative;
use crate::{Button, cut, escape, terms};

/// Characters of one written part on the page; the whole of it is in the form and in the record.
const PART: usize = 450;
/// Action items the page shows one by one.
const ITEMS: usize = 8;
/// Characters of all dependents together.
const UNITS: usize = 700;
/// A mark repeats what the words beside it say.
const DONE: &str = "✅";
const MISSING: &str = "⬜";

/// What the page shows besides the incident.
#[derive(Clone, Copy, Debug)]
pub struct PostmortemFacts<'a> {
    /// The incident.
    pub incident: &'a Incident,
    /// Services and business units that depend on the broken one.
    pub dependents: &'a [String],
    /// What still lacks, in the order of the form.
    pub missing: &'a [Gap],
    /// How many dependents the menus offer.
    pub offered: usize,
    /// What whoever closes it is asked to say.
    pub asked: Option<AskedWhenClosing<'a>>,
}

/// Fixed texts of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "placeholders of the menus, and sentences beside files, named after them")]
pub enum PostmortemText {
    SelectKnew,
    KnewNow,
    SelectAffected,
    SelectClear,
    SelectItem,
    SelectOwner,
}

/// Fixed texts of the page.
pub fn postmortem_text(text: PostmortemText, lang: Language) -> String {
    match text {
        PostmortemText::SelectKnew => say!(lang, "postmortem-select-knew"),
        PostmortemText::KnewNow => say!(lang, "postmortem-knew-now"),
        PostmortemText::SelectAffected => say!(lang, "postmortem-select-affected"),
        PostmortemText::SelectClear => say!(lang, "postmortem-select-clear"),
        PostmortemText::SelectItem => say!(lang, "postmortem-select-item"),
        PostmortemText::SelectOwner => say!(lang, "postmortem-select-owner"),
    }
}

/// The heading of the page.
pub fn postmortem_title(incident: &Incident, lang: Language) -> String {
    say!(lang, "postmortem-title", incident = named(incident, lang))
}

/// The parts in the order of the form, then what is missing.
pub fn postmortem_page(facts: &PostmortemFacts<'_>, lang: Language) -> String {
    let postmortem = &facts.incident.postmortem;
    let lacks = |wanted: fn(&Gap) -> bool| facts.missing.iter().any(wanted);
    let written = |text: &Option<String>| match text {
        Some(text) => sentence(text, PART),
        None => say!(lang, "postmortem-missing"),
    };
    let mut lines = vec![
        part(postmortem.core_problem.is_some(), &say!(lang, "postmortem-core"), &written(&postmortem.core_problem)),
        part(postmortem.root_cause.is_some(), &say!(lang, "postmortem-root"), &written(&postmortem.root_cause)),
        part(postmortem.lessons.is_some(), &say!(lang, "postmortem-lessons"), &written(&postmortem.lessons)),
        part(
            !lacks(|gap| matches!(gap, Gap::Collateral { .. })),
            &say!(lang, "postmortem-collateral"),
            &collateral(facts, lang),
        ),
    ];
    if facts.offered < facts.dependents.len() {
        let (all, shown) = (grouped(facts.dependents.len(), lang), grouped(facts.offered, lang));
        lines.push(say!(lang, "postmortem-more-units", all = all, shown = shown));
    }
    let items = items(&postmortem.action_items, lang);
    let items = if items.is_empty() { say!(lang, "postmortem-missing") } else { format!("\n{}", items.join("\n")) };
    lines.push(part(!postmortem.action_items.is_empty(), &say!(lang, "postmortem-actions"), &items));
    let proof = match &postmortem.proof {
        Some(Proof::Changed { url }) => say!(lang, "postmortem-proof-changed", url = bare_link(url)),
        Some(Proof::Refused { reason }) => say!(lang, "postmortem-proof-refused", reason = sentence(reason, PART)),
        None => say!(lang, "postmortem-missing"),
    };
    lines.push(part(postmortem.proof.is_some(), &say!(lang, "postmortem-proof"), &proof));
    let knew = detection(facts.incident, lang);
    lines.push(part(!lacks(|gap| matches!(gap, Gap::Detection)), &say!(lang, "postmortem-knew"), &knew));
    lines.push(format!("**{}** {}", say!(lang, "postmortem-due-label"), due(facts.incident, lang)));
    if postmortem.closed.is_none() {
        // Beside the button, where a phone shows both.
        lines.push(if let Some(asked) = facts.asked {
            crate::sure_close(asked, lang)
        } else if facts.missing.is_empty() {
            say!(lang, "postmortem-complete", button = crate::button(Button::Close, lang))
        } else {
            say!(lang, "postmortem-lacks", missing = terms::gaps(facts.missing, lang))
        });
    }
    lines.join("\n")
}

/// One action item: what it is, who has it, until when.
pub fn action_item_page(incident: &Incident, item: &ActionItem, lang: Language) -> String {
    let (number, what) = (item.number.to_string(), sentence(&item.what, 300));
    let line = say!(
        lang,
        "postmortem-item-page",
        number = number,
        incident = incident.id.label(),
        what = what,
        owner = name(&item.owner),
        due = item.due.to_string()
    );
    let told = match (item.account.is_some(), item.remind.is_empty()) {
        (false, _) => Some(say!(lang, "postmortem-item-nobody")),
        (true, true) => None,
        (true, false) => Some(say!(lang, "postmortem-item-told")),
    };
    crate::text::then(line, told)
}

/// What whoever has an action item reads by direct message: that it is theirs now, or that it is due.
pub fn action_item_told(
    incident: &Incident,
    item: &ActionItem,
    given_by: Option<&str>,
    today: jiff::civil::Date,
    lang: Language,
) -> String {
    let (what, about) = (sentence(&item.what, 300), named(incident, lang));
    let due = item.due.to_string();
    match given_by {
        Some(by) => say!(lang, "postmortem-item-given", who = name(by), what = what, incident = about, due = due),
        None if item.due <= today => say!(lang, "postmortem-item-due-today", what = what, incident = about),
        None if today.tomorrow().is_ok_and(|tomorrow| item.due == tomorrow) => {
            say!(lang, "postmortem-item-due-tomorrow", what = what, incident = about)
        }
        None => say!(lang, "postmortem-item-due", what = what, incident = about, due = due),
    }
}

/// An option of the menu that opens one, plain text of at most 100 characters.
pub fn action_item_choice(item: &ActionItem) -> String {
    cut(&crate::plain(&format!("{}. {}", item.number, item.what)), 100)
}

/// The heading over a text that somebody typed and that was not taken.
pub fn typed_heading(field: &str, lang: Language) -> String {
    say!(lang, "postmortem-typed", field = field)
}

/// The sentence beside the draft as a file, or beside the record once it is closed.
pub fn record_answer(incident: IncidentId, draft: bool, lang: Language) -> String {
    if draft {
        say!(lang, "postmortem-draft", incident = incident.label())
    } else {
        say!(lang, "postmortem-record", incident = incident.label())
    }
}

/// The line above the record in the room.
pub fn record_post(incident: &Incident, lang: Language) -> String {
    cut(&say!(lang, "postmortem-record-post", incident = named(incident, lang)), 2_000)
}

fn part(done: bool, label: &str, text: &str) -> String {
    let mark = if done { DONE } else { MISSING };
    let space = if text.starts_with('\n') { "" } else { " " };
    format!("{mark} **{label}**{space}{text}")
}

fn collateral(facts: &PostmortemFacts<'_>, lang: Language) -> String {
    if facts.dependents.is_empty() {
        return say!(lang, "postmortem-no-dependents");
    }
    let units = facts.dependents.iter().map(|unit| collateral_unit(facts.incident, unit, lang));
    cut(&units.collect::<Vec<_>>().join(" · "), UNITS)
}

/// What was found at one dependent.
pub(crate) fn collateral_unit(incident: &Incident, unit: &str, lang: Language) -> String {
    match incident.postmortem.collateral.get(unit) {
        Some(Collateral::Clear) => say!(lang, "postmortem-unit-clear", unit = name(unit)),
        Some(Collateral::Affected) => say!(lang, "postmortem-unit-affected", unit = name(unit)),
        None => say!(lang, "postmortem-unit-open", unit = name(unit)),
    }
}

/// Open ones first: what is done is read less often.
fn items(all: &[ActionItem], lang: Language) -> Vec<String> {
    let open = all.iter().filter(|item| item.done.is_none());
    let sorted: Vec<&ActionItem> = open.chain(all.iter().filter(|item| item.done.is_some())).collect();
    let mut lines: Vec<String> = sorted.iter().take(ITEMS).map(|item| item_line(item, 120, lang)).collect();
    if sorted.len() > ITEMS {
        lines.push(say!(lang, "postmortem-more-items", shown = grouped(sorted.len() - ITEMS, lang)));
    }
    lines
}

fn item_line(item: &ActionItem, limit: usize, lang: Language) -> String {
    let (number, what, owner) = (item.number.to_string(), sentence(&item.what, limit), name(&item.owner));
    match item.done {
        Some(_) => say!(lang, "postmortem-item-done", number = number, what = what, owner = owner),
        None => {
            say!(lang, "postmortem-item", number = number, what = what, owner = owner, due = item.due.to_string())
        }
    }
}

/// Who knew first, and how much later we knew.
pub(crate) fn detection(incident: &Incident, lang: Language) -> String {
    let Some(detected) = &incident.detected else { return say!(lang, "postmortem-knew-nobody") };
    let by = known(detected, incident, lang);
    if detected.confirmed { by } else { say!(lang, "postmortem-knew-open", by = by) }
}

fn known(detected: &Detection, incident: &Incident, lang: Language) -> String {
    let by = terms::known_by(detected.by, lang);
    match detected.lag(incident.opened_at).filter(|lag| lag.as_secs() > 0) {
        Some(lag) => say!(lang, "postmortem-knew-later", by = by, after = crate::duration(lag, lang)),
        None => say!(lang, "postmortem-knew-confirmed", by = by),
    }
}

fn due(incident: &Incident, lang: Language) -> String {
    let postmortem = &incident.postmortem;
    match (&postmortem.closed, postmortem.due) {
        (Some((who, at)), _) => say!(lang, "postmortem-closed", who = escape(&who.name), at = relative(*at)),
        (None, Some(at)) => say!(lang, "postmortem-due", at = relative(at)),
        (None, None) if incident.status.is_open() => say!(lang, "postmortem-due-open"),
        (None, None) => say!(lang, "postmortem-due-none"),
    }
}
