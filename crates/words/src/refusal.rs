//! Purpose: why something was not done, and what to do instead.

use domain::Refusal;
use domain::incident::Access;
use domain::setup::{ChatName, GivenBy, Language};

use crate::list::{and, grouped, or};
use crate::say::say;
use crate::text::name;
use crate::time::{TimeStyle, relative, timestamp};
use crate::{cut, escape, terms};

/// One sentence that says what to do instead, naming the command.
pub fn refusal(refusal: &Refusal, lang: Language) -> String {
    match refusal {
        Refusal::NotAllowed { needs, given_by } => not_allowed(*needs, given_by, lang),
        Refusal::NotAMember => say!(lang, "refusal-not-a-member"),
        Refusal::NoSuchIncident { id } => say!(lang, "refusal-no-such-incident", incident = id.label()),
        Refusal::WhichIncident => say!(lang, "refusal-which-incident"),
        Refusal::AlreadyResolved { id } => say!(lang, "refusal-already-resolved", incident = id.label()),
        Refusal::AlreadyAcknowledged { id, by, at } => {
            say!(lang, "refusal-already-acknowledged", who = name(by), incident = id.label(), at = relative(*at))
        }
        Refusal::AlreadyMitigated { id, by, at } => {
            say!(lang, "refusal-already-mitigated", who = name(by), incident = id.label(), at = relative(*at))
        }
        Refusal::NotMitigated { id } => say!(lang, "refusal-not-mitigated", incident = id.label()),
        Refusal::AlreadyYours { id } => say!(lang, "refusal-already-yours", incident = id.label()),
        Refusal::NoOpenPage { id } => say!(lang, "refusal-no-open-page", incident = id.label()),
        Refusal::NotTheHolder { id } => say!(lang, "refusal-not-the-holder", incident = id.label()),
        Refusal::SameSeverity { id, severity } => {
            say!(lang, "refusal-same-severity", incident = id.label(), severity = severity.to_string())
        }
        Refusal::ReasonNeeded { id, to } => {
            say!(lang, "refusal-reason-needed", incident = id.label(), severity = to.to_string())
        }
        Refusal::UndoOver { id } => say!(lang, "refusal-undo-over", incident = id.label()),
        Refusal::MayNotCommand { who } => say!(lang, "refusal-may-not-command", who = name(who)),
        Refusal::SeverityNotConfigured { severity, known } => {
            let known: Vec<String> = known.iter().map(ToString::to_string).collect();
            let (severity, known) = (severity.to_string(), and(&known, lang));
            say!(lang, "refusal-severity-not-configured", severity = severity, known = known)
        }
        Refusal::NotASeverity { text, known } => {
            let known: Vec<String> = known.iter().map(ToString::to_string).collect();
            say!(lang, "refusal-not-a-severity", text = name(text), known = and(&known, lang))
        }
        Refusal::Empty { field: wanted } => say!(lang, "refusal-empty", field = field(wanted, lang)),
        Refusal::TooLong { field: wanted, limit } => {
            say!(lang, "refusal-too-long", field = field(wanted, lang), limit = grouped(*limit, lang))
        }
        Refusal::NobodyLeft { id } => say!(lang, "refusal-nobody-left", incident = id.label()),
        Refusal::NobodyOnCall { target } => say!(lang, "refusal-nobody-on-call", target = name(target)),
        Refusal::NoSuchTarget { target } => say!(lang, "refusal-no-such-target", target = name(target)),
        Refusal::NothingToKeepOpen { id } => say!(lang, "refusal-nothing-to-keep-open", incident = id.label()),
        Refusal::TooManyOpened { limit } => {
            let shown = grouped(usize::try_from(*limit).unwrap_or(usize::MAX), lang);
            say!(lang, "refusal-too-many-opened", number = *limit, shown = shown)
        }
        Refusal::NoSuchService { name: asked, known } => {
            let shown: Vec<String> = known.iter().take(10).map(|service| name(service)).collect();
            let (more, list) = (known.len().saturating_sub(shown.len()), shown.join(", "));
            let list =
                if more == 0 { list } else { say!(lang, "text-list-more", list = list, shown = grouped(more, lang)) };
            if shown.is_empty() {
                say!(lang, "refusal-no-services", name = name(asked))
            } else {
                say!(lang, "refusal-no-such-service", name = name(asked), known = list)
            }
        }
        Refusal::CandidateAnswered { incident: Some(id) } => {
            say!(lang, "refusal-candidate-opened", incident = id.label())
        }
        Refusal::CandidateAnswered { incident: None } => say!(lang, "refusal-candidate-declined"),
        Refusal::NotAPerson => say!(lang, "refusal-not-a-person"),
        Refusal::VagueTime { text } => say!(lang, "refusal-vague-time", text = name(text)),
        Refusal::TimePassed { at } => say!(lang, "on-call-passed", until = timestamp(*at, TimeStyle::DateTime)),
        Refusal::BadDuration { text } => say!(lang, "refusal-bad-duration", text = name(text)),
        Refusal::NoSuchRunbook { name: asked } => say!(lang, "refusal-no-such-runbook", name = name(asked)),
        Refusal::NothingWaits => say!(lang, "refusal-nothing-waits"),
        Refusal::StaleButton => say!(lang, "refusal-stale-button"),
        Refusal::ForeignServer => say!(lang, "refusal-foreign-server"),
        Refusal::NoThread { id } => say!(lang, "refusal-no-thread", incident = id.label()),
        Refusal::AlreadyClosed { id } => say!(lang, "refusal-already-closed", incident = id.label()),
        Refusal::Merged { id, into } => say!(lang, "refusal-merged", incident = id.label(), into = into.label()),
        Refusal::NotOver { id } => say!(lang, "refusal-not-over", incident = id.label()),
        Refusal::OpenElsewhere { id: _, other } => say!(lang, "refusal-open-elsewhere", other = other.label()),
        Refusal::MergeIntoItself { id } => say!(lang, "refusal-merge-itself", incident = id.label()),
        Refusal::MergeTargetOver { id } => say!(lang, "refusal-merge-target-over", incident = id.label()),
        Refusal::MergeDrill { id, into } => {
            say!(lang, "refusal-merge-drill", incident = id.label(), into = into.label())
        }
        Refusal::NotInDrill { target } => say!(lang, "refusal-not-in-drill", target = name(target)),
        Refusal::NotADrill { id } => say!(lang, "refusal-not-a-drill", incident = id.label()),
        Refusal::NoParticipants => say!(lang, "refusal-no-participants"),
        Refusal::NoSuchScenario { name: asked, known } if known.is_empty() => {
            say!(lang, "refusal-no-scenarios", name = name(asked))
        }
        Refusal::NoSuchScenario { name: asked, known } => {
            say!(lang, "refusal-no-such-scenario", name = name(asked), known = names_of(known, lang))
        }
        Refusal::SameAsCoreProblem { id: _ } => say!(lang, "refusal-same-as-core-problem"),
        Refusal::PostmortemIncomplete { id, missing } => {
            say!(lang, "refusal-postmortem-incomplete", incident = id.label(), missing = terms::gaps(missing, lang))
        }
        Refusal::NoSuchDependent { name: asked, known } if known.is_empty() => {
            say!(lang, "refusal-no-dependents", name = name(asked))
        }
        Refusal::NoSuchDependent { name: asked, known } => {
            say!(lang, "refusal-no-such-dependent", name = name(asked), known = names_of(known, lang))
        }
        Refusal::NothingToCorrect { id } => say!(lang, "refusal-nothing-to-correct", incident = id.label()),
        Refusal::NoSuchActionItem { id, number } => {
            say!(lang, "refusal-no-such-action-item", incident = id.label(), number = number.to_string())
        }
        Refusal::BadDate { text } => say!(lang, "refusal-bad-date", text = name(text)),
        Refusal::DateInThePast { date } => say!(lang, "refusal-date-in-the-past", date = date.to_string()),
        Refusal::NotALink { text } => say!(lang, "refusal-not-a-link", text = cut(&escape(text), 100)),
        Refusal::ProofNeeded { id } => say!(lang, "refusal-proof-needed", incident = id.label()),
        Refusal::UnknownPerson { name: asked } => say!(lang, "refusal-unknown-person", name = name(asked)),
    }
}

/// What is needed, and whom to ask for it.
fn not_allowed(needs: Access, given_by: &GivenBy, lang: Language) -> String {
    match given_by {
        GivenBy::SeeingChannel(channel) => {
            let channel = match channel {
                ChatName::Id(id) => format!("<#{id}>"),
                ChatName::Name(channel) => format!("#{}", name(channel)),
            };
            match needs {
                Access::None | Access::Read => say!(lang, "refusal-needs-channel-read", channel = channel),
                Access::Open | Access::Page | Access::Responder | Access::Admin => {
                    say!(lang, "refusal-needs-channel-open", channel = channel)
                }
            }
        }
        GivenBy::Roles(roles) => {
            let shown = |role: &ChatName| match role {
                // A mention shows the name; nobody is notified by an answer.
                ChatName::Id(id) => format!("<@&{id}>"),
                ChatName::Name(role) => format!("@{}", name(role)),
            };
            let roles = or(&roles.iter().take(5).map(shown).collect::<Vec<_>>(), lang);
            match needs {
                Access::None | Access::Read => say!(lang, "refusal-needs-role-read", roles = roles),
                Access::Open => say!(lang, "refusal-needs-role-open", roles = roles),
                Access::Page => say!(lang, "refusal-needs-role-page", roles = roles),
                Access::Responder => say!(lang, "refusal-needs-role-responder", roles = roles),
                Access::Admin => say!(lang, "refusal-needs-role-admin", roles = roles),
            }
        }
        GivenBy::ServerAdmin => match needs {
            Access::Admin => say!(lang, "refusal-needs-server-admin"),
            Access::None | Access::Read | Access::Open | Access::Page | Access::Responder => {
                say!(lang, "refusal-needs-no-role")
            }
        },
    }
}

/// Names to choose from, never many.
fn names_of(known: &[String], lang: Language) -> String {
    and(&known.iter().take(10).map(|one| name(one)).collect::<Vec<_>>(), lang)
}

/// What a person reads when something failed for our reasons; the id is in the log.
pub fn failed(error_id: &str, lang: Language) -> String {
    say!(lang, "refusal-failed", error = error_id.replace('`', ""))
}

/// The domain names a field in plain words; people read it as their form names it.
fn field(field: &'static str, lang: Language) -> String {
    match field {
        "title" => say!(lang, "refusal-field-title"),
        "impact" => say!(lang, "refusal-field-impact"),
        "note" => say!(lang, "refusal-field-note"),
        "reason" => say!(lang, "refusal-field-reason"),
        "what we know" => say!(lang, "refusal-field-know"),
        "what we do" => say!(lang, "refusal-field-doing"),
        "what fixed it" => say!(lang, "refusal-field-fixed"),
        "core problem" => say!(lang, "refusal-field-core-problem"),
        "root cause" => say!(lang, "refusal-field-root-cause"),
        "lessons" => say!(lang, "refusal-field-lessons"),
        "what is to be done" => say!(lang, "refusal-field-what"),
        "owner" => say!(lang, "refusal-field-owner"),
        "why nothing was changed" => say!(lang, "refusal-field-proof"),
        other => other.to_owned(),
    }
}
