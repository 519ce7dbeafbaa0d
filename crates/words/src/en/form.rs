//! Purpose: titles, labels and placeholders of forms. Discord allows 45 characters for the first two, 100 for the last.

use domain::{Incident, IncidentId};

use crate::FormText;

pub(crate) fn form(text: FormText) -> &'static str {
    match text {
        FormText::UpdateTitle => "Update",
        FormText::UpdateKnow => "What we know",
        FormText::UpdateDoing => "What we do",
        FormText::UpdateNext => "Next update in (minutes)",
        FormText::UpdateNextHint => "30, 45m or 2h; empty: none is promised",
        FormText::ResolveTitle => "Resolve",
        FormText::ResolveHint => "Rolled back 4.2",
        FormText::OpenTitle => "Open an incident",
        FormText::OpenWhat => "What is broken",
        FormText::OpenImpact => "Who is hurt and how",
        FormText::OpenService => "Service",
        FormText::OpenSeverity => "Severity",
        FormText::OpenSeverityHint => "SEV-1 (worst) to SEV-5; empty: the mildest that pages",
    }
}

pub(crate) fn resolve_label(incident: &Incident) -> String {
    match incident.alert_counts().0 {
        0 => "What fixed it?".to_owned(),
        1 => "What fixed it? 1 alert still fires".to_owned(),
        firing if firing < 1_000_000 => format!("What fixed it? {} alerts still fire", super::grouped(firing)),
        _ => "What fixed it? Many alerts still fire".to_owned(),
    }
}

pub(crate) fn form_title(text: FormText, incident: IncidentId) -> String {
    format!("{} {}", form(text), incident.label())
}
