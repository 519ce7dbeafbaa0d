//! Purpose: what a drill is told at its end.

use crate::Post;
use crate::incident::{Incident, PageEnd};

/// How a drill went. A promise is kept when an update, or the end, came before it ran out. A page is unanswered when nobody
/// answered it and somebody else had to be paged, or nobody ever answered.
pub(super) fn drill_report(incident: &Incident, at: crate::Timestamp) -> Post {
    let first_page = incident.pages.first().map_or(incident.opened_at, |page| page.at);
    let acknowledged_after = incident.acknowledged.as_ref().map(|(_, since)| since.duration_since(first_page));
    let promised = incident.updates.iter().zip(incident.updates.iter().skip(1));
    let (in_time, late) = promised
        .filter_map(|(one, next)| Some(next.at <= one.next?))
        .fold((0, 0), |(in_time, late), kept| if kept { (in_time + 1, late) } else { (in_time, late + 1) });
    let late = late + incident.updates.last().and_then(|last| last.next).filter(|next| *next < at).map_or(0, |_| 1);
    let went_on = |page: &crate::incident::Page| incident.pages.iter().any(|other| other.at > page.at);
    Post::DrillReport {
        acknowledged_after_ms: acknowledged_after.and_then(|after| i64::try_from(after.as_millis()).ok()),
        lasted_ms: i64::try_from(at.duration_since(incident.opened_at).as_millis()).unwrap_or(i64::MAX),
        commander: incident.commander.as_ref().map(|commander| commander.name.clone()),
        updates: (in_time, late),
        unanswered: incident
            .pages
            .iter()
            .filter(|page| match &page.end {
                None => true,
                Some((PageEnd::NotNeeded, end)) => *end == at || went_on(page),
                Some((PageEnd::Acknowledged { .. } | PageEnd::Declined, _)) => false,
            })
            .count(),
    }
}
