//! Purpose: the versioned `custom_id` of every button and form. It is all the state they have, so they work after any
//! restart; and it is the marker by which our own messages are found again.

mod sure;
mod triage;

use std::fmt;

use domain::triage::{Impact, Urgency};
use domain::{Access, ChatUserId, IncidentId, KnownBy, PageId, Severity};

use crate::nouns::{NounForm, NounId};

pub use sure::{SureId, SureStep};
pub use triage::{Chosen, TriageId, TriageStep};

/// Characters Discord allows.
pub const LIMIT: usize = 100;

/// What a button or form asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomId {
    /// A button about an incident.
    Button {
        /// What it does.
        verb: Verb,
        /// To which incident.
        incident: IncidentId,
        /// The message it stands on.
        spot: Spot,
    },
    /// The answer to "is this an incident?".
    Candidate {
        /// Journal row of the report.
        journal: i64,
        /// Yes or no.
        open: bool,
    },
    /// A control on the work page of a postmortem.
    Postmortem {
        /// Which.
        part: Part,
        /// Whose.
        incident: IncidentId,
    },
    /// A submitted form.
    Form(Form),
    /// A control on the page of an action item.
    Item {
        /// Whose.
        incident: IncidentId,
        /// Which.
        number: u32,
        /// What it does.
        act: ItemAct,
    },
    /// Which incident a message is kept in.
    Keep {
        /// Channel of the message.
        channel: u64,
        /// The message.
        message: u64,
    },
    /// Opens a form that was refused once more, with what was typed.
    Again {
        /// One bit for each field that has a text.
        filled: u8,
        /// Which form.
        form: Form,
    },
    /// A select or button of triage.
    Triage(TriageId),
    /// A button of a question that is asked before something pages or ends.
    Sure(SureId),
    /// A list of people or severities on a private answer.
    Pick {
        /// What is chosen.
        pick: Pick,
        /// For which incident.
        incident: IncidentId,
    },
    /// A button of another noun.
    Noun(NounId),
    /// The answer to the question about an opening that somebody asked for.
    Asked {
        /// The interaction that asked.
        asked: u64,
        /// Yes or no.
        open: bool,
    },
}

/// What is chosen from a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// Whom to page.
    Page,
    /// How bad it is.
    Severity,
    /// Who coordinates.
    Commander,
}

/// Lists and their names in an id.
pub const PICKS: [(Pick, &str); 3] =
    [(Pick::Page, "pick-page"), (Pick::Severity, "pick-severity"), (Pick::Commander, "pick-commander")];

/// A control on the work page of a postmortem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Button: core problem, root cause, lessons.
    Write,
    /// Button: work that follows.
    ActionItem,
    /// Button: why it cannot come back unseen.
    Proof,
    /// Button: the whole as a file.
    Draft,
    /// Button: it is complete.
    Close,
    /// Menu: who knew first.
    Knew,
    /// Menu: dependents with damage.
    Affected,
    /// Menu: dependents without.
    Clear,
    /// Menu: opens one action item.
    Items,
}

/// What a control on the page of an action item does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemAct {
    /// Menu: who has it.
    Owner,
    /// Button: it is done.
    Done,
    /// Button: what it is, and until when.
    Edit,
    /// Button: asks whether it is to be deleted.
    Delete,
    /// Button: it is none.
    DeleteSure,
    /// Button: back to the postmortem.
    Back,
}

/// What they do, and their names in an id.
pub const ITEM_ACTS: [(ItemAct, &str); 6] = [
    (ItemAct::Owner, "owner"),
    (ItemAct::Done, "done"),
    (ItemAct::Edit, "edit"),
    (ItemAct::Delete, "delete"),
    (ItemAct::DeleteSure, "sure"),
    (ItemAct::Back, "back"),
];

/// What a button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Acknowledge.
    Acknowledge,
    /// Acknowledge all that wait for whoever presses.
    AcknowledgeAll,
    /// Can't take it.
    Decline,
    /// Show the runbook privately.
    Runbook,
    /// Open the update form.
    Update,
    /// The impact is over, the cause is not.
    Mitigate,
    /// The impact is not over after all.
    Unmitigate,
    /// Open the resolve form.
    Resolve,
    /// Ask whom to page.
    Page,
    /// Ask how bad it is, by name.
    Severity,
    /// Ask who coordinates.
    Commander,
    /// Coordinate it.
    TakeCommand,
    /// Open the form for a note.
    Note,
    /// Open the form for title, impact and service.
    Edit,
    /// Ask once whether the next step of the policy is to be taken now.
    Escalate,
    /// Take it.
    EscalateNow,
    /// Show privately why it opened.
    Why,
    /// Show everything privately, with what else can be done.
    More,
    /// Keep it open although no alert fires.
    KeepOpen,
    /// Take the acknowledgement back.
    Undo,
    /// Take back what was acknowledged together with this one.
    UndoAll,
    /// Have it after all.
    UndoDecline,
    /// It is an incident after all.
    UndoDismiss,
    /// Still on it.
    StillOnIt,
    /// Give a line incident a room.
    Room,
    /// Ask how bad it is.
    Triage,
    /// Show the work page of the postmortem privately.
    Postmortem,
    /// Ask until when what fires of it is silenced.
    Silence,
    /// Show what silences it, to make that longer or to end it.
    Silenced,
}

/// The message a button stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// The card.
    Card,
    /// The message of a page.
    Page(PageId),
    /// A post in the room.
    Post,
    /// A private answer.
    Answer,
}

/// A form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A status update.
    Update(IncidentId),
    /// What fixed it.
    Resolve(IncidentId),
    /// Core problem, root cause, lessons.
    Write(IncidentId),
    /// An action item.
    ActionItem(IncidentId),
    /// What an action item is, and until when.
    Item(IncidentId, u32),
    /// Title, impact and service.
    Correct(IncidentId),
    /// Why it cannot come back unseen.
    Proof(IncidentId),
    /// How much later we knew, and what shows it.
    Knew(IncidentId, KnownBy),
    /// Why it is no incident.
    Dismiss(IncidentId),
    /// Why its severity changes.
    Severity(IncidentId, Severity),
    /// Why triage lowers it; under the severity the person saw.
    TriageLower(IncidentId, Impact, Urgency, Severity),
    /// What somebody is paged for, by their account.
    Page(IncidentId, ChatUserId),
    /// Something for the timeline.
    Note(IncidentId),
    /// One of another noun.
    Noun(NounForm),
    /// A new incident from a message.
    Open {
        /// Channel of the message.
        channel: u64,
        /// The message.
        message: u64,
    },
}

impl Form {
    /// What it takes to send it, so that nobody fills in what would be refused. The engine asks again when it comes back.
    #[must_use]
    pub const fn needs(self) -> Access {
        match self {
            Self::Update(_)
            | Self::Resolve(_)
            | Self::Write(_)
            | Self::ActionItem(_)
            | Self::Item(..)
            | Self::Correct(_)
            | Self::Proof(_)
            | Self::Knew(..)
            | Self::Dismiss(_)
            | Self::Page(..)
            | Self::Note(_)
            | Self::Severity(..)
            | Self::TriageLower(..) => Access::Responder,
            Self::Noun(form) => form.needs(),
            Self::Open { .. } => Access::Open,
        }
    }
}

/// Verbs and their names in an id.
pub const VERBS: [(Verb, &str); 29] = [
    (Verb::Acknowledge, "ack"),
    (Verb::AcknowledgeAll, "ack-all"),
    (Verb::Decline, "decline"),
    (Verb::Runbook, "runbook"),
    (Verb::Update, "update"),
    (Verb::Mitigate, "mitigate"),
    (Verb::Unmitigate, "unmitigate"),
    (Verb::Resolve, "resolve"),
    (Verb::Page, "page"),
    (Verb::Severity, "severity"),
    (Verb::Commander, "commander"),
    (Verb::TakeCommand, "take-command"),
    (Verb::Note, "note"),
    (Verb::Edit, "edit"),
    (Verb::Escalate, "escalate"),
    (Verb::EscalateNow, "escalate-now"),
    (Verb::Why, "why"),
    (Verb::More, "more"),
    (Verb::KeepOpen, "keep"),
    (Verb::Undo, "undo"),
    (Verb::UndoAll, "undo-all"),
    (Verb::UndoDecline, "undo-decline"),
    (Verb::UndoDismiss, "undo-dismiss"),
    (Verb::StillOnIt, "still"),
    (Verb::Room, "room"),
    (Verb::Triage, "triage"),
    (Verb::Postmortem, "postmortem"),
    (Verb::Silence, "silence"),
    (Verb::Silenced, "silenced"),
];

/// Parts and their names in an id.
pub const PARTS: [(Part, &str); 9] = [
    (Part::Write, "pm-write"),
    (Part::ActionItem, "pm-item"),
    (Part::Proof, "pm-proof"),
    (Part::Draft, "pm-draft"),
    (Part::Close, "pm-close"),
    (Part::Knew, "pm-knew"),
    (Part::Affected, "pm-affected"),
    (Part::Clear, "pm-clear"),
    (Part::Items, "pm-items"),
];

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Card => f.write_str("card"),
            Self::Page(page) => write!(f, "p{page}"),
            Self::Post => f.write_str("post"),
            Self::Answer => f.write_str("answer"),
        }
    }
}

impl fmt::Display for CustomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Button { verb, incident, spot } => {
                let name = VERBS.iter().find(|(known, _)| known == verb).map_or("more", |(_, name)| name);
                write!(f, "v1:{name}:{incident}:{spot}")
            }
            Self::Candidate { journal, open } => {
                write!(f, "v1:candidate:{journal}:{}", if *open { "open" } else { "decline" })
            }
            Self::Form(Form::Update(incident)) => write!(f, "v1:form-update:{incident}"),
            Self::Form(Form::Resolve(incident)) => write!(f, "v1:form-resolve:{incident}"),
            Self::Postmortem { part, incident } => {
                let name = PARTS.iter().find(|(known, _)| known == part).map_or("pm-draft", |(_, name)| name);
                write!(f, "v1:{name}:{incident}")
            }
            Self::Form(Form::Write(incident)) => write!(f, "v1:form-write:{incident}"),
            Self::Form(Form::ActionItem(incident)) => write!(f, "v1:form-item:{incident}"),
            Self::Form(Form::Proof(incident)) => write!(f, "v1:form-proof:{incident}"),
            Self::Form(Form::Knew(incident, by)) => write!(f, "v1:form-knew:{incident}:{}", by.as_str()),
            Self::Form(Form::Dismiss(incident)) => write!(f, "v1:form-dismiss:{incident}"),
            Self::Form(Form::Severity(incident, to)) => write!(f, "v1:form-severity:{incident}:{to}"),
            Self::Form(Form::TriageLower(incident, impact, urgency, seen)) => {
                write!(f, "v1:form-lower:{incident}:{}:{}:{seen}", impact.as_str(), urgency.as_str())
            }
            Self::Form(Form::Page(incident, user)) => write!(f, "v1:form-page:{incident}:{user}"),
            Self::Form(Form::Note(incident)) => write!(f, "v1:form-note:{incident}"),
            Self::Pick { pick, incident } => {
                let name = PICKS.iter().find(|(known, _)| known == pick).map_or("pick-page", |(_, name)| name);
                write!(f, "v1:{name}:{incident}")
            }
            Self::Form(Form::Noun(form)) => write!(f, "v1:{form}"),
            Self::Noun(noun) => write!(f, "v1:{noun}"),
            Self::Triage(triage) => triage.fmt(f),
            Self::Sure(sure) => sure.fmt(f),
            Self::Asked { asked, open } => write!(f, "v1:asked:{asked}:{}", if *open { "open" } else { "decline" }),
            Self::Form(Form::Open { channel, message }) => write!(f, "v1:form-open:{channel}:{message}"),
            Self::Item { incident, number, act } => {
                let name = ITEM_ACTS.iter().find(|(known, _)| known == act).map_or("back", |(_, name)| name);
                write!(f, "v1:item:{incident}:{number}:{name}")
            }
            Self::Form(Form::Item(incident, number)) => write!(f, "v1:form-change-item:{incident}:{number}"),
            Self::Form(Form::Correct(incident)) => write!(f, "v1:form-correct:{incident}"),
            Self::Keep { channel, message } => write!(f, "v1:into-timeline:{channel}:{message}"),
            Self::Again { filled, form } => {
                let form = Self::Form(*form).to_string();
                write!(f, "v1:again:{filled:x}:{}", form.strip_prefix("v1:").unwrap_or(&form))
            }
        }
    }
}

impl CustomId {
    /// Reads a `custom_id`; none for one that is not ours or of a version we do not know.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.strip_prefix("v1:")?.split(':').collect();
        if let Some(noun) = NounId::parse(&parts) {
            return Some(Self::Noun(noun));
        }
        if let Some(form) = NounForm::parse(&parts) {
            return Some(Self::Form(Form::Noun(form)));
        }
        match parts.as_slice() {
            ["again", filled, form @ ..] => match Self::parse(&format!("v1:{}", form.join(":")))? {
                Self::Form(form) => Some(Self::Again { filled: u8::from_str_radix(filled, 16).ok()?, form }),
                _ => None,
            },
            ["item", incident, number, act] => Some(Self::Item {
                incident: IncidentId(incident.parse().ok()?),
                number: number.parse().ok()?,
                act: ITEM_ACTS.iter().find(|(_, known)| known == act).map(|(act, _)| *act)?,
            }),
            ["form-change-item", incident, number] => {
                Some(Self::Form(Form::Item(IncidentId(incident.parse().ok()?), number.parse().ok()?)))
            }
            ["form-correct", incident] => Some(Self::Form(Form::Correct(IncidentId(incident.parse().ok()?)))),
            ["into-timeline", channel, message] => {
                Some(Self::Keep { channel: channel.parse().ok()?, message: message.parse().ok()? })
            }
            ["candidate", journal, answer] => {
                Some(Self::Candidate { journal: journal.parse().ok()?, open: answered(answer)? })
            }
            ["asked", asked, answer] => Some(Self::Asked { asked: asked.parse().ok()?, open: answered(answer)? }),
            ["form-update", incident] => Some(Self::Form(Form::Update(IncidentId(incident.parse().ok()?)))),
            ["form-resolve", incident] => Some(Self::Form(Form::Resolve(IncidentId(incident.parse().ok()?)))),
            ["form-dismiss", incident] => Some(Self::Form(Form::Dismiss(IncidentId(incident.parse().ok()?)))),
            ["form-severity", incident, to] => {
                Some(Self::Form(Form::Severity(IncidentId(incident.parse().ok()?), to.parse().ok()?)))
            }
            ["form-lower", incident, impact, urgency, seen] => Some(Self::Form(Form::TriageLower(
                IncidentId(incident.parse().ok()?),
                Impact::parse(impact)?,
                Urgency::parse(urgency)?,
                seen.parse().ok()?,
            ))),
            ["sure", incident, step @ ..] if !step.is_empty() => SureId::parse(incident, step).map(Self::Sure),
            ["form-write", incident] => Some(Self::Form(Form::Write(IncidentId(incident.parse().ok()?)))),
            ["form-item", incident] => Some(Self::Form(Form::ActionItem(IncidentId(incident.parse().ok()?)))),
            ["form-proof", incident] => Some(Self::Form(Form::Proof(IncidentId(incident.parse().ok()?)))),
            ["form-knew", incident, by] => {
                Some(Self::Form(Form::Knew(IncidentId(incident.parse().ok()?), KnownBy::parse(by)?)))
            }
            ["form-note", incident] => Some(Self::Form(Form::Note(IncidentId(incident.parse().ok()?)))),
            ["form-page", incident, user] => {
                Some(Self::Form(Form::Page(IncidentId(incident.parse().ok()?), ChatUserId(user.parse().ok()?))))
            }
            [name, incident] if name.starts_with("pick-") => {
                let pick = PICKS.iter().find(|(_, known)| known == name).map(|(pick, _)| *pick)?;
                Some(Self::Pick { pick, incident: IncidentId(incident.parse().ok()?) })
            }
            [name, incident] => {
                let part = PARTS.iter().find(|(_, known)| known == name).map(|(part, _)| *part)?;
                Some(Self::Postmortem { part, incident: IncidentId(incident.parse().ok()?) })
            }
            ["triage", incident, impact, urgency, step @ ..] if !step.is_empty() => {
                TriageId::parse(incident, impact, urgency, step).map(Self::Triage)
            }
            ["form-open", channel, message] => {
                Some(Self::Form(Form::Open { channel: channel.parse().ok()?, message: message.parse().ok()? }))
            }
            [name, incident, spot] => {
                let verb = VERBS.iter().find(|(_, known)| known == name).map(|(verb, _)| *verb)?;
                let spot = match *spot {
                    "card" => Spot::Card,
                    "post" => Spot::Post,
                    "answer" => Spot::Answer,
                    page => Spot::Page(PageId(page.strip_prefix('p')?.parse().ok()?)),
                };
                Some(Self::Button { verb, incident: IncidentId(incident.parse().ok()?), spot })
            }
            _ => None,
        }
    }
}

/// The yes or no of a question.
fn answered(answer: &str) -> Option<bool> {
    match answer {
        "open" => Some(true),
        "decline" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_custom_id_is_read_back_and_fits() {
        let mut all = vec![
            CustomId::Candidate { journal: i64::MAX, open: true },
            CustomId::Asked { asked: u64::MAX, open: false },
            CustomId::Keep { channel: u64::MAX, message: u64::MAX },
            CustomId::Form(Form::Update(IncidentId(u32::MAX))),
            CustomId::Form(Form::Resolve(IncidentId(7))),
            CustomId::Form(Form::Dismiss(IncidentId(u32::MAX))),
            CustomId::Form(Form::Severity(IncidentId(u32::MAX), Severity::Sev5)),
            CustomId::Form(Form::TriageLower(IncidentId(u32::MAX), Impact::Nobody, Urgency::Later, Severity::Sev5)),
            CustomId::Form(Form::Open { channel: u64::MAX, message: u64::MAX }),
            CustomId::Form(Form::Page(IncidentId(u32::MAX), ChatUserId(u64::MAX))),
            CustomId::Form(Form::Note(IncidentId(u32::MAX))),
        ];
        all.push(CustomId::Form(Form::Item(IncidentId(u32::MAX), u32::MAX)));
        for (act, _) in ITEM_ACTS {
            all.push(CustomId::Item { incident: IncidentId(u32::MAX), number: u32::MAX, act });
        }
        for form in [Form::Write, Form::ActionItem, Form::Proof, Form::Correct] {
            all.push(CustomId::Form(form(IncidentId(u32::MAX))));
        }
        for by in KnownBy::ALL {
            all.push(CustomId::Form(Form::Knew(IncidentId(u32::MAX), by)));
        }
        all.extend(NounId::all().into_iter().map(CustomId::Noun));
        all.extend(NounForm::all().into_iter().map(|form| CustomId::Form(Form::Noun(form))));
        for (pick, _) in PICKS {
            all.push(CustomId::Pick { pick, incident: IncidentId(u32::MAX) });
        }
        for (part, _) in PARTS {
            all.push(CustomId::Postmortem { part, incident: IncidentId(u32::MAX) });
        }
        for (verb, _) in VERBS {
            for spot in [Spot::Card, Spot::Page(PageId(u32::MAX)), Spot::Post, Spot::Answer] {
                all.push(CustomId::Button { verb, incident: IncidentId(u32::MAX), spot });
            }
        }
        let forms = all.iter().filter_map(|id| match id {
            CustomId::Form(form) => Some(CustomId::Again { filled: u8::MAX, form: *form }),
            _ => None,
        });
        all.extend(forms.collect::<Vec<_>>());
        for id in all {
            let text = id.to_string();
            assert!(text.len() <= LIMIT, "{text}");
            assert_eq!(CustomId::parse(&text), Some(id), "{text}");
        }
        for text in
            ["v1:again:1:ack:7:card", "v1:again:1", "v1:again:xx:form-update:7", "v1:again:1:again:1:form-update:7"]
        {
            assert_eq!(CustomId::parse(text), None, "{text}");
        }
        for text in ["", "v1:", "v2:ack:7:card", "v1:ack:7", "v1:ack:x:card", "v1:dance:7:card", "other"] {
            assert_eq!(CustomId::parse(text), None, "{text}");
        }
    }
}
