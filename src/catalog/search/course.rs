//! The course of one search: the exact words, and when they find too few, whatever comes near.
//!
//! Invariant: hits, total and facets are of one stage, which the answer names; a page by cursor takes one question, and
//! no search more than two. How far a search goes depends on its words alone: a filter never leads to more products, and
//! what a facet counts is what choosing the value finds.

use super::{
    better_spelling::BetterSpelling,
    request::{Outcome, Outcomes},
};
use crate::{
    backend::{EngineError, EngineErrorKind},
    search::{
        Counting, Filter, Relevance, Search, SearchAnswer, SearchLimits, SearchPlan, SearchResults, Sought, Stage,
        Tuning,
    },
};

/// One search and what it goes by.
pub(super) struct Course<'a> {
    pub(super) search: &'a Search,
    pub(super) tuning: &'a Tuning,
    pub(super) limits: &'a SearchLimits,
}

/// Where a search stands after the first question.
pub(super) enum Step<'p> {
    /// It is answered.
    Done(Box<SearchAnswer>),
    /// The exact words found too few.
    Further(Box<Pending<'p>>),
}

/// What is known of a search whose exact words found too few.
pub(super) struct Pending<'p> {
    /// The stage that may find more.
    stage: Stage,
    /// How that stage spells the query.
    better: Option<BetterSpelling>,
    exact: Found<'p>,
}

/// What was found at a stage, and by which plan.
struct Found<'p> {
    plan: &'p SearchPlan,
    results: SearchResults,
}

impl Course<'_> {
    /// The first question, none when the answer is known without; more than one when a page goes on from a corrected
    /// one and is to tell the better spelling again.
    pub(super) fn first_plans(&self) -> Vec<SearchPlan> {
        if self.search.is_hopeless() {
            return Vec::new();
        }
        let stage = self.first_stage();
        let plan = self.plan(&stage);
        if self.is_undecided() {
            return vec![self.deciding(plan)];
        }
        let checks = self.better(&stage).map(|better| {
            let exact = self.search.text.as_ref().map(|text| self.search.count_plan(text, self.tuning));
            better.checks(self.search, &stage, self.tuning).into_iter().chain(exact)
        });
        [plan].into_iter().chain(checks.into_iter().flatten()).collect()
    }

    /// What the first question leads to.
    pub(super) fn after_first<'p>(&self, outcomes: Outcomes<'p>) -> Result<Step<'p>, EngineError> {
        let stage = self.first_stage();
        let mut outcomes = outcomes.into_iter();
        let Some(outcome) = outcomes.next() else { return Ok(self.unasked(stage)) };
        let found = self.found(outcome)?;
        if !self.is_undecided() {
            let better = self.better(&stage).and_then(|better| better.told_beside(outcomes.collect()));
            return Ok(self.done(found, stage, better));
        }
        match self.relaxed(&found.results)? {
            None => Ok(self.done(found, stage, None)),
            Some(stage) => {
                let better = self.better(&stage);
                Ok(Step::Further(Box::new(Pending { stage, better, exact: found })))
            }
        }
    }

    /// The second question: whether the filter alone left too few, what the next stage finds, and what a better spelling
    /// would find.
    pub(super) fn second_plans(&self, pending: &Pending<'_>) -> Vec<SearchPlan> {
        let Pending { stage, better, .. } = pending;
        let relaxed = self.relaxes().then(|| self.plan(stage));
        let checks = better.iter().flat_map(|better| better.checks(self.search, stage, self.tuning));
        self.unfiltered().into_iter().chain(relaxed).chain(checks).collect()
    }

    /// The answer after both questions.
    pub(super) fn after_second(
        &self,
        pending: Pending<'_>,
        outcomes: Outcomes<'_>,
    ) -> Result<SearchAnswer, EngineError> {
        let Pending { stage, better, exact } = pending;
        let exact_total = exact.results.total.unwrap_or_default();
        let mut outcomes = outcomes.into_iter();
        let mut next = || outcomes.next().ok_or(EngineErrorKind::Unexpected);
        if self.is_filtered() && self.is_enough(&next()?.results?)? {
            return Ok(self.answer(exact, Stage::Exact, None));
        }
        let relaxed = if self.relaxes() { Some(next()?) } else { None };
        let better = better.and_then(|better| better.told(exact_total, outcomes.collect()));
        let Some(relaxed) = relaxed else { return Ok(self.answer(exact, Stage::Exact, better)) };
        let relaxed = self.found(relaxed)?.after(&exact.results);
        Ok(self.answer(relaxed, stage, better))
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

    /// A plan that tells as well whether to go further, and with which words corrected.
    fn deciding(&self, plan: SearchPlan) -> SearchPlan {
        let is_counted = plan.counting != Counting::Off || self.search.finds_nothing();
        let counting = if is_counted { plan.counting } else { Counting::UpTo(self.fewest()) };
        SearchPlan { counting, spelling: self.search.spelling_plan(self.tuning), ..plan }
    }

    /// What the engine found, with what is known without it.
    fn found<'p>(&self, outcome: Outcome<'p>) -> Result<Found<'p>, EngineError> {
        let results = outcome.results?;
        let total = if self.search.finds_nothing() { Some(0) } else { results.total };
        Ok(Found { plan: outcome.plan, results: self.search.completed(SearchResults { total, ..results }) })
    }

    /// The stage of the first question.
    fn first_stage(&self) -> Stage {
        self.search.stage.clone().unwrap_or_default()
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

    fn is_enough(&self, exact: &SearchResults) -> Result<bool, EngineError> {
        let found = exact.total.ok_or(EngineErrorKind::Unexpected)?;
        Ok(found >= u64::from(self.fewest()))
    }

    fn is_filtered(&self) -> bool {
        self.search.filter != Filter::All
    }

    /// What tells whether the exact words find enough where nothing is filtered.
    fn unfiltered(&self) -> Option<SearchPlan> {
        let text = self.search.text.as_ref().filter(|_| self.is_filtered())?;
        let counting = Counting::UpTo(self.fewest());
        Some(SearchPlan { filter: Filter::All, counting, ..self.search.count_plan(text, self.tuning) })
    }

    /// The next stage, when the exact words found too few and it can find more.
    fn relaxed(&self, exact: &SearchResults) -> Result<Option<Stage>, EngineError> {
        if self.is_enough(exact)? {
            return Ok(None);
        }
        // What has every word has none that is wrong.
        let spellings = if exact.total == Some(0) { exact.spellings.as_slice() } else { &[] };
        Ok(self.search.relaxed(spellings, self.tuning))
    }

    /// How a stage spells the query, where that is wanted.
    fn better(&self, stage: &Stage) -> Option<BetterSpelling> {
        BetterSpelling::of(self.search, stage, self.limits)
    }

    /// The step of a search that nothing can answer but nothing.
    fn unasked<'p>(&self, stage: Stage) -> Step<'p> {
        let (results, sought) = (self.search.nothing(), Sought::default());
        Step::Done(Box::new(SearchAnswer { results, stage, did_you_mean: None, sought }))
    }

    fn done<'p>(&self, found: Found<'_>, stage: Stage, did_you_mean: Option<String>) -> Step<'p> {
        Step::Done(Box::new(self.answer(found, stage, did_you_mean)))
    }

    fn answer(&self, found: Found<'_>, stage: Stage, did_you_mean: Option<String>) -> SearchAnswer {
        let relevance = found.plan.relevance.as_ref().filter(|_| self.search.wants.highlights);
        let sought = relevance.map(Relevance::sought).unwrap_or_default();
        SearchAnswer { results: found.results, stage, did_you_mean, sought }
    }
}

impl Found<'_> {
    /// The same with what an earlier question took.
    fn after(self, earlier: &SearchResults) -> Self {
        let results = SearchResults {
            took_ms: earlier.took_ms.saturating_add(self.results.took_ms),
            searches: earlier.searches.saturating_add(self.results.searches),
            complete: earlier.complete && self.results.complete,
            ..self.results
        };
        Self { results, ..self }
    }
}
