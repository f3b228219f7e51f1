//! The values of a row by field, before anything is said about their meaning.
//!
//! Invariant: a value of the wrong JSON type becomes a violation, never an end: the rest of the row is still read.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::stored_fields::StoredText;
use crate::product::{Inspection, ProductField, Refused, Rule, limits, quoted};

/// How many names that are not fields are told of one row.
const UNKNOWN_TOLD: usize = 20;

/// A row's values by field, and what its names say against it.
#[derive(Debug, Default)]
pub(super) struct RowValues {
    values: BTreeMap<ProductField, Value>,
    repeated: Vec<ProductField>,
    unknown: Vec<String>,
}

/// A name and a value of an attribute of a row, each text or already refused.
pub(super) type NamedValue = (Result<String, Refused>, Result<String, Refused>);

/// The first elements of a list of a row.
pub(super) struct Elements<T> {
    /// How many elements the row gives.
    pub(super) count: usize,
    /// As many of them as may be there.
    pub(super) first: Vec<T>,
}

impl RowValues {
    /// Tells of names that are there twice or are not fields.
    pub(super) fn inspect_names(&mut self, inspection: &mut Inspection<'_>) {
        for field in self.repeated.drain(..) {
            let name = field.stored_name();
            inspection.refuse(name, Rule::Duplicate, format!("{name} is given more than once"));
        }
        for name in self.unknown.drain(..) {
            inspection.refuse(&name, Rule::Unknown, format!("{} is not a field of a product", quoted(&name)));
        }
    }

    /// A text, if there is one.
    pub(super) fn text(
        &mut self,
        field: ProductField,
        inspection: &mut Inspection<'_>,
    ) -> Result<Option<String>, Refused> {
        let name = field.stored_name();
        self.take(field).map(|value| text(name, value, inspection)).transpose()
    }

    /// A number, if there is one.
    pub(super) fn number(
        &mut self,
        field: ProductField,
        inspection: &mut Inspection<'_>,
    ) -> Result<Option<f64>, Refused> {
        let Some(value) = self.take(field) else { return Ok(None) };
        value.as_f64().map(Some).ok_or_else(|| mistyped(field.stored_name(), "a number", &value, inspection))
    }

    /// A whole number from 1 to [`limits::MAX_VERSION`], if there is one.
    pub(super) fn count(
        &mut self,
        field: ProductField,
        inspection: &mut Inspection<'_>,
    ) -> Result<Option<u64>, Refused> {
        let Some(value) = self.take(field) else { return Ok(None) };
        let name = field.stored_name();
        match (value.as_u64(), value.as_i64()) {
            (Some(count @ 1..=limits::MAX_VERSION), _) => Ok(Some(count)),
            (Some(0), _) | (None, Some(_)) => {
                Err(inspection.refuse(name, Rule::Min, format!("{name} must be at least 1, not {value}")))
            }
            (Some(_), _) => Err(inspection.refuse(
                name,
                Rule::Max,
                format!("{name} must be at most {}, not {value}", limits::MAX_VERSION),
            )),
            (None, None) if value.is_number() => {
                let message = format!("{name} must be a whole number, not {value}");
                Err(inspection.refuse(name, Rule::Pattern, message))
            }
            (None, None) => Err(mistyped(name, "a whole number", &value, inspection)),
        }
    }

    /// A truth value, if there is one.
    pub(super) fn flag(
        &mut self,
        field: ProductField,
        inspection: &mut Inspection<'_>,
    ) -> Result<Option<bool>, Refused> {
        let Some(value) = self.take(field) else { return Ok(None) };
        value.as_bool().map(Some).ok_or_else(|| mistyped(field.stored_name(), "true or false", &value, inspection))
    }

    /// A list of texts, empty if there is none.
    pub(super) fn texts(
        &mut self,
        field: ProductField,
        most: usize,
        inspection: &mut Inspection<'_>,
    ) -> Result<Elements<Result<String, Refused>>, Refused> {
        self.elements(field, most, inspection, text)
    }

    /// A list of named values, empty if there is none.
    pub(super) fn named_values(
        &mut self,
        field: ProductField,
        most: usize,
        inspection: &mut Inspection<'_>,
    ) -> Result<Elements<NamedValue>, Refused> {
        self.elements(field, most, inspection, named_value)
    }

    fn elements<T>(
        &mut self,
        field: ProductField,
        most: usize,
        inspection: &mut Inspection<'_>,
        element: fn(&str, Value, &mut Inspection<'_>) -> T,
    ) -> Result<Elements<T>, Refused> {
        let name = field.stored_name();
        match self.take(field) {
            None => Ok(Elements { count: 0, first: Vec::new() }),
            Some(Value::Array(values)) => {
                let count = values.len();
                let first = values.into_iter().take(most).enumerate();
                let first = first.map(|(index, value)| element(&format!("{name}[{index}]"), value, inspection));
                Ok(Elements { count, first: first.collect() })
            }
            Some(other) => Err(mistyped(name, "a list", &other, inspection)),
        }
    }

    fn take(&mut self, field: ProductField) -> Option<Value> {
        self.values.remove(&field).filter(|value| !value.is_null())
    }
}

fn text(field: &str, value: Value, inspection: &mut Inspection<'_>) -> Result<String, Refused> {
    match value {
        Value::String(text) => Ok(text),
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            Err(mistyped(field, "text", &other, inspection))
        }
    }
}

fn named_value(field: &str, value: Value, inspection: &mut Inspection<'_>) -> NamedValue {
    match value {
        Value::Object(mut object) => {
            let pair = (part(field, "name", &mut object, inspection), part(field, "value", &mut object, inspection));
            for name in object.keys().take(UNKNOWN_TOLD) {
                let message = format!("{} is not a field of an attribute", quoted(name));
                inspection.refuse(&format!("{field}.{}", shortened(name)), Rule::Unknown, message);
            }
            pair
        }
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => {
            let refused = mistyped(field, "an object with name and value", &other, inspection);
            (Err(refused), Err(refused))
        }
    }
}

fn part(
    field: &str,
    name: &str,
    object: &mut Map<String, Value>,
    inspection: &mut Inspection<'_>,
) -> Result<String, Refused> {
    let place = format!("{field}.{name}");
    match object.remove(name) {
        None | Some(Value::Null) => Err(inspection.refuse(&place, Rule::Required, format!("{place} is required"))),
        Some(value) => text(&place, value, inspection),
    }
}

fn mistyped(field: &str, expected: &str, value: &Value, inspection: &mut Inspection<'_>) -> Refused {
    let actual = match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    inspection.refuse(field, Rule::Pattern, format!("{field} must be {expected}, not {actual}"))
}

/// A name that stands for a place in an error is cut like any value.
fn shortened(name: &str) -> String {
    name.chars().take(64).collect()
}

impl<'de> Deserialize<'de> for RowValues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RowVisitor)
    }
}

struct RowVisitor;

impl<'de> Visitor<'de> for RowVisitor {
    type Value = RowValues;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RowValues, A::Error> {
        let mut row = RowValues::default();
        while let Some(name) = map.next_key::<StoredText<'de>>()? {
            if let Some(field) = ProductField::from_stored_name(name.as_str()) {
                if row.values.insert(field, map.next_value()?).is_some() && !row.repeated.contains(&field) {
                    row.repeated.push(field);
                }
                continue;
            }
            map.next_value::<IgnoredAny>()?;
            if row.unknown.len() < UNKNOWN_TOLD {
                row.unknown.push(shortened(name.as_str()));
            }
        }
        Ok(row)
    }
}
