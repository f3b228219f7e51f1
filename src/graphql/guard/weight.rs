//! What the values of a document weigh each time they are used.
//!
//! Every use of a variable is a copy of its value, and a body of some megabytes can be used by a hundred fields. One
//! copy is no more than the body, which has a limit of its own: what all variables weigh once is free, so that a list of
//! a thousand products passes, and passes once.

use apollo_compiler::{Name, ast::Value};
use async_graphql::Value as GivenValue;

/// Bytes of text that weigh as much as one field of the answer.
const BYTES: usize = 64;

/// What one use of a literal weighs by itself, texts by their length; the variables in it are added to `variables`.
pub(super) fn of_literal<'a>(value: &'a Value, variables: &mut Vec<&'a Name>) -> u64 {
    if let Some(name) = value.as_variable() {
        variables.push(name);
        return 0;
    }
    if let Some(text) = value.as_str() {
        return of_text(text);
    }
    let items = value.as_list().unwrap_or_default().iter();
    let fields = value.as_object().unwrap_or_default().iter().map(|(_, field)| field);
    items.chain(fields).fold(0, |sum, part| sum.saturating_add(of_literal(part, variables)))
}

/// What one use of a variable's value weighs: one for each value in it, and texts by their length.
pub(super) fn of_value(value: &GivenValue) -> u64 {
    let inside = match value {
        GivenValue::Null | GivenValue::Boolean(_) | GivenValue::Number(_) => 0,
        GivenValue::String(text) => of_text(text),
        GivenValue::Enum(name) => of_text(name),
        GivenValue::Binary(bytes) => of_bytes(bytes.len()),
        GivenValue::List(items) => items.iter().map(of_value).fold(0, u64::saturating_add),
        GivenValue::Object(fields) => {
            let fields = fields.iter().map(|(name, field)| of_text(name).saturating_add(of_value(field)));
            fields.fold(0, u64::saturating_add)
        }
    };
    inside.saturating_add(1)
}

fn of_text(text: &str) -> u64 {
    of_bytes(text.len())
}

fn of_bytes(bytes: usize) -> u64 {
    u64::try_from(bytes / BYTES).unwrap_or(u64::MAX)
}
