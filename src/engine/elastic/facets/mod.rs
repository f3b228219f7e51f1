//! Facets as aggregations of the search itself, and what a node counted.
//!
//! Invariant: every name of an aggregation holds its facet's place in the plan, so no two collide, whatever is aliased;
//! and a facet that was asked for is in the answer, or the whole answer is refused.

mod aggregated;
mod attributes;
mod follow_up;
mod pattern;
mod price;
mod stock;
#[cfg(test)]
mod tests;
mod values;

pub(super) use aggregated::{Aggregated, AggregationsBody};
pub(super) use follow_up::FollowUp;

use serde_json::{Map, Value, json};

use self::attributes::AttributesQuestion;
use super::{abilities::Abilities, query};
use crate::{
    backend::EngineError,
    search::{Facet, FacetCounts, FacetOutcome, FacetPlan, Filter},
};

/// Terms that each of several shards reports: of fields with fewer values the counts are exact.
const SHARD_SIZE: u32 = 10_000;
/// How the names of aggregations begin that hold those of one filter.
const WITHIN: &str = "within";

/// One aggregation.
struct Leaf {
    /// Its name; begins with the place of its facet.
    name: String,
    /// What counted products obey.
    filter: Filter,
    /// What is counted.
    body: Value,
}

/// What a node counted for the facets of one plan.
#[derive(Debug, Default)]
pub(super) struct Counted {
    /// In the order of the plan; of facets that are asked aside, something empty in their place.
    pub(super) outcomes: Vec<FacetOutcome>,
    /// Values that have to be asked for once more.
    pub(super) lacking: Vec<Lacking>,
}

/// Attributes of whose values the node told too few.
#[derive(Debug)]
pub(super) struct Lacking {
    /// The place of their facet in the plan.
    pub(super) facet: usize,
    /// Their names.
    pub(super) names: Vec<String>,
}

/// The aggregations that answer the facets; those that count over the same products share one filter.
pub(super) fn aggregations(plans: &[FacetPlan], abilities: Abilities) -> Map<String, Value> {
    let mut groups: Vec<(Filter, Map<String, Value>)> = Vec::new();
    let aside = FollowUp::places(plans, abilities);
    let asked = plans.iter().enumerate().filter(|(place, _)| !aside.contains(place));
    for leaf in asked.flat_map(|(place, plan)| leaves(place, plan, abilities)) {
        match groups.iter_mut().find(|(filter, _)| *filter == leaf.filter) {
            Some((_, group)) => _ = group.insert(leaf.name, leaf.body),
            None => groups.push((leaf.filter, Map::from_iter([(leaf.name, leaf.body)]))),
        }
    }
    let mut aggregations = Map::new();
    for (number, (filter, group)) in groups.into_iter().enumerate() {
        if filter == Filter::All {
            aggregations.extend(group);
        } else {
            let within = json!({"filter": query::filter(&filter), "aggs": group});
            aggregations.insert(format!("{WITHIN}{number}"), within);
        }
    }
    aggregations
}

fn leaves(place: usize, plan: &FacetPlan, abilities: Abilities) -> Vec<Leaf> {
    match &plan.facet {
        Facet::Values(facet) => values::leaves(place, facet, plan, abilities),
        Facet::Stock => stock::leaves(place, plan),
        Facet::Price(facet) => price::leaves(place, facet, plan),
        Facet::Attributes(facet) => AttributesQuestion::new(place, facet, plan).leaves(abilities),
    }
}

/// Most buckets that a node makes for a facet.
fn buckets(plan: &FacetPlan) -> u64 {
    match &plan.facet {
        Facet::Values(facet) => u64::from(facet.size).saturating_add(plan.selected.len() as u64),
        Facet::Stock => stock::BUCKETS,
        Facet::Price(facet) => price::buckets(facet),
        Facet::Attributes(facet) => AttributesQuestion::new(0, facet, plan).buckets(),
    }
}

/// What the facets' aggregations counted.
pub(super) fn read(
    plans: &[FacetPlan],
    aggregated: &mut Aggregated<'_>,
    abilities: Abilities,
) -> Result<Counted, EngineError> {
    let (mut counted, aside) = (Counted::default(), FollowUp::places(plans, abilities));
    for (facet, plan) in plans.iter().enumerate() {
        let outcome = if aside.contains(&facet) {
            Ok(FollowUp::placeholder())
        } else {
            let (outcome, names) = read_one(facet, plan, aggregated)?;
            if !names.is_empty() {
                counted.lacking.push(Lacking { facet, names });
            }
            outcome
        };
        counted.outcomes.push(outcome);
    }
    Ok(counted)
}

/// What one facet counted, and the attributes of whose values too few are known.
fn read_one(
    place: usize,
    plan: &FacetPlan,
    aggregated: &mut Aggregated<'_>,
) -> Result<(FacetOutcome, Vec<String>), EngineError> {
    let outcome = match &plan.facet {
        Facet::Values(facet) => Ok(FacetCounts::Values(values::read(place, facet, plan, aggregated)?)),
        Facet::Stock => Ok(FacetCounts::Stock(stock::read(place, aggregated)?)),
        Facet::Price(facet) => price::read(place, facet, aggregated)?.map(FacetCounts::Price),
        Facet::Attributes(facet) => {
            let (counts, lacking) = AttributesQuestion::new(place, facet, plan).read(aggregated)?;
            return Ok((Ok(FacetCounts::Attributes(counts)), lacking));
        }
    };
    Ok((outcome, Vec::new()))
}

/// The values of a field by how many products have them, most first, then by bytes: the order of every node.
fn terms(field: &str, size: u32, abilities: Abilities) -> Map<String, Value> {
    let mut terms = Map::new();
    terms.insert("field".to_owned(), field.into());
    terms.insert("size".to_owned(), size.max(1).into());
    if abilities.has_several_shards() {
        terms.insert("shard_size".to_owned(), SHARD_SIZE.max(size).into());
    }
    terms
}

/// Just these values of a field.
fn these(field: &str, values: Vec<String>, abilities: Abilities) -> Value {
    let mut terms = terms(field, u32::try_from(values.len()).unwrap_or(u32::MAX), abilities);
    terms.insert("include".to_owned(), values.into());
    json!({"terms": terms})
}
