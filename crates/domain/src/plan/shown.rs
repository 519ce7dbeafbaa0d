//! Purpose: which facts show on the card and in the stakeholders' message, and what a drill is told at its end.

use crate::Post;
use crate::incident::{Event, Incident, PageEnd, Thing};

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

/// Whether the card looks different after it.
pub(super) fn changes_card(event: &Event) -> bool {
    match event {
        Event::Triaged { .. }
        | Event::Dismissed { .. }
        | Event::MergedInto { .. }
        | Event::Absorbed { .. }
        | Event::PostmortemClosed { .. }
        | Event::Opened { .. }
        | Event::Folded { .. }
        | Event::Unfolded { .. }
        | Event::AlertFired { .. }
        | Event::AlertResolved { .. }
        | Event::AlertsCounted { .. }
        | Event::AllAlertsResolved
        | Event::KeptOpen { .. }
        | Event::Escalated { .. }
        | Event::EscalationEnded { .. }
        | Event::EscalationStopped { .. }
        | Event::EscalationResumed { .. }
        | Event::Paged { .. }
        | Event::PageEnded { .. }
        | Event::Acknowledged { .. }
        | Event::AckExpired
        | Event::AckWithdrawn { .. }
        | Event::SeverityChanged { .. }
        | Event::CommanderSet { .. }
        | Event::UpdatePosted { .. }
        | Event::Resolved { .. }
        | Event::Reopened { .. } => true,
        Event::ThingLost { thing, .. } => *thing != Thing::Status,
        Event::Contacted { .. }
        | Event::ContactFailed { .. }
        | Event::SimilarFound { .. }
        | Event::DetectionConfirmed { .. }
        | Event::PostmortemWritten { .. }
        | Event::CollateralChecked { .. }
        | Event::ActionItemAdded { .. }
        | Event::ActionItemDone { .. }
        | Event::ActionItemReminded { .. }
        | Event::ProofGiven { .. }
        | Event::PostmortemReminded
        | Event::Noted { .. }
        | Event::Followed { .. }
        | Event::Unfollowed { .. }
        | Event::DirectMessageFailed { .. }
        | Event::AckQuestioned { .. }
        | Event::StillOnIt { .. }
        | Event::UpdateOverdue => false,
    }
}

/// Whether the stakeholders' message looks different after it.
pub(super) fn changes_status(event: &Event) -> bool {
    match event {
        Event::Dismissed { .. }
        | Event::MergedInto { .. }
        | Event::PostmortemClosed { .. }
        | Event::Opened { .. }
        | Event::Folded { .. }
        | Event::Unfolded { .. }
        | Event::Acknowledged { .. }
        | Event::AckExpired
        | Event::AckWithdrawn { .. }
        | Event::SeverityChanged { .. }
        | Event::CommanderSet { .. }
        | Event::UpdatePosted { .. }
        | Event::Resolved { .. }
        | Event::Reopened { .. } => true,
        // It says where to follow.
        Event::ThingLost { thing, .. } => matches!(thing, Thing::Status | Thing::Thread),
        Event::AlertFired { .. }
        | Event::AlertResolved { .. }
        | Event::AlertsCounted { .. }
        | Event::AllAlertsResolved
        | Event::KeptOpen { .. }
        | Event::Escalated { .. }
        | Event::EscalationEnded { .. }
        | Event::EscalationStopped { .. }
        | Event::EscalationResumed { .. }
        | Event::Paged { .. }
        | Event::PageEnded { .. }
        | Event::DirectMessageFailed { .. }
        | Event::AckQuestioned { .. }
        | Event::StillOnIt { .. }
        | Event::UpdateOverdue
        | Event::Noted { .. }
        | Event::Followed { .. }
        | Event::Unfollowed { .. }
        | Event::Contacted { .. }
        | Event::ContactFailed { .. }
        | Event::Triaged { .. }
        | Event::Absorbed { .. }
        | Event::SimilarFound { .. }
        | Event::DetectionConfirmed { .. }
        | Event::PostmortemWritten { .. }
        | Event::CollateralChecked { .. }
        | Event::ActionItemAdded { .. }
        | Event::ActionItemDone { .. }
        | Event::ActionItemReminded { .. }
        | Event::ProofGiven { .. }
        | Event::PostmortemReminded => false,
    }
}
