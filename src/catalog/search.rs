//! Searches: what an engine is asked for each, and what becomes of its answers.

use super::Catalog;
use crate::{
    backend::{EngineError, EngineErrorKind},
    search::{Search, SearchAnswer, SearchDraft, SearchPlan, SearchProblem, SearchResults, Stage, Tuning},
};

impl Catalog {
    /// The checked search, or everything that is wrong with it.
    pub fn check(&self, draft: SearchDraft) -> Result<Search, SearchProblem> {
        draft.check(&self.settings.searches)
    }

    /// An answer to each search, in order, by the tuning in force; all that an engine has to answer go to it together.
    pub async fn search(&self, searches: &[Search]) -> Vec<Result<SearchAnswer, EngineError>> {
        self.search_with(&self.tuning(), searches).await
    }

    /// The same by another tuning, to see what that would change.
    pub async fn search_with(&self, tuning: &Tuning, searches: &[Search]) -> Vec<Result<SearchAnswer, EngineError>> {
        let asked = searches.iter().filter(|search| !search.is_hopeless());
        let plans: Vec<SearchPlan> = asked.map(|search| search.plan(&Stage::Exact, tuning)).collect();
        let mut answers = if plans.is_empty() {
            Ok(Vec::new().into_iter())
        } else {
            self.engine.search(&plans).await.map(Vec::into_iter)
        };
        let mut answer = |search: &Search| match &mut answers {
            _ if search.is_hopeless() => Ok(SearchResults { total: Some(0), ..SearchResults::default() }),
            Ok(answers) => answers.next().unwrap_or_else(|| Err(EngineErrorKind::Unexpected.into())),
            Err(error) => Err(error.clone()),
        };
        let answer = |search: &Search| answer(search).map(found);
        searches.iter().map(answer).collect()
    }
}

fn found(results: SearchResults) -> SearchAnswer {
    SearchAnswer { results, stage: Stage::Exact, did_you_mean: None, sought: std::collections::BTreeSet::new() }
}
