//! What is wrong with a document or its variables, as failures.

use apollo_compiler::{diagnostic::ToCliReport, parser::SourceSpan, validation::DiagnosticList};
use apollo_parser::Token;

use super::places::Places;
use crate::{
    failure::{ErrorCode, Failure},
    graphql::failure::{LocatedFailure, Location},
};

/// Longest message, in characters: the compiler repeats values, and a value may have megabytes.
const MESSAGE_LENGTH: usize = 300;

/// The document is no GraphQL.
pub(super) fn syntax(problems: &DiagnosticList, places: &Places) -> Vec<LocatedFailure> {
    // The parser goes on after a mistake: what it finds then are mostly follow-up errors.
    let told = failures(problems, places).take(1);
    told.map(|(message, location)| located(ErrorCode::GraphqlParseFailed, &message, location)).collect()
}

/// The document does not fit the schema; `most` of its problems are told.
pub(super) fn validation(problems: &DiagnosticList, places: &Places, most: usize) -> Vec<LocatedFailure> {
    failures(problems, places).take(most).map(|(message, location)| invalid(message, location)).collect()
}

/// A mistake in a document that the compiler does not look for.
pub(super) fn failure_at(message: String, span: Option<SourceSpan>, places: &Places) -> LocatedFailure {
    invalid(message, location(span, places))
}

/// A request that does not fit the schema.
pub(super) fn invalid(message: impl AsRef<str>, location: Option<Location>) -> LocatedFailure {
    located(ErrorCode::GraphqlValidationFailed, message.as_ref(), location)
}

/// Where in the document something stands.
pub(super) fn location(span: Option<SourceSpan>, places: &Places) -> Option<Location> {
    Some(places.at(span?.offset()))
}

/// A document has `found` where a value has to follow a name.
pub(super) fn unexpected(found: &Token<'_>, places: &Places) -> LocatedFailure {
    let message = format!("syntax error: expected `:` and a value, got {}", found.data());
    located(ErrorCode::GraphqlParseFailed, &message, Some(places.at(found.index())))
}

/// What the compiler found.
fn failures(problems: &DiagnosticList, places: &Places) -> impl Iterator<Item = (String, Option<Location>)> {
    problems.iter().map(|problem| {
        // What it says of the schema has no place in the document.
        let span = problem.error.location().filter(|span| problem.sources.contains_key(&span.file_id()));
        (problem.error.to_string(), location(span, places))
    })
}

fn located(code: ErrorCode, message: &str, location: Option<Location>) -> LocatedFailure {
    LocatedFailure {
        failure: Failure::new(code, shortened(message)),
        locations: location.into_iter().collect(),
        path: Vec::new(),
    }
}

fn shortened(message: &str) -> String {
    let rest = if message.chars().nth(MESSAGE_LENGTH).is_some() { "…" } else { "" };
    message.chars().take(MESSAGE_LENGTH).collect::<String>() + rest
}
