//! Purpose: how the configuration names something in Discord.

/// A channel, role or server by name (`#incidents`, `@sre`) or id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ChatName {
    /// By Discord's id.
    Id(u64),
    /// By name, without `#` or `@`.
    Name(String),
}
