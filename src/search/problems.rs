//! What is wrong with a search, gathered so that a caller hears of everything at once.

use super::filter_field::Normaliser;
use crate::product::{self, Rule, TextProblem, Violation};

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

    /// The text of `field` as it would be stored; `None`, with a violation noted, when it has a character that no text
    /// may have.
    pub(super) fn stored(&mut self, field: &str, text: &str, normalise: Normaliser) -> Option<String> {
        match normalise(text) {
            Ok(stored) => Some(stored),
            Err(TextProblem::ControlCharacter(character)) => {
                let message = format!("{field} must not contain the control character U+{:04X}", u32::from(character));
                self.violation(field, Rule::ControlCharacter, message);
                None
            }
        }
    }

    /// The same for one line of at most `most` code points.
    pub(super) fn line(&mut self, field: &str, text: &str, most: usize) -> Option<String> {
        let line = self.stored(field, text, product::label_value)?;
        let length = line.chars().count();
        if length > most {
            let message = format!("{field} must be at most {most} characters, not {length}");
            self.violation(field, Rule::MaxLength, message);
            return None;
        }
        Some(line)
    }

    /// The number of `field` where it is 1 or more; `None`, with a violation noted, where it is not.
    pub(super) fn positive(&mut self, field: &str, number: i64) -> Option<i64> {
        if number < 1 {
            self.violation(field, Rule::Min, format!("{field} must be at least 1, not {number}"));
            return None;
        }
        Some(number)
    }

    /// The size of `field` where it is 1 to `most`; `None`, with a violation noted, where it is not.
    pub(super) fn size(&mut self, field: &str, asked: i64, most: u32) -> Option<u32> {
        let asked = self.positive(field, asked)?;
        let size = u32::try_from(asked).ok().filter(|size| *size <= most);
        if size.is_none() {
            self.violation(field, Rule::Max, format!("{field} must be at most {most}, not {asked}"));
        }
        size
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
