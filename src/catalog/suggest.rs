//! Suggestions while somebody types.
//!
//! Invariant: however many are asked for together, the engine gets one request, and a second one only for those of which
//! it found too few.

use std::vec;

use super::Catalog;
use crate::{
    backend::{EngineError, EngineErrorKind},
    search::{
        FacetCounts, SearchPlan, SearchResults,
        suggestion::{Corrections, Found, Suggestion, SuggestionKind, SuggestionQuery, choose},
    },
};

/// The suggestions to one query.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestions {
    /// In the order in which they are shown.
    pub list: Vec<Suggestion>,
    /// Whether every part of the index answered in time.
    pub complete: bool,
}

type Answer = Result<SearchResults, EngineError>;

/// What became of one query so far.
struct Progress<'a> {
    query: &'a SuggestionQuery,
    found: Found,
    corrected: Found,
    /// By kind.
    corrections: Vec<Corrections>,
    /// The kinds that are asked for in the second request.
    asked_again: Vec<SuggestionKind>,
    complete: bool,
}

impl Catalog {
    /// The suggestions to each query, in order.
    pub async fn suggest(
        &self,
        queries: &[SuggestionQuery],
    ) -> Result<Vec<Result<Suggestions, EngineError>>, EngineError> {
        let plans = queries.iter().filter(|query| !query.words.is_empty());
        let plans = plans.flat_map(|query| SuggestionKind::ALL.map(|kind| query.plan(kind))).collect();
        let mut answers = self.answers(plans).await?;
        let mut begun: Vec<_> = queries.iter().map(|query| Progress::begin(query, &mut answers)).collect();
        let plans = begun.iter().flatten().flat_map(Progress::second_plans).collect();
        let mut answers = self.answers(plans).await?;
        for progress in &mut begun {
            if let Ok(going) = progress
                && let Err(error) = going.go_on(&mut answers)
            {
                *progress = Err(error);
            }
        }
        Ok(begun.into_iter().map(|progress| progress.map(Progress::end)).collect())
    }

    async fn answers(&self, plans: Vec<SearchPlan>) -> Result<vec::IntoIter<Answer>, EngineError> {
        let answers = if plans.is_empty() { Vec::new() } else { self.engine.search(&plans).await? };
        Ok(answers.into_iter())
    }
}

impl<'a> Progress<'a> {
    fn begin(query: &'a SuggestionQuery, answers: &mut vec::IntoIter<Answer>) -> Result<Self, EngineError> {
        let (found, corrected) = (Found::default(), Found::default());
        let (corrections, asked_again) = (Vec::new(), Vec::new());
        let mut progress = Self { query, found, corrected, corrections, asked_again, complete: true };
        if query.words.is_empty() {
            return Ok(progress);
        }
        // All are taken, so that those of the next query follow.
        let own = SuggestionKind::ALL.map(|kind| (kind, next(answers)));
        for (kind, answer) in own {
            let mut results = answer?;
            progress.complete &= results.complete;
            progress.corrections.push(query.corrections(std::mem::take(&mut results.spellings)));
            take(&mut progress.found, kind, results);
        }
        if progress.found.suggestible() < query.size as usize {
            let kinds = SuggestionKind::ALL.into_iter().zip(&progress.corrections);
            let useful = kinds.filter(|(kind, corrections)| !corrections.is_empty() || progress.is_stuck(*kind));
            progress.asked_again = useful.map(|(kind, _)| kind).collect();
        }
        Ok(progress)
    }

    /// What is asked in the second request: corrected words, where there are too few suggestions.
    fn second_plans(&self) -> impl Iterator<Item = SearchPlan> {
        let kinds = SuggestionKind::ALL.into_iter().zip(&self.corrections);
        let again = kinds.filter(|(kind, _)| self.asked_again.contains(kind));
        again.map(|(kind, corrections)| self.query.corrected_plan(kind, corrections))
    }

    /// Whether complete words may be why nothing was found: they may be beginnings after all.
    fn is_stuck(&self, kind: SuggestionKind) -> bool {
        let has_complete_words = self.query.words.iter().any(|word| word.token.is_some());
        has_complete_words && self.found.is_without(kind)
    }

    fn go_on(&mut self, answers: &mut vec::IntoIter<Answer>) -> Result<(), EngineError> {
        let own: Vec<_> = self.asked_again.iter().map(|&kind| (kind, next(answers))).collect();
        for (kind, answer) in own {
            let results = answer?;
            self.complete &= results.complete;
            take(&mut self.corrected, kind, results);
        }
        Ok(())
    }

    fn end(self) -> Suggestions {
        let list = choose(self.query, self.found, self.corrected, &self.corrections);
        Suggestions { list, complete: self.complete }
    }
}

fn next(answers: &mut vec::IntoIter<Answer>) -> Answer {
    answers.next().unwrap_or_else(|| Err(EngineErrorKind::Unexpected.into()))
}

fn take(found: &mut Found, kind: SuggestionKind, results: SearchResults) {
    let values = |results: SearchResults| {
        let counted = results.facets.into_iter().flatten().find_map(|counts| match counts {
            FacetCounts::Values(values) => Some(values),
            FacetCounts::Stock(_) | FacetCounts::Price(_) | FacetCounts::Attributes(_) => None,
        });
        counted.into_iter().flatten().map(|counted| counted.value).collect()
    };
    match kind {
        SuggestionKind::Product => found.products = results.hits.into_iter().map(|hit| hit.product).collect(),
        SuggestionKind::Category => found.categories = values(results),
        SuggestionKind::Brand => found.brands = values(results),
    }
}
