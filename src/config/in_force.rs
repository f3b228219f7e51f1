//! A setting as it is in force, with its origin.

use std::fmt;

/// One line of `aisle config`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// Name of the variable.
    pub variable: String,
    /// The value; `None` when it is unset, and something else than the value for a secret.
    pub value: Option<String>,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where the value of a setting comes from; a later one wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// The file `.env`.
    DotEnv,
    /// The environment.
    Environment,
    /// The command line.
    Flag,
    /// A file that the environment or `.env` names.
    File,
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Default => "default",
            Self::DotEnv => ".env",
            Self::Environment => "environment",
            Self::Flag => "flag",
            Self::File => "file",
        })
    }
}
