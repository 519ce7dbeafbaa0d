//! Purpose: questions that stand in the room with buttons: each is open until somebody answers it or it has no sense any more. Then
//! its buttons go.

use super::{AckCheck, Asks, Event, EventAt, Incident};

/// A question in the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// The event with which it was asked.
    pub seq: u32,
    /// What is asked.
    pub asks: Asks,
}

impl Incident {
    /// Whether what was asked with an event is still to be answered.
    pub fn is_asked(&self, seq: u32) -> bool {
        self.questions.iter().any(|question| question.seq == seq)
    }

    /// Takes in what an event asks and what it answers.
    pub(super) fn asks_and_answers(&mut self, entry: &EventAt) {
        let asks = entry.event.meaning().post.asks;
        let is_answer = |question: &Question| match question.asks {
            Asks::WhetherOver => matches!(entry.event, Event::KeptOpen { .. }) || asks == Asks::WhetherOver,
            // Who is asked again answers the last one.
            Asks::WhetherStillOnIt => asks == Asks::WhetherStillOnIt,
            Asks::Postmortem | Asks::Nothing => false,
        };
        let mut questions = std::mem::take(&mut self.questions);
        questions.retain(|question| !is_answer(question));
        if asks != Asks::Nothing {
            questions.push(Question { seq: entry.seq, asks });
        }
        questions.retain(|question| match question.asks {
            Asks::Nothing => false,
            Asks::WhetherOver => self.status.is_open() && self.rests(),
            Asks::WhetherStillOnIt => self.status.is_open() && matches!(self.ack_check, Some(AckCheck::Grace { .. })),
            // What is learned of it can be read when that is complete, too.
            Asks::Postmortem => !self.status.is_open(),
        });
        self.questions = questions;
    }
}
