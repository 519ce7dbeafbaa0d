//! Purpose: what every handler of the inbound side shares, and the types commands are written with.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use engine::Engine;

use crate::actor::Members;
use crate::directory_load::SharedDirectory;
use crate::rest::Client;
use crate::test_page::Outside;

/// Handed to every command, button and form.
#[derive(Clone)]
pub struct Data {
    /// Does everything.
    pub engine: Engine,
    /// Who and where.
    pub directory: SharedDirectory,
    /// For everything that is not an answer to an interaction.
    pub rest: Client,
    /// Ways to people outside Discord, to be tried.
    pub outside: Arc<dyn Outside>,
    pub(crate) members: Members,
    /// Roles and channels are about to be read again.
    pub(crate) reading_rights: Arc<AtomicBool>,
}

impl Data {
    /// Puts the parts together.
    #[must_use]
    pub fn new(engine: Engine, directory: SharedDirectory, rest: Client, outside: Arc<dyn Outside>) -> Self {
        Self { engine, directory, rest, outside, members: Members::default(), reading_rights: Arc::default() }
    }

    /// The name shown for a person of the configuration, as the texts ask for it.
    pub fn names(&self) -> impl Fn(&domain::PersonId) -> String + Send + Sync + use<> {
        let directory = self.directory.get();
        move |person| directory.name(person).to_owned()
    }
}

/// What a command fails with when even answering failed.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
/// A slash or menu command.
pub type Command = poise::Command<Data, Error>;
/// What a command is given.
pub type Context<'a> = poise::ApplicationContext<'a, Data, Error>;

/// What people quote when something failed for our reasons: short, and the same for one interaction. Log it where the
/// failure is handled.
#[must_use]
pub fn error_id(interaction: u64) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    // The low bits count within a process and a millisecond; mixing spreads them over all letters.
    let mut mixed = interaction.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 24;
    let mut id = String::from("d-");
    for _ in 0..6 {
        let index = usize::try_from(mixed & 31).unwrap_or(0);
        id.push(char::from(LETTERS[index]));
        mixed >>= 5;
    }
    id
}
