//! What is looked for, as scored clauses.

use serde_json::{Value, json};

use super::filter;
use crate::search::{Clause, KeyColumn, TextColumn};

/// The clause in the language of a node.
pub(super) fn clause(clause: &Clause) -> Value {
    match clause {
        Clause::Word { column, token, weight } => {
            json!({"term": {path(*column): {"value": token, "boost": number(*weight)}}})
        }
        Clause::Phrase { column, tokens, weight } => {
            json!({"match_phrase": {path(*column): {"query": tokens.join(" "), "boost": number(*weight)}}})
        }
        Clause::Key { column, values, weight } => flat(&json!({"terms": {key(*column): values}}), *weight),
        Clause::Meets { filter, weight } => flat(&filter::filter(filter), *weight),
        Clause::All(parts) => json!({"bool": {"must": clauses(parts)}}),
        Clause::Any(parts) => json!({"bool": {"should": clauses(parts), "minimum_should_match": 1}}),
        Clause::AtLeast { least, parts } => {
            json!({"bool": {"should": clauses(parts), "minimum_should_match": least}})
        }
        Clause::Best(parts) => json!({"dis_max": {"queries": clauses(parts)}}),
        Clause::Plus { required, extra } => {
            json!({"bool": {"must": self::clause(required), "should": clauses(extra)}})
        }
        Clause::Flat { clause, weight } => flat(&self::clause(clause), *weight),
    }
}

fn clauses(parts: &[Clause]) -> Vec<Value> {
    parts.iter().map(clause).collect()
}

fn flat(filter: &Value, weight: f32) -> Value {
    json!({"constant_score": {"filter": filter, "boost": number(weight)}})
}

/// Where a node keeps the tokens of a text.
fn path(column: TextColumn) -> String {
    format!("derived.terms.{}", term_name(column))
}

/// The name of a text's tokens among all tokens of a document.
pub(in crate::engine::elastic) fn term_name(column: TextColumn) -> &'static str {
    match column {
        TextColumn::Everything => "everything",
        TextColumn::Name => "name",
        TextColumn::Brand => "brand",
        TextColumn::Category => "category",
        TextColumn::Details => "details",
        TextColumn::JoinedName => "joinedName",
        TextColumn::Spelling => "spelling",
        TextColumn::NamePrefixes => "namePrefixes",
        TextColumn::BrandPrefixes => "brandPrefixes",
        TextColumn::CategoryPrefixes => "categoryPrefixes",
    }
}

fn key(column: KeyColumn) -> &'static str {
    match column {
        KeyColumn::Sku => "derived.skuKey",
        KeyColumn::Name => "derived.nameKey",
        KeyColumn::BrandWords => "derived.brandWords",
        KeyColumn::CategoryWords => "derived.categoryWords",
    }
}

/// The number as it is written in the source, not the nearest float of twice the width.
fn number(weight: f32) -> Value {
    weight.to_string().parse::<f64>().map_or(Value::Null, Value::from)
}
