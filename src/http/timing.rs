//! Where the time of an answer went, for the developer tools of browsers (`Server-Timing`).

use axum::http::{HeaderName, HeaderValue};

use crate::graphql::Phases;

/// The header.
pub(super) const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// Its value, in milliseconds; `None` when the API was never asked.
pub(super) fn server_timing(phases: Phases) -> Option<HeaderValue> {
    if phases == Phases::default() {
        return None;
    }
    let admission = phases.admission.as_secs_f64() * 1_000.0;
    let execution = phases.execution.as_secs_f64() * 1_000.0;
    HeaderValue::try_from(format!("admission;dur={admission:.3}, execution;dur={execution:.3}")).ok()
}
