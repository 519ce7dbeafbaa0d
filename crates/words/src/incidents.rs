//! Purpose: lists of incidents, one line each.

use domain::setup::Language;
use domain::{IncidentId, Severity};

use crate::list::grouped;
use crate::say::say;
use crate::text::{name, room_link, title};
use crate::time::relative;
use crate::{ListHeading, ListLine, cut, escape, length, plain};

/// Discord's limit for a message.
const LIMIT: usize = 2_000;

/// A list of incidents under a heading; one line each. `query` is what was searched for, `more` how many there are besides.
pub fn incident_list(
    heading: ListHeading,
    query: Option<&str>,
    lines: &[ListLine<'_>],
    more: usize,
    lang: Language,
) -> String {
    let query = query.map(name).filter(|query| !query.is_empty());
    if lines.is_empty() {
        return match (heading, query) {
            (ListHeading::Open | ListHeading::Mine, Some(query)) => {
                say!(lang, "incidents-none-open-found", query = query)
            }
            (ListHeading::Recent | ListHeading::Found, Some(query)) => {
                say!(lang, "incidents-none-found", query = query)
            }
            (ListHeading::Open, None) => say!(lang, "incidents-none-open"),
            (ListHeading::Recent | ListHeading::Found, None) => say!(lang, "incidents-none-recent"),
            (ListHeading::Mine, None) => say!(lang, "incidents-none-mine"),
        };
    }
    let number = lines.len() + more;
    let shown = grouped(number, lang);
    let mut text = match heading {
        ListHeading::Open => say!(lang, "incidents-open", number = number, shown = shown),
        ListHeading::Recent => say!(lang, "incidents-recent", number = number, shown = shown),
        ListHeading::Mine => say!(lang, "incidents-mine", number = number, shown = shown),
        ListHeading::Found => say!(lang, "incidents-found", number = number, shown = shown),
    };
    for (index, line) in lines.iter().enumerate() {
        let line = list_line(line, lang);
        if length(&text) + length(&line) + 60 > LIMIT {
            let more = say!(lang, "incidents-more", shown = grouped(lines.len() - index + more, lang));
            return format!("{text}\n{more}");
        }
        text.push('\n');
        text.push_str(&line);
    }
    if more > 0 {
        text.push('\n');
        text.push_str(&say!(lang, "incidents-more", shown = grouped(more, lang)));
    }
    text
}

/// One incident as autocompletion shows it, plain text of at most 100 characters.
pub fn incident_choice(id: IncidentId, severity: Severity, title: &str) -> String {
    cut(&plain(&format!("{} · {severity} · {title}", id.label())), 100)
}

fn list_line(line: &ListLine<'_>, lang: Language) -> String {
    let title = cut(&title(line.title, lang), 120);
    let mut parts = vec![line.id.label(), line.severity.to_string()];
    if line.drill {
        parts.push(say!(lang, "card-drill"));
    }
    parts.push(title);
    match (line.merged_into, line.resolved_at) {
        (Some(into), _) => parts.push(say!(lang, "card-goes-on", incident = into.label())),
        (None, None) => parts.push(crate::status_word(line.status, lang)),
        (None, Some(_)) => {}
    }
    // Whoever had what goes on elsewhere has it there, if at all.
    parts.extend(line.holder.filter(|_| line.merged_into.is_none()).map(name));
    parts.push(match line.resolved_at {
        Some(at) => say!(lang, "incidents-resolved", at = relative(at)),
        None => relative(line.opened_at),
    });
    let fixed = line.fixed.filter(|_| line.resolved_at.is_some());
    parts.extend(fixed.map(|how| say!(lang, "incidents-fixed", how = cut(&escape(how), 120))));
    parts.extend(line.room.map(room_link));
    parts.join(" · ")
}
