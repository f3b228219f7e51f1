//! Filters as clauses that are not scored.
//!
//! Invariant: the tree keeps its shape: every part becomes one clause, negation wraps exactly its part.

use serde_json::{Map, Value, json};

use crate::{
    product::{Attribute, ProductId, UniqueKey},
    search::{Condition, Filter, Interval},
};

/// The clause of a filter.
pub(in crate::engine::elastic) fn filter(filter: &Filter) -> Value {
    match filter {
        Filter::All => json!({"match_all": {}}),
        Filter::Nothing => json!({"match_none": {}}),
        Filter::And(parts) => json!({"bool": {"filter": clauses(parts)}}),
        // A `should` without clauses would match everything.
        Filter::Or(parts) if parts.is_empty() => json!({"match_none": {}}),
        Filter::Or(parts) => json!({"bool": {"should": clauses(parts), "minimum_should_match": 1}}),
        Filter::Not(part) => json!({"bool": {"must_not": self::filter(part)}}),
        Filter::Is(condition) => self::condition(condition),
    }
}

fn clauses(parts: &[Filter]) -> Vec<Value> {
    parts.iter().map(filter).collect()
}

fn condition(condition: &Condition) -> Value {
    match condition {
        Condition::Id(ids) => one_of("id", ids.iter().map(ProductId::as_str)),
        Condition::Sku(keys) => one_of("derived.skuKey", keys.iter().map(UniqueKey::value)),
        Condition::Category(values) => one_of("category", values.iter().map(String::as_str)),
        Condition::Brand(values) => one_of("brand", values.iter().map(String::as_str)),
        Condition::Tag(values) => one_of("tags", values.iter().map(String::as_str)),
        Condition::Attribute(pairs) => one_of("derived.attributes", pairs.iter().map(Attribute::pair)),
        Condition::InStock(value) => json!({"term": {"inStock": value}}),
        Condition::Price(interval) => range("derived.price", interval),
        Condition::CreatedAt(interval) => range("derived.createdAt", interval),
        Condition::UpdatedAt(interval) => range("derived.updatedAt", interval),
    }
}

fn one_of<T: Into<Value>>(field: &str, values: impl Iterator<Item = T>) -> Value {
    json!({"terms": {field: values.map(Into::into).collect::<Vec<Value>>()}})
}

fn range(field: &str, interval: &Interval) -> Value {
    let bound = |name: &str, number: Option<i64>| number.map(|number| (name.to_owned(), Value::from(number)));
    let bounds: Map<String, Value> =
        bound("gte", interval.low).into_iter().chain(bound("lte", interval.high)).collect();
    json!({"range": {field: bounds}})
}
