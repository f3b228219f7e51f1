//! What can be wrong with settings.

use std::fmt;

use super::Origin;

/// One setting that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingProblem {
    /// A value breaks the rule of its setting.
    #[error("{setting} = '{value}' ({origin}): {rule}")]
    Invalid {
        /// Name of the variable.
        setting: String,
        /// The value, or what stands for a secret.
        value: String,
        /// Where the value comes from.
        origin: Origin,
        /// What it has to be.
        rule: String,
    },
    /// No setting has this name.
    #[error("{variable} is not a setting{}", meant(.nearest.as_deref()))]
    Unknown {
        /// The name.
        variable: String,
        /// The setting that was probably meant.
        nearest: Option<String>,
    },
    /// The `.env` file cannot be read.
    #[error(".env: {0}")]
    DotEnv(String),
}

fn meant(nearest: Option<&str>) -> String {
    nearest.map_or_else(|| "; `aisle config` prints all of them".to_owned(), |name| format!("; did you mean {name}?"))
}

/// Everything that is wrong with the settings, never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingProblems(pub Vec<SettingProblem>);

impl fmt::Display for SettingProblems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "bad settings:")?;
        self.0.iter().try_for_each(|problem| write!(formatter, "\n  {problem}"))
    }
}

impl std::error::Error for SettingProblems {}
