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
        FormText::ResolveHint => say!(lang, "form-resolve-hint"),
        FormText::OpenTitle => say!(lang, "form-open-title"),
        FormText::OpenWhat => say!(lang, "form-open-what"),
        FormText::OpenImpact => say!(lang, "form-open-impact"),
        FormText::OpenService => say!(lang, "form-open-service"),
        FormText::OpenSeverity => say!(lang, "form-open-severity"),
        FormText::OpenSeverityHint => say!(lang, "form-open-severity-hint"),
        FormText::DismissTitle => say!(lang, "form-dismiss-title"),
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
