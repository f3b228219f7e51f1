//! Words as scored clauses.
//!
//! Invariant: a word counts once, where it counts most, and a near word never outweighs the word itself.

use serde_json::{Value, json};

use crate::search::{EXACT_WEIGHT, FUZZY_PREFIX, FUZZY_WEIGHT, TextField, TextQuery, Word};

/// The clauses of which at least one must match.
pub(super) fn words(text: &TextQuery) -> Vec<Value> {
    let expansions = text.max_expansions();
    let exact = [("derived.skuKey", text.sku.value()), ("derived.nameKey", text.name.value())];
    let exact = exact.map(
        |(field, value)| json!({"constant_score": {"filter": {"term": {field: value}}, "boost": weight(EXACT_WEIGHT)}}),
    );
    text.words.iter().map(|word| clause(word, expansions)).chain(exact).collect()
}

fn clause(word: &Word, expansions: usize) -> Value {
    let mut queries: Vec<Value> = TextField::ALL
        .into_iter()
        .map(|field| json!({"term": {path(field): {"value": word.token, "boost": weight(field.weight())}}}))
        .collect();
    if word.distance > 0 && expansions > 0 {
        let near: Vec<Value> = TextField::ALL.into_iter().map(|field| near(field, word, expansions)).collect();
        queries.push(json!({"dis_max": {"queries": near, "boost": weight(FUZZY_WEIGHT)}}));
    }
    json!({"dis_max": {"queries": queries}})
}

/// The rewrite scores by similarity alone, not by how rare a misspelling is, and stops at the nearest words.
fn near(field: TextField, word: &Word, expansions: usize) -> Value {
    json!({"fuzzy": {path(field): {
        "value": word.token,
        "fuzziness": word.distance,
        "prefix_length": FUZZY_PREFIX,
        "max_expansions": expansions,
        "transpositions": true,
        "rewrite": format!("top_terms_boost_{expansions}"),
        "boost": weight(field.weight()),
    }}})
}

fn path(field: TextField) -> &'static str {
    match field {
        TextField::Name => "derived.terms.name",
        TextField::Brand => "derived.terms.brand",
        TextField::Description => "derived.terms.description",
    }
}

/// The number as it is written in the source, not the nearest float of twice the width.
fn weight(weight: f32) -> Value {
    weight.to_string().parse::<f64>().map_or(Value::Null, Value::from)
}
