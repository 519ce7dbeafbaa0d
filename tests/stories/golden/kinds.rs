//! Purpose: everything that is stored under a name of its own, and since which golden database there is one of it.
//!
//! Whoever adds an event, an effect, a reason for a page, its end, a timer or a state is stopped here by the compiler and writes it down with the
//! number of the *next* golden database. From then on the next one is not whole until it holds it.

use domain::incident::{AlertOutcome, Event, PageEnd, PageReason};
use domain::{Effect, PageVia, TimerKind};
use store::LetterState;

/// A name, and the first golden database that holds it.
pub(super) type Known = (&'static str, u32);

/// One exhaustive `match` and the list of all its names, which therefore cannot disagree.
macro_rules! kinds {
    ($(#[$doc:meta])* $name:ident($type:ty), $all:ident: $($pattern:pat => $text:literal since $since:literal,)+) => {
        $(#[$doc])*
        pub(super) fn $name(one: &$type) -> &'static str {
            match one {
                $($pattern => $text,)+
            }
        }
        /// All of them.
        pub(super) const $all: &[Known] = &[$(($text, $since)),+];
    };
}

kinds! {
    /// The name of an event as it is stored.
    event(Event), EVENTS:
    Event::Opened { .. } => "opened" since 1,
    Event::Folded { .. } => "folded" since 1,
    Event::Unfolded { .. } => "unfolded" since 1,
    Event::AlertFired { .. } => "alert_fired" since 1,
    Event::AlertChanged { .. } => "alert_changed" since 2,
    Event::AlertLate { .. } => "alert_late" since 2,
    Event::ChatLineGone { .. } => "chat_line_gone" since 4,
    Event::WentOn { .. } => "went_on" since 2,
    Event::AlertsStale { .. } => "alerts_stale" since 2,
    Event::AlertResolved { .. } => "alert_resolved" since 1,
    Event::AlertsCounted { .. } => "alerts_counted" since 1,
    Event::AllAlertsResolved { .. } => "all_alerts_resolved" since 1,
    Event::FlapBegan { .. } => "flap_began" since 4,
    Event::FlapOver { .. } => "flap_over" since 4,
    Event::PageReopened { .. } => "page_reopened" since 4,
    Event::KeptOpen { .. } => "kept_open" since 1,
    Event::Escalated { .. } => "escalated" since 1,
    Event::EscalationEnded { .. } => "escalation_ended" since 1,
    Event::PlanFrozen { .. } => "plan_frozen" since 2,
    Event::StillUnanswered { .. } => "still_unanswered" since 2,
    Event::FoundUnheld => "found_unheld" since 2,
    Event::HeldBack { .. } => "held_back" since 2,
    Event::HoldOver { .. } => "hold_over" since 2,
    Event::AckLimited { .. } => "ack_limited" since 2,
    Event::AskedToClose { .. } => "asked_to_close" since 2,
    Event::EscalationStopped { .. } => "escalation_stopped" since 1,
    Event::Paged { .. } => "paged" since 1,
    Event::Contacted { .. } => "contacted" since 1,
    Event::PageEnded { .. } => "page_ended" since 1,
    // Once an event of its own; it is still called so, because what it says is the same.
    Event::ContactFailed { via: PageVia::Direct, reason: None, .. } => "direct_message_failed" since 1,
    Event::ContactFailed { .. } => "contact_failed" since 1,
    Event::PersonLeft { .. } => "person_left" since 2,
    Event::PersonChanged { .. } => "person_changed" since 2,
    Event::IntegrationRemoved { .. } => "integration_removed" since 2,
    Event::ThingLost { .. } => "thing_lost" since 1,
    Event::Acknowledged { .. } => "acknowledged" since 1,
    Event::AckQuestioned { .. } => "ack_questioned" since 1,
    Event::StillOnIt { .. } => "still_on_it" since 1,
    Event::AckExpired { .. } => "ack_expired" since 1,
    Event::AckWithdrawn { .. } => "ack_withdrawn" since 1,
    Event::EscalationResumed { .. } => "escalation_resumed" since 1,
    Event::SeverityChanged { .. } => "severity_changed" since 1,
    Event::CommanderSet { .. } => "commander_set" since 1,
    Event::UpdatePosted { .. } => "update_posted" since 1,
    Event::Mitigated { .. } => "mitigated" since 4,
    Event::MitigationWithdrawn { .. } => "mitigation_withdrawn" since 4,
    Event::UpdateOverdue { .. } => "update_overdue" since 1,
    Event::Noted { .. } => "noted" since 1,
    Event::Followed { .. } => "followed" since 1,
    Event::Unfollowed { .. } => "unfollowed" since 1,
    Event::Resolved { .. } => "resolved" since 1,
    Event::Reopened { .. } => "reopened" since 1,
    Event::Triaged { .. } => "triaged" since 1,
    Event::Dismissed { .. } => "dismissed" since 1,
    Event::MergedInto { .. } => "merged_into" since 1,
    Event::Absorbed { .. } => "absorbed" since 1,
    Event::SimilarFound { .. } => "similar_found" since 1,
    Event::DetectionConfirmed { .. } => "detection_confirmed" since 1,
    Event::PostmortemWritten { .. } => "postmortem_written" since 1,
    Event::CollateralChecked { .. } => "collateral_checked" since 1,
    Event::ActionItemChanged { .. } => "action_item_changed" since 5,
    Event::ActionItemDeleted { .. } => "action_item_deleted" since 5,
    Event::ActionItemDueSoon { .. } => "action_item_due_soon" since 5,
    Event::Corrected { .. } => "corrected" since 5,
    Event::ActionItemAdded { .. } => "action_item_added" since 1,
    Event::ActionItemDone { .. } => "action_item_done" since 1,
    Event::ActionItemReminded { .. } => "action_item_reminded" since 1,
    Event::ProofGiven { .. } => "proof_given" since 1,
    Event::PostmortemReminded { .. } => "postmortem_reminded" since 1,
    Event::PostmortemClosed { .. } => "postmortem_closed" since 1,
    Event::ClockSet { .. } => "clock_set" since 2,
}

kinds! {
    /// The name of an effect as it is stored.
    effect(Effect), EFFECTS:
    Effect::Card { .. } => "card" since 1,
    Effect::Thread { .. } => "thread" since 1,
    Effect::Channel { .. } => "channel" since 1,
    Effect::RoomCard { .. } => "room_card" since 5,
    Effect::Topic { .. } => "topic" since 5,
    Effect::Pin { .. } => "pin" since 1,
    Effect::Unpin { .. } => "unpin" since 1,
    Effect::Post { .. } => "post" since 1,
    Effect::PostEdited { .. } => "post_edited" since 4,
    Effect::Outage { .. } => "outage" since 2,
    Effect::Page { .. } => "page" since 1,
    Effect::PageSettled { .. } => "page_settled" since 1,
    Effect::Status { .. } => "status" since 1,
    Effect::FollowerTold { .. } => "follower_told" since 4,
    Effect::Admit { .. } => "admit" since 4,
    Effect::Member { .. } => "member" since 1,
    Effect::Candidate { .. } => "candidate" since 1,
    Effect::OpeningAsked { .. } => "opening_asked" since 2,
    Effect::CandidateSettled { .. } => "candidate_settled" since 1,
    Effect::Known { .. } => "known" since 4,
    Effect::NoteShows { .. } => "note_shows" since 4,
    Effect::Operators { .. } => "operators" since 1,
    Effect::ItemTold { .. } => "item_told" since 5,
    Effect::Record { .. } => "record" since 1,
    Effect::Board { .. } => "board" since 1,
    Effect::StormOver { .. } => "storm_over" since 1,
    Effect::Said { .. } => "said" since 3,
    Effect::Question { .. } => "question" since 3,
    Effect::Role { .. } => "role" since 3,
}

/// What posts said in the rows of golden database 1. Since then a post is an event in a place, and every event has its name above.
pub(super) const OLD_POSTS: &[&str] = &[
    "why",
    "acknowledged",
    "help_coming",
    "declined",
    "gaps",
    "policy_ended",
    "direct_message_failed",
    "still_on_it",
    "ack_expired",
    "ack_withdrawn",
    "severity_changed",
    "escalation_stopped",
    "commander",
    "update",
    "update_overdue",
    "note",
    "all_alerts_resolved",
    "kept_open",
    "fires_again",
    "resolved",
    "reopened",
    "triaged",
    "dismissed",
    "merged_into",
    "absorbed",
    "similar",
    "contacted",
    "contact_failed",
    "thing_lost",
    "postmortem_due",
    "action_item_due",
    "postmortem_closed",
    "drill_report",
    "outage",
];

kinds! {
    /// The name of the reason for a page as it is stored.
    call(PageReason), CALLS:
    PageReason::Step { .. } => "step" since 1,
    PageReason::ByHand { .. } => "by_hand" since 1,
    PageReason::Holder { .. } => "holder" since 3,
    PageReason::End { .. } => "end" since 4,
    // Only a fault of ours makes it.
    PageReason::Guard => "guard" since 999,
}

kinds! {
    /// The name of the end of a page as it is stored.
    end(PageEnd), ENDS:
    PageEnd::Acknowledged { .. } => "acknowledged" since 1,
    PageEnd::Declined { .. } => "declined" since 1,
    PageEnd::NotNeeded => "not_needed" since 1,
    PageEnd::Silenced { .. } => "silenced" since 3,
    PageEnd::HandedOver { .. } => "handed_over" since 3,
    PageEnd::Removed => "removed" since 4,
}

kinds! {
    /// The name of a timer as it is stored.
    timer(TimerKind), TIMERS:
    TimerKind::EscalationStep => "escalation_step" since 1,
    TimerKind::AckTimeout => "ack_timeout" since 1,
    TimerKind::AckGrace => "ack_grace" since 1,
    TimerKind::UpdateDue => "update_due" since 1,
    TimerKind::AutoResolve => "auto_resolve" since 1,
    TimerKind::Contact => "contact" since 1,
    TimerKind::PostmortemDue => "postmortem_due" since 1,
    TimerKind::ActionItemDue => "action_item_due" since 1,
    TimerKind::FiresOn => "fires_on" since 2,
    TimerKind::Due => "storm_quiet" since 1,
    TimerKind::EndAgain => "end_again" since 2,
    TimerKind::AskToClose => "ask_to_close" since 2,
    TimerKind::FlapCalm => "flap_calm" since 4,
}

kinds! {
    /// The name of the state of a row of the outbox, as it is stored.
    state(LetterState), STATES:
    LetterState::Planned => "planned" since 1,
    LetterState::Sent => "sent" since 1,
    LetterState::Dead => "dead" since 1,
    LetterState::Confirmed => "confirmed" since 1,
    LetterState::Dropped => "dropped" since 1,
}

kinds! {
    /// The name of what became of an accepted report, as it is stored.
    #[expect(dead_code, reason = "what is stored is the name; the match stops whoever adds an outcome")]
    outcome(AlertOutcome), OUTCOMES:
    AlertOutcome::Opens => "opened" since 1,
    AlertOutcome::Joins { .. } => "joined" since 1,
    AlertOutcome::Repeats { .. } => "repeated" since 1,
    AlertOutcome::Resolves { .. } => "resolved" since 1,
    AlertOutcome::StillFires { .. } => "still_fires" since 2,
    // Only what a release before the second one ended: no database can be made to hold it.
    AlertOutcome::Reopens { .. } => "reopened" since 999,
    AlertOutcome::Late { .. } => "late" since 2,
    AlertOutcome::EndsOne { .. } => "ended_one" since 2,
    AlertOutcome::NothingFiring => "nothing_firing" since 1,
    AlertOutcome::Asks => "asked" since 1,
    AlertOutcome::Silenced { .. } => "silenced" since 2,
}
