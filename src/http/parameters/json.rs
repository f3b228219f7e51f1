//! JSON in which no name is given twice.
//!
//! Parsers differ in which of two equal names they read, and so does what a proxy checks from what runs. Invariant: what
//! is read here means the same to every parser.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value, error::Category};

use super::{JsonLimits, refused};
use crate::failure::{Failure, quoted};

/// The value of a text; `what` names the text in refusals.
pub(super) fn read(what: &str, text: &str, limits: JsonLimits) -> Result<Value, Failure> {
    limits.check(text.as_bytes())?;
    let mut parser = serde_json::Deserializer::from_str(text);
    let value = Unambiguous.deserialize(&mut parser).and_then(|value| parser.end().map(|()| value));
    value.map_err(|problem| match problem.classify() {
        Category::Data => refused(&format!("{what}: {problem}")),
        Category::Io | Category::Syntax | Category::Eof => {
            refused(&format!("{what} is not JSON: line {}, column {}", problem.line(), problem.column()))
        }
    })
}

/// A value whose objects have each name once.
struct Unambiguous;

impl<'de> DeserializeSeed<'de> for Unambiguous {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Unambiguous {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element_seed(Self)? {
            list.push(element);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(Error::custom(format!("{} is given twice", quoted(&name))));
            }
            let value = entries.next_value_seed(Self)?;
            object.insert(name, value);
        }
        Ok(object.into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_that_is_given_twice_is_refused_at_every_depth() {
        for text in [
            r#"{"a": 1, "a": 1}"#,
            r#"{"a": 1, "\u0061": 2}"#,
            r#"{"b": {"a": 1, "a": 2}}"#,
            r#"[[{"a": null, "c": 0, "a": null}]]"#,
        ] {
            let failure = read("the body", text, JsonLimits::default()).unwrap_err();
            assert!(failure.message.starts_with("the body: 'a' is given twice"), "{}", failure.message);
        }
        assert_eq!(
            read("it", r#"{"a": {"a": 1}, "A": [{"a": 2}]}"#, JsonLimits::default()).unwrap(),
            json!({"a": {"a": 1}, "A": [{"a": 2}]})
        );
    }

    #[test]
    fn what_is_no_json_is_told_by_its_place() {
        for text in ["", "{", "{}x", "\u{0}", "\"\u{0}\"", "[1,]", "1e999", "\"\\ud800\"", "nul"] {
            let failure = read("variables", text, JsonLimits::default()).unwrap_err();
            assert!(failure.message.starts_with("variables is not JSON: line 1"), "{text:?}: {}", failure.message);
        }
    }

    proptest! {
        #[test]
        fn everything_else_is_read_as_the_library_reads_it(text in "[\\[\\]{}:,\"a-c0-9.eE+ \\\\u-]{0,30}|-?[0-9]{1,25}(\\.[0-9]{1,20})?(e-?[0-9]{1,3})?") {
            let expected = serde_json::from_str::<Value>(&text).ok();
            if let Ok(value) = read("it", &text, JsonLimits::default()) {
                prop_assert_eq!(Some(value), expected);
            } else if let Some(value) = expected {
                prop_assert!(value.to_string().len() < text.len(), "{} was refused", text);
            }
        }
    }
}
