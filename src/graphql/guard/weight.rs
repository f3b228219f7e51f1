//! What the values of a document weigh each time they are used.
//!
//! Every use of a variable is a copy of its value, and a body of some megabytes can be used by a hundred fields. One
//! copy is no more than the body, which has a limit of its own: what all variables weigh once is free, so that a list of
//! a thousand products passes, and passes once.

use std::collections::HashMap;

use apollo_compiler::ast::Value;
use serde_json::Value as Json;

/// Bytes of text that weigh as much as one field of the answer.
const BYTES: usize = 64;

/// What one use of a literal weighs: texts by their length, and each variable in it as told by `variables`.
pub(super) fn of_literal(value: &Value, variables: &HashMap<&str, u64>) -> u64 {
    if let Some(name) = value.as_variable() {
        return variables.get(name.as_str()).copied().unwrap_or_default();
    }
    if let Some(text) = value.as_str() {
        return of_text(text);
    }
    let items = value.as_list().unwrap_or_default().iter();
    let fields = value.as_object().unwrap_or_default().iter().map(|(_, field)| field);
    items.chain(fields).fold(0, |sum, part| sum.saturating_add(of_literal(part, variables)))
}

/// What one use of a variable's default weighs, the same as if it had been given.
pub(super) fn of_default(value: &Value) -> u64 {
    let text = value.as_str().map_or(0, of_text);
    let items = value.as_list().unwrap_or_default().iter().map(|item| of_default(item));
    let fields = value.as_object().unwrap_or_default().iter();
    let fields = fields.map(|(name, field)| of_text(name).saturating_add(of_default(field)));
    items.chain(fields).fold(text, u64::saturating_add).saturating_add(1)
}

/// What one use of a variable's value weighs: one for each value in it, and texts by their length.
pub(super) fn of_json(value: &Json) -> u64 {
    let inside = match value {
        Json::Null | Json::Bool(_) | Json::Number(_) => 0,
        Json::String(text) => of_text(text),
        Json::Array(items) => items.iter().map(of_json).fold(0, u64::saturating_add),
        Json::Object(fields) => {
            fields.iter().map(|(name, field)| of_text(name).saturating_add(of_json(field))).fold(0, u64::saturating_add)
        }
    };
    inside.saturating_add(1)
}

fn of_text(text: &str) -> u64 {
    u64::try_from(text.len() / BYTES).unwrap_or(u64::MAX)
}
