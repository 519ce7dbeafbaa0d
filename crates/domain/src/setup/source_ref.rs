//! Purpose: a place in the configuration, as people read it.

/// A place in the configuration, shown as `siaga.toml:61`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SourceRef {
    /// File name without folders.
    pub file: String,
    /// Line from 1.
    pub line: u32,
}

impl std::fmt::Display for SourceRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
