//! Purpose: checks the forms clients send, with Discord's limits and its way of telling mistakes.

pub(crate) mod commands;
pub(crate) mod components;
pub(crate) mod embeds;
pub(crate) mod message;
