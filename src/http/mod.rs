//! The gateway over HTTP.
//!
//! Invariant: only this module names axum, layers are added in [`router`] alone, and every refusal has the typed
//! body of the contract, also of heads that the HTTP library cannot read (`connection`).

mod authority;
mod body;
mod caching;
mod client;
mod connection;
mod cors;
mod cross_site;
mod gate;
mod graphql;
mod head;
mod health;
mod held_answer;
mod host;
mod host_pattern;
mod media;
mod media_range;
mod memory;
mod origin;
mod panics;
mod parameters;
mod rate_limit;
mod refusal;
mod request_id;
mod security_headers;
mod server;
mod settings;
mod time_limit;
mod timing;

use std::sync::Arc;

use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
    routing,
};

pub use self::{
    client::TrustedProxy,
    head::HeadLimits,
    host::{TrustedHostPattern, TrustedHosts},
    host_pattern::HostPattern,
    origin::{AllowedOrigins, OriginPattern},
    parameters::JsonLimits,
    rate_limit::RateLimit,
    server::serve,
    settings::HttpSettings,
};
use self::{gate::Gate, memory::Memory, rate_limit::RateLimits};
use crate::graphql::Api;

/// What every handler may use.
#[derive(Clone)]
struct Gateway {
    api: Arc<Api>,
    settings: Arc<HttpSettings>,
    bodies: Memory,
    answers: Memory,
}

/// Everything the gateway serves.
///
/// A request crosses the layers from the outside in:
/// 1. `request_id`: names the request, measures it, opens its span of the log;
/// 2. `security_headers`: tells browsers what not to do with the answer, whoever gave it;
/// 3. `cors`: answers preflights, and lets allowed pages read every answer, refusals too;
/// 4. `panics`: turns a panic further inside into a typed answer;
/// 5. `client`: finds the client's address behind trusted proxies;
/// 6. `head`: refuses long targets and large headers (414, 431);
/// 7. `host`: refuses what is meant for somebody else (400, 421);
/// 8. `cross_site`: refuses what pages of other sites make browsers ask (400);
/// 9. `rate_limit`: refuses clients that ask too often (429).
///
/// So a request is judged by what costs least first, and nothing is read of its body before it passed them all.
pub fn router(api: Arc<Api>, settings: HttpSettings) -> Router {
    let settings = Arc::new(settings);
    let limits = settings.rate_limit.map(RateLimits::new);
    let bodies = Memory::new(settings.held_body_bytes, "the requests that are being answered");
    let answers = Memory::new(settings.held_answer_bytes, "the answers that wait for their clients");
    routes(Gateway { api, bodies, answers, settings: Arc::clone(&settings) })
        .layer(from_fn_with_state(limits, rate_limit::check))
        .layer(from_fn_with_state(Gate::new(&settings, cross_site::judge), gate::check))
        .layer(from_fn_with_state(Gate::new(&settings, host::judge), gate::check))
        .layer(from_fn_with_state(Gate::new(&settings, head::judge), gate::check))
        .layer(from_fn_with_state(Arc::clone(&settings), client::locate))
        .layer(from_fn(panics::contain))
        .layer(from_fn_with_state(cors::layer(&settings.cors_origins), cors::share))
        .layer(from_fn(security_headers::add))
        .layer(from_fn(request_id::identify))
}

fn routes(gateway: Gateway) -> Router {
    Router::new()
        .route("/graphql", routing::get(graphql::get).post(graphql::post))
        .route("/schema.graphql", routing::get(graphql::schema))
        .route(health::LIVE, routing::get(health::live))
        .route(health::READY, routing::get(health::ready))
        .fallback(refusal::unknown_path)
        .method_not_allowed_fallback(refusal::unknown_method)
        .with_state(gateway)
}
