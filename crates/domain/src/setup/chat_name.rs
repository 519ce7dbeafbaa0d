//! Purpose: how the configuration names something in Discord.

/// A channel, role or server by name (`#incidents`, `@sre`) or id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatName {
    /// By Discord's id.
    Id(u64),
    /// By name, without `#` or `@`.
    Name(String),
}
