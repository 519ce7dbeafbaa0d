//! Purpose: every sentence people read. Facts, refusals and posts go in; text comes out.
//!
//! A function composes what all languages have in common; its words are in `locales`, one folder per language and one
//! file per area, and `say!` fetches them. The reader's language is the last parameter. Text from outside is made inert
//! by [`escape`] in every sentence, so callers hand it over as it came.

mod answer;
mod button;
mod called;
mod candidate;
mod card;
mod cut;
mod database;
mod desk;
mod duration;
mod entry;
mod escape;
mod export;
mod facts;
mod form;
mod help;
mod incidents;
#[cfg(test)]
mod keys;
mod known;
mod list;
mod names;
mod notice;
mod on_call;
mod operators;
mod outside;
mod page;
mod post;
mod postmortem;
mod quality;
mod refusal;
mod rehearse;
mod runbook;
mod say;
mod show;
mod siaga;
mod silence;
mod status;
mod storm;
mod sure;
mod terms;
#[cfg(test)]
mod tests;
mod text;
mod time;
mod together;
mod told;
mod triage;
mod typed_time;
mod watch;
mod why;
mod why_alert;
mod wrong;

pub use answer::{
    acknowledged_answer, answer, declined_candidate_answer, drill_ended, follow_answer, merged_answer, note_where,
    note_where_hint, opened_answer, opened_from_message, opening_asked_answer, paged, repeated_answer, still_firing,
};
pub use button::button;
pub use candidate::{candidate_question, candidate_settled, chat_note, known, opening_confirmed, opening_question};
pub use card::{card_headline, card_line, card_lines, channel_topic, drill_mark, status_word};
pub use cut::{cut, length};
pub use database::{database_back, database_fault, database_refusal};
pub use desk::{DeskQuestion, desk_escalate, desk_escalate_button, desk_on_call, desk_question, desk_yourself};
pub use duration::{clock_step, duration};
pub use entry::entry;
pub use escape::{escape, escape_lines, link, plain};
pub use export::{RecordFacts, record};
pub use facts::{CardFacts, ListLine, PastIncident, ShowFacts, StatusFacts, WhyFacts};
pub use form::{form, form_title, resolve_label};
pub use help::{help, help_topics};
pub use incidents::{incident_choice, incident_list};
pub use names::Names;
pub use notice::{dead_letter, missing_permission, unknown_name, unmapped_payload};
pub use on_call::{
    Unreached, end_override, end_override_now, escalation_steps, handoff_said, no_schedules, on_call, on_call_answer,
    on_call_question, on_call_unreached, override_fell, override_said, shift_changes_said,
};
pub use operators::{
    IntakeRefusal, candidate_without_line, category_full, channel_missing, clock_set, configuration_not_usable,
    configuration_refused, configuration_taken, content_refused, effect_word, gateway_lost, intake_heard,
    intake_refused, key_file_missing, key_missing, not_permitted, timer_failed, undecided, undelivered,
    undelivered_more, undelivered_unreadable, unheld,
};
pub use outside::{
    LinkText, OutsideText, link_button, link_text, outside_acknowledge, outside_acknowledge_all, outside_footer,
    outside_page, outside_test, outside_together,
};
pub use page::{page_details, page_folded_line, page_line, page_settled_line};
pub use post::{PostFacts, brought, elsewhere, left, outage, post, why};
pub use postmortem::{
    PostmortemFacts, PostmortemText, action_item_choice, action_item_page, action_item_told, postmortem_page,
    postmortem_text, postmortem_title, record_answer, record_post, typed_heading,
};
pub use quality::{LackingRule, alert_quality};
pub use refusal::{failed, refusal};
pub use rehearse::{rehearsal_line, rehearsal_title, rehearsal_topic};
pub use runbook::{runbook_link, runbook_list, runbook_missing, runbook_show};
pub use show::incident_show;
pub use siaga::{
    StatusReport, siaga_status, test_page_content, test_page_not_a_member, test_page_refused, test_page_result,
};
pub use silence::{
    SilenceFacts, SilenceText, no_silence, silence_answer, silence_choice, silence_fell, silence_list, silence_said,
    silence_show, silence_text, unheld_alerts,
};
pub use status::{status_headline, status_lines};
pub use storm::{storm_about, storm_headline, storm_lines, storm_over, storm_worst};
pub use sure::{
    dismiss_form_label, give_back_button, leave_button, merge_button, nothing_changed, raise_button, raise_card_button,
    severity_form_hint, severity_form_label, severity_form_title, sure_close, sure_give_back, sure_merge, sure_raise,
    typed_reason, undo_button, undo_decline_button,
};
pub use terms::{gap, impact, known_by, urgency, via};
pub use time::{TimeStyle, timestamp};
pub use together::{TogetherLine, acknowledge_one, acknowledged_all, all_choice, crowd, together, withdrawn_all};
pub use told::follower_told;
pub use triage::{
    Choice, TriageQuestion, impact_choice, merge_hint, triage, triage_merge, triage_question, urgency_choice,
};
pub use watch::{Unwell, alarm, alarm_footer, alarm_over, unwell, watch_held_back, watch_well_again};
pub use why::incident_why;
pub use why_alert::{
    AlertWhy, NoAlert, ReportLine, alert_choice, alert_why, alert_why_no_alert, alert_why_none, alert_why_several,
};
pub use wrong::{
    access_role_missing, category_missing, category_several, end_mention_missing, end_post_missing,
    kept_out_of_category, names_more, operators_missing, person_bot, person_found, person_left, person_many,
    person_matched_anew, person_nobody, person_renamed, person_same, person_unpinned, schedule_channel_missing,
    schedule_role_missing, sees_no_category, sees_no_channel, watched_missing,
};

/// A button's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as in the glossary; the text is what they mean")]
pub enum Button {
    Acknowledge,
    AcknowledgeAll,
    Decline,
    Runbook,
    Update,
    Mitigate,
    Resolve,
    More,
    KeepOpen,
    Undo,
    StillOnIt,
    /// Why it opened, by which rule and line.
    Why,
    /// Call somebody by name.
    PageSomeone,
    /// Raise or lower.
    Severity,
    /// Who coordinates.
    Commander,
    /// Coordinate it oneself.
    TakeCommand,
    /// Something for the timeline.
    Note,
    /// Title, impact and service.
    Edit,
    /// The next step of the policy, now.
    Escalate,
    Postmortem,
    Write,
    AddActionItem,
    Proof,
    Draft,
    Record,
    Close,
    /// Yes, with what was asked.
    CloseSure,
    OpenIncident,
    NotAnIncident,
    Triage,
    Confirm,
    NoIncident,
    Merge,
    Back,
    Silence,
    Silenced,
    EditAgain,
    ItemDone,
    ItemEdit,
    ItemDelete,
    ItemDeleteSure,
}

/// Fixed texts of forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "title, label and placeholder of the form's fields, named after them")]
pub enum FormText {
    UpdateTitle,
    UpdateKnow,
    UpdateDoing,
    UpdateNext,
    UpdateNextHint,
    ResolveTitle,
    ResolveFixed,
    ResolveHint,
    WriteTitle,
    WriteCore,
    WriteCoreHint,
    WriteRoot,
    WriteRootHint,
    WriteLessons,
    WriteLessonsHint,
    WriteItem,
    WriteItemHint,
    WritePrevention,
    WritePreventionHint,
    ActionTitle,
    ActionWhat,
    ActionDue,
    ActionDueHint,
    ProofTitle,
    ProofChanged,
    ProofChangedHint,
    ProofRefused,
    KnewTitle,
    KnewMinutes,
    KnewMinutesHint,
    KnewLink,
    KnewLinkHint,
    ItemTitle,
    CorrectTitle,
    CorrectWhat,
    CorrectImpact,
    CorrectService,
    CorrectServiceHint,
    OpenTitle,
    OpenWhat,
    OpenImpact,
    OpenService,
    OpenSeverity,
    OpenSeverityHint,
    PageTitle,
    PageReason,
    NoteTitle,
    NoteText,
    DismissTitle,
    DismissReason,
    SeverityReason,
    DismissHint,
}

/// Which incidents a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListHeading {
    /// Open ones.
    Open,
    /// The latest ones.
    Recent,
    /// Those the person has, commands or was paged for.
    Mine,
    /// Those with the words or the number somebody looks for.
    Found,
}
