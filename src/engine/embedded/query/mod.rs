//! Answering one search from the index.
//!
//! Invariant: an answer is exact (members, order and count), and the memory it takes is bounded by the window's reach.

mod facets;
mod factored;
mod filter;
mod inside;
mod list;
#[cfg(test)]
mod list_tests;
mod match_score;
mod order;
mod pass;
mod spelling;
mod text;

use std::sync::Arc;

use tantivy::{
    DocSet as _, Searcher, SegmentReader, TERMINATED,
    query::{AllQuery, BooleanQuery, ConstScoreQuery, EnableScoring, Occur, Query, Weight},
};
use tokio_util::sync::CancellationToken;

use self::pass::Pass;
use super::{
    error::IndexError,
    index::{Dictionaries, Dictionary, Fields, Index, ValueColumn},
};
use crate::search::{Counting, FacetOutcome, Filter, Position, SearchPlan, Spelling};

/// What the index knows of an answer.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The places of the window, in the order of the list.
    pub(super) places: Vec<FoundPlace>,
    /// Whether the list goes on in the direction of reading.
    pub(super) has_more: bool,
    /// How many products match, where wanted.
    pub(super) total: Option<u64>,
    /// What each facet counted.
    pub(super) facets: Vec<FacetOutcome>,
    /// For each word of a spelling, the words near it.
    pub(super) spellings: Vec<Vec<Spelling>>,
}

/// One product of an answer.
#[derive(Debug)]
pub(super) struct FoundPlace {
    /// Where it stands.
    pub(super) position: Position,
    /// How well the words match; `None` where the search is not scored.
    pub(super) score: Option<f32>,
}

/// The index at one moment, asked on behalf of one caller.
pub(super) struct View<'a> {
    searcher: Searcher,
    fields: Fields,
    dictionaries: &'a Dictionaries,
    /// Set when nobody waits for the answer any more.
    given_up: &'a CancellationToken,
}

impl<'a> View<'a> {
    /// What searches can see at present.
    pub(super) fn new(index: &'a Index, given_up: &'a CancellationToken) -> Self {
        Self { searcher: index.searcher(), fields: index.fields(), dictionaries: index.dictionaries(), given_up }
    }

    /// The answer to a search.
    pub(super) fn find(&self, search: &SearchPlan) -> Result<Found, IndexError> {
        let found = if search.hits.is_none() && search.facets.is_empty() {
            Found { total: self.total(search)?, ..Found::default() }
        } else {
            self.pass(search)?
        };
        let spellings = search.spelling.as_ref().map(|spelling| self.spellings(spelling)).transpose()?;
        Ok(Found { spellings: spellings.unwrap_or_default(), ..found })
    }

    /// What is found and counted while all that matches passes by once.
    fn pass(&self, search: &SearchPlan) -> Result<Found, IndexError> {
        let scoring = if search.is_scored() {
            EnableScoring::enabled_from_searcher(&self.searcher)
        } else {
            EnableScoring::disabled_from_searcher(&self.searcher)
        };
        let weight = self.query(search).weight(scoring)?;
        let mut pass = Pass::new(search, self)?;
        for (place, segment) in self.searcher.segment_readers().iter().enumerate() {
            pass.read((place, segment), weight.scorer(segment, 1.0)?.as_mut(), self)?;
        }
        pass.finish(search.counting, self)
    }

    /// How many products match, as far as is asked.
    fn total(&self, search: &SearchPlan) -> Result<Option<u64>, IndexError> {
        let enough = match search.counting {
            Counting::Off => return Ok(None),
            Counting::UpTo(enough) => Some(u64::from(enough)),
            Counting::Exact => None,
        };
        let weight = self.query(search).weight(EnableScoring::disabled_from_searcher(&self.searcher))?;
        let mut total = 0;
        for segment in self.searcher.segment_readers() {
            self.check_given_up()?;
            total += match enough {
                None => u64::from(weight.count(segment)?),
                Some(enough) if total < enough => count_up_to(enough - total, segment, weight.as_ref())?,
                Some(_) => break,
            };
        }
        Ok(Some(total))
    }

    /// What passes by.
    fn query(&self, search: &SearchPlan) -> Box<dyn Query> {
        let filter = if search.facets.is_empty() {
            Filter::And(vec![search.filter.clone(), search.narrowing.clone()]).simplified()
        } else {
            // Some facet looks at what the narrowing leaves out.
            search.filter.clone()
        };
        let filter = (filter != Filter::All).then(|| filter::compile(&filter, &self.fields));
        let text = search.relevance.as_ref().map(|relevance| self.relevance(relevance));
        match (text, filter) {
            (None, None) => Box::new(AllQuery),
            (None, Some(filter)) => filter,
            (Some(text), None) => text,
            (Some(text), Some(filter)) => {
                // A filter decides who is in the list, never where.
                let filter = Box::new(ConstScoreQuery::new(filter, 0.0));
                Box::new(BooleanQuery::new(vec![(Occur::Must, text), (Occur::Must, filter)]))
            }
        }
    }

    /// The values of a column.
    fn dictionary(&self, column: ValueColumn) -> Result<Arc<Dictionary>, IndexError> {
        self.dictionaries.of(column, &self.searcher, self.given_up)
    }

    fn check_given_up(&self) -> Result<(), IndexError> {
        check_given_up(self.given_up)
    }
}

/// Fails once nobody waits for the answer any more.
fn check_given_up(given_up: &CancellationToken) -> Result<(), IndexError> {
    if given_up.is_cancelled() { Err(IndexError::GivenUp) } else { Ok(()) }
}

/// How many documents of a segment match, but not more than are enough.
fn count_up_to(enough: u64, segment: &SegmentReader, weight: &dyn Weight) -> Result<u64, IndexError> {
    let mut matches = weight.scorer(segment, 1.0)?;
    let mut count = 0;
    while count < enough && matches.doc() != TERMINATED {
        count += u64::from(!segment.is_deleted(matches.doc()));
        matches.advance();
    }
    Ok(count)
}
