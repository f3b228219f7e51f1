//! What the compiler found wrong with a document, as failures.

use apollo_compiler::{parser::SourceMap, request::RequestError, response::GraphQLError, validation::DiagnosticList};

use crate::{
    failure::{ErrorCode, Failure},
    graphql::failure::{LocatedFailure, Location},
};

/// Most errors in one answer: a long document could have thousands.
const MOST_ERRORS: usize = 5;

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
    vec![failure(problem.to_graphql_error(sources), ErrorCode::GraphqlValidationFailed)]
}

fn failures(problems: &DiagnosticList, code: ErrorCode) -> Vec<LocatedFailure> {
    problems.iter().take(MOST_ERRORS).map(|problem| failure(problem.to_json(), code)).collect()
}

fn failure(error: GraphQLError, code: ErrorCode) -> LocatedFailure {
    let locations = error.locations.iter().map(|place| Location { line: place.line, column: place.column });
    LocatedFailure { failure: Failure::new(code, error.message), locations: locations.collect(), path: Vec::new() }
}
