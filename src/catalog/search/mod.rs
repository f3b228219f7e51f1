//! Searches: what an engine is asked for each, and what becomes of its answers.

mod course;
mod merging;

use std::collections::VecDeque;

use self::{
    course::{Course, Step},
    merging::Merged,
};
use super::Catalog;
use crate::{
    backend::{EngineError, EngineErrorKind},
    search::{Search, SearchAnswer, SearchDraft, SearchPlan, SearchProblem, SearchResults, Tuning},
};

/// What became of the plans of one search.
type Outcomes = Vec<Result<SearchResults, EngineError>>;

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
        let first = self.ask(courses.iter().map(Course::first_plans).collect()).await;
        let steps: Vec<Result<Step, EngineError>> =
            courses.iter().zip(first).map(|(course, outcomes)| course.after_first(outcomes)).collect();
        let plans = courses.iter().zip(&steps).map(|(course, step)| match step {
            Ok(Step::Further(pending)) => course.second_plans(pending),
            Ok(Step::Done(_)) | Err(_) => Vec::new(),
        });
        let second = self.ask(plans.collect()).await;
        let finish = |((course, step), outcomes): ((&Course<'_>, Result<Step, EngineError>), Outcomes)| match step? {
            Step::Done(answer) => Ok(*answer),
            Step::Further(pending) => course.after_second(*pending, outcomes),
        };
        courses.iter().zip(steps).zip(second).map(finish).collect()
    }

    /// What became of each list of plans, all of them by one request; none for no plans.
    async fn ask(&self, plans: Vec<Vec<SearchPlan>>) -> Vec<Outcomes> {
        let all = plans.concat();
        let answers = if all.is_empty() { Ok(Vec::new()) } else { self.engine.search(&all).await };
        let mut answers = answers.map(VecDeque::from);
        let mut next = || match &mut answers {
            Ok(answers) => answers.pop_front().unwrap_or_else(|| Err(EngineErrorKind::Unexpected.into())),
            Err(error) => Err(error.clone()),
        };
        plans.iter().map(|plans| plans.iter().map(|_| next()).collect()).collect()
    }
}
