//! Purpose: a bot's gateway session: its sequence, its replay buffer, the connection it has at the moment, and the tricks
//! that are played on it on order.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use axum::extract::ws::Utf8Bytes;
use tokio::sync::mpsc;

use crate::id::Id;

/// What a connection is told to do.
#[derive(Debug)]
pub(crate) enum Order {
    /// Send this text frame.
    Send(Utf8Bytes),
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
    pub(crate) replay: VecDeque<(u64, Utf8Bytes)>,
    /// Highest sequence that `replay` no longer has.
    pub(crate) forgotten: u64,
    pub(crate) connection: Option<mpsc::UnboundedSender<Order>>,
    pub(crate) left: Option<Instant>,
    pub(crate) tricks: Tricks,
}

/// What goes wrong on order between the world and a session.
#[derive(Debug, Default)]
pub(crate) struct Tricks {
    /// A zombie connection: open, but it answers no heartbeat and brings nothing. It ends with the connection.
    pub(crate) silent: bool,
    /// So many of the next events come twice.
    pub(crate) doubled: u32,
    /// So many pairs of the next events come in the wrong order.
    pub(crate) swapped: u32,
    /// Events wait until then.
    pub(crate) held_until: Option<Instant>,
    held: VecDeque<(&'static str, String)>,
}

impl Tricks {
    /// Holds events back from now on for this long, or longer if they were held longer already.
    pub(crate) fn hold(&mut self, how_long: Duration) {
        let until = Instant::now() + how_long;
        self.held_until = Some(self.held_until.map_or(until, |earlier| earlier.max(until)));
    }
}

impl Session {
    pub(crate) fn new(id: String, bot: Id, intents: u64, connection: mpsc::UnboundedSender<Order>) -> Self {
        Self {
            id,
            bot,
            intents,
            seq: 0,
            replay: VecDeque::new(),
            forgotten: 0,
            connection: Some(connection),
            left: None,
            tricks: Tricks::default(),
        }
    }

    /// Sends an event (its data as JSON), or keeps it for a resume; tricks have their say.
    pub(crate) fn dispatch(&mut self, name: &'static str, data: &str, keep: usize) {
        let tricks = &mut self.tricks;
        if tricks.held_until.is_some_and(|until| until > Instant::now()) {
            tricks.held.push_back((name, data.to_owned()));
            return;
        }
        if tricks.swapped > 0 && tricks.held.is_empty() {
            tricks.held.push_back((name, data.to_owned()));
            return;
        }
        let times = if tricks.doubled > 0 { 2 } else { 1 };
        tricks.doubled = tricks.doubled.saturating_sub(1);
        tricks.swapped = tricks.swapped.saturating_sub(1);
        for _ in 0..times {
            self.send(name, data, keep);
        }
        // What a swap held back comes after what overtook it.
        self.let_go(keep);
    }

    /// The time of swaps and holds is over, unless a longer one was ordered meanwhile: what was held back comes.
    pub(crate) fn tricks_over(&mut self, keep: usize) {
        if self.tricks.held_until.is_none_or(|until| until <= Instant::now()) {
            self.tricks.swapped = 0;
            self.let_go(keep);
        }
    }

    /// Brings what was held back.
    pub(crate) fn let_go(&mut self, keep: usize) {
        self.tricks.held_until = None;
        for (name, data) in std::mem::take(&mut self.tricks.held) {
            self.send(name, &data, keep);
        }
    }

    /// The next event of this session's sequence.
    fn send(&mut self, name: &str, data: &str, keep: usize) {
        self.seq += 1;
        let frame = Utf8Bytes::from(format!(r#"{{"t":"{name}","s":{},"op":0,"d":{data}}}"#, self.seq));
        self.replay.push_back((self.seq, frame.clone()));
        if self.replay.len() > keep {
            self.forgotten = self.replay.pop_front().map_or(self.forgotten, |(seq, _)| seq);
        }
        if !self.tricks.silent {
            self.order(Order::Send(frame));
        }
    }

    pub(crate) fn order(&self, order: Order) {
        if let Some(connection) = &self.connection {
            // A connection that has just gone will be noticed by its own task.
            let _gone = connection.send(order);
        }
    }
}
