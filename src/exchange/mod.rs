//! Rows and the stored JSON form, to and from products.
//!
//! Invariant: there is one stored form; what an export writes, an import reads back equal.

mod json_problem;
mod lines;
mod row;
mod row_value;
mod stored;
mod stored_fields;

pub use json_problem::JsonProblem;
pub use lines::{Line, LineSplitter, LineTooLong};
pub use row::{ImportRow, RowError, SyntaxProblem};
pub use stored::{StoredError, export_row, from_json, partial_from_json, to_json};
pub use stored_fields::{StoredAttribute, StoredFields, StoredText};
