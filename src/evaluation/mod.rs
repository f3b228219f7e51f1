//! How good a ranking is: what people judged, what the ranking found, and the measures that put the two together.
//!
//! Invariant: the same judgments and the same lists give the same figures, on every machine and in every run.

mod comparison;
mod judgment_form;
mod judgments;
mod scores;
mod summary;

pub use comparison::{Comparison, ROUNDS};
pub use judgment_form::JudgmentProblem;
pub use judgments::{FoundProduct, HIGHEST_RATING, JudgedQuery, RatedTwice, Rating};
pub use scores::{GAIN_DEPTH, LIST_DEPTH, Scores};
pub use summary::Means;
