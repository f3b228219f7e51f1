//! What an engine is asked for one search, stage by stage.
//!
//! Invariant: every plan of a search has its preference, so that the same copies of an index answer all of them.

use super::{
    Counting, FacetPlan, HitsPlan, Search, SearchPlan, SearchResults, Spelling, SpellingPlan, Stage, TextQuery, Tuning,
    compiler, facet::SpreadFilter, spelling,
};

impl Search {
    /// What an engine is asked at a stage of this search.
    pub fn plan(&self, stage: &Stage, tuning: &Tuning) -> SearchPlan {
        let SpreadFilter { filter, narrowing, facets } = self.spread();
        let (order, window) = (self.order.clone(), self.window.clone());
        SearchPlan {
            relevance: self.text.as_ref().map(|text| compiler::relevance(text, stage, tuning)),
            filter,
            narrowing,
            hits: self.wants.hits.map(|fields| HitsPlan { fields, order, window, scores: self.wants.scores }),
            counting: if self.wants.total { Counting::Exact } else { Counting::Off },
            facets: facets.into_iter().map(FacetPlan::without_impossible_names).collect(),
            ..SearchPlan::everything(self.fingerprint)
        }
    }

    /// What an engine answered, with what is known of facets without it.
    #[must_use]
    pub fn completed(&self, results: SearchResults) -> SearchResults {
        let facets = self.wants.facets.iter().zip(results.facets);
        let facets = facets.map(|(facet, outcome)| outcome.map(|counts| facet.with_impossible_names(counts)));
        SearchResults { facets: facets.collect(), ..results }
    }

    /// How many products the exact words of `text` find under the filter of this search.
    pub fn count_plan(&self, text: &TextQuery, tuning: &Tuning) -> SearchPlan {
        SearchPlan {
            relevance: Some(compiler::relevance(text, &Stage::Exact, tuning)),
            filter: self.filter.clone(),
            counting: Counting::Exact,
            ..SearchPlan::everything(self.fingerprint)
        }
    }

    /// Whether any product has a word that a stage corrects, after all: counts one at most; `None` when it corrects
    /// none.
    pub fn misspelt_plan(&self, stage: &Stage) -> Option<SearchPlan> {
        let relevance = compiler::misspelt(self.text.as_ref()?, stage)?;
        let (relevance, counting) = (Some(relevance), Counting::UpTo(1));
        Some(SearchPlan { relevance, counting, ..SearchPlan::everything(self.fingerprint) })
    }

    /// The words whose spelling is in doubt; `None` when none is.
    pub fn spelling_plan(&self, tuning: &Tuning) -> Option<SpellingPlan> {
        self.text.as_ref().and_then(|text| spelling::plan(text, tuning))
    }

    /// The stage after that of the exact words, with misspelt ones corrected by the answer to [`Self::spelling_plan`];
    /// `None` when it can find no more.
    pub fn relaxed(&self, spellings: &[Vec<Spelling>], tuning: &Tuning) -> Option<Stage> {
        let text = self.text.as_ref()?;
        let stage = Stage::Relaxed(spelling::corrections(text, tuning, spellings));
        compiler::can_relax(text, &stage, &tuning.ranking).then_some(stage)
    }
}
