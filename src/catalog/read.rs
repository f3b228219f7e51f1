//! Searches and look-ups.

use super::Catalog;
use crate::{
    backend::{EngineError, EngineErrorKind},
    product::{FieldSet, LookUp, PartialProduct},
    search::{Search, SearchDraft, SearchProblem, SearchResults},
};

impl Catalog {
    /// The checked search, or everything that is wrong with it.
    pub fn check(&self, draft: SearchDraft) -> Result<Search, SearchProblem> {
        draft.check(&self.settings.searches)
    }

    /// An answer to each search, in order; all that an engine has to answer go to it in one request.
    pub async fn search(&self, searches: &[Search]) -> Vec<Result<SearchResults, EngineError>> {
        let asked: Vec<Search> = searches.iter().filter(|search| !search.is_hopeless()).cloned().collect();
        let mut answers = if asked.is_empty() {
            Ok(Vec::new().into_iter())
        } else {
            self.engine.search(&asked).await.map(Vec::into_iter)
        };
        let mut answer = |search: &Search| match &mut answers {
            _ if search.is_hopeless() => Ok(SearchResults::nothing()),
            Ok(answers) => answers.next().unwrap_or_else(|| Err(EngineErrorKind::Unexpected.into())),
            Err(error) => Err(error.clone()),
        };
        searches.iter().map(&mut answer).collect()
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
