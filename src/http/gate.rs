//! A layer that lets a request pass or refuses it, by one rule about its head.
//!
//! Invariant: a rule sees the head and the settings alone, so that the order of gates is all there is between them.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

use super::{HttpSettings, refusal::unless_refused, request_id::RequestId};
use crate::failure::Failure;

/// What is wrong with a request, if anything is.
pub(super) type Rule = fn(&Request, &HttpSettings) -> Result<(), Failure>;

/// A rule, and the settings that it goes by.
#[derive(Clone)]
pub(super) struct Gate {
    settings: Arc<HttpSettings>,
    rule: Rule,
}

impl Gate {
    /// The gate that goes by `rule`.
    pub(super) fn new(settings: &Arc<HttpSettings>, rule: Rule) -> Self {
        Self { settings: Arc::clone(settings), rule }
    }
}

/// Lets requests pass with which the rule of the gate finds nothing wrong.
pub(super) async fn check(
    State(gate): State<Gate>,
    Extension(id): Extension<RequestId>,
    request: Request,
    next: Next,
) -> Response {
    let verdict = (gate.rule)(&request, &gate.settings);
    unless_refused(verdict, &id, request, next).await
}
