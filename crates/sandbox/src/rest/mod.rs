//! Purpose: REST version 10: what a call is to its handler, and how a handler answers. `serve` does what lies around it.

pub(crate) mod body;
pub(crate) mod channels;
pub(crate) mod commands;
pub(crate) mod guilds;
pub(crate) mod interactions;
pub(crate) mod messages;
pub(crate) mod moderation;
pub(crate) mod positions;
pub(crate) mod reactions;
pub(crate) mod routes;
pub(crate) mod search;
mod serve;
pub(crate) mod threads;
pub(crate) mod users;
pub(crate) mod webhooks;

pub(crate) use serve::serve;

use std::collections::HashMap;

use serde_json::Value;

use crate::{
    error::{self, Refusal},
    id::Id,
    validate::message::Upload,
};

/// One REST call, ready for its handler.
pub(crate) struct Call {
    pub(crate) params: Vec<(&'static str, String)>,
    pub(crate) query: HashMap<String, String>,
    pub(crate) body: Value,
    pub(crate) files: Vec<Upload>,
    /// The bot that calls; only routes that need a token can rely on it.
    pub(crate) bot: Id,
    pub(crate) reason: Option<String>,
    pub(crate) gateway: String,
}

/// What a handler answers with.
pub(crate) enum Reply {
    Json(u16, Value),
    Empty,
}

pub(crate) type Answer = Result<Reply, Refusal>;

pub(crate) fn ok(body: Value) -> Answer {
    Ok(Reply::Json(200, body))
}

pub(crate) fn done() -> Answer {
    Ok(Reply::Empty)
}

impl Call {
    /// A part of the path, as written.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.params.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
    }

    /// A part of the path as an id. Errors: Discord's form error for a malformed snowflake.
    pub(crate) fn id(&self, name: &str) -> Result<Id, Refusal> {
        self.text(name).parse().map_err(|_| {
            error::Problems::one(name, "NUMBER_TYPE_COERCE", format!("Value \"{}\" is not snowflake.", self.text(name)))
        })
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.query.get(name).is_some_and(|value| matches!(value.to_ascii_lowercase().as_str(), "1" | "true"))
    }

    /// A number of the query within bounds.
    pub(crate) fn number(&self, name: &str, default: u64, min: u64, max: u64) -> Result<usize, Refusal> {
        let Some(text) = self.query.get(name) else { return Ok(usize::try_from(default).unwrap_or(usize::MAX)) };
        match text.parse::<u64>() {
            Ok(number) if (min..=max).contains(&number) => Ok(usize::try_from(number).unwrap_or(usize::MAX)),
            Ok(number) if number < min => Err(error::Problems::one(
                name,
                "NUMBER_TYPE_MIN",
                format!("int value should be greater than or equal to {min}."),
            )),
            Ok(_) => Err(error::Problems::one(
                name,
                "NUMBER_TYPE_MAX",
                format!("int value should be less than or equal to {max}."),
            )),
            Err(_) => Err(error::Problems::one(name, "NUMBER_TYPE_COERCE", "Value is not int.")),
        }
    }

    pub(crate) fn snowflake(&self, name: &str) -> Result<Option<Id>, Refusal> {
        self.query
            .get(name)
            .map(|text| {
                text.parse().map_err(|_| {
                    error::Problems::one(name, "NUMBER_TYPE_COERCE", format!("Value \"{text}\" is not snowflake."))
                })
            })
            .transpose()
    }
}

/// Reads a query string; the last of two equal names counts.
pub(crate) fn parse_query(query: &str) -> HashMap<String, String> {
    query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (percent_decode(&name.replace('+', " ")), percent_decode(&value.replace('+', " ")))
        })
        .collect()
}

/// `%C3%A9` and the like as text; what is not valid stays as it is.
pub(crate) fn percent_decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}
