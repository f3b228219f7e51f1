//! From words and a tuning to what engines look for.
//!
//! Invariant: an engine gets fewer than 1,000 conditions for one query, whatever its words, the tuning and the stage;
//! nodes take 1,024.

mod alternatives;
mod exclusion;
mod matching;
mod recognition;
mod scoring;
#[cfg(test)]
mod tests;
mod wanted;

use self::{alternatives::Alternatives, wanted::Wanted};
use super::{
    Clause, Condition, Factor, Filter, KeyColumn, Ranking, Relevance, Stage, TextColumn, TextQuery, Tuning, Word,
};

/// Most different words that get more than a look into every text: what shoppers write has fewer, and pasted texts do
/// not become better by neighbours and alternatives.
const RICH_WORDS: usize = 20;

/// What a product scores whose sku or name is the whole query, before what weights and factors can make up for: above
/// what fifty of the rarest words give.
const WHOLE: f32 = 10_000.0;
/// Factor of a tier over the next one, before what weights and other factors can make up for: above what frequency and
/// length of texts do to the score of a word.
const TIER: f32 = 1_000.0;

/// What is looked for at a stage.
pub(super) fn relevance(text: &TextQuery, stage: &Stage, tuning: &Tuning) -> Relevance {
    let query = Query::new(text, stage, tuning);
    let preferences = query.preferences();
    let heights = query.heights(&preferences);
    let factors = [query.tiers(heights), preferences].concat();
    Relevance { clause: query.clause(heights), factors }
}

/// Whether a stage beyond the exact words can find more.
pub(super) fn can_relax(text: &TextQuery, stage: &Stage, ranking: &Ranking) -> bool {
    let words = telling_places(text, ranking).len();
    !stage.corrections().is_empty() || matching::least(words, ranking) < words
}

/// Products that have a word which a stage corrects, as it was written or as two words of the name.
pub(super) fn misspelt(text: &TextQuery, stage: &Stage) -> Option<Relevance> {
    let corrected = stage.corrections().iter().filter_map(|correction| text.words.get(correction.word));
    let word = |word: &Word| {
        let clause = |column| Clause::Word { column, token: word.token.clone(), weight: 1.0 };
        [TextColumn::Everything, TextColumn::JoinedName].map(clause)
    };
    let clauses: Vec<Clause> = corrected.flat_map(word).collect();
    (!clauses.is_empty()).then(|| Relevance { clause: Clause::Any(clauses), factors: Vec::new() })
}

/// Places of the words that decide what is found, each word once.
pub(super) fn telling_places(text: &TextQuery, ranking: &Ranking) -> Vec<usize> {
    Wanted::of(text, ranking).telling()
}

/// How far some products are above others, whatever their words score.
#[derive(Debug, Clone, Copy)]
struct Heights {
    /// The score of a product whose sku or name is the whole query.
    whole: f32,
    /// The factor of a tier over the next one.
    tier: f32,
}

/// A query with everything that its translation depends on.
struct Query<'a> {
    text: &'a TextQuery,
    stage: &'a Stage,
    ranking: &'a Ranking,
    wanted: Wanted<'a>,
    /// The words that decide what is found, each with what else stands for it.
    words: Vec<Alternatives>,
}

impl<'a> Query<'a> {
    fn new(text: &'a TextQuery, stage: &'a Stage, tuning: &'a Tuning) -> Self {
        let wanted = Wanted::of(text, &tuning.ranking);
        let words = alternatives::of(&wanted, text, stage, tuning);
        Self { text, stage, ranking: &tuning.ranking, wanted, words }
    }

    /// Whether the query has few enough words for everything that a ranking knows.
    fn is_rich(&self) -> bool {
        self.words.len() <= RICH_WORDS
    }

    /// Factors of what is preferred among products that match alike.
    fn preferences(&self) -> Vec<Factor> {
        [self.recognised(), self.stock(), self.exclusions()].concat()
    }

    /// What stands above everything that weights and these preferences can make up for.
    fn heights(&self, preferences: &[Factor]) -> Heights {
        // How much better than another a product may be by nothing but what is preferred.
        let spread: f32 = preferences.iter().map(|preference| preference.factor.max(1.0 / preference.factor)).product();
        let weights = self.ranking.weights();
        Heights {
            whole: WHOLE * spread * weights.max(1.0),
            tier: TIER * spread * (weights / self.ranking.everything_weight),
        }
    }

    /// Products whose sku or name is the whole query.
    fn whole(&self, heights: Heights) -> [Clause; 2] {
        let weight = heights.whole;
        let key = |column, value: &str| Clause::Key { column, values: vec![value.to_owned()], weight };
        [key(KeyColumn::Sku, self.text.sku.value()), key(KeyColumn::Name, self.text.name.value())]
    }

    /// What cannot be bought now.
    fn stock(&self) -> Vec<Factor> {
        let filter = Filter::Is(Condition::InStock(false));
        factor(Clause::Meets { filter, weight: 1.0 }, self.ranking.out_of_stock_factor)
    }
}

/// A factor, unless it changes nothing.
#[expect(clippy::float_cmp, reason = "1 is what the file says, not what was computed")]
fn factor(when: Clause, factor: f32) -> Vec<Factor> {
    if factor == 1.0 { Vec::new() } else { vec![Factor { when, unless: Vec::new(), factor }] }
}
