//! Purpose: titles, labels and placeholders of forms. Discord allows 45 characters for the first two, 100 for the last.

use domain::setup::Language;
use domain::{Incident, IncidentId};

use crate::FormText;
use crate::list::grouped;
use crate::say::say;

/// Titles, labels and placeholders of the forms.
pub fn form(text: FormText, lang: Language) -> String {
    match text {
        FormText::UpdateTitle => say!(lang, "form-update-title"),
        FormText::UpdateKnow => say!(lang, "form-update-know"),
        FormText::UpdateDoing => say!(lang, "form-update-doing"),
        FormText::UpdateNext => say!(lang, "form-update-next"),
        FormText::UpdateNextHint => say!(lang, "form-update-next-hint"),
        FormText::ResolveTitle => say!(lang, "form-resolve-title"),
        FormText::ResolveFixed => say!(lang, "form-resolve-label"),
        FormText::ResolveHint => say!(lang, "form-resolve-hint"),
        FormText::WriteTitle => say!(lang, "form-write-title"),
        FormText::WriteCore => say!(lang, "form-write-core"),
        FormText::WriteCoreHint => say!(lang, "form-write-core-hint"),
        FormText::WriteRoot => say!(lang, "form-write-root"),
        FormText::WriteRootHint => say!(lang, "form-write-root-hint"),
        FormText::WriteLessons => say!(lang, "form-write-lessons"),
        FormText::WriteLessonsHint => say!(lang, "form-write-lessons-hint"),
        FormText::WriteItem => say!(lang, "form-write-item"),
        FormText::WriteItemHint => say!(lang, "form-write-item-hint"),
        FormText::WritePrevention => say!(lang, "form-write-prevention"),
        FormText::WritePreventionHint => say!(lang, "form-write-prevention-hint"),
        FormText::ActionTitle => say!(lang, "form-action-title"),
        FormText::ActionWhat => say!(lang, "form-action-what"),
        FormText::ActionDue => say!(lang, "form-action-due"),
        FormText::ActionDueHint => say!(lang, "form-action-due-hint"),
        FormText::ProofTitle => say!(lang, "form-proof-title"),
        FormText::ProofChanged => say!(lang, "form-proof-changed"),
        FormText::ProofChangedHint => say!(lang, "form-proof-changed-hint"),
        FormText::ProofRefused => say!(lang, "form-proof-refused"),
        FormText::KnewTitle => say!(lang, "form-knew-title"),
        FormText::KnewMinutes => say!(lang, "form-knew-minutes"),
        FormText::KnewMinutesHint => say!(lang, "form-knew-minutes-hint"),
        FormText::KnewLink => say!(lang, "form-knew-link"),
        FormText::KnewLinkHint => say!(lang, "form-knew-link-hint"),
        FormText::ItemTitle => say!(lang, "form-item-title"),
        FormText::CorrectTitle => say!(lang, "form-correct-title"),
        FormText::CorrectWhat => say!(lang, "form-correct-what"),
        FormText::CorrectImpact => say!(lang, "form-correct-impact"),
        FormText::CorrectService => say!(lang, "form-correct-service"),
        FormText::CorrectServiceHint => say!(lang, "form-correct-service-hint"),
        FormText::OpenTitle => say!(lang, "form-open-title"),
        FormText::OpenWhat => say!(lang, "form-open-what"),
        FormText::OpenImpact => say!(lang, "form-open-impact"),
        FormText::OpenService => say!(lang, "form-open-service"),
        FormText::OpenSeverity => say!(lang, "form-open-severity"),
        FormText::OpenSeverityHint => say!(lang, "form-open-severity-hint"),
        FormText::PageTitle => say!(lang, "form-page-title"),
        FormText::PageReason => say!(lang, "form-page-reason"),
        FormText::NoteTitle => say!(lang, "form-note-title"),
        FormText::NoteText => say!(lang, "form-note-text"),
        FormText::DismissTitle => say!(lang, "form-dismiss-title"),
        FormText::SeverityReason => say!(lang, "form-severity-reason"),
        FormText::DismissReason => say!(lang, "form-dismiss-reason"),
        FormText::DismissHint => say!(lang, "form-dismiss-hint"),
    }
}

/// The label of "What fixed it?": warns while alerts fire. At most 45 characters.
pub fn resolve_label(incident: &Incident, lang: Language) -> String {
    match incident.alert_counts().0 {
        0 => say!(lang, "form-resolve-label"),
        firing if firing < 1_000_000 => {
            say!(lang, "form-resolve-label-firing", number = firing, shown = grouped(firing, lang))
        }
        _ => say!(lang, "form-resolve-label-many"),
    }
}

/// The title of a form about an incident. At most 45 characters.
pub fn form_title(text: FormText, incident: IncidentId, lang: Language) -> String {
    format!("{} {}", form(text, lang), incident.label())
}
