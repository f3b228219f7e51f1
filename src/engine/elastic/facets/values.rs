//! The values of a field.
//!
//! Invariant: selected values are counted by themselves, so that they are told whatever the size and the pattern.

use serde_json::{Value, json};

use super::{Aggregated, Leaf, aggregated::TermBody, pattern::containing, terms, these};
use crate::{
    backend::EngineError,
    engine::elastic::abilities::Abilities,
    search::{
        FacetPlan,
        facet::{Counted, FacetOrder, ValueCount, ValueField, ValuesFacet, listed_values},
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
    let leading = listed.into_iter().take(size).map(counted).collect();
    let counts = selected.into_iter().map(counted).collect();
    Ok(listed_values(leading, &plan.selected, counts, facet.order))
}

/// A value as a node counted it.
pub(super) fn counted(term: TermBody<'_>) -> Counted {
    (term.key.into_owned(), term.doc_count)
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
