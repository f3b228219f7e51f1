//! What one search cannot count, as a further one.
//!
//! Invariant: a further search asks for one facet and for nothing that needs another one.

use super::Lacking;
use crate::{
    engine::elastic::abilities::{Abilities, Composites},
    search::{
        Counting, Facet, FacetCounts, FacetPlan, Filter, SearchPlan, SearchResults,
        facet::{PriceBuckets, PriceCounts},
    },
};

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
    /// Whether a node cannot count this facet in the same search as others.
    pub(super) fn is_aside(plan: &FacetPlan, abilities: Abilities) -> bool {
        let Facet::Price(price) = &plan.facet else { return false };
        let is_nested = plan.filter != Filter::All;
        matches!(price.buckets, PriceBuckets::Every { .. }) && is_nested && abilities.composites == Composites::AtTop
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
        let aside = plan.facets.iter().enumerate().filter(move |(_, facet)| Self::is_aside(facet, abilities));
        aside.map(move |(place, facet)| Self { search, facet: place, plan: alone(plan, facet, facet.facet.clone()) })
    }

    /// The search for the values that the answer to this one lacks.
    pub(in crate::engine::elastic) fn after((search, plan): (usize, &SearchPlan), lacking: Lacking) -> Option<Self> {
        let facet = plan.facets.get(lacking.facet)?;
        let Facet::Attributes(asked) = &facet.facet else { return None };
        let mut asked = asked.clone();
        asked.names = Some(lacking.names);
        Some(Self { search, facet: lacking.facet, plan: alone(plan, facet, Facet::Attributes(asked)) })
    }

    /// Puts what was counted where it belongs.
    pub(in crate::engine::elastic) fn complete(&self, results: &mut SearchResults, more: SearchResults) {
        results.searches = results.searches.saturating_add(more.searches);
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

/// The search for one facet over the same products.
fn alone(plan: &SearchPlan, counted: &FacetPlan, facet: Facet) -> SearchPlan {
    SearchPlan {
        relevance: plan.relevance.clone(),
        filter: Filter::And(vec![plan.filter.clone(), counted.filter.clone()]).simplified(),
        narrowing: Filter::All,
        hits: None,
        counting: Counting::Off,
        facets: vec![FacetPlan { facet, filter: Filter::All, selected: counted.selected.clone(), own: Vec::new() }],
        spelling: None,
        preference: plan.preference,
    }
}
