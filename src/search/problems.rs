//! What is wrong with a search, gathered so that a caller hears of everything at once.

use crate::product::{Rule, Violation};

/// Why a search is refused before any engine is asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SearchProblem {
    /// It asks for more than a limit allows.
    #[error("{what} is limited to {limit}, this search has {actual}")]
    TooComplex {
        /// What is limited.
        what: &'static str,
        /// The setting in force.
        limit: usize,
        /// What the search has (counting stops soon after the limit).
        actual: usize,
    },
    /// Arguments break rules.
    #[error("{} arguments break rules", .0.len())]
    Invalid(Vec<Violation>),
    /// A cursor is none of this search's.
    #[error("{0}")]
    Cursor(CursorProblem),
}

/// Why a cursor is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CursorProblem {
    /// It was never given out by this program.
    #[error("cursor is malformed: pass a cursor of an earlier answer unchanged")]
    Malformed,
    /// It was given out for other arguments.
    #[error("cursor belongs to another search: keep query, filter and sort while paging")]
    OtherSearch,
}

/// Collects problems; the first refusal by complexity outweighs violations, which outweigh a bad cursor.
#[derive(Debug, Default)]
pub struct Problems {
    complexity: Option<SearchProblem>,
    violations: Vec<Violation>,
    cursor: Option<CursorProblem>,
}

impl Problems {
    /// Notes that a limit of complexity is exceeded; the first one is kept.
    pub fn too_complex(&mut self, what: &'static str, limit: usize, actual: usize) {
        self.complexity.get_or_insert(SearchProblem::TooComplex { what, limit, actual });
    }

    /// Notes that the argument `field` breaks `rule`.
    pub fn violation(&mut self, field: &str, rule: Rule, message: String) {
        self.violations.push(Violation { field: field.to_owned(), rule, message });
    }

    /// Notes a bad cursor.
    pub fn cursor(&mut self, problem: CursorProblem) {
        self.cursor.get_or_insert(problem);
    }

    /// `value` when nothing was noted.
    pub fn into_result<Value>(self, value: Value) -> Result<Value, SearchProblem> {
        match (self.complexity, self.violations.is_empty(), self.cursor) {
            (Some(problem), _, _) => Err(problem),
            (None, false, _) => Err(SearchProblem::Invalid(self.violations)),
            (None, true, Some(problem)) => Err(SearchProblem::Cursor(problem)),
            (None, true, None) => Ok(value),
        }
    }
}
