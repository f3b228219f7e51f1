//! One request to the engine for the plans of many searches.
//!
//! Invariant: equal plans are asked for once, and each search gets the outcomes of its own plans, in their order.

use crate::{
    backend::{EngineError, EngineErrorKind},
    search::{SearchPlan, SearchResults},
};

/// A plan that was sent, and what became of it.
pub(super) struct Outcome<'p> {
    /// What was asked.
    pub(super) plan: &'p SearchPlan,
    /// What was answered.
    pub(super) results: Result<SearchResults, EngineError>,
}

/// What became of the plans of one search.
pub(super) type Outcomes<'p> = Vec<Outcome<'p>>;

/// The plans of many searches.
pub(super) struct Request {
    /// Each plan once: pages of one query check the same spelling.
    pub(super) plans: Vec<SearchPlan>,
    /// Where the plans of each search are among them.
    places: Vec<Vec<usize>>,
}

impl Request {
    /// The plans of each search.
    pub(super) fn of(searches: impl Iterator<Item = Vec<SearchPlan>>) -> Self {
        let mut asked: Vec<SearchPlan> = Vec::new();
        let mut place = |plan: SearchPlan| {
            let known = asked.iter().position(|other| *other == plan);
            known.unwrap_or_else(|| {
                asked.push(plan);
                asked.len() - 1
            })
        };
        let places = searches.map(|plans| plans.into_iter().map(&mut place).collect()).collect();
        Self { plans: asked, places }
    }

    /// The answers to the plans, search by search.
    pub(super) fn spread(&self, mut answers: Vec<Result<SearchResults, EngineError>>) -> Vec<Outcomes<'_>> {
        let mut readers = vec![0_usize; answers.len()];
        for &place in self.places.iter().flatten() {
            if let Some(readers) = readers.get_mut(place) {
                *readers += 1;
            }
        }
        let mut answer = |place: usize| {
            let missing = || Err(EngineErrorKind::Unexpected.into());
            let (Some(answer), Some(readers)) = (answers.get_mut(place), readers.get_mut(place)) else {
                return missing();
            };
            *readers -= 1;
            // The last reader takes it: pages may be large.
            if *readers == 0 { std::mem::replace(answer, missing()) } else { answer.clone() }
        };
        let mut outcome = |&place: &usize| Some(Outcome { plan: self.plans.get(place)?, results: answer(place) });
        self.places.iter().map(|places| places.iter().filter_map(&mut outcome).collect()).collect()
    }
}
