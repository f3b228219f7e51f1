//! The arguments of facets, as the selection and the resolvers read them alike.
//!
//! Invariant: the arguments and the selection of a facet make the same one here and in its resolver, so that what was
//! counted is found again; and a list that is not selected is not counted.

use async_graphql::{Enum, InputObject, InputType, Name, SelectionField, Value};

use crate::search::{
    Facet, SearchLimits, SearchProblem,
    facet::{self, AttributesFacetDraft, PriceBandDraft, PriceFacetDraft, ValueField, ValuesFacetDraft},
};

/// How many values, or attributes, a facet lists when nobody says how many.
pub(super) const USUAL_SIZE: i32 = 10;

/// Which values of a facet come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "facet::FacetOrder")]
pub(super) enum FacetOrder {
    /// Those of most products; equally frequent ones by their text.
    Count,
    /// By their text, compared by its UTF-8 bytes.
    Value,
}

/// Prices from one up to another: `from` is in the band, `to` is not. One of them may be left open.
#[derive(InputObject)]
pub(super) struct PriceBand {
    /// The lowest price, in units of the currency.
    from: Option<f64>,
    /// The price that is no longer in it, in units of the currency.
    to: Option<f64>,
}

/// The facet that `field`, a field of `ProductFacets`, asks for; `None` for one that is no facet.
pub(super) fn facet(field: SelectionField<'_>, limits: &SearchLimits) -> Option<Result<Facet, SearchProblem>> {
    let arguments = Arguments(field.arguments().unwrap_or_default());
    let values = |of: ValueField| {
        let (first, order) = (arguments.get("first", USUAL_SIZE), arguments.get("orderBy", FacetOrder::Count));
        values(of, first, order, arguments.get("matching", None)).check(limits)
    };
    let checked = match field.name() {
        "category" => values(ValueField::Category),
        "brand" => values(ValueField::Brand),
        "tags" => values(ValueField::Tags),
        "inStock" => Ok(Facet::Stock),
        "price" => price(arguments.get("ranges", None), arguments.get("interval", None)).check(limits),
        "attributes" => {
            let (first, values) = (arguments.get("first", USUAL_SIZE), arguments.get("values", USUAL_SIZE));
            attributes(arguments.get("names", None), first, values).check(limits)
        }
        _ => return None,
    };
    Some(checked.map(|facet| as_selected(facet, field)))
}

/// The facet without its inner list where `field` does not select that; its arguments were checked all the same.
pub(super) fn as_selected(facet: Facet, field: SelectionField<'_>) -> Facet {
    let list = match facet {
        Facet::Price(_) => "buckets",
        Facet::Attributes(_) => "values",
        Facet::Values(_) | Facet::Stock => return facet,
    };
    if field.selection_set().any(|selected| selected.name() == list) { facet } else { facet.without_list() }
}

/// The values of a field.
pub(super) fn values(field: ValueField, first: i32, order: FacetOrder, matching: Option<String>) -> ValuesFacetDraft {
    ValuesFacetDraft { field, first: i64::from(first), order: order.into(), matching }
}

/// Prices.
pub(super) fn price(ranges: Option<Vec<PriceBand>>, interval: Option<f64>) -> PriceFacetDraft {
    let band = |band: PriceBand| PriceBandDraft { from: band.from, to: band.to };
    PriceFacetDraft { ranges: ranges.map(|ranges| ranges.into_iter().map(band).collect()), interval }
}

/// Attributes.
pub(super) fn attributes(names: Option<Vec<String>>, first: i32, values: i32) -> AttributesFacetDraft {
    AttributesFacetDraft { names, first: i64::from(first), values: i64::from(values) }
}

/// The arguments of a field, their variables replaced.
struct Arguments(Vec<(Name, Value)>);

impl Arguments {
    /// An argument; the guard has seen to its type.
    fn get<Argument: InputType>(&self, name: &str, default: Argument) -> Argument {
        let given = self.0.iter().find(|(given, _)| given == name).map(|(_, value)| value.clone());
        given.and_then(|value| Argument::parse(Some(value)).ok()).unwrap_or(default)
    }
}
