//! Purpose: the question whether a chat line is an incident, and lines for the bot's operators.

use domain::chat_note::{ChatNote, NoteState};
use domain::{ChatMessageId, IncidentId, Severity};
use serde_json::{Value, json};

use super::{RenderContext, buttons, quiet};

/// The question, as a reply to the line.
pub fn candidate(journal: i64, title: &str, reply_to: ChatMessageId, cx: &RenderContext<'_>) -> Value {
    let lang = cx.lang();
    let mut body = reply(&words::candidate_question(title, lang), reply_to);
    body["components"] = buttons::candidate(journal, lang);
    body
}

/// A message under a line that rings nobody, its author neither.
fn reply(text: &str, to: ChatMessageId) -> Value {
    let mut body = quiet(text);
    body["allowed_mentions"] = json!({ "parse": [], "replied_user": false });
    body["message_reference"] = json!({
        "message_id": to.to_string(),
        "fail_if_not_exists": false,
    });
    body
}

/// A line is about an open incident: for its reporter.
pub fn known(incident: IncidentId, reply_to: ChatMessageId, cx: &RenderContext<'_>) -> Value {
    reply(&words::known(incident, cx.room(), cx.lang()), reply_to)
}

/// The message under a line as it is now, for an edit.
pub fn chat_note(note: &ChatNote, cx: &RenderContext<'_>) -> Value {
    let room = cx.room().filter(|_| note.incident.is_some());
    let mut body = super::for_edit(quiet(&words::chat_note(note, room, cx.lang())));
    body["components"] = match note.state {
        NoteState::Asking => buttons::candidate(note.journal, cx.lang()),
        NoteState::Opened | NoteState::Declined | NoteState::Withdrawn | NoteState::Over | NoteState::Known => {
            json!([])
        }
    };
    body
}

/// The question about an opening. It is not silent: somebody asks for help, and nobody is paged for it.
pub fn opening_asked(asked: u64, by: &str, title: &str, severity: Severity, cx: &RenderContext<'_>) -> Value {
    let lang = cx.lang();
    json!({
        "content": words::opening_question(by, severity, title, lang),
        "components": buttons::asked(asked, lang),
        "allowed_mentions": { "parse": [] },
    })
}

/// The answered question, for an edit.
pub fn candidate_settled(incident: Option<IncidentId>, by: &str, cx: &RenderContext<'_>) -> Value {
    let mut body = super::for_edit(quiet(&words::candidate_settled(incident, cx.room(), by, cx.lang())));
    body["components"] = json!([]);
    body
}

/// A line for the bot's operators. The text may hold words from outside.
pub fn operators(text: &str, _cx: &RenderContext<'_>) -> Value {
    quiet(&words::escape_lines(text))
}
