//! A better spelling of a query, where one is wanted.
//!
//! Invariant: a spelling is told only when it finds more products than the query as it was written, and no product has a
//! word that it corrects.

use super::request::{Outcome, Outcomes};
use crate::search::{Search, SearchLimits, SearchPlan, Stage, TextQuery, Tuning};

/// A spelling that may be told, once the engine was asked what it finds.
pub(super) struct BetterSpelling(TextQuery);

impl BetterSpelling {
    /// How a stage spells the query of a search, where that is wanted and something that may be asked.
    pub(super) fn of(search: &Search, stage: &Stage, limits: &SearchLimits) -> Option<Self> {
        if !search.wants.did_you_mean || search.finds_nothing() {
            return None;
        }
        let text = search.text.as_ref()?.corrected(stage)?;
        (text.text.chars().count() <= limits.query_length).then_some(Self(text))
    }

    /// What the engine is asked: how many products it finds, then whether any has one of the corrected words after all.
    pub(super) fn checks(&self, search: &Search, stage: &Stage, tuning: &Tuning) -> Vec<SearchPlan> {
        [search.count_plan(&self.0, tuning)].into_iter().chain(search.misspelt_plan(stage)).collect()
    }

    /// The spelling, unless it finds no more than the `found` products of the query as it was written. None when a check
    /// failed: products and counts do not depend on it.
    pub(super) fn told(self, found: u64, checks: Outcomes<'_>) -> Option<String> {
        let total = |check: Outcome<'_>| check.results.ok()?.total;
        let totals = checks.into_iter().map(total).collect::<Option<Vec<u64>>>()?;
        let [total, misspelt] = totals.try_into().ok()?;
        (total > found && misspelt == 0).then_some(self.0.text)
    }

    /// The same where what the query finds as it was written is the last of the checks.
    pub(super) fn told_beside(self, mut checks: Outcomes<'_>) -> Option<String> {
        let found = checks.pop()?.results.ok()?.total?;
        self.told(found, checks)
    }
}
