//! Purpose: where a key is, so that the key itself is nowhere in the configuration.

use std::path::PathBuf;

/// Where a sender's key is read from. The key itself is never part of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyPlace {
    /// An environment variable, by name.
    Variable(String),
    /// A file that holds the key and nothing else.
    File(PathBuf),
}

impl std::fmt::Display for KeyPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Variable(name) => f.write_str(name),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}
