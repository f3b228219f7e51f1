//! The gateway over HTTP.
//!
//! Invariant: only this module names axum, layers are added in [`router`] alone, and every refusal of ours has the
//! typed body of the contract; heads that the HTTP library cannot read are refused by it, without a body.

mod body;
mod graphql;
mod health;
mod media;
mod media_range;
mod nesting;
mod panics;
mod parameters;
mod refusal;
mod request_id;
mod server;
mod settings;

use std::sync::Arc;

use axum::{Router, middleware, routing};

pub use self::{server::serve, settings::HttpSettings};
use crate::graphql::Api;

/// What every handler may use.
#[derive(Clone)]
struct Gateway {
    api: Arc<Api>,
    settings: Arc<HttpSettings>,
}

/// Everything the gateway serves.
///
/// A request crosses the layers from the outside in:
/// 1. `request_id`: names the request, measures it, opens its span of the log;
/// 2. `panics`: turns a panic further inside into a typed answer.
pub fn router(api: Arc<Api>, settings: HttpSettings) -> Router {
    Router::new()
        .route("/graphql", routing::get(graphql::get).post(graphql::post))
        .route("/schema.graphql", routing::get(graphql::schema))
        .route("/health/live", routing::get(health::live))
        .route("/health/ready", routing::get(health::ready))
        .fallback(refusal::unknown_path)
        .method_not_allowed_fallback(refusal::unknown_method)
        .with_state(Gateway { api, settings: Arc::new(settings) })
        .layer(middleware::from_fn(panics::contain))
        .layer(middleware::from_fn(request_id::identify))
}
