//! What the compiler found wrong with a document, as failures.

use apollo_compiler::{
    ExecutableDocument,
    parser::{SourceMap, SourceSpan},
    request::RequestError,
    response::GraphQLError,
    validation::DiagnosticList,
};
use apollo_parser::Token;

use crate::{
    failure::{ErrorCode, Failure},
    graphql::failure::{LocatedFailure, Location},
};

/// Most errors in one answer: a long document could have thousands.
const MOST_ERRORS: usize = 5;
/// Longest message, in characters: the compiler repeats values, and a value may have megabytes.
const MESSAGE_LENGTH: usize = 300;

/// The document is no GraphQL.
pub(super) fn syntax(problems: &DiagnosticList) -> Vec<LocatedFailure> {
    // The parser goes on after a mistake: what it finds then are mostly follow-up errors.
    failures(problems, ErrorCode::GraphqlParseFailed).into_iter().take(1).collect()
}

/// The document does not fit the schema.
pub(super) fn validation(problems: &DiagnosticList) -> Vec<LocatedFailure> {
    failures(problems, ErrorCode::GraphqlValidationFailed)
}

/// The operation cannot be chosen, or its variables do not fit.
pub(super) fn request(problem: &RequestError, sources: &SourceMap) -> Vec<LocatedFailure> {
    vec![failure(&problem.to_graphql_error(sources), ErrorCode::GraphqlValidationFailed)]
}

/// A rule of validation of our own is broken.
pub(super) fn rule(message: &str, place: Option<SourceSpan>, document: &ExecutableDocument) -> LocatedFailure {
    let place = place.and_then(|span| span.line_column(&document.sources));
    let locations = place.map(|place| Location { line: place.line, column: place.column });
    LocatedFailure {
        failure: Failure::new(ErrorCode::GraphqlValidationFailed, shortened(message)),
        locations: locations.into_iter().collect(),
        path: Vec::new(),
    }
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

fn failures(problems: &DiagnosticList, code: ErrorCode) -> Vec<LocatedFailure> {
    problems.iter().take(MOST_ERRORS).map(|problem| failure(&problem.to_json(), code)).collect()
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
