//! Purpose: how people are called. Implementations hand over names as they are; the sentences make them inert.

use domain::{Actor, PersonId};

use crate::escape;

/// Gives people the names that are shown.
pub trait Names {
    /// The name shown for a person of the configuration, not escaped.
    fn person(&self, person: &PersonId) -> String;

    /// How somebody is addressed by a post that is loud for them: the name, unless a mention is possible.
    fn address(&self, actor: &Actor) -> String {
        escape(&actor.name)
    }
}

impl<F: Fn(&PersonId) -> String> Names for F {
    fn person(&self, person: &PersonId) -> String {
        self(person)
    }
}
