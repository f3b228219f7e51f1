//! What is wrong with a document or its variables, as failures.

use apollo_compiler::{
    parser::{SourceMap, SourceSpan},
    response::GraphQLError,
    validation::DiagnosticList,
};
use apollo_parser::Token;

use crate::{
    failure::{ErrorCode, Failure},
    graphql::failure::{LocatedFailure, Location},
};

/// Longest message, in characters: the compiler repeats values, and a value may have megabytes.
const MESSAGE_LENGTH: usize = 300;

/// The document is no GraphQL.
pub(super) fn syntax(problems: &DiagnosticList) -> Vec<LocatedFailure> {
    // The parser goes on after a mistake: what it finds then are mostly follow-up errors.
    failures(problems, ErrorCode::GraphqlParseFailed, 1)
}

/// The document does not fit the schema; `most` of its problems are told.
pub(super) fn validation(problems: &DiagnosticList, most: usize) -> Vec<LocatedFailure> {
    failures(problems, ErrorCode::GraphqlValidationFailed, most)
}

/// A mistake in a document that the compiler does not look for.
pub(super) fn failure_at(message: String, span: Option<SourceSpan>, sources: &SourceMap) -> LocatedFailure {
    invalid(message, location(span, sources))
}

/// A request that does not fit the schema.
pub(super) fn invalid(message: impl AsRef<str>, location: Option<Location>) -> LocatedFailure {
    LocatedFailure {
        failure: Failure::new(ErrorCode::GraphqlValidationFailed, shortened(message.as_ref())),
        locations: location.into_iter().collect(),
        path: Vec::new(),
    }
}

/// Where in the document something stands.
pub(super) fn location(span: Option<SourceSpan>, sources: &SourceMap) -> Option<Location> {
    let place = span?.line_column(sources)?;
    Some(Location { line: place.line, column: place.column })
}

/// The document in `text` has `found` where a value has to follow a name.
pub(super) fn unexpected(text: &str, found: &Token<'_>) -> LocatedFailure {
    let before = text.get(..found.index()).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let location = Location { line: before.matches('\n').count() + 1, column: line.chars().count() + 1 };
    let message = format!("syntax error: expected `:` and a value, got {}", found.data());
    LocatedFailure {
        failure: Failure::new(ErrorCode::GraphqlParseFailed, shortened(&message)),
        locations: vec![location],
        path: Vec::new(),
    }
}

fn failures(problems: &DiagnosticList, code: ErrorCode, most: usize) -> Vec<LocatedFailure> {
    problems.iter().take(most).map(|problem| failure(&problem.to_json(), code)).collect()
}

fn failure(error: &GraphQLError, code: ErrorCode) -> LocatedFailure {
    let locations = error.locations.iter().map(|place| Location { line: place.line, column: place.column });
    LocatedFailure {
        failure: Failure::new(code, shortened(&error.message)),
        locations: locations.collect(),
        path: Vec::new(),
    }
}

fn shortened(message: &str) -> String {
    let rest = if message.chars().nth(MESSAGE_LENGTH).is_some() { "…" } else { "" };
    message.chars().take(MESSAGE_LENGTH).collect::<String>() + rest
}
