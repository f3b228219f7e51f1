//! What a parser of JSON says against one line of a file.
//!
//! Invariant: a place is told as a byte of the line; the parser's own count of lines is left out, for whoever reads the
//! file knows which line it is.

use std::fmt;

/// Why one line is no JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonProblem {
    /// The words of the parser.
    pub words: String,
    /// The byte of the line, from 1, at which it shows.
    pub column: Option<usize>,
}

impl From<&serde_json::Error> for JsonProblem {
    fn from(error: &serde_json::Error) -> Self {
        let place = format!(" at line {} column {}", error.line(), error.column());
        let words = error.to_string();
        let words = words.strip_suffix(&place).unwrap_or(&words).to_owned();
        Self { words, column: Some(error.column()).filter(|&column| column > 0) }
    }
}

impl fmt::Display for JsonProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.words)?;
        self.column.map_or(Ok(()), |column| write!(formatter, " (at byte {column} of the line)"))
    }
}
