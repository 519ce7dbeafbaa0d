//! Purpose: what is wrong with a name of the configuration, and what became of a person: lines for the bot's operators. They
//! are stored as text and made inert as a whole when they are shown, so nothing is escaped here.

use domain::setup::Language;
use domain::{ChatUserId, PersonId};

use crate::say::say;

/// The category of incident channels is not there.
pub fn category_missing(category: &str, lang: Language) -> String {
    say!(lang, "wrong-category-missing", category = category)
}

/// Several categories have the configured name.
pub fn category_several(category: &str, count: usize, lang: Language) -> String {
    say!(lang, "wrong-category-several", category = category, count = number(count))
}

/// The operators' own channel is not there. Read in the incidents channel.
pub fn operators_missing(channel: &str, lang: Language) -> String {
    say!(lang, "wrong-operators-missing", channel = channel)
}

/// A role that allows something is not there. `key`: where the configuration names it.
pub fn access_role_missing(role: &str, key: &str, lang: Language) -> String {
    say!(lang, "wrong-access-role-missing", role = role, key = key)
}

/// The channel in which the end of a policy is told is not there.
pub fn end_post_missing(channel: &str, policy: &str, lang: Language) -> String {
    say!(lang, "wrong-end-post-missing", channel = channel, policy = policy)
}

/// The role that the end of a policy mentions is not there.
pub fn end_mention_missing(role: &str, policy: &str, lang: Language) -> String {
    say!(lang, "wrong-end-mention-missing", role = role, policy = policy)
}

/// The channel that reads who is on call on a schedule is not there.
pub fn schedule_channel_missing(channel: &str, schedule: &str, lang: Language) -> String {
    say!(lang, "wrong-schedule-channel-missing", channel = channel, schedule = schedule)
}

/// The role that follows who is on call on a schedule is not there.
pub fn schedule_role_missing(role: &str, schedule: &str, lang: Language) -> String {
    say!(lang, "wrong-schedule-role-missing", role = role, schedule = schedule)
}

/// A watched channel is not there.
pub fn watched_missing(channel: &str, integration: &str, lang: Language) -> String {
    say!(lang, "wrong-watched-missing", channel = channel, integration = integration)
}

/// Nobody in the server has the user name of a person.
pub fn person_nobody(person: &PersonId, name: &str, lang: Language) -> String {
    say!(lang, "wrong-person-nobody", person = person.as_str(), name = name)
}

/// More names begin like the user name of a person than Discord shows.
pub fn person_many(person: &PersonId, name: &str, count: usize, lang: Language) -> String {
    say!(lang, "wrong-person-many", person = person.as_str(), name = name, count = number(count))
}

/// The account of a person is a bot.
pub fn person_bot(person: &PersonId, name: &str, lang: Language) -> String {
    say!(lang, "wrong-person-bot", person = person.as_str(), name = name)
}

/// The account of a person is no member of the server. `taken`: another account has its user name now.
pub fn person_left(person: &PersonId, name: &str, taken: bool, lang: Language) -> String {
    if taken {
        say!(lang, "wrong-person-left-taken", person = person.as_str(), name = name)
    } else {
        say!(lang, "wrong-person-left", person = person.as_str(), name = name)
    }
}

/// The account of a person has another user name than the configuration says. `taken`: another account has that one now.
pub fn person_renamed(person: &PersonId, name: &str, now: &str, taken: bool, lang: Language) -> String {
    if taken {
        say!(lang, "wrong-person-taken", person = person.as_str(), name = name, now = now)
    } else {
        say!(lang, "wrong-person-renamed", person = person.as_str(), name = name, now = now)
    }
}

/// Two people of the configuration are one account.
pub fn person_same(person: &PersonId, other: &PersonId, lang: Language) -> String {
    say!(lang, "wrong-person-same", person = person.as_str(), other = other.as_str())
}

/// Somebody whom policies call does not see the incidents channel.
pub fn sees_no_channel(person: &PersonId, channel: &str, lang: Language) -> String {
    say!(lang, "wrong-sees-no-channel", person = person.as_str(), channel = channel)
}

/// Somebody whom policies call does not see the category of incidents' channels, and cannot be let in.
pub fn sees_no_category(person: &PersonId, category: &str, lang: Language) -> String {
    say!(lang, "wrong-sees-no-category", person = person.as_str(), category = category)
}

/// Somebody whom policies call is kept out of the category of incidents' channels by name.
pub fn kept_out_of_category(person: &PersonId, category: &str, lang: Language) -> String {
    say!(lang, "wrong-kept-out-of-category", person = person.as_str(), category = category)
}

/// Somebody of whom operators read that they cannot be paged is found. `now`: their user name.
pub fn person_found(person: &PersonId, now: &str, user: ChatUserId, lang: Language) -> String {
    say!(lang, "wrong-person-found", person = person.as_str(), now = now, id = user.to_string())
}

/// The configuration names another account for a person.
pub fn person_matched_anew(
    person: &PersonId,
    now: (&str, ChatUserId),
    before: (&str, ChatUserId),
    lang: Language,
) -> String {
    say!(
        lang,
        "wrong-person-matched-anew",
        person = person.as_str(),
        now = now.0,
        id = now.1.to_string(),
        before = before.0,
        before_id = before.1.to_string()
    )
}

/// An operator unpinned a person, and somebody with their user name was found.
pub fn person_unpinned(person: &PersonId, now: &str, user: ChatUserId, lang: Language) -> String {
    say!(lang, "wrong-person-unpinned", person = person.as_str(), now = now, id = user.to_string())
}

/// So many more names are wrong than one notice says.
pub fn names_more(count: usize, lang: Language) -> String {
    say!(lang, "wrong-more", count = number(count))
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
