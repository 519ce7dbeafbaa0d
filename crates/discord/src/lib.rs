//! Purpose: everything between the engine and Discord: gateway, REST, cards and rendering, buttons and forms.

pub mod actor;
pub mod answer;
#[cfg(feature = "broken")]
pub mod broken;
mod chat_message;
mod components;
pub mod custom_id;
pub mod data;
pub mod deliver;
pub mod directory;
pub mod directory_load;
pub mod gateway;
pub mod inbound;
mod insight;
mod keep;
pub mod membership;
pub mod mentions;
pub mod names;
pub mod nouns;
pub mod people;
mod private;
pub mod probe;
mod record;
pub mod rehearse;
pub mod render;
pub mod rest;
mod review;
pub mod sure;
pub mod test_page;
mod triage;
mod watch;
