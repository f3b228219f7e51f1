//! Numbers of variables in the form that their types want: JSON has one kind of number, the compiler tells two apart.
//!
//! Invariant: a number keeps its value; one that does not fit its type stays as it is, to be refused.

use apollo_compiler::{
    Schema,
    ast::Type,
    executable::Operation,
    response::{JsonMap, JsonValue},
};
use serde_json::Number;

/// Beyond it a floating-point number no longer says which whole number was meant.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Makes `1.0` a whole number where one is wanted, and a long whole number one with a fraction where that is.
pub(super) fn fit(schema: &Schema, operation: &Operation, variables: &mut JsonMap) {
    for definition in &operation.variables {
        if let Some(value) = variables.get_mut(definition.name.as_str()) {
            fit_value(schema, value, &definition.ty);
        }
    }
}

fn fit_value(schema: &Schema, value: &mut JsonValue, ty: &Type) {
    match value {
        JsonValue::Number(number) => {
            if let Some(fitting) = fitting(number, ty.inner_named_type()) {
                *number = fitting;
            }
        }
        JsonValue::Array(items) => items.iter_mut().for_each(|item| fit_value(schema, item, ty.item_type())),
        JsonValue::Object(fields) => {
            let Some(definition) = schema.get_input_object(ty.inner_named_type()) else { return };
            for (name, field) in fields.iter_mut() {
                if let Some(definition) = definition.fields.get(name.as_str()) {
                    fit_value(schema, field, &definition.ty);
                }
            }
        }
        JsonValue::Null | JsonValue::Bool(_) | JsonValue::String(_) => {}
    }
}

fn fitting(number: &Number, scalar: &str) -> Option<Number> {
    match scalar {
        "Int" | "ID" if number.is_f64() => number.as_f64().and_then(whole),
        "Float" if !number.is_f64() => number.as_f64().and_then(Number::from_f64),
        _ => None,
    }
}

fn whole(number: f64) -> Option<Number> {
    let is_whole = number.fract() == 0.0 && number.abs() < EXACT;
    // Written without a fraction: `-0` reads as zero.
    is_whole.then(|| format!("{number:.0}").parse::<i64>().ok().map(Number::from)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(number: &str, scalar: &str) -> Option<String> {
        fitting(&serde_json::from_str(number).unwrap(), scalar).map(|number| number.to_string())
    }

    #[test]
    fn whole_numbers_may_be_written_with_a_fraction_of_zero_or_an_exponent() {
        for (written, meant) in [("1.0", "1"), ("1e2", "100"), ("-0.0", "0"), ("-3.0", "-3")] {
            assert_eq!(fitted(written, "Int").as_deref(), Some(meant));
            assert_eq!(fitted(written, "ID").as_deref(), Some(meant));
            assert_eq!(fitted(written, "Float"), None);
        }
    }

    #[test]
    fn a_number_that_is_not_whole_or_not_exact_stays_as_it_is() {
        for number in ["1.5", "1e300", "9007199254740992.0", "12345678901234567890123"] {
            assert_eq!(fitted(number, "Int"), None);
            assert_eq!(fitted(number, "ID"), None);
        }
    }

    #[test]
    fn a_long_whole_number_is_a_number() {
        assert_eq!(fitted("9007199254740993", "Float").as_deref(), Some("9007199254740992.0"));
        assert_eq!(fitted("9007199254740993", "ID"), None);
    }
}
