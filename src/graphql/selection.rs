//! What the caller selected, so that nothing else is read.
//!
//! Aliases are ignored by the walk of the library; fragments were unfolded and `@skip` and `@include` applied before.
//! Invariant: what a resolver of this API reads is in what this module returns for its selection.

use async_graphql::SelectionField;

use super::{facet_arguments, highlights};
use crate::{
    product::{FieldSet, ProductField},
    search::{SearchLimits, SimilarQuery, Wants},
};

/// The product fields selected right below `field`.
pub(super) fn product_fields(field: SelectionField<'_>) -> FieldSet {
    field.selection_set().fold(FieldSet::empty(), |fields, selected| fields.union(sources(selected.name())))
}

/// The stored fields that a field of the API is made of.
fn sources(name: &str) -> FieldSet {
    match name {
        "similar" => SimilarQuery::SOURCES,
        "version" => [ProductField::Id, ProductField::CreatedAt, ProductField::Version].into_iter().collect(),
        // `currency` is a setting, `__typename` is ours.
        _ => ProductField::from_stored_name(name).into_iter().collect(),
    }
}

/// What a search has to compute for the connection that `field` selects.
pub(super) fn wants(field: SelectionField<'_>, limits: &SearchLimits) -> Wants {
    let mut wants = Wants::default();
    for selected in field.selection_set() {
        match selected.name() {
            "nodes" => want_products(&mut wants, product_fields(selected)),
            "edges" => want_edges(&mut wants, selected),
            "pageInfo" => want_page(&mut wants, selected),
            "totalCount" => wants.total = true,
            "didYouMean" => wants.did_you_mean = true,
            "facets" => want_facets(&mut wants, selected, limits),
            _ => {}
        }
    }
    wants
}

/// The product fields selected of the suggestions that `field` selects.
pub(super) fn suggested_fields(field: SelectionField<'_>) -> FieldSet {
    let products = field.selection_set().filter(|selected| selected.name() == "product");
    products.fold(FieldSet::empty(), |fields, product| fields.union(product_fields(product)))
}

/// Facets with bad arguments are not asked for: their resolvers tell what is wrong.
fn want_facets(wants: &mut Wants, facets: SelectionField<'_>, limits: &SearchLimits) {
    let asked = facets.selection_set().filter_map(|selected| facet_arguments::facet(selected, limits));
    wants.facets.extend(asked.flatten().filter(|facet| !facet.asks_nothing()));
}

fn want_products(wants: &mut Wants, fields: FieldSet) {
    wants.hits = Some(wants.hits.unwrap_or_default().union(fields));
}

fn want_edges(wants: &mut Wants, edges: SelectionField<'_>) {
    want_products(wants, FieldSet::empty());
    for selected in edges.selection_set() {
        match selected.name() {
            "node" => want_products(wants, product_fields(selected)),
            "score" => wants.scores = true,
            "highlights" => {
                wants.highlights = true;
                want_products(wants, highlights::SOURCES.into_iter().collect());
            }
            _ => {}
        }
    }
}

fn want_page(wants: &mut Wants, page_info: SelectionField<'_>) {
    for selected in page_info.selection_set() {
        match selected.name() {
            "hasNextPage" | "hasPreviousPage" | "startCursor" | "endCursor" => want_products(wants, FieldSet::empty()),
            "pageCount" => wants.total = true,
            _ => {}
        }
    }
}
