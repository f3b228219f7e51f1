//! The values of a field.
//!
//! Invariant: selected values are counted by themselves, so that they are told whatever the size and the pattern.

use std::{cmp::Ordering, collections::BTreeSet};

use serde_json::{Value, json};

use super::{Aggregated, Leaf, aggregated::TermBody, pattern::containing, terms, these};
use crate::{
    backend::EngineError,
    engine::elastic::abilities::Abilities,
    search::{
        FacetPlan,
        facet::{FacetOrder, ValueCount, ValueField, ValuesFacet},
    },
};

/// What is asked for one facet.
pub(super) fn leaves(place: usize, facet: &ValuesFacet, plan: &FacetPlan, abilities: Abilities) -> Vec<Leaf> {
    let mut listed = terms(path(facet.field), facet.size, abilities);
    if facet.order == FacetOrder::Value {
        listed.insert("order".to_owned(), json!({"_key": "asc"}));
    }
    if let Some(pattern) = &facet.matching {
        listed.insert("include".to_owned(), containing(pattern).into());
    }
    let leaf = |name: String, body: Value| Leaf { name, filter: plan.filter.clone(), body };
    let mut leaves = vec![leaf(listed_name(place), json!({"terms": listed}))];
    if !plan.selected.is_empty() {
        let selected = plan.selected.iter().cloned().collect();
        leaves.push(leaf(selected_name(place), these(path(facet.field), selected, abilities)));
    }
    leaves
}

/// What was counted for it.
pub(super) fn read(
    place: usize,
    facet: &ValuesFacet,
    plan: &FacetPlan,
    aggregated: &mut Aggregated<'_>,
) -> Result<Vec<ValueCount>, EngineError> {
    let listed = aggregated.terms(&listed_name(place))?.buckets;
    let selected = if plan.selected.is_empty() { Vec::new() } else { aggregated.terms(&selected_name(place))?.buckets };
    let size = usize::try_from(facet.size).unwrap_or(usize::MAX);
    let listed = listed.into_iter().take(size).map(counted).collect();
    Ok(with_selected(listed, &plan.selected, selected.into_iter().map(counted), facet.order))
}

/// A value as a node counted it.
pub(super) fn counted(term: TermBody<'_>) -> (String, u64) {
    (term.key.into_owned(), term.doc_count)
}

/// The listed values, and behind them the selected ones that are not among them, in the same order; those that no
/// product has were not counted.
pub(super) fn with_selected(
    listed: Vec<(String, u64)>,
    selected: &BTreeSet<String>,
    counts: impl Iterator<Item = (String, u64)>,
    order: FacetOrder,
) -> Vec<ValueCount> {
    let counts: Vec<(String, u64)> = counts.collect();
    let count_of = |value: &String| counts.iter().find(|(counted, _)| counted == value).map_or(0, |(_, count)| *count);
    let is_listed = |value: &String| listed.iter().any(|(listed, _)| listed == value);
    let mut beyond: Vec<(String, u64)> =
        selected.iter().filter(|value| !is_listed(value)).map(|value| (value.clone(), count_of(value))).collect();
    if order == FacetOrder::Count {
        beyond.sort_by(by_count);
    }
    let all = listed.into_iter().chain(beyond);
    all.map(|(value, count)| ValueCount { selected: selected.contains(&value), value, count }).collect()
}

/// Most products first, then by bytes.
pub(super) fn by_count(one: &(String, u64), two: &(String, u64)) -> Ordering {
    two.1.cmp(&one.1).then_with(|| one.0.cmp(&two.0))
}

fn path(field: ValueField) -> &'static str {
    match field {
        ValueField::Category => "category",
        ValueField::Brand => "brand",
        ValueField::Tags => "tags",
    }
}

fn listed_name(place: usize) -> String {
    format!("{place}-values")
}

fn selected_name(place: usize) -> String {
    format!("{place}-selected")
}
