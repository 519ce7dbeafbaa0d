//! Purpose: which Discord account a person of the configuration is, and what can be wrong with a name the configuration uses.

use crate::{ChatUserId, PersonId, Timestamp};

/// A person and the account they were matched with. Names change and are re-used, the account's id does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// Key in `[people]`.
    pub person: PersonId,
    /// What the file said when they were matched: a user name, or an id. When it says something else, they are matched anew.
    pub discord: String,
    /// The account.
    pub user: ChatUserId,
    /// Its user name when it was pinned.
    pub username: String,
    /// Its user name when it was seen last.
    pub username_now: String,
    /// Its name as people saw it last: nickname, display name, user name.
    pub shown: String,
    /// Since when.
    pub since: Timestamp,
}

/// Something is wrong with a name, and those who run the bot have to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// What it is about: `person:budi`, `name:discord.category`. One at a time is wrong with each.
    pub about: String,
    /// What is wrong, for programs: while it is the same, nobody is told again.
    pub what: String,
    /// What is wrong and what to do, as operators read it.
    pub sentence: String,
    /// Operators cannot be told in their own channel: it is the one that is missing.
    pub everybody: bool,
}
