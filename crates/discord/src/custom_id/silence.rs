//! Purpose: the buttons of a silence. Its number is all they carry: what is proposed, and what holds, is kept by the engine.

use domain::silence::Choice;

/// What a button of a silence does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SilenceAct {
    /// Yes, until then.
    Confirm(Choice),
    /// Change what is proposed: a form.
    Change,
    /// No.
    Cancel,
    /// It ends later.
    Extend,
    /// It ends when it ends.
    LetEnd,
    /// It ends now.
    End,
}

/// Acts and their names in an id.
pub const ACTS: [(SilenceAct, &str); 9] = [
    (SilenceAct::Confirm(Choice::AsProposed), "yes"),
    (SilenceAct::Confirm(Choice::HalfHour), "30m"),
    (SilenceAct::Confirm(Choice::TwoHours), "2h"),
    (SilenceAct::Confirm(Choice::Morning), "morning"),
    (SilenceAct::Change, "change"),
    (SilenceAct::Cancel, "cancel"),
    (SilenceAct::Extend, "extend"),
    (SilenceAct::LetEnd, "let"),
    (SilenceAct::End, "end"),
];

impl SilenceAct {
    pub(super) fn as_str(self) -> &'static str {
        ACTS.iter().find(|(known, _)| *known == self).map_or("let", |(_, name)| name)
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        ACTS.iter().find(|(_, known)| *known == name).map(|(act, _)| *act)
    }
}
