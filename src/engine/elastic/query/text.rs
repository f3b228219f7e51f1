//! What is looked for, as clauses of a node.
//!
//! Invariant: a clause that nobody scores is in the context of filters, where a node computes no scores and may keep what
//! it found.

use serde_json::{Map, Value, json};

use super::filter;
use crate::engine::elastic::abilities::Scores;
use crate::search::{Clause, Factor, KeyColumn, Relevance, TextColumn};

/// What is looked for, with its scores.
pub(in crate::engine::elastic) fn ranked(relevance: &Relevance, scores: Scores) -> Value {
    let query = scored(&relevance.clause, scores);
    if relevance.factors.is_empty() {
        return query;
    }
    // Factors of several functions, and of those with the score, are multiplied by default.
    let functions: Vec<Value> = relevance.factors.iter().map(function).collect();
    json!({"function_score": {"query": query, "functions": functions}})
}

fn function(factor: &Factor) -> Value {
    let when = matching(&factor.when);
    let filter = if factor.unless.is_empty() {
        when
    } else {
        json!({"bool": {"filter": when, "must_not": each(&factor.unless, matching)}})
    };
    json!({"filter": filter, "weight": number(factor.factor)})
}

/// The clause with its scores.
fn scored(clause: &Clause, kind: Scores) -> Value {
    let part = |part: &Clause| scored(part, kind);
    match clause {
        Clause::Word { column, token, weight } => weighted("term", "value", (&path(*column), token), *weight),
        Clause::Phrase { column, tokens, weight } => {
            weighted("match_phrase", "query", (&path(*column), &tokens.join(" ")), *weight)
        }
        Clause::Key { weight, .. } | Clause::Meets { weight, .. } => flat(matching(clause), kind.constant(*weight)),
        Clause::All(parts) => bool_of([("must", each(parts, part))]),
        Clause::Any(parts) => bool_of([("should", each(parts, part))]),
        Clause::AtLeast { least, parts } => {
            json!({"bool": {"should": each(parts, part), "minimum_should_match": least}})
        }
        Clause::Best(parts) => json!({"dis_max": {"queries": each(parts, part)}}),
        Clause::Plus { required, extra } => {
            let required = if let Clause::All(parts) = &**required { each(parts, part) } else { vec![part(required)] };
            bool_of([("must", required), ("should", each(extra, part))])
        }
    }
}

/// The products that the clause finds, without scores.
pub(in crate::engine::elastic) fn matching(clause: &Clause) -> Value {
    match clause {
        Clause::Word { column, token, .. } => json!({"term": {path(*column): token}}),
        Clause::Phrase { column, tokens, .. } => json!({"match_phrase": {path(*column): tokens.join(" ")}}),
        Clause::Key { column, values, .. } => json!({"terms": {key(*column): values}}),
        Clause::Meets { filter, .. } => filter::filter(filter),
        Clause::All(parts) => bool_of([("filter", each(parts, matching))]),
        Clause::Any(parts) | Clause::Best(parts) => bool_of([("should", each(parts, matching))]),
        Clause::AtLeast { least, parts } => {
            json!({"bool": {"should": each(parts, matching), "minimum_should_match": least}})
        }
        Clause::Plus { required: clause, .. } => matching(clause),
    }
}

fn each(parts: &[Clause], translate: impl Fn(&Clause) -> Value) -> Vec<Value> {
    parts.iter().map(translate).collect()
}

/// A `bool` of these lists; one of a single clause is that clause, for parts that must match or may match are all that
/// a list alone can say.
fn bool_of<const LISTS: usize>(lists: [(&str, Vec<Value>); LISTS]) -> Value {
    let lists = Vec::from(lists);
    if let [(_, parts)] = lists.as_slice()
        && let [part] = parts.as_slice()
    {
        return part.clone();
    }
    let lists: Map<String, Value> =
        lists.into_iter().map(|(name, parts)| (name.to_owned(), Value::from(parts))).collect();
    json!({"bool": lists})
}

/// A query for a text in a field; the weight of most, 1, is not said.
fn weighted(query: &str, value_name: &str, (path, value): (&str, &str), weight: f32) -> Value {
    if is_one(weight) {
        return json!({query: {path: value}});
    }
    json!({query: {path: {value_name: value, "boost": number(weight)}}})
}

fn flat(filter: Value, weight: f32) -> Value {
    let mut constant = Map::from_iter([("filter".to_owned(), filter)]);
    if !is_one(weight) {
        constant.insert("boost".to_owned(), number(weight));
    }
    json!({"constant_score": constant})
}

fn is_one(weight: f32) -> bool {
    (weight - 1.0).abs() < f32::EPSILON
}

/// Where a node keeps the tokens of a text.
pub(in crate::engine::elastic) fn path(column: TextColumn) -> String {
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
