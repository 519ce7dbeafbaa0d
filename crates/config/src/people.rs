//! Purpose: `[people]`: who can be paged, and how a page reaches them.

use std::collections::BTreeMap;

use domain::setup::{Address, ContactRule, Person};
use domain::{PageVia, PersonId, WayId};

use crate::places::Span;
use crate::read::{Table, Text, Value};
use crate::{Env, keys, values};

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
        let mut addresses = BTreeMap::new();
        for way in ways::ALL {
            let address = table.optional(way.key.name, |text| address(way, text, name.text, env, &mut closed));
            addresses.extend(address.map(|address| (way.id, address)));
        }
        let contacts = match table.get("contact") {
            Some(list) => contacts(list, &addresses),
            None => {
                let own = ways::ALL.into_iter().filter(|way| addresses.contains_key(&way.id));
                Person::usual_contacts(own.map(ways::Way::usual))
            }
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
            people.insert(id.clone(), Person { id, discord, language, timezone, addresses, contacts });
        }
    }
    people
}

/// Where the person is on a way. What is not set up is told, and closes it.
fn address(
    way: &ways::Way,
    text: Text<'_>,
    person: &str,
    env: Env<'_>,
    closed: &mut Vec<(PageVia, String)>,
) -> Option<Address> {
    let mut unset = |variable: &str, help: String| {
        closed.push((PageVia::Way(way.id), format!("{variable} is not set")));
        let sentence = format!("the environment variable {variable} is not set: no {} reaches {person}", way.message);
        text.doc.warning(text.span, sentence).help(help);
    };
    let address = match way.key.value {
        ways::Value::Secret(what) => {
            let variable = values::variable(text)?;
            if env.lacks(&variable) {
                unset(&variable, format!("set it to {what}"));
            }
            Address::Variable(variable)
        }
        ways::Value::Plain(wrong) => {
            if let Some((sentence, help)) = wrong(text.text) {
                text.error(sentence).help(help);
                return None;
            }
            Address::Plain(text.text.to_owned())
        }
    };
    if let Some(needed) = way.needs.iter().find(|needed| env.lacks(needed.name)) {
        unset(needed.name, needed.help.to_owned());
    }
    Some(address)
}

/// The person's own rules.
fn contacts(list: Value<'_>, addresses: &BTreeMap<WayId, Address>) -> Vec<ContactRule> {
    let mut rules: Vec<ContactRule> = Vec::new();
    let entries = list.list().unwrap_or_default();
    let count = entries.len();
    for value in entries {
        let Some(table) = value.table(&keys::CONTACT) else { continue };
        let via = table.required("by", |text| way(text, addresses));
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

fn way(text: Text<'_>, addresses: &BTreeMap<WayId, Address>) -> Option<PageVia> {
    let others = ways::ALL.iter().map(|way| (way.id.as_str(), PageVia::Way(way.id)));
    let known: Vec<_> = [("mention", PageVia::Room), ("direct", PageVia::Direct)].into_iter().chain(others).collect();
    let via = values::choice(text, "way to reach a person", &known)?;
    let lacks = via.way().filter(|way| !addresses.contains_key(way)).and_then(ways::of);
    if let Some(way) = lacks {
        let key = way.key.name;
        text.error(format!("this person has no `{key}`")).help(format!("add `{key}`, or take this way out"));
    }
    Some(via)
}
