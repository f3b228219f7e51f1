//! The parameters of a GraphQL request, out of a JSON body or a query string.
//!
//! Invariant: a parameter of the wrong type is refused by name, before anything runs.

mod document;

use serde_json::{Map, Value};
use url::form_urlencoded;

use super::{HttpSettings, nesting};
use crate::{
    failure::{ErrorCode, Failure},
    graphql::{ApiRequest, CostReport, OperationKinds},
};

/// The request in a JSON body.
pub(super) fn from_body(body: &[u8], settings: &HttpSettings) -> Result<ApiRequest, Failure> {
    let text = str::from_utf8(body).map_err(|_| refused("the body is not UTF-8"))?;
    match text.trim_start_matches([' ', '\t', '\r', '\n']).bytes().next() {
        Some(b'{') => {}
        Some(b'[') => return Err(refused("the body is a list: send one request at a time, batches are not taken")),
        _ => return Err(refused("the body is not a JSON object")),
    }
    nesting::check(body, settings.json_nesting)?;
    let mut given: Map<String, Value> = serde_json::from_str(text).map_err(|problem| {
        refused(&format!("the body is not JSON: line {}, column {}", problem.line(), problem.column()))
    })?;
    from_parameters(|name| Ok(given.remove(name)), OperationKinds::All)
}

/// The request in a query string.
pub(super) fn from_query(query: &str, settings: &HttpSettings) -> Result<ApiRequest, Failure> {
    let given = |wanted: &str| {
        let mut values = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == wanted);
        let value = values.next().map(|(_, value)| value.into_owned());
        if values.next().is_some() { Err(refused(&format!("{wanted} is given twice"))) } else { Ok(value) }
    };
    let parameter = |name: &str| match (name, given(name)?) {
        // An empty field of a form is an absent one.
        (_, Some(text)) if text.is_empty() => Ok(None),
        ("variables" | "extensions", Some(text)) => {
            nesting::check(text.as_bytes(), settings.json_nesting)?;
            serde_json::from_str(&text).map(Some).map_err(|_| refused(&format!("{name} is not JSON")))
        }
        (_, text) => Ok(text.map(Value::String)),
    };
    from_parameters(parameter, OperationKinds::QueriesOnly)
}

fn from_parameters(
    mut parameter: impl FnMut(&str) -> Result<Option<Value>, Failure>,
    operations: OperationKinds,
) -> Result<ApiRequest, Failure> {
    let operation_name = text("operationName", parameter("operationName")?)?;
    let variables = object("variables", parameter("variables")?)?;
    let extensions = object("extensions", parameter("extensions")?)?;
    let document = document::source(&mut parameter, &extensions)?;
    let cost = cost_report(&extensions)?;
    Ok(ApiRequest { document, operation_name, variables, operations, cost, ..ApiRequest::default() })
}

/// Whether `extensions.cost` asks what the operation costs.
fn cost_report(extensions: &Map<String, Value>) -> Result<CostReport, Failure> {
    match extensions.get("cost") {
        None | Some(Value::Null | Value::Bool(false)) => Ok(CostReport::Omitted),
        Some(Value::Bool(true)) => Ok(CostReport::Included),
        Some(_) => Err(refused("extensions.cost must be a boolean")),
    }
}

fn text(name: &str, value: Option<Value>) -> Result<Option<String>, Failure> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(refused(&format!("{name} must be a string"))),
    }
}

fn object(name: &str, value: Option<Value>) -> Result<Map<String, Value>, Failure> {
    match value {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(object)) => Ok(object),
        Some(_) => Err(refused(&format!("{name} must be an object"))),
    }
}

fn refused(message: &str) -> Failure {
    Failure::new(ErrorCode::BadRequest, message)
}
