//! From the JSON of a request to the values of its variables.
//!
//! Values are moved, not copied: a list of a thousand products has megabytes. Invariant: what comes out fits its type,
//! a scalar of our own included, so that the executor finds nothing wrong with it in the middle of an operation.

use apollo_compiler::{
    Schema,
    ast::Type,
    schema::{ExtendedType, InputObjectType},
};
use async_graphql::{Name, Value, Variables, indexmap::IndexMap};
use serde_json::{Map, Number, Value as Json};

use super::{diagnosis, prepared::PreparedVariable};
use crate::{failure::quoted, graphql::failure::LocatedFailure};

/// The largest whole number that every JSON reader keeps exactly; an id beyond it is a text.
const LARGEST_EXACT: f64 = 9_007_199_254_740_991.0;

/// The values of `variables`, defaults included; at most `most` problems.
pub(super) fn values(
    schema: &Schema,
    variables: &[PreparedVariable],
    mut given: Map<String, Json>,
    most: usize,
) -> Result<Variables, Vec<LocatedFailure>> {
    let mut values = Variables::default();
    let mut problems = Vec::new();
    for variable in variables {
        match value(schema, variable, given.remove(variable.name.as_str())) {
            Ok(Some(value)) => drop(values.insert(variable.name.clone(), value)),
            Ok(None) => {}
            Err(misfit) => {
                let message = format!("the variable ${}{}: {}", variable.name, misfit.path, misfit.problem);
                problems.push(diagnosis::invalid(message, variable.location));
            }
        }
        if problems.len() >= most {
            break;
        }
    }
    if problems.is_empty() { Ok(values) } else { Err(problems) }
}

/// Why a value does not fit, and where in it.
struct Misfit {
    path: String,
    problem: String,
}

impl Misfit {
    fn new(problem: String) -> Self {
        Self { path: String::new(), problem }
    }

    fn below(self, segment: &str) -> Self {
        Self { path: format!("{segment}{}", self.path), ..self }
    }
}

fn value(schema: &Schema, variable: &PreparedVariable, given: Option<Json>) -> Result<Option<Value>, Misfit> {
    match given {
        Some(given) => coerced(schema, &variable.ty, given).map(Some),
        None if variable.default.is_some() => Ok(variable.default.clone()),
        None if variable.ty.is_non_null() => Err(Misfit::new(format!("a {} is missing", variable.ty))),
        None => Ok(None),
    }
}

fn coerced(schema: &Schema, ty: &Type, given: Json) -> Result<Value, Misfit> {
    if given.is_null() {
        let problem = || Misfit::new(format!("null is no {ty}"));
        return if ty.is_non_null() { Err(problem()) } else { Ok(Value::Null) };
    }
    match (ty, given) {
        (Type::List(item) | Type::NonNullList(item), Json::Array(items)) => {
            let items = items.into_iter().enumerate().map(|(index, given)| {
                coerced(schema, item, given).map_err(|misfit| misfit.below(&format!("[{index}]")))
            });
            items.collect::<Result<_, _>>().map(Value::List)
        }
        // One value where a list is wanted is a list of one.
        (Type::List(item) | Type::NonNullList(item), given) => Ok(Value::List(vec![coerced(schema, item, given)?])),
        (Type::Named(name) | Type::NonNullNamed(name), given) => match (schema.types.get(name), given) {
            (Some(ExtendedType::InputObject(definition)), Json::Object(fields)) => object(schema, definition, fields),
            (Some(ExtendedType::Enum(definition)), Json::String(member))
                if definition.values.contains_key(member.as_str()) =>
            {
                Ok(Value::String(member))
            }
            (Some(ExtendedType::Scalar(_)), given) => scalar(name, given),
            (_, given) => Err(misfit(name, &given)),
        },
    }
}

fn object(schema: &Schema, definition: &InputObjectType, given: Map<String, Json>) -> Result<Value, Misfit> {
    let mut fields = IndexMap::with_capacity(given.len());
    for (name, given) in given {
        let Some(field) = definition.fields.get(name.as_str()) else {
            let problem = format!("a {} has no field {}", definition.name, quoted(&name));
            return Err(Misfit::new(problem));
        };
        let value = coerced(schema, &field.ty, given).map_err(|misfit| misfit.below(&format!(".{name}")))?;
        fields.insert(Name::new(name), value);
    }
    for (name, field) in &definition.fields {
        if field.is_required() && !fields.contains_key(name.as_str()) {
            return Err(Misfit::new(format!("a {} is missing", field.ty)).below(&format!(".{name}")));
        }
    }
    Ok(Value::Object(fields))
}

fn scalar(name: &str, given: Json) -> Result<Value, Misfit> {
    match (name, given) {
        ("Boolean", Json::Bool(truth)) => Ok(Value::Boolean(truth)),
        ("Float", Json::Number(number)) => Ok(Value::Number(number)),
        ("Int", Json::Number(number)) => match whole(&number).and_then(|number| i32::try_from(number).ok()) {
            Some(number) => Ok(Value::from(number)),
            None => Err(misfit(name, &Json::Number(number))),
        },
        ("ID", Json::Number(number)) => match whole(&number) {
            Some(number) => Ok(Value::String(number.to_string())),
            None => Err(misfit(name, &Json::Number(number))),
        },
        ("Boolean" | "Float" | "Int", given) => Err(misfit(name, &given)),
        // `String` and `ID`; and every scalar of our own is a text.
        (_, Json::String(text)) => Ok(Value::String(text)),
        (_, given) => Err(misfit(name, &given)),
    }
}

/// The whole number that a number is: `1.0` is one, in JSON.
fn whole(number: &Number) -> Option<i64> {
    let fraction = || number.as_f64().filter(|number| number.fract() == 0.0 && number.abs() <= LARGEST_EXACT);
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and below 2^53")]
    number.as_i64().or_else(|| fraction().map(|number| number as i64))
}

fn misfit(name: &str, given: &Json) -> Misfit {
    let given = match given {
        Json::String(text) => quoted(text),
        Json::Array(_) => "a list".to_owned(),
        Json::Object(_) => "an object".to_owned(),
        Json::Null | Json::Bool(_) | Json::Number(_) => given.to_string(),
    };
    Misfit::new(format!("{given} is no {name}"))
}
