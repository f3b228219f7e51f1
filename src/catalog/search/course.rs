//! The course of one search: the exact words, and when they find too few, whatever comes near.
//!
//! Invariant: hits, total and facets are of one stage, which the answer names; a page by cursor takes one question, and
//! no search more than two.

use std::collections::BTreeSet;

use super::Outcomes;
use crate::{
    backend::{EngineError, EngineErrorKind},
    search::{
        Counting, Filter, Search, SearchAnswer, SearchLimits, SearchPlan, SearchResults, SpellingPlan, Stage,
        TextColumn, TextQuery, Tuning, corrections, doubtful,
    },
};

/// One search and what it goes by.
pub(super) struct Course<'a> {
    pub(super) search: &'a Search,
    pub(super) tuning: &'a Tuning,
    pub(super) limits: &'a SearchLimits,
}

/// Where a search stands after the first question.
pub(super) enum Step {
    /// It is answered.
    Done(Box<SearchAnswer>),
    /// The exact words found too few.
    Further(Box<Pending>),
}

/// What is known of a search whose exact words found too few.
pub(super) struct Pending {
    stage: Stage,
    exact: SearchResults,
}

impl Course<'_> {
    /// The first question, none when the answer is known without; more than one when a page goes on from a corrected
    /// one and is to tell the better spelling again.
    pub(super) fn first_plans(&self) -> Vec<SearchPlan> {
        if self.search.is_hopeless() {
            return Vec::new();
        }
        let stage = self.search.stage.clone().unwrap_or_default();
        let mut plan = self.plan(&stage);
        if self.is_undecided() {
            if plan.counting == Counting::Off && !self.search.finds_nothing() {
                plan.counting = Counting::UpTo(self.fewest());
            }
            plan.spelling = self.spelling();
        }
        let checks = self.checks(&stage);
        let exact = || self.count(self.search.plan(&Stage::Exact, self.tuning));
        let total = (!checks.is_empty()).then(|| SearchPlan { counting: Counting::Exact, ..exact() });
        [plan].into_iter().chain(checks).chain(total).collect()
    }

    /// What the first question leads to.
    pub(super) fn after_first(&self, outcomes: Outcomes) -> Result<Step, EngineError> {
        let stage = self.search.stage.clone().unwrap_or_default();
        let mut outcomes = outcomes.into_iter();
        let Some(results) = outcomes.next() else { return Ok(self.done(self.search.nothing(), stage, None)) };
        let results = self.counted(results?);
        if !self.is_undecided() {
            let better = self.better_than_exact(&stage, outcomes.collect());
            return Ok(self.done(results, stage, better));
        }
        let found = results.total.ok_or(EngineErrorKind::Unexpected)?;
        let relaxed = self.relaxed(&results);
        let is_enough = found >= u64::from(self.fewest());
        if is_enough || !self.search.can_relax(&relaxed, self.tuning) {
            return Ok(self.done(results, stage, None));
        }
        Ok(Step::Further(Box::new(Pending { stage: relaxed, exact: results })))
    }

    /// The second question, and what a better spelling would find.
    pub(super) fn second_plans(&self, pending: &Pending) -> Vec<SearchPlan> {
        let relaxed = self.relaxes().then(|| self.plan(&pending.stage));
        relaxed.into_iter().chain(self.checks(&pending.stage)).collect()
    }

    /// The answer after both questions.
    pub(super) fn after_second(&self, pending: Pending, outcomes: Outcomes) -> Result<SearchAnswer, EngineError> {
        let Pending { stage, exact } = pending;
        let mut outcomes = outcomes.into_iter();
        let found = exact.total.unwrap_or_default();
        if !self.relaxes() {
            let better = self.better(&stage, found, outcomes.collect());
            return Ok(self.answer(exact, Stage::Exact, better));
        }
        let relaxed = outcomes.next().unwrap_or_else(|| Err(EngineErrorKind::Unexpected.into()));
        let relaxed = self.counted(relaxed?);
        let better = self.better(&stage, found, outcomes.collect());
        let results = SearchResults {
            took_ms: exact.took_ms.saturating_add(relaxed.took_ms),
            searches: exact.searches.saturating_add(relaxed.searches),
            complete: exact.complete && relaxed.complete,
            ..relaxed
        };
        Ok(self.answer(results, stage, better))
    }

    /// What the engine is asked at a stage.
    fn plan(&self, stage: &Stage) -> SearchPlan {
        let plan = self.search.plan(stage, self.tuning);
        if self.search.finds_nothing() {
            // Only facets that ignore a part of the filter have something to count.
            return SearchPlan { hits: None, counting: Counting::Off, narrowing: Filter::All, ..plan };
        }
        plan
    }

    /// What the engine found, with what is known without it.
    fn counted(&self, results: SearchResults) -> SearchResults {
        let total = if self.search.finds_nothing() { Some(0) } else { results.total };
        self.search.completed(SearchResults { total, ..results })
    }

    /// Whether it is still to be found out how far this search has to go.
    fn is_undecided(&self) -> bool {
        self.search.text.is_some() && self.search.stage.is_none() && self.fewest() > 0
    }

    /// Whether fewer hits than wanted lead to others than those of the exact words.
    fn relaxes(&self) -> bool {
        self.limits.relax_below > 0
    }

    /// How many products the exact words have to find; a better spelling is looked for when there is none at all.
    fn fewest(&self) -> u32 {
        self.limits.relax_below.max(u32::from(self.search.wants.did_you_mean))
    }

    /// The words whose spelling is in doubt.
    fn spelling(&self) -> Option<SpellingPlan> {
        let text = self.search.text.as_ref()?;
        let places = doubtful(text, self.tuning);
        let words: Vec<String> =
            places.iter().filter_map(|&place| Some(text.words.get(place)?.spelt.clone())).collect();
        (!words.is_empty()).then_some(SpellingPlan { column: TextColumn::Spelling, words })
    }

    /// The next stage, with the words corrected that the catalogue does not have.
    fn relaxed(&self, exact: &SearchResults) -> Stage {
        let corrected = self.search.text.as_ref().map(|text| {
            let places = doubtful(text, self.tuning);
            corrections(text, &places, &exact.spellings, &self.tuning.ranking.stop_words)
        });
        Stage::Relaxed(corrected.unwrap_or_default())
    }

    /// What tells whether to offer the spelling of a stage: how many products it finds, then whether any product has one
    /// of the corrected words after all. Empty when nothing is to be offered.
    fn checks(&self, stage: &Stage) -> Vec<SearchPlan> {
        let Some(corrected) = self.offer(stage) else { return Vec::new() };
        let corrected = Search { text: Some(corrected), ..self.search.clone() }.plan(&Stage::Exact, self.tuning);
        let wrong = SearchPlan {
            relevance: self.search.misspelt(stage),
            counting: Counting::UpTo(1),
            preference: self.search.fingerprint,
            ..SearchPlan::everything()
        };
        vec![SearchPlan { counting: Counting::Exact, ..self.count(corrected) }, wrong]
    }

    /// The query as a stage spells it, where that is wanted and something that may be asked.
    fn offer(&self, stage: &Stage) -> Option<TextQuery> {
        let is_wanted = self.search.wants.did_you_mean && !self.search.finds_nothing();
        let text = self.search.text.as_ref().filter(|_| is_wanted)?;
        text.corrected(stage).filter(|text| text.text.chars().count() <= self.limits.query_length)
    }

    /// The better spelling, when it finds more than `found` products and every word that it corrects is wrong; none when
    /// a check failed: products and counts do not depend on it.
    fn better(&self, stage: &Stage, found: u64, checks: Outcomes) -> Option<String> {
        let totals = checks.into_iter().map(|check| check.ok()?.total).collect::<Option<Vec<u64>>>()?;
        let [total, has_wrong] = totals.try_into().ok()?;
        self.offer(stage).filter(|_| total > found && has_wrong == 0).map(|text| text.text)
    }

    /// The same where the exact words were counted by the last of the checks.
    fn better_than_exact(&self, stage: &Stage, mut checks: Outcomes) -> Option<String> {
        let found = checks.pop()?.ok()?.total?;
        self.better(stage, found, checks)
    }

    /// A plan that only counts.
    fn count(&self, plan: SearchPlan) -> SearchPlan {
        SearchPlan { hits: None, facets: Vec::new(), spelling: None, preference: self.search.fingerprint, ..plan }
    }

    fn done(&self, results: SearchResults, stage: Stage, did_you_mean: Option<String>) -> Step {
        Step::Done(Box::new(self.answer(results, stage, did_you_mean)))
    }

    fn answer(&self, results: SearchResults, stage: Stage, did_you_mean: Option<String>) -> SearchAnswer {
        let is_marked = self.search.wants.highlights;
        let sought = if is_marked { self.search.sought(&stage, self.tuning) } else { BTreeSet::new() };
        SearchAnswer { results, stage, did_you_mean, sought }
    }
}
