//! Purpose: posts that look back: past incidents, the postmortem, a drill, an outage.

use domain::Timestamp;
use domain::drill::DrillReport;
use domain::incident::Incident;
use domain::incident::{Actor, Similar};
use domain::postmortem::Gap;
use domain::setup::Language;
use jiff::SignedDuration;

use crate::say::say;
use crate::text::{PART, name, sentence, then, title};
use crate::time::{clock, relative};
use crate::{Names, cut, escape, length, terms};

/// Characters of one message. Source: Discord docs, "Message".
const LIMIT: usize = 2_000;

/// Past incidents that look like this one, one line each.
pub(super) fn similar(incidents: &[Similar], lang: Language) -> String {
    let mut lines = vec![say!(lang, "post-similar")];
    for past in incidents {
        let line =
            say!(lang, "post-similar-line", incident = past.id.label(), title = cut(&title(&past.title, lang), 120));
        let fixed = past.fixed.as_ref().map(|how| say!(lang, "post-similar-fixed", how = sentence(how, 200)));
        let unfinished: Vec<String> = past.unfinished.iter().map(|what| cut(&escape(what), 120)).collect();
        let unfinished = (!unfinished.is_empty())
            .then(|| say!(lang, "post-similar-unfinished", what = sentence(&unfinished.join("; "), 300)));
        let said: Vec<String> = [Some(line), fixed, unfinished].into_iter().flatten().collect();
        lines.push(format!("- {}", said.join(" · ")));
    }
    cut(&lines.join("\n"), LIMIT)
}

pub(super) fn postmortem_due(
    whom: Option<&Actor>,
    due: Timestamp,
    missing: &[Gap],
    names: &dyn Names,
    lang: Language,
) -> String {
    let (due, lacks) = (relative(due), terms::gaps(missing, lang));
    match (whom.map(|whom| names.address(whom)), missing.is_empty()) {
        (Some(who), false) => say!(lang, "post-postmortem-due", who = who, due = due, missing = lacks),
        (None, false) => say!(lang, "post-postmortem-due-nobody", due = due, missing = lacks),
        (Some(who), true) => say!(lang, "post-postmortem-complete", who = who, due = due),
        (None, true) => say!(lang, "post-postmortem-complete-nobody", due = due),
    }
}

/// How a drill went.
pub(super) fn drill(incident: &Incident, report: &DrillReport, lang: Language) -> String {
    let DrillReport { acknowledged_after_ms, lasted_ms, commander, updates: (kept, late), unanswered } = report;
    let span = |ms: i64| crate::duration(SignedDuration::from_millis(ms), lang);
    let acknowledged = match acknowledged_after_ms {
        Some(after) => say!(lang, "post-drill-acknowledged", after = span(*after)),
        None => say!(lang, "post-drill-nobody"),
    };
    let commander = match commander {
        Some(who) => say!(lang, "post-drill-commander", who = name(who)),
        None => say!(lang, "post-drill-no-commander"),
    };
    let updates = match kept + late {
        0 => say!(lang, "post-drill-no-updates"),
        promised => say!(lang, "post-drill-updates", kept = *kept, promised = promised),
    };
    say!(
        lang,
        "post-drill",
        incident = incident.id.label(),
        lasted = span(*lasted_ms),
        acknowledged = acknowledged,
        commander = commander,
        updates = updates,
        unanswered = *unanswered
    )
}

/// What was said while Discord could not be reached, oldest first, in one message.
pub(super) fn outage(since: Timestamp, posts: &[String], lang: Language) -> String {
    let mut text = say!(lang, "post-outage", since = clock(since));
    for (index, post) in posts.iter().enumerate() {
        let line = format!("\n- {}", cut(&post.replace('\n', " "), 400));
        let rest = posts.len() - index;
        if length(&text) + length(&line) + 80 > LIMIT {
            return then(format!("{text}\n-"), Some(say!(lang, "post-outage-more", number = rest)));
        }
        text.push_str(&line);
    }
    cut(&text, LIMIT.max(PART))
}
