//! How long the lists are that a field answers with, and how often what is selected of it is answered.
//!
//! Invariant: a list whose length an argument asks for counts with that length, within the limit of the argument.

use apollo_compiler::{
    Name, Node, Schema,
    ast::{Argument, OperationType, Value},
    executable::Field,
};

use super::{
    ListLimits,
    cost::{BoundedList, Repetition, Size},
};
use crate::graphql::facet_arguments::USUAL_SIZE;

/// How long a list is taken to be whose length nobody asked for.
const LIST: u64 = 10;
/// How long a list of the schema is taken to be: types have about five fields, and there are few lists within lists.
const SCHEMA_LIST: u64 = 5;
/// How long the list of a row's broken rules is taken to be: most rows break none.
const RULES_OF_A_ROW: u64 = 1;
/// How many suggestions there are when nobody says how many.
const SUGGESTIONS: u64 = 8;
/// How many similar products there are when nobody says how many.
const SIMILAR: u64 = 5;

/// The arguments that say how many products a page has.
const SIZES: [&str; 2] = ["first", "last"];

/// How often what is selected of `field`, a field of `parent`, is answered.
pub(super) fn repetition(schema: &Schema, field: &Field, parent: &Name, limits: ListLimits) -> Repetition {
    if let Some(repetition) = of_search(field, parent, limits) {
        return repetition;
    }
    let is_list = field.definition.ty.is_list() && !field.selection_set.is_empty();
    if schema.root_operation(OperationType::Mutation) == Some(parent) {
        Repetition::Rows(argument(field, "inputs").map_or(Size::Fixed(1), length))
    } else if !is_list {
        Repetition::Once
    } else if has_pages(parent) {
        Repetition::OfPage
    } else {
        Repetition::List(argument(field, "ids").map_or(Size::Fixed(usual_length(parent, limits)), length))
    }
}

/// What is special about the fields that an engine searches or counts for.
fn of_search(field: &Field, parent: &Name, limits: ListLimits) -> Option<Repetition> {
    let usual = u64::from(USUAL_SIZE.unsigned_abs());
    let list = |sizes, usual, most: u32| BoundedList { sizes, usual, most: u64::from(most) };
    Some(match (parent.as_str(), field.name.as_str()) {
        // Which of the two has a value is known only with the variables.
        ("Query", "products") => Repetition::Page(sizes(field, &SIZES)),
        ("Query", "suggestions") => Repetition::Search(list(sizes(field, &["first"]), SUGGESTIONS, limits.suggestions)),
        ("Product", "similar") => Repetition::Search(list(sizes(field, &["first"]), SIMILAR, limits.similar)),
        // For a misspelt query the engine counts what the better spelling finds.
        ("ProductConnection", "didYouMean") => Repetition::Search(list(vec![Size::Fixed(1)], 1, 1)),
        ("ProductFacets", "category" | "brand" | "tags") => {
            Repetition::Facet(list(sizes(field, &["first"]), usual, limits.facet_values), None)
        }
        ("ProductFacets", "attributes") => {
            let values = list(sizes(field, &["values"]), usual, limits.attribute_values);
            Repetition::Facet(list(attributes(field, usual), usual, limits.attribute_facets), Some(values))
        }
        ("ProductFacets", "price" | "inStock") => Repetition::Facet(list(vec![Size::Fixed(1)], 1, 1), None),
        _ => return None,
    })
}

/// How many attributes a facet may have: those that are named, else as many as asked for.
fn attributes(field: &Field, usual: u64) -> Vec<Size> {
    let mut most = sizes(field, &["first"]);
    match argument(field, "names") {
        None => most,
        Some(names) if names.is_null() => most,
        Some(names) if names.as_variable().is_none() => vec![length(names)],
        Some(names) => {
            // Its value may be null.
            most.extend(if most.is_empty() { Some(Size::Fixed(usual)) } else { None });
            most.push(length(names));
            most
        }
    }
}

fn sizes(field: &Field, names: &[&str]) -> Vec<Size> {
    names.iter().filter_map(|name| page_size(argument(field, name)?)).collect()
}

/// The size that an argument asks for; `None` for null.
fn page_size(value: &Value) -> Option<Size> {
    match value {
        Value::Variable(name) => Some(Size::Number(name.as_str().to_owned())),
        Value::Int(number) => Some(Size::Fixed(number.try_to_i32().map_or(0, |size| u64::try_from(size).unwrap_or(0)))),
        Value::Null
        | Value::Enum(_)
        | Value::String(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::List(_)
        | Value::Object(_) => None,
    }
}

/// How many items an argument has; 1 for what is no list.
fn length(value: &Value) -> Size {
    match value.as_variable() {
        Some(name) => Size::Length(name.as_str().to_owned()),
        None => Size::Fixed(value.as_list().map_or(1, |items| items.len() as u64)),
    }
}

/// Whether something further up fixes how long the lists of this type are.
fn has_pages(parent: &str) -> bool {
    parent.ends_with("Connection") || matches!(parent, "BulkResult" | "AttributeFacet")
}

fn usual_length(parent: &str, limits: ListLimits) -> u64 {
    match parent {
        "RowError" => RULES_OF_A_ROW,
        "PriceFacet" => u64::from(limits.price_buckets).max(limits.price_bands as u64),
        _ if parent.starts_with("__") => SCHEMA_LIST,
        _ => LIST,
    }
}

fn argument<'a>(field: &'a Field, name: &str) -> Option<&'a Value> {
    let arguments: &[Node<Argument>] = &field.arguments;
    arguments.iter().find(|argument| argument.name == name).map(|argument| &*argument.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_of_prices_are_as_many_as_an_interval_or_bands_may_make() {
        let limits = ListLimits::OF_THE_CONTRACT;
        assert_eq!(usual_length("PriceFacet", limits), 200);
        assert_eq!(usual_length("PriceFacet", ListLimits { price_buckets: 7, ..limits }), 50);
    }
}
