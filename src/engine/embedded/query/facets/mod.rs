//! Facets: counts over the documents that match, made while they pass by.
//!
//! All facets of a search are counted in one pass. A document is held against each condition once, and goes into the lane
//! of each filter that it meets; when a lane has a block of documents, its columns are read for all of them at once.
//! Invariant: no document is kept beyond its block, so that memory does not grow with what matches.

mod attributes;
mod lanes;
mod prices;
mod segment;
mod values;

use tantivy::{
    SegmentReader,
    query::{EnableScoring, Weight},
};
use tokio_util::sync::CancellationToken;

pub(super) use self::segment::SegmentFacets;
use self::{
    attributes::Attributes,
    lanes::Lanes,
    values::{Listing, ValueTally},
};
use super::{View, check_given_up, filter};
use crate::{
    engine::embedded::{error::IndexError, index::ValueColumn},
    search::{
        Facet, FacetCounts, FacetOutcome, FacetPlan, Filter, SearchPlan,
        facet::{ValueCount, ValueField, ValuesFacet},
    },
};

/// The facets of one search.
pub(super) struct Facets<'a> {
    plans: &'a [FacetPlan],
    lanes: Lanes<'a>,
    /// The places of the conditions that hits and total obey.
    narrowing: Vec<usize>,
}

impl<'a> Facets<'a> {
    /// Facets of which nothing was counted.
    pub(super) fn new(search: &'a SearchPlan, view: &View<'_>) -> Result<Self, IndexError> {
        let mut lanes = Lanes::default();
        let narrowing = lanes.conditions(&search.narrowing, |part| view.membership(part))?;
        for plan in &search.facets {
            prepare(plan, &mut lanes, view)?;
        }
        Ok(Self { plans: &search.facets, lanes, narrowing })
    }

    /// The counting of a segment, which has this place in the searcher.
    pub(super) fn enter(&mut self, place: usize, segment: &SegmentReader) -> Result<SegmentFacets<'_, 'a>, IndexError> {
        SegmentFacets::new(&mut self.lanes, &self.narrowing, (place, segment))
    }

    /// What was counted, in the order of the plan; [`IndexError::GivenUp`] when nobody waits for it any more.
    pub(super) fn finish(&self, given_up: &CancellationToken) -> Result<Vec<FacetOutcome>, IndexError> {
        self.plans.iter().map(|plan| self.outcome(plan, given_up)).collect()
    }

    fn outcome(&self, plan: &'a FacetPlan, given_up: &CancellationToken) -> Result<FacetOutcome, IndexError> {
        check_given_up(given_up)?;
        Ok(match &plan.facet {
            Facet::Values(facet) => Ok(FacetCounts::Values(self.values((facet, plan), given_up)?)),
            Facet::Stock => Ok(FacetCounts::Stock(self.lanes.stock(&plan.filter)?)),
            Facet::Price(facet) => self.lanes.prices(&plan.filter, &facet.buckets)?.counts().map(FacetCounts::Price),
            Facet::Attributes(facet) => {
                Ok(FacetCounts::Attributes(Attributes { facet, plan }.counts(&self.lanes, given_up)?))
            }
        })
    }

    fn values(
        &self,
        (facet, plan): (&ValuesFacet, &FacetPlan),
        given_up: &CancellationToken,
    ) -> Result<Vec<ValueCount>, IndexError> {
        let listing = Listing {
            size: facet.size,
            order: facet.order,
            matching: facet.matching.as_ref(),
            selected: &plan.selected,
            within: None,
        };
        self.lanes.values(&plan.filter, column(facet.field), None)?.list(&listing, given_up)
    }
}

/// Makes the tallies of a facet.
fn prepare<'a>(plan: &'a FacetPlan, lanes: &mut Lanes<'a>, view: &View<'_>) -> Result<(), IndexError> {
    let weigh = |part: &Filter| view.membership(part);
    match &plan.facet {
        Facet::Values(facet) => {
            let column = column(facet.field);
            let tally = |within: Option<&_>| Ok(ValueTally::new(view.dictionary(column)?, within)?);
            lanes.lane(&plan.filter, weigh)?.count_values(column, None, tally)?;
        }
        Facet::Stock => lanes.lane(&plan.filter, weigh)?.count_stock(),
        Facet::Price(facet) => lanes.lane(&plan.filter, weigh)?.count_prices(&facet.buckets),
        Facet::Attributes(facet) => {
            let attributes = Attributes { facet, plan };
            for (filter, name) in attributes.filters() {
                let lane = lanes.lane(filter, weigh)?;
                for &column in attributes.columns() {
                    lane.count_values(column, name, |within| Ok(ValueTally::new(view.dictionary(column)?, within)?))?;
                }
            }
        }
    }
    Ok(())
}

fn column(field: ValueField) -> ValueColumn {
    match field {
        ValueField::Category => ValueColumn::Category,
        ValueField::Brand => ValueColumn::Brand,
        ValueField::Tags => ValueColumn::Tag,
    }
}

impl View<'_> {
    /// The products that meet a condition, without scores.
    fn membership(&self, condition: &Filter) -> Result<Box<dyn Weight>, IndexError> {
        let scoring = EnableScoring::disabled_from_searcher(&self.searcher);
        Ok(filter::compile(condition, &self.fields).weight(scoring)?)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_facet_is_told_once_nobody_waits() {
        let (filter, selected, own) = (Filter::All, BTreeSet::new(), Vec::new());
        let plans = [FacetPlan { facet: Facet::Stock, filter, selected, own }];
        let mut lanes = Lanes::default();
        lanes.lane(&plans[0].filter, |_| Err(IndexError::Position)).unwrap().count_stock();
        let facets = Facets { plans: &plans, lanes, narrowing: Vec::new() };
        let given_up = CancellationToken::new();
        assert_eq!(facets.finish(&given_up).unwrap().len(), 1);
        given_up.cancel();
        assert!(matches!(facets.finish(&given_up), Err(IndexError::GivenUp)));
    }
}
