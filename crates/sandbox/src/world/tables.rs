//! Purpose: one record of the world as JSON and back, for the state file.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Key, Table, World};
use crate::id::Id;

/// One line of the state file: a record as it now is, or `null` when it is gone.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) table: Table,
    pub(crate) id: Id,
    #[serde(default)]
    pub(crate) of: Id,
    pub(crate) value: Value,
}

fn json<T: Serialize>(value: Option<&T>) -> Value {
    value.and_then(|value| serde_json::to_value(value).ok()).unwrap_or(Value::Null)
}

fn put<T: DeserializeOwned>(table: &mut BTreeMap<Id, T>, id: Id, value: Value) -> Result<(), serde_json::Error> {
    if value.is_null() {
        table.remove(&id);
    } else {
        table.insert(id, serde_json::from_value(value)?);
    }
    Ok(())
}

impl World {
    /// The line for a record.
    pub(crate) fn line(&self, key: Key) -> Line {
        let Key(table, id, of) = key;
        let value = match table {
            Table::Meta => json(Some(&self.meta)),
            Table::Role => json(self.roles.get(&id)),
            Table::User => json(self.users.get(&id)),
            Table::Channel => json(self.channels.get(&id)),
            Table::File => json(self.files.get(&id).map(Arc::as_ref)),
            Table::Message => json(self.message(id, of)),
            Table::Command => json(self.commands.get(&id)),
            Table::Interaction => json(self.interactions.get(&id)),
            Table::Nonce => json(self.nonces.get(&id)),
            Table::Webhook => json(self.webhooks.get(&id)),
            Table::Audit => json(self.audit.get(&id)),
            Table::Read => json(self.reads.get(&(id, of))),
            Table::Notification => json(self.notifications.get(&id)),
        };
        Line { table, id, of, value }
    }

    /// Takes a line in. Errors: the record is of another shape.
    pub(crate) fn apply(&mut self, line: Line) -> Result<(), serde_json::Error> {
        let Line { table, id, of, value } = line;
        match table {
            Table::Meta => self.meta = serde_json::from_value(value)?,
            Table::Role => put(&mut self.roles, id, value)?,
            Table::User => put(&mut self.users, id, value)?,
            Table::Channel => {
                if value.is_null() {
                    self.messages.remove(&id);
                }
                put(&mut self.channels, id, value)?;
            }
            Table::File if value.is_null() => _ = self.files.remove(&id),
            Table::File => _ = self.files.insert(id, Arc::new(serde_json::from_value(value)?)),
            Table::Message => put(self.messages.entry(id).or_default(), of, value)?,
            Table::Command => put(&mut self.commands, id, value)?,
            Table::Interaction => put(&mut self.interactions, id, value)?,
            Table::Nonce if value.is_null() => self.forget_nonce(id),
            Table::Nonce => self.remember_nonce(serde_json::from_value(value)?),
            Table::Webhook => put(&mut self.webhooks, id, value)?,
            Table::Audit => put(&mut self.audit, id, value)?,
            Table::Read => {
                if value.is_null() {
                    self.reads.remove(&(id, of));
                } else {
                    self.reads.insert((id, of), serde_json::from_value(value)?);
                }
            }
            Table::Notification => put(&mut self.notifications, id, value)?,
        }
        Ok(())
    }

    /// Forgets everything: a state file brings its own world.
    pub(crate) fn clear(&mut self) {
        self.roles.clear();
        self.users.clear();
        self.channels.clear();
        self.messages.clear();
        self.commands.clear();
        self.interactions.clear();
        self.nonces.clear();
        self.by_nonce.clear();
        self.webhooks.clear();
        self.audit.clear();
        self.reads.clear();
        self.notifications.clear();
        self.files.clear();
        self.dirty.clear();
    }

    /// The keys of everything there is, in an order in which they can be taken in again.
    pub(crate) fn all_keys(&self) -> Vec<Key> {
        fn one<T>(table: Table, rows: &BTreeMap<Id, T>) -> impl Iterator<Item = Key> {
            rows.keys().map(move |id| Key(table, *id, Id(0)))
        }
        let mut keys = vec![Key(Table::Meta, Id(0), Id(0))];
        keys.extend(one(Table::Role, &self.roles));
        keys.extend(one(Table::User, &self.users));
        keys.extend(one(Table::Channel, &self.channels));
        keys.extend(one(Table::File, &self.files));
        keys.extend(
            self.messages
                .iter()
                .flat_map(|(channel, messages)| messages.keys().map(|id| Key(Table::Message, *channel, *id))),
        );
        keys.extend(one(Table::Command, &self.commands));
        keys.extend(one(Table::Interaction, &self.interactions));
        keys.extend(one(Table::Nonce, &self.nonces));
        keys.extend(one(Table::Webhook, &self.webhooks));
        keys.extend(one(Table::Audit, &self.audit));
        keys.extend(self.reads.keys().map(|(person, channel)| Key(Table::Read, *person, *channel)));
        keys.extend(one(Table::Notification, &self.notifications));
        keys
    }
}
