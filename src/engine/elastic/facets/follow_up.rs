//! What one search cannot count, as a further one.
//!
//! Invariant: a further search asks for one facet and for nothing that needs another one.

use std::collections::BTreeSet;

use super::{Lacking, buckets};
use crate::{
    engine::elastic::abilities::{Abilities, Composites},
    search::{
        Counting, Facet, FacetCounts, FacetPlan, Filter, SearchPlan, SearchResults,
        facet::{PriceBuckets, PriceCounts},
    },
};

/// Most buckets that the facets of one search ask for, unless one facet alone asks for more: a node refuses answers of
/// more than 65,535 (its `search.max_buckets`), hits and all, and the largest facet takes up to about 37,000.
const MOST_BUCKETS: u64 = 20_000;

/// A further search on behalf of another one.
#[derive(Debug)]
pub(in crate::engine::elastic) struct FollowUp {
    /// Which search.
    pub(in crate::engine::elastic) search: usize,
    /// The place of the facet in it.
    facet: usize,
    /// What is asked.
    pub(in crate::engine::elastic) plan: SearchPlan,
}

impl FollowUp {
    /// The places of the facets that a node counts in searches of their own: those that it cannot count beside others,
    /// and those with which a search would ask for too many buckets.
    pub(super) fn places(plans: &[FacetPlan], abilities: Abilities) -> BTreeSet<usize> {
        let mut asked = 0_u64;
        let aside = plans.iter().enumerate().filter(|(_, plan)| {
            if needs_top(plan, abilities) {
                return true;
            }
            let with_this = asked.saturating_add(buckets(plan));
            let is_beyond = asked > 0 && with_this > MOST_BUCKETS;
            if !is_beyond {
                asked = with_this;
            }
            is_beyond
        });
        aside.map(|(place, _)| place).collect()
    }

    /// What stands in the place of a facet that is asked aside, until it is answered.
    pub(super) fn placeholder() -> FacetCounts {
        FacetCounts::Price(PriceCounts::default())
    }

    /// The searches that are asked beside this one.
    pub(in crate::engine::elastic) fn beside(
        (search, plan): (usize, &SearchPlan),
        abilities: Abilities,
    ) -> impl Iterator<Item = Self> {
        let aside = Self::places(&plan.facets, abilities).into_iter();
        let aside = aside.filter_map(|place| Some((place, plan.facets.get(place)?)));
        aside.map(move |(place, facet)| {
            let plan = if needs_top(facet, abilities) {
                alone(plan, facet, facet.facet.clone())
            } else {
                counting(plan, plan.filter.clone(), facet.clone())
            };
            Self { search, facet: place, plan }
        })
    }

    /// The search for the values that the answer to this one lacks.
    pub(in crate::engine::elastic) fn after((search, plan): (usize, &SearchPlan), lacking: Lacking) -> Option<Self> {
        let facet = plan.facets.get(lacking.facet)?;
        let Facet::Attributes(asked) = &facet.facet else { return None };
        let mut asked = asked.clone();
        asked.names = Some(lacking.names);
        Some(Self { search, facet: lacking.facet, plan: alone(plan, facet, Facet::Attributes(asked)) })
    }

    /// What the answer to this one lacks, as something that the search behind it lacks.
    pub(in crate::engine::elastic) fn lacking(&self, lacking: Vec<Lacking>) -> impl Iterator<Item = Lacking> {
        lacking.into_iter().map(|lacking| Lacking { facet: self.facet, ..lacking })
    }

    /// Puts what was counted where it belongs; it is still the same search.
    pub(in crate::engine::elastic) fn complete(&self, results: &mut SearchResults, more: SearchResults) {
        results.took_ms = results.took_ms.saturating_add(more.took_ms);
        results.complete &= more.complete;
        results.exact_counts &= more.exact_counts;
        let (Some(slot), Some(counted)) = (results.facets.get_mut(self.facet), more.facets.into_iter().next()) else {
            return;
        };
        match (slot, counted) {
            (Ok(FacetCounts::Attributes(attributes)), Ok(FacetCounts::Attributes(counted))) => {
                for single in counted {
                    let of_name = attributes.iter_mut().filter(|attribute| attribute.name == single.name);
                    of_name.for_each(|attribute| attribute.values.clone_from(&single.values));
                }
            }
            (slot, counted) => *slot = counted,
        }
    }
}

/// Whether a node counts this facet only where no filter is around it.
fn needs_top(plan: &FacetPlan, abilities: Abilities) -> bool {
    let Facet::Price(price) = &plan.facet else { return false };
    let is_nested = plan.filter != Filter::All;
    matches!(price.buckets, PriceBuckets::Every { .. }) && is_nested && abilities.composites == Composites::AtTop
}

/// The search for one facet over the same products, whose filter stands around all of it.
fn alone(plan: &SearchPlan, counted: &FacetPlan, facet: Facet) -> SearchPlan {
    let filter = Filter::And(vec![plan.filter.clone(), counted.filter.clone()]).simplified();
    let facet = FacetPlan { facet, filter: Filter::All, selected: counted.selected.clone(), own: Vec::new() };
    counting(plan, filter, facet)
}

/// The search that only counts a facet of what matches `filter`.
fn counting(plan: &SearchPlan, filter: Filter, facet: FacetPlan) -> SearchPlan {
    SearchPlan {
        relevance: plan.relevance.clone(),
        filter,
        narrowing: Filter::All,
        hits: None,
        counting: Counting::Off,
        facets: vec![facet],
        spelling: None,
        preference: plan.preference,
    }
}
