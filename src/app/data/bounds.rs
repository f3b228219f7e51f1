//! How much a data command may take.

use crate::config::Configuration;

/// Bounds of the input of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataBounds {
    /// The longest line, in bytes; a ranking to compare with may have as many.
    pub line_bytes: usize,
    /// Most queries of one evaluation.
    pub judged_queries: usize,
}

impl DataBounds {
    /// The bounds that the settings name.
    pub fn of(configuration: &Configuration) -> Self {
        let limits = &configuration.settings.limits;
        Self { line_bytes: limits.limit_import_line_bytes, judged_queries: limits.limit_judged_queries }
    }
}
