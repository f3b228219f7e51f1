//! Orders, places in them, and the fields to read.
//!
//! Invariant: every order ends with the id, and a list read from its end is the same list reversed.

use serde_json::{Map, Value};

use crate::{
    product::{FieldSet, ProductField},
    search::{Direction, HitsPlan, Position, SortField, SortValue},
};

/// The names of the fields to read; the id comes with every document.
pub(in crate::engine::elastic) fn stored_names(fields: FieldSet) -> Vec<&'static str> {
    fields.iter().filter(|field| *field != ProductField::Id).map(ProductField::stored_name).collect()
}

/// The order in which the node reads the list.
pub(in crate::engine::elastic) fn sort(hits: &HitsPlan) -> Value {
    let backward = hits.window.place.is_backward();
    let key = |field: &str, direction: Direction| {
        let direction = if backward { direction.reversed() } else { direction };
        let name = match direction {
            Direction::Ascending => "asc",
            Direction::Descending => "desc",
        };
        Value::Object(Map::from_iter([(field.to_owned(), Value::from(name))]))
    };
    let keys = hits.order.iter().map(|sort_key| key(path(sort_key.field), sort_key.direction));
    keys.chain([key("id", Direction::Ascending)]).collect()
}

/// The values behind which the node goes on reading.
pub(in crate::engine::elastic) fn place(position: &Position) -> Value {
    let value = |value: &SortValue| match value {
        // A score has at most nine digits, which a double keeps as they are.
        SortValue::Score(text) => text.parse::<f64>().map_or(Value::Null, Value::from),
        SortValue::Text(text) => Value::from(text.as_str()),
        SortValue::Number(number) => Value::from(*number),
    };
    position.values.iter().map(value).chain([Value::from(position.id.as_str())]).collect()
}

fn path(field: SortField) -> &'static str {
    match field {
        SortField::Relevance => "_score",
        SortField::Name => "derived.nameSort",
        SortField::Price => "derived.price",
        SortField::CreatedAt => "derived.createdAt",
        SortField::UpdatedAt => "derived.updatedAt",
    }
}
