//! What an owner may change about searches.
//!
//! Invariant: a copy costs nothing, so that one part is changed without touching the other.

use std::sync::Arc;

use super::{Ranking, Synonyms};

/// How searches find, and how they order what they find.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tuning {
    /// Weights and factors; a [checked](Ranking::checked) one.
    pub ranking: Arc<Ranking>,
    /// What else is looked for.
    pub synonyms: Arc<Synonyms>,
}
