//! Searches: what an engine is asked for each, and what becomes of its answers.

mod better_spelling;
mod course;
mod merging;
mod request;

use self::{
    course::{Course, Step},
    merging::Merged,
    request::{Outcomes, Request},
};
use super::Catalog;
use crate::{
    backend::EngineError,
    search::{Search, SearchAnswer, SearchDraft, SearchProblem, Tuning},
};

impl Catalog {
    /// The checked search, or everything that is wrong with it.
    pub fn check(&self, draft: SearchDraft) -> Result<Search, SearchProblem> {
        draft.check(&self.settings.searches)
    }

    /// An answer to each search, in order, by the tuning in force: one request to the engine for all, and one more for
    /// all whose exact words found too few.
    pub async fn search(&self, searches: &[Search]) -> Vec<Result<SearchAnswer, EngineError>> {
        self.search_with(&self.tuning(), searches).await
    }

    /// The same by another tuning, to see what that would change.
    pub async fn search_with(&self, tuning: &Tuning, searches: &[Search]) -> Vec<Result<SearchAnswer, EngineError>> {
        let merged = merging::merge(searches);
        let courses: Vec<Course<'_>> = merged
            .iter()
            .map(|Merged { search, .. }| Course { search, tuning, limits: &self.settings.searches })
            .collect();
        let answers = self.run(&courses).await;
        merging::split(searches, &merged, answers)
    }

    /// Both rounds of all courses.
    async fn run(&self, courses: &[Course<'_>]) -> Vec<Result<SearchAnswer, EngineError>> {
        let first = Request::of(courses.iter().map(Course::first_plans));
        let outcomes = courses.iter().zip(self.ask(&first).await);
        let steps: Vec<Result<Step<'_>, EngineError>> =
            outcomes.map(|(course, outcomes)| course.after_first(outcomes)).collect();
        let second = Request::of(courses.iter().zip(&steps).map(|(course, step)| match step {
            Ok(Step::Further(pending)) => course.second_plans(pending),
            Ok(Step::Done(_)) | Err(_) => Vec::new(),
        }));
        let outcomes = self.ask(&second).await;
        let finish = |((course, step), outcomes): ((&Course<'_>, _), Outcomes<'_>)| match step? {
            Step::Done(answer) => Ok(*answer),
            Step::Further(pending) => course.after_second(*pending, outcomes),
        };
        courses.iter().zip(steps).zip(outcomes).map(finish).collect()
    }

    /// What became of the plans of each search; the engine is not asked without any.
    async fn ask<'p>(&self, request: &'p Request) -> Vec<Outcomes<'p>> {
        let plans = &request.plans;
        let answers = if plans.is_empty() { Ok(Vec::new()) } else { self.engine.search(plans).await };
        request.spread(answers.unwrap_or_else(|error| vec![Err(error); plans.len()]))
    }
}
