//! Purpose: Discord's limits for what we send. Source: Discord docs, "Message", "Embed limits", "Component reference",
//! "Modal", "Channel"; in characters unless said otherwise.

/// Content of a message.
pub const CONTENT: usize = 2_000;
/// Title of an embed.
pub const EMBED_TITLE: usize = 256;
/// Description of an embed.
pub const EMBED_DESCRIPTION: usize = 4_096;
/// Footer of an embed.
pub const EMBED_FOOTER: usize = 2_048;
/// All text of all embeds of a message together.
pub const EMBED_SUM: usize = 6_000;
/// Label of a button.
pub const BUTTON_LABEL: usize = 80;
/// Buttons in a row.
pub const BUTTONS_IN_ROW: usize = 5;
/// Options of a select.
pub const SELECT_OPTIONS: usize = 25;
/// Name and description of an option.
pub const OPTION_TEXT: usize = 100;
/// Text of a select in which nothing is chosen.
pub const SELECT_PLACEHOLDER: usize = 150;
/// Title of a form.
pub const MODAL_TITLE: usize = 45;
/// Label of a form's field.
pub const INPUT_LABEL: usize = 45;
/// Placeholder of a form's field.
pub const INPUT_PLACEHOLDER: usize = 100;
/// Text in a form's field.
pub const INPUT_TEXT: usize = 4_000;
/// Name of a thread or channel.
pub const CHANNEL_NAME: usize = 100;
/// Topic of a channel.
pub const CHANNEL_TOPIC: usize = 1_024;
/// Message flag: nobody's device makes a sound.
pub const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
/// Message flag: only the person who asked sees it.
pub const EPHEMERAL: u64 = 1 << 6;
