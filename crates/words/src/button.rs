//! Purpose: the names on buttons. Discord allows 80 characters; a phone shows far less.

use domain::setup::Language;

use crate::Button;
use crate::say::say;

/// Button names under cards, pages and posts.
pub fn button(button: Button, lang: Language) -> String {
    match button {
        Button::Acknowledge => say!(lang, "button-acknowledge"),
        Button::AcknowledgeAll => say!(lang, "button-acknowledge-all"),
        Button::Decline => say!(lang, "button-decline"),
        Button::Runbook => say!(lang, "button-runbook"),
        Button::Update => say!(lang, "button-update"),
        Button::Mitigate => say!(lang, "button-mitigate"),
        Button::Resolve => say!(lang, "button-resolve"),
        Button::More => say!(lang, "button-more"),
        Button::KeepOpen => say!(lang, "button-keep-open"),
        Button::Undo => say!(lang, "button-undo"),
        Button::PageSomeone => say!(lang, "button-page-someone"),
        Button::Severity => say!(lang, "button-severity"),
        Button::Commander => say!(lang, "button-commander"),
        Button::TakeCommand => say!(lang, "button-take-command"),
        Button::Note => say!(lang, "button-note"),
        Button::Edit => say!(lang, "button-edit"),
        Button::Escalate => say!(lang, "button-escalate"),
        Button::Why => say!(lang, "button-why"),
        Button::StillOnIt => say!(lang, "button-still-on-it"),
        Button::Postmortem => say!(lang, "button-postmortem"),
        Button::Write => say!(lang, "button-write"),
        Button::AddActionItem => say!(lang, "button-add-action-item"),
        Button::Proof => say!(lang, "button-proof"),
        Button::Draft => say!(lang, "button-draft"),
        Button::Record => say!(lang, "button-record"),
        Button::Close => say!(lang, "button-close"),
        Button::CloseSure => say!(lang, "sure-button-close"),
        Button::OpenIncident => say!(lang, "button-open-incident"),
        Button::NotAnIncident => say!(lang, "button-not-an-incident"),
        Button::Triage => say!(lang, "button-triage"),
        Button::Confirm => say!(lang, "button-confirm"),
        Button::NoIncident => say!(lang, "button-no-incident"),
        Button::Merge => say!(lang, "button-merge"),
        Button::Back => say!(lang, "button-back"),
        Button::Silence => say!(lang, "silence-button-silence"),
        Button::Silenced => say!(lang, "silence-button-silenced"),
        Button::ItemDone => say!(lang, "button-item-done"),
        Button::ItemEdit => say!(lang, "button-item-edit"),
        Button::ItemDelete => say!(lang, "button-item-delete"),
        Button::ItemDeleteSure => say!(lang, "button-item-delete-sure"),
        Button::EditAgain => say!(lang, "button-edit-again"),
    }
}
