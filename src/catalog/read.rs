//! Searches and look-ups.

use std::collections::HashMap;

use super::Catalog;
use crate::{
    product::{FieldSet, PartialProduct},
    search::{EngineError, LookUp, Search, SearchDraft, SearchProblem, SearchResults},
};

impl Catalog {
    /// The checked search, or everything that is wrong with it.
    pub fn check(&self, draft: SearchDraft) -> Result<Search, SearchProblem> {
        draft.check(&self.limits)
    }

    /// An answer to each search, in order; all that an engine has to answer go to it in one request.
    pub async fn search(&self, searches: &[Search]) -> Vec<Result<SearchResults, EngineError>> {
        let mut asked: Vec<Search> = Vec::new();
        let mut places: HashMap<&Search, usize> = HashMap::new();
        for search in searches.iter().filter(|search| !search.is_hopeless()) {
            places.entry(search).or_insert_with(|| {
                asked.push(search.clone());
                asked.len() - 1
            });
        }
        let answers = if asked.is_empty() { Ok(Vec::new()) } else { self.engine.search(&asked).await };
        let answer = |search: &Search| match (places.get(search), &answers) {
            (None, _) => Ok(SearchResults::nothing()),
            (Some(_), Err(error)) => Err(error.clone()),
            (Some(&place), Ok(answers)) => answers.get(place).cloned().unwrap_or_else(|| Ok(SearchResults::nothing())),
        };
        searches.iter().map(answer).collect()
    }

    /// The products asked for, in that order, `None` where there is none.
    pub async fn look_up(
        &self,
        look_ups: &[LookUp],
        fields: FieldSet,
    ) -> Result<Vec<Option<PartialProduct>>, EngineError> {
        if look_ups.is_empty() {
            return Ok(Vec::new());
        }
        self.engine.look_up(look_ups, fields).await
    }
}
