//! Why a product was found, as callers see it.

use async_graphql::SimpleObject;

use super::product::read;
use crate::{
    failure::Failure,
    product::{PartialProduct, ProductField},
    search::{Sought, highlight},
};

/// The parts of a text in which words were found.
#[derive(SimpleObject)]
pub(super) struct Highlight {
    /// The field of the product: `name` or `description`.
    field: &'static str,
    /// HTML: everything is escaped, and what was found stands in `<em>`. The whole name; of the description at most three
    /// parts of at most 150 characters, the best first.
    fragments: Vec<String>,
}

/// The fields of a product that are searched for matches to show.
pub(super) const SOURCES: [ProductField; 2] = [ProductField::Name, ProductField::Description];

/// The texts of a product in which one of the `sought` tokens is.
pub(super) fn of(product: &PartialProduct, sought: &Sought) -> Result<Vec<Highlight>, Failure> {
    if sought.is_empty() {
        return Ok(Vec::new());
    }
    let name = read(product.name.as_deref(), ProductField::Name)?;
    let description = read(product.description.as_deref(), ProductField::Description)?;
    let name = highlight::name(name, sought).into_iter().collect();
    let found = [("name", name), ("description", highlight::description(description, sought))];
    let found = found.into_iter().filter(|(_, fragments)| !Vec::is_empty(fragments));
    Ok(found.map(|(field, fragments)| Highlight { field, fragments }).collect())
}
