//! What a query says that it does not want: "mug without handle".
//!
//! Text says rarely what a product lacks, so nothing is left out; products whose name has what is not wanted come later,
//! those that say they are free of it come earlier. Of two words that are not wanted ("without carrying handle") the name
//! must have both, for one alone is often another thing; what a product says it is free of is judged by the first.

use super::{Query, factor};
use crate::search::{Clause, Factor, TextColumn, Word, analysis::searchable};

/// Words that say of a product that it has not got something, beside those by which a query says so.
const ABSENCE: [&str; 2] = ["no", "non"];
/// What stands behind a word that a product is free of.
const FREE: &str = "free";
/// How a word ends that says the same.
const LESS: &str = "less";

impl Query<'_> {
    /// Factors of products that have what is excluded, and of those that say they have not.
    pub(super) fn exclusions(&self) -> Vec<Factor> {
        let Some(first) = self.wanted.excluded.first() else { return Vec::new() };
        let absence = self.absence(first);
        let word = |token: &String| Clause::Word { column: TextColumn::Name, token: token.clone(), weight: 1.0 };
        let words = self.wanted.excluded.iter().map(|excluded| word(&excluded.token)).collect();
        let present = factor(Clause::All(words), self.ranking.excluded_factor);
        let present = present.into_iter().map(|factor| Factor { unless: vec![absence.clone()], ..factor });
        present.chain(factor(absence.clone(), self.ranking.free_of_factor)).collect()
    }

    /// Products that say they have not got something.
    fn absence(&self, excluded: &Word) -> Clause {
        let column = TextColumn::Everything;
        let phrase = |tokens: [String; 2]| Clause::Phrase { column, tokens: tokens.into(), weight: 1.0 };
        let words = self.ranking.exclusion_words.iter().map(String::as_str).chain(ABSENCE);
        let before = words.map(|word| phrase([searchable(word), excluded.token.clone()]));
        let free = phrase([excluded.token.clone(), searchable(FREE)]);
        let less = less(&excluded.spelt).map(|token| Clause::Word { column, token, weight: 1.0 });
        Clause::Any(before.chain([free]).chain(less).collect())
    }
}

/// "handleless" of a handle, and "sleeveless" of sleeves: the word alone does not tell whether it is a plural.
fn less(spelt: &str) -> impl Iterator<Item = String> {
    [Some(spelt), spelt.strip_suffix('s')].into_iter().flatten().map(|word| searchable(&format!("{word}{LESS}")))
}
