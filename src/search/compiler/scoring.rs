//! What adds to the score of products that match anyway.

use std::collections::BTreeMap;

use super::{Query, alternatives::Alternatives};
use crate::search::{Clause, TextColumn, Word, analysis::searchable};

impl Query<'_> {
    /// Words in single texts, and neighbours side by side.
    pub(super) fn extra(&self) -> Vec<Clause> {
        if !self.is_rich() {
            return Vec::new();
        }
        let tokens = self.tokens();
        let columns = [
            (TextColumn::Name, self.ranking.name_weight),
            (TextColumn::Brand, self.ranking.brand_weight),
            (TextColumn::Category, self.ranking.category_weight),
            (TextColumn::Details, self.ranking.details_weight),
        ];
        let words = columns.into_iter().filter(|(_, weight)| *weight > 0.0).flat_map(|(column, weight)| {
            tokens.iter().map(move |(token, own)| Clause::Word {
                column,
                token: (*token).to_owned(),
                weight: weight * own,
            })
        });
        words.chain(self.phrases()).collect()
    }

    /// Every token that is looked for everywhere, with the best weight that it has.
    fn tokens(&self) -> BTreeMap<&str, f32> {
        let mut tokens = BTreeMap::new();
        let alternatives = self.words.iter().flat_map(Alternatives::every);
        for alternative in alternatives.filter(|alternative| alternative.column == TextColumn::Everything) {
            for token in &alternative.tokens {
                let weight = tokens.entry(token.as_str()).or_insert(alternative.weight);
                *weight = alternative.weight.max(*weight);
            }
        }
        tokens
    }

    /// Each two neighbours of the query, side by side in the name.
    fn phrases(&self) -> Vec<Clause> {
        if self.ranking.phrase_weight <= 0.0 {
            return Vec::new();
        }
        let mut pairs: Vec<Vec<String>> = Vec::new();
        for (one, two) in self.wanted.neighbours() {
            let pair = vec![self.right(one), self.right(two)];
            if !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
        let phrase = |tokens| Clause::Phrase { column: TextColumn::Name, tokens, weight: self.ranking.phrase_weight };
        // A query that repeats its words may have many more pairs than words.
        pairs.into_iter().take(super::RICH_WORDS).map(phrase).collect()
    }

    /// The token of a word, corrected where it is misspelt.
    fn right(&self, word: &Word) -> String {
        self.stage.correction_of(word, self.text).map_or_else(|| word.token.clone(), searchable)
    }
}
