//! The course of one search: the exact words, and when they find too few, whatever comes near.
//!
//! Invariant: hits, total and facets are of one stage, which the answer names; a page by cursor takes one question, and
//! no search more than two.

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
        let mut plan = self.search.plan(&stage, self.tuning);
        if self.search.finds_nothing() {
            // Only facets that ignore a part of the filter have something to count.
            return vec![SearchPlan { hits: None, counting: Counting::Off, narrowing: Filter::All, ..plan }];
        }
        if self.is_undecided() {
            if plan.counting == Counting::Off {
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
        let mut outcomes: Vec<SearchResults> = outcomes.into_iter().collect::<Result<_, _>>()?;
        if outcomes.is_empty() {
            return Ok(self.done(self.search.nothing(), stage, None));
        }
        let mut results = outcomes.remove(0);
        if self.search.finds_nothing() {
            results.total = Some(0);
            return Ok(self.done(results, stage, None));
        }
        if !self.is_undecided() {
            let total = outcomes.pop().and_then(|exact| exact.total);
            let better = total.and_then(|total| self.better(&stage, total, &outcomes));
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
        let relaxed = self.relaxes().then(|| self.search.plan(&pending.stage, self.tuning));
        relaxed.into_iter().chain(self.checks(&pending.stage)).collect()
    }

    /// The answer after both questions.
    pub(super) fn after_second(&self, pending: Pending, outcomes: Outcomes) -> Result<SearchAnswer, EngineError> {
        let Pending { stage, exact } = pending;
        let mut outcomes: Vec<SearchResults> = outcomes.into_iter().collect::<Result<_, _>>()?;
        let found = exact.total.unwrap_or_default();
        if !self.relaxes() {
            let better = self.better(&stage, found, &outcomes);
            return Ok(self.answer(exact, Stage::Exact, better));
        }
        if outcomes.is_empty() {
            return Err(EngineErrorKind::Unexpected.into());
        }
        let relaxed = outcomes.remove(0);
        let better = self.better(&stage, found, &outcomes);
        let results = SearchResults {
            took_ms: exact.took_ms.saturating_add(relaxed.took_ms),
            searches: exact.searches.saturating_add(relaxed.searches),
            complete: exact.complete && relaxed.complete,
            ..relaxed
        };
        Ok(self.answer(results, stage, better))
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
            corrections(text, &places, &exact.spellings)
        });
        Stage::Relaxed(corrected.unwrap_or_default())
    }

    /// What tells whether to offer the spelling of a stage: how many products it finds, then for each corrected word
    /// whether any product has it after all. Empty when nothing is to be offered.
    fn checks(&self, stage: &Stage) -> Vec<SearchPlan> {
        let Some(corrected) = self.offer(stage) else { return Vec::new() };
        let text = self.search.text.as_ref();
        let wrong = stage.corrections().iter().filter_map(|correction| text?.word(correction.word));
        let asked =
            |text: TextQuery| Search { text: Some(text), ..self.search.clone() }.plan(&Stage::Exact, self.tuning);
        let words = wrong.map(|word| SearchPlan {
            filter: Filter::All,
            narrowing: Filter::All,
            counting: Counting::UpTo(1),
            ..self.count(asked(word))
        });
        [SearchPlan { counting: Counting::Exact, ..self.count(asked(corrected)) }].into_iter().chain(words).collect()
    }

    /// The query as a stage spells it, where that is wanted and something that may be asked.
    fn offer(&self, stage: &Stage) -> Option<TextQuery> {
        let text = self.search.text.as_ref().filter(|_| self.search.wants.did_you_mean)?;
        text.corrected(stage).filter(|text| text.text.chars().count() <= self.limits.query_length)
    }

    /// The better spelling, when it finds more than `found` products and every word that it corrects is wrong.
    fn better(&self, stage: &Stage, found: u64, checks: &[SearchResults]) -> Option<String> {
        let (total, words) = checks.split_first()?;
        let is_better = total.total.is_some_and(|total| total > found);
        let all_wrong = words.iter().all(|word| word.total == Some(0));
        self.offer(stage).filter(|_| is_better && all_wrong).map(|text| text.text)
    }

    /// A plan that only counts.
    fn count(&self, plan: SearchPlan) -> SearchPlan {
        SearchPlan { hits: None, facets: Vec::new(), spelling: None, preference: self.search.fingerprint, ..plan }
    }

    fn done(&self, results: SearchResults, stage: Stage, did_you_mean: Option<String>) -> Step {
        Step::Done(Box::new(self.answer(results, stage, did_you_mean)))
    }

    fn answer(&self, results: SearchResults, stage: Stage, did_you_mean: Option<String>) -> SearchAnswer {
        let sought = self.search.sought(&stage, self.tuning);
        SearchAnswer { results, stage, did_you_mean, sought }
    }
}
