//! Purpose: which Discord account a person of the configuration is, and what can be wrong with a name the configuration uses.

use std::collections::BTreeMap;

use crate::setup::{ChatName, Person, Setup};
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

/// Which account each person is, as far as it is known without asking Discord: by the id in the file, by their pin, or by the pin of
/// somebody else of whom the file said the same user name. So a person who is called otherwise in the file is the same account.
#[must_use]
pub fn accounts(setup: &Setup, pins: &[Pin]) -> BTreeMap<PersonId, ChatUserId> {
    let known = |person: &Person| match &person.discord {
        ChatName::Id(id) => Some(ChatUserId(*id)),
        ChatName::Name(name) => {
            let said: Vec<&Pin> = pins.iter().filter(|pin| pin.discord == *name).collect();
            let own = said.iter().find(|pin| pin.person == person.id);
            own.or_else(|| said.iter().max_by_key(|pin| pin.since)).map(|pin| pin.user)
        }
    };
    setup.people.values().filter_map(|person| Some((person.id.clone(), known(person)?))).collect()
}

/// Names that the configuration does not know any more, of accounts that it knows by another one now.
#[must_use]
pub fn renamed(setup: &Setup, pins: &[Pin]) -> BTreeMap<PersonId, PersonId> {
    let accounts = accounts(setup, pins);
    let gone = pins.iter().filter(|pin| !setup.people.contains_key(&pin.person));
    let now = |pin: &Pin| accounts.iter().find(|(_, user)| **user == pin.user).map(|(person, _)| person.clone());
    gone.filter_map(|pin| Some((pin.person.clone(), now(pin)?))).collect()
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
