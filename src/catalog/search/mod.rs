//! Searches: what an engine is asked for each, and what becomes of its answers.

mod course;
mod merging;

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
        let (asked, places) = distinct(plans);
        let answers = if asked.is_empty() { Ok(Vec::new()) } else { self.engine.search(&asked).await };
        let answers = answers.unwrap_or_else(|error| vec![Err(error); asked.len()]);
        spread(answers, places)
    }
}

/// The answers at these places, in lists as the places are.
fn spread(mut answers: Outcomes, places: Vec<Vec<usize>>) -> Vec<Outcomes> {
    let mut readers = vec![0_usize; answers.len()];
    for &place in places.iter().flatten() {
        if let Some(readers) = readers.get_mut(place) {
            *readers += 1;
        }
    }
    let mut answer = |place: usize| {
        let missing = || Err(EngineErrorKind::Unexpected.into());
        let (Some(answer), Some(readers)) = (answers.get_mut(place), readers.get_mut(place)) else { return missing() };
        *readers -= 1;
        // The last reader takes it: pages may be large.
        if *readers == 0 { std::mem::replace(answer, missing()) } else { answer.clone() }
    };
    places.into_iter().map(|places| places.into_iter().map(&mut answer).collect()).collect()
}

/// Each plan once, and where those of each list are among them: pages of one query check the same spelling.
fn distinct(plans: Vec<Vec<SearchPlan>>) -> (Vec<SearchPlan>, Vec<Vec<usize>>) {
    let mut asked: Vec<SearchPlan> = Vec::new();
    let mut place = |plan: SearchPlan| {
        let known = asked.iter().position(|other| *other == plan);
        known.unwrap_or_else(|| {
            asked.push(plan);
            asked.len() - 1
        })
    };
    let places = plans.into_iter().map(|plans| plans.into_iter().map(&mut place).collect()).collect();
    (asked, places)
}
