//! Purpose: how bad the impact is, SEV-1 (worst) to SEV-5.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How bad the impact is, decided by rules or people. `Sev1` is the worst and sorts first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// Worst.
    #[serde(rename = "SEV-1")]
    Sev1,
    /// Many affected.
    #[serde(rename = "SEV-2")]
    Sev2,
    /// Degraded.
    #[serde(rename = "SEV-3")]
    Sev3,
    /// No customer impact.
    #[serde(rename = "SEV-4")]
    Sev4,
    /// Cosmetic.
    #[serde(rename = "SEV-5")]
    Sev5,
}

impl Severity {
    /// All severities, worst first.
    pub const ALL: [Self; 5] = [Self::Sev1, Self::Sev2, Self::Sev3, Self::Sev4, Self::Sev5];

    /// What people read: `SEV-1`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Sev1 => "SEV-1",
            Self::Sev2 => "SEV-2",
            Self::Sev3 => "SEV-3",
            Self::Sev4 => "SEV-4",
            Self::Sev5 => "SEV-5",
        }
    }

    /// True when `self` is worse than `other`.
    pub fn is_worse_than(self, other: Self) -> bool {
        self < other
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// The text was not `SEV-1` to `SEV-5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a severity is SEV-1 (worst) to SEV-5")]
pub struct NotASeverity;

impl FromStr for Severity {
    type Err = NotASeverity;

    fn from_str(text: &str) -> Result<Self, NotASeverity> {
        let upper = text.trim().to_ascii_uppercase();
        let digits = upper.trim_start_matches("SEV").trim_start_matches('-');
        match digits {
            "1" => Ok(Self::Sev1),
            "2" => Ok(Self::Sev2),
            "3" => Ok(Self::Sev3),
            "4" => Ok(Self::Sev4),
            "5" => Ok(Self::Sev5),
            _ => Err(NotASeverity),
        }
    }
}
