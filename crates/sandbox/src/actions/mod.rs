//! Purpose: what happens in the world, whoever causes it: each action changes tables and tells bots and page.

pub(crate) mod channels;
pub(crate) mod interactions;
pub(crate) mod marks;
pub(crate) mod members;
pub(crate) mod messages;
pub(crate) mod threads;
