//! Purpose: `[people]`: who can be paged, and how a page reaches them.

use std::collections::BTreeMap;

use domain::setup::{ContactRule, Person};
use domain::{PageVia, PersonId};

use crate::places::Span;
use crate::read::{Table, Text, Value};
use crate::{Env, keys, values};

/// Variables without which no mail leaves.
const MAIL: [&str; 2] = ["SIAGA_SMTP", "SIAGA_MAIL_FROM"];

/// Everybody, by name. In `unreached` stand those of whom it is known that no way of theirs works.
pub(crate) fn read(
    root: &Table<'_>,
    env: Env<'_>,
    unreached: &mut BTreeMap<PersonId, (Span, String)>,
) -> BTreeMap<PersonId, Person> {
    let mut people = BTreeMap::new();
    for (name, value) in root.get("people").and_then(Value::entries).unwrap_or_default() {
        let id = values::own_name(name).map(PersonId);
        let Some(table) = value.table(&keys::PERSON) else {
            continue;
        };
        let discord = table.required("discord", values::user);
        let language = table.optional("language", values::language);
        let timezone = table.optional("timezone", values::timezone);
        let mut closed = Vec::new();
        let ntfy_env = table.optional("ntfy_env", |text| {
            let variable = values::variable(text)?;
            if env.lacks(&variable) {
                closed.push((PageVia::Ntfy, format!("{variable} is not set")));
                text.doc
                    .warning(
                        text.span,
                        format!(
                            "the environment variable {variable} is not set: no push message reaches {}",
                            name.text
                        ),
                    )
                    .help("set it to the address of an ntfy topic");
            }
            Some(variable)
        });
        let email = table.optional("email", |text| {
            let address = email(text)?;
            if let Some(variable) = MAIL.into_iter().find(|variable| env.lacks(variable)) {
                closed.push((PageVia::Email, format!("{variable} is not set")));
                text.doc
                    .warning(
                        text.span,
                        format!("the environment variable {variable} is not set: no mail reaches {}", name.text),
                    )
                    .help("mails need SIAGA_SMTP and SIAGA_MAIL_FROM: .env.example explains both");
            }
            Some(address)
        });
        let contacts = match table.get("contact") {
            Some(list) => contacts(list, ntfy_env.is_some(), email.is_some()),
            None => Person::usual_contacts(ntfy_env.is_some(), email.is_some()),
        };
        table.done();
        let why = |rule: &ContactRule| closed.iter().find(|(via, _)| *via == rule.via).map(|(_, why)| why.clone());
        if let (Some(id), Some(reasons)) = (&id, contacts.iter().map(why).collect::<Option<Vec<_>>>()) {
            unreached.insert(id.clone(), (name.span, reasons.join(", ")));
        }
        if let (Some(id), Some(discord)) = (id, discord) {
            let same = people.values().find(|person: &&Person| person.discord == discord);
            if let Some(same) = same {
                name.error(format!("{id} and {} are the same Discord user", same.id)).help("a person is listed once");
            }
            people.insert(id.clone(), Person { id, discord, language, timezone, ntfy_env, email, contacts });
        }
    }
    people
}

/// Names of the ways, as they are typed.
const WAYS: [(&str, PageVia); 4] =
    [("mention", PageVia::Room), ("direct", PageVia::Direct), ("ntfy", PageVia::Ntfy), ("email", PageVia::Email)];

/// The person's own rules.
fn contacts(list: Value<'_>, has_ntfy: bool, has_email: bool) -> Vec<ContactRule> {
    let mut rules: Vec<ContactRule> = Vec::new();
    let entries = list.list().unwrap_or_default();
    let count = entries.len();
    for value in entries {
        let Some(table) = value.table(&keys::CONTACT) else { continue };
        let via = table.required("by", |text| way(text, has_ntfy, has_email));
        let after = table.text_or_default("after").and_then(|text| values::duration(text, "0s", "24h"));
        let span = table.span;
        table.done();
        let (Some(via), Some(after)) = (via, after) else { continue };
        if rules.iter().any(|rule| rule.via == via) {
            list.doc.error(span, "this way is listed twice").help("a page goes out once on each way");
        }
        rules.push(ContactRule { via, after });
    }
    if rules.len() == count && rules.iter().all(|rule| !rule.after.is_zero()) {
        list.doc
            .error(list.span, "nothing reaches this person at once")
            .help("leave `after` out at one of them, for example { by = \"mention\" }");
    }
    rules.sort_by_key(|rule| rule.after);
    rules
}

fn way(text: Text<'_>, has_ntfy: bool, has_email: bool) -> Option<PageVia> {
    let via = values::choice(text, "way to reach a person", &WAYS)?;
    let (lacks, key) = match via {
        PageVia::Ntfy => (!has_ntfy, "ntfy_env"),
        PageVia::Email => (!has_email, "email"),
        PageVia::Room | PageVia::Direct => (false, ""),
    };
    if lacks {
        text.error(format!("this person has no `{key}`")).help(format!("add `{key}`, or take this way out"));
    }
    Some(via)
}

/// An address as people write it. Whether it exists only its server knows.
fn email(text: Text<'_>) -> Option<String> {
    let good = text.text.split_once('@').is_some_and(|(name, host)| {
        let plain = |part: &str| {
            !part.is_empty()
                && !part.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;:\"()[]\\".contains(c))
        };
        plain(name) && plain(host) && !host.contains('@') && !host.starts_with('.') && !host.ends_with('.')
    });
    if !good {
        text.error(format!("`{}` is no e-mail address", text.text))
            .help("write it like budi@example.com, without a name");
        return None;
    }
    Some(text.text.to_owned())
}
