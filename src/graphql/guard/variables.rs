//! The values that the variables of a request have, and what each weighs.
//!
//! Invariant: a variable that the request leaves out has the default of the operation that is going to run, wherever in
//! the document it stands; each value is weighed once, however often it is used.

use std::collections::HashMap;

use apollo_compiler::ast::{OperationDefinition, Value};
use serde_json::{Map, Value as Json};

use super::weight;

/// Variables of one request.
pub(super) struct VariableValues<'a> {
    given: &'a Map<String, Json>,
    /// Defaults of the variables that were not given.
    defaults: HashMap<&'a str, &'a Value>,
    weights: HashMap<&'a str, u64>,
}

impl<'a> VariableValues<'a> {
    /// What was `given` for the variables of `operation`, the one that is going to run, and its defaults.
    pub(super) fn new(operation: Option<&'a OperationDefinition>, given: &'a Map<String, Json>) -> Self {
        let definitions = operation.map(|operation| operation.variables.as_slice()).unwrap_or_default();
        let defaults: HashMap<&str, &Value> = definitions
            .iter()
            .filter(|definition| !given.contains_key(definition.name.as_str()))
            .filter_map(|definition| Some((definition.name.as_str(), definition.default_value.as_deref()?)))
            .collect();
        let values = definitions.iter().filter_map(|definition| given.get_key_value(definition.name.as_str()));
        let given_weights = values.map(|(name, value)| (name.as_str(), weight::of_json(value)));
        let default_weights = defaults.iter().map(|(&name, value)| (name, weight::of_default(value)));
        let weights = given_weights.chain(default_weights).collect();
        Self { given, defaults, weights }
    }

    /// The number that `value` is or stands for; `None` for null and for nothing.
    pub(super) fn number(&self, value: &Value) -> Option<i64> {
        match value.as_variable().map(|name| (self.given.get(name.as_str()), self.defaults.get(name.as_str()))) {
            None => literal_number(value),
            Some((Some(Json::Null), _)) => None,
            // A number that is no `Int` is refused later; until then it is as good as the largest.
            Some((Some(given), _)) => Some(given.as_i64().unwrap_or(i64::MAX)),
            Some((None, default)) => default.and_then(|default| literal_number(default)),
        }
    }

    /// How many items the list has that `value` is or stands for; 1 for what is no list.
    pub(super) fn length(&self, value: &Value) -> usize {
        let (given, literal) = match value.as_variable() {
            Some(name) => (self.given.get(name.as_str()), self.defaults.get(name.as_str()).copied()),
            None => (None, Some(value)),
        };
        let given = given.and_then(Json::as_array).map(Vec::len);
        given.or_else(|| literal.and_then(Value::as_list).map(<[_]>::len)).unwrap_or(1)
    }

    /// What all variables of the operation weigh together.
    pub(super) fn weight_of_each_once(&self) -> u64 {
        self.weights.values().copied().fold(0, u64::saturating_add)
    }

    /// What one use of `value` weighs, variables within it included.
    pub(super) fn weight(&self, value: &Value) -> u64 {
        weight::of_literal(value, &self.weights)
    }
}

fn literal_number(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(number.try_to_i32().map_or(i64::MAX, i64::from)),
        Value::Null
        | Value::Enum(_)
        | Value::Variable(_)
        | Value::String(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::List(_)
        | Value::Object(_) => None,
    }
}
