//! What the caller selected, so that nothing else is read.
//!
//! Aliases are ignored by the walk of the library; fragments were unfolded and `@skip` and `@include` applied before. Invariant: a field that a resolver of this API reads is in the set that this module returns for its
//! selection.

use async_graphql::SelectionField;

use crate::{
    product::{FieldSet, ProductField},
    search::Wants,
};

/// The product fields selected right below `field`.
pub(super) fn product_fields(field: SelectionField<'_>) -> FieldSet {
    field.selection_set().fold(FieldSet::empty(), |fields, selected| fields.union(sources(selected.name())))
}

/// The stored fields that a field of the API is made of.
fn sources(name: &str) -> FieldSet {
    match name {
        "version" => [ProductField::Id, ProductField::CreatedAt, ProductField::Version].into_iter().collect(),
        // `currency` is a setting, `__typename` is ours.
        _ => ProductField::from_stored_name(name).into_iter().collect(),
    }
}

/// What a search has to compute for the connection that `field` selects.
pub(super) fn wants(field: SelectionField<'_>) -> Wants {
    let mut wants = Wants::default();
    for selected in field.selection_set() {
        match selected.name() {
            "nodes" => want_products(&mut wants, product_fields(selected)),
            "edges" => want_edges(&mut wants, selected),
            "pageInfo" => want_page(&mut wants, selected),
            "totalCount" => wants.total = true,
            _ => {}
        }
    }
    wants
}

fn want_products(wants: &mut Wants, fields: FieldSet) {
    wants.hits = Some(wants.hits.unwrap_or_default().union(fields));
}

fn want_edges(wants: &mut Wants, edges: SelectionField<'_>) {
    want_products(wants, FieldSet::empty());
    for node in edges.selection_set().filter(|selected| selected.name() == "node") {
        want_products(wants, product_fields(node));
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
