//! The gateway over HTTP.
//!
//! Invariant: only this module names axum, layers are added in [`router`] alone, and every refusal has the typed
//! body of the contract, also of heads that the HTTP library cannot read (`connection`).

mod body;
mod connection;
mod graphql;
mod health;
mod media;
mod nesting;
mod panics;
mod parameters;
mod refusal;
mod request_id;
mod server;
mod settings;

use std::sync::Arc;

use axum::{Router, middleware, routing};

use self::body::BodyMemory;
pub use self::{server::serve, settings::HttpSettings};
use crate::graphql::Api;

/// What every handler may use.
#[derive(Clone)]
struct Gateway {
    api: Arc<Api>,
    settings: Arc<HttpSettings>,
    bodies: BodyMemory,
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
        .with_state(Gateway { api, bodies: BodyMemory::new(settings.held_body_bytes), settings: Arc::new(settings) })
        .layer(middleware::from_fn(panics::contain))
        .layer(middleware::from_fn(request_id::identify))
}
