//! Brands and categories that a query names: who writes a brand wants it before others.

use std::collections::BTreeSet;

use super::{Query, factor};
use crate::search::{Clause, Factor, KeyColumn};

/// Most words of a brand or category that is recognised.
const LONGEST_LABEL: usize = 3;

impl Query<'_> {
    /// Factors of products whose whole brand or category the query names.
    pub(super) fn recognised(&self) -> Vec<Factor> {
        if !self.is_rich() {
            return Vec::new();
        }
        let values: Vec<String> = self.labels().into_iter().collect();
        let columns = [
            (KeyColumn::BrandWords, self.ranking.brand_factor),
            (KeyColumn::CategoryWords, self.ranking.category_factor),
        ];
        let named = |(column, by)| factor(Clause::Key { column, values: values.clone(), weight: 1.0 }, by);
        columns.into_iter().filter(|_| !values.is_empty()).flat_map(named).collect()
    }

    /// Every run of words that may be a label: one at least must mean something.
    fn labels(&self) -> BTreeSet<String> {
        let words = self.wanted.words;
        let runs = (1..=LONGEST_LABEL).flat_map(|length| words.windows(length));
        let telling = runs.filter(|run| run.iter().any(|word| self.wanted.is_telling(word)));
        telling.map(|run| run.iter().map(|word| word.token.as_str()).collect::<Vec<_>>().join(" ")).collect()
    }
}
