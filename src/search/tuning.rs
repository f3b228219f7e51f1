//! What an owner may change about searches.

use super::{Ranking, Synonyms};

/// How searches find, and how they order what they find.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tuning {
    /// Weights and factors; a [checked](Ranking::checked) one.
    pub ranking: Ranking,
    /// What else is looked for.
    pub synonyms: Synonyms,
}
