//! Refuses what pages of other sites make a browser ask (CSRF).
//!
//! Browsers say where a request comes from, in `Sec-Fetch-Site`, older ones in `Origin`, and pages cannot change either;
//! other clients send neither and pass. The rules are those of Go's `CrossOriginProtection`, with two differences, for
//! which `tower-http` has no room: allowed origins are patterns, the same as for CORS; and queries by GET are judged
//! too, though safe, since a query costs, and how long it takes may tell a stranger's page what an inner network sells.
//! A link that somebody follows passes: its answer is shown to them alone, and changes nothing. A query by GET also
//! passes from a browser that says nothing: an old one, or any over plain HTTP from another machine.
//!
//! Invariant: where not every origin is allowed, nothing behind this layer that could change something was asked by a
//! page that may not use the gateway, as far as the browser says where it comes from; and of what only reads from
//! `/graphql` nothing but what is told above.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName},
};

use super::{
    HttpSettings, host,
    origin::{AllowedOrigins, GivenOrigin, Origin},
};
use crate::failure::{ErrorCode, Failure, quoted};

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const DESTINATION: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Finds nothing wrong with requests that no page of another site made.
pub(super) fn judge(request: &Request, settings: &HttpSettings) -> Result<(), Failure> {
    let allowed = &settings.cors_origins;
    if !is_by_stranger(request, allowed) {
        return Ok(());
    }
    let page = match GivenOrigin::of(request.headers()) {
        GivenOrigin::One(origin) => format!("a page of {}", quoted(&String::from_utf8_lossy(origin.as_bytes()))),
        GivenOrigin::Missing | GivenOrigin::Several => "a page of another site".to_owned(),
    };
    Err(Failure::new(ErrorCode::BadRequest, format!("{page} may not ask here: its origin is not allowed")))
}

fn is_by_stranger(request: &Request, allowed: &AllowedOrigins) -> bool {
    // Pages of an API for everybody ask without an `Origin` too: by GET, where they need no answer.
    if *allowed == AllowedOrigins::Any {
        return false;
    }
    let headers = request.headers();
    if request.method().is_safe() && (request.uri().path() != "/graphql" || is_followed_link(headers)) {
        return false;
    }
    let origin = GivenOrigin::of(headers);
    match (origin, headers.contains_key(SITE)) {
        (GivenOrigin::One(origin), _) if allowed.allow(origin) => false,
        (_, true) => !is_one_of(headers, &SITE, &["same-origin", "none"]),
        (GivenOrigin::Missing, false) => false,
        (GivenOrigin::One(origin), false) => {
            let own = host::addressed(request.uri(), headers).ok();
            !Origin::parse(origin).zip(own).is_some_and(|(origin, host)| origin.is_of(&host))
        }
        (GivenOrigin::Several, false) => true,
    }
}

fn is_followed_link(headers: &HeaderMap) -> bool {
    is_one_of(headers, &MODE, &["navigate"]) && is_one_of(headers, &DESTINATION, &["document"])
}

/// Whether the header is there once, with one of these values.
fn is_one_of(headers: &HeaderMap, name: &HeaderName, expected: &[&str]) -> bool {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => expected.iter().any(|expected| value.as_bytes() == expected.as_bytes()),
        _ => false,
    }
}
