//! What the variables of a query weigh before they are read.
//!
//! The executor makes an object of every filter, a hundred times as large as its two letters of JSON; the rules of a
//! search refuse too many of them only afterwards. Mutations may bring a thousand rows, which the limits of JSON bound.

use serde_json::{Map, Value};

/// What an object weighs, compared with a value that is none: reading a filter takes about ten times as long.
const OBJECT: usize = 10;

/// How many values these are, objects counted as ten.
pub(super) fn weight(variables: &Map<String, Value>) -> usize {
    variables.values().map(of_value).fold(0, usize::saturating_add)
}

fn of_value(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
        Value::Array(items) => items.iter().map(of_value).fold(1, usize::saturating_add),
        Value::Object(fields) => fields.values().map(of_value).fold(OBJECT, usize::saturating_add),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_weighs_ten_and_everything_else_one() {
        let variables = json!({ "a": 1, "b": ["x", null], "c": { "or": [{}, { "d": true }] } });
        assert_eq!(weight(variables.as_object().unwrap()), 1 + 3 + 10 + 1 + 10 + 11);
    }
}
