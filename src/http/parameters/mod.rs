//! The parameters of a GraphQL request, out of a JSON body or a query string.
//!
//! Invariant: a parameter of the wrong type is refused by name, before anything runs.

mod document;
mod json;
mod query_string;
mod shape;

use serde_json::{Map, Value};

use self::query_string::QueryString;
pub use self::shape::JsonLimits;
use super::HttpSettings;
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
    let mut given = object("the body", Some(json::read("the body", text, settings.json)?))?;
    from_parameters(|name| Ok(given.remove(name)), OperationKinds::All)
}

/// The request in a query string.
pub(super) fn from_query(query: &str, settings: &HttpSettings) -> Result<ApiRequest, Failure> {
    let given = QueryString::parse(query)?;
    let parameter = |name: &str| match (name, given.get(name)?) {
        ("variables" | "extensions", Some(text)) => json::read(name, text, settings.json).map(Some),
        (_, text) => Ok(text.map(Value::from)),
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
