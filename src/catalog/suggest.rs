//! Suggestions while somebody types.
//!
//! Invariant: however many are asked for together, the engine gets one request, and a second one only for those for which
//! nothing was found as it was typed.

use super::Catalog;
use crate::{
    backend::{EngineError, EngineErrorKind},
    search::{
        SearchPlan, SearchResults,
        suggestion::{Found, Reading, Suggestion, SuggestionQuery, choose},
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

/// A query, and the ways to read it, the likelier first.
type Question<'a> = (&'a SuggestionQuery, Vec<Reading>);

/// What was found for each way to read a query.
type Answer = Result<Vec<Found>, EngineError>;

impl Catalog {
    /// The suggestions to each query, in order.
    pub async fn suggest(
        &self,
        queries: &[SuggestionQuery],
    ) -> Result<Vec<Result<Suggestions, EngineError>>, EngineError> {
        let typed = queries.iter().map(|query| (query, query.likeliest().into_iter().collect()));
        let typed = self.read(typed.collect()).await?;
        let others = queries.iter().zip(&typed).map(|(query, typed)| {
            let typed = typed.iter().flatten();
            (query, typed.flat_map(|typed| query.others(typed)).collect())
        });
        let others = self.read(others.collect()).await?;
        let suggestions = |((query, typed), others): ((&SuggestionQuery, Answer), Answer)| {
            Ok(Suggestions::of(query, [typed?, others?].concat()))
        };
        Ok(queries.iter().zip(typed).zip(others).map(suggestions).collect())
    }

    /// What is found for each reading of each query, by one request; none for no reading.
    async fn read(&self, questions: Vec<Question<'_>>) -> Result<Vec<Answer>, EngineError> {
        let plans = |(query, readings): &Question<'_>| -> Vec<SearchPlan> {
            readings.iter().flat_map(|reading| query.plans(reading)).collect()
        };
        let plans: Vec<SearchPlan> = questions.iter().flat_map(plans).collect();
        let answers = if plans.is_empty() { Vec::new() } else { self.engine.search(&plans).await? };
        let mut answers = answers.into_iter();
        let mut found = |reading: Reading| {
            // All are taken, so that those of the next reading follow.
            let taken: Vec<Result<SearchResults, EngineError>> =
                reading.kinds().iter().map(|_| answers.next().unwrap_or_else(missing)).collect();
            Ok(Found::of(reading, taken.into_iter().collect::<Result<_, EngineError>>()?))
        };
        let mut answer = |(_, readings): Question<'_>| {
            let found: Vec<Result<Found, EngineError>> = readings.into_iter().map(&mut found).collect();
            found.into_iter().collect()
        };
        Ok(questions.into_iter().map(&mut answer).collect())
    }
}

impl Suggestions {
    /// Those of the likeliest reading that found anything.
    fn of(query: &SuggestionQuery, found: Vec<Found>) -> Self {
        let complete = found.iter().all(|found| found.complete);
        let best = found.into_iter().find(|found| !found.is_empty());
        Self { list: best.map(|found| choose(query, found)).unwrap_or_default(), complete }
    }
}

fn missing() -> Result<SearchResults, EngineError> {
    Err(EngineErrorKind::Unexpected.into())
}
