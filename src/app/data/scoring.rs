//! From what was found for a judged query to what is told of it.
//!
//! Invariant: a figure is made of whole answers only, on both sides of a comparison.

use super::{DataEvent, QueryReport};
use crate::{
    backend::EngineError,
    evaluation::{FoundProduct, JudgedQuery, RatedTwice, Scores},
    failure::{ErrorCode, Failure},
    product::{Rule, Violation},
    search::SearchAnswer,
};

/// What became of one search.
pub(super) type Answer = Result<SearchAnswer, EngineError>;

/// What is told of the query of a line, by the ranking in force and by the other one, if there is one.
pub(super) fn event(line: u64, judged: JudgedQuery, in_force: Answer, other: Option<Answer>) -> DataEvent {
    let sides = scores(&judged, in_force)
        .and_then(|in_force| Ok((in_force, other.map(|other| scores(&judged, other)).transpose()?.flatten())));
    match sides {
        Ok((in_force, other)) => DataEvent::Judged(QueryReport { line, query: judged.query, in_force, other }),
        Err(failure) => DataEvent::refusal(line, failure),
    }
}

fn scores(judged: &JudgedQuery, answer: Answer) -> Result<Option<Scores>, Failure> {
    let results = answer.map_err(Failure::from)?.results;
    if !results.complete {
        let message = "part of the index did not answer in time, so that products may be missing";
        return Err(Failure::new(ErrorCode::ServiceUnavailable, message));
    }
    let products = results.hits.iter().map(|hit| &hit.product);
    let list = products.map(|product| FoundProduct { id: product.id.as_str(), sku: product.sku.as_deref() });
    Scores::of(judged, list).map_err(|problem| rated_twice(&problem))
}

fn rated_twice(problem: &RatedTwice) -> Failure {
    Failure::invalid(vec![Violation::new("ratings", Rule::Duplicate, problem.to_string())])
}
