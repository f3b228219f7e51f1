//! What every answer has to be.

use axum::http::{StatusCode, header, response::Parts};
use serde_json::Value;

/// What a request that has the gateway to itself may be answered with.
const STATUSES: [u16; 16] = [200, 204, 400, 401, 403, 404, 405, 406, 408, 413, 414, 415, 421, 429, 431, 504];
/// What every error says of itself.
const EXTENSIONS: [&str; 7] = ["code", "category", "severity", "retryable", "recoverable", "status", "requestId"];

/// Says what is wrong with an answer.
pub fn check(head: &Parts, body: &[u8], is_head: bool) -> Result<(), String> {
    if !STATUSES.contains(&head.status.as_u16()) {
        return Err("an unspecified status".to_owned());
    }
    if !head.headers.contains_key("x-request-id") {
        return Err("no X-Request-Id".to_owned());
    }
    let media = head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if is_head || head.status == StatusCode::NO_CONTENT {
        return if body.is_empty() { Ok(()) } else { Err("a body where none may be".to_owned()) };
    }
    if head.status.is_success() && !media.contains("json") {
        return Ok(());
    }
    let answer: Value = serde_json::from_slice(body).map_err(|error| format!("no JSON: {error}"))?;
    check_typed(head.status, &answer)
}

fn check_typed(status: StatusCode, answer: &Value) -> Result<(), String> {
    let errors = match answer.get("errors") {
        None => &Vec::new(),
        Some(errors) => errors.as_array().filter(|errors| !errors.is_empty()).ok_or("errors are no list")?,
    };
    if !status.is_success() && (errors.is_empty() || answer.get("data").is_some()) {
        return Err("a refusal without errors, or with data".to_owned());
    }
    errors.iter().try_for_each(check_error)
}

fn check_error(error: &Value) -> Result<(), String> {
    let extensions = &error["extensions"];
    if error["message"].as_str().is_none_or(str::is_empty) {
        return Err("an error without a message".to_owned());
    }
    if let Some(missing) = EXTENSIONS.iter().find(|name| extensions.get(**name).is_none()) {
        return Err(format!("an error without {missing}"));
    }
    if extensions["code"] == "INTERNAL_ERROR" {
        return Err("an internal error".to_owned());
    }
    Ok(())
}
