//! Purpose: a bot's gateway session: its sequence, its replay buffer, and the connection it has at the moment.

use std::{collections::VecDeque, time::Instant};

use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::id::Id;

/// What a connection is told to do.
#[derive(Debug)]
pub(crate) enum Order {
    /// Send this text frame.
    Send(String),
    /// Close with this code and reason.
    Close(u16, &'static str),
    /// Go away without a close frame.
    Cut,
}

/// A session outlives its connections for a while, so that it can be resumed.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) bot: Id,
    pub(crate) intents: u64,
    pub(crate) seq: u64,
    /// The dispatches that a resume can replay.
    pub(crate) replay: VecDeque<(u64, String)>,
    /// Highest sequence that `replay` no longer has.
    pub(crate) forgotten: u64,
    pub(crate) connection: Option<mpsc::UnboundedSender<Order>>,
    pub(crate) left: Option<Instant>,
}

impl Session {
    /// Sends an event, or keeps it for a resume.
    pub(crate) fn dispatch(&mut self, name: &str, data: &Value, keep: usize) {
        self.seq += 1;
        let frame = json!({ "t": name, "s": self.seq, "op": 0, "d": data }).to_string();
        self.replay.push_back((self.seq, frame.clone()));
        if self.replay.len() > keep {
            self.forgotten = self.replay.pop_front().map_or(self.forgotten, |(seq, _)| seq);
        }
        self.order(Order::Send(frame));
    }

    pub(crate) fn order(&self, order: Order) {
        if let Some(connection) = &self.connection {
            // A connection that has just gone will be noticed by its own task.
            let _gone = connection.send(order);
        }
    }
}
