//! What the API answers, ready to be sent.

use std::time::Duration;

use serde::{Serialize, ser::SerializeMap};

use super::{Outcome, failure, guard::OperationCost};
use crate::failure::{ErrorCode, Fact, Failure};

/// The answer to one request.
#[derive(Debug, Clone)]
pub struct ApiAnswer {
    /// JSON text: `data`, `errors` or both, and `extensions` where the caller asked for them.
    pub body: Vec<u8>,
    /// Why nothing ran; `None` when the operation ran, well or badly.
    pub refusal: Option<Refusal>,
    /// How long the answer may be kept by whoever passes it on.
    pub cache: CachePolicy,
    /// Where the time went.
    pub phases: Phases,
}

/// How long an answer may be kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CachePolicy {
    /// Not at all.
    #[default]
    NoStore,
    /// By everybody, for this many seconds.
    Public {
        /// Seconds, at least one.
        seconds: u32,
    },
}

/// Where the time of an answer went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Phases {
    /// Until the document was found acceptable, or was refused.
    pub admission: Duration,
    /// Until everything was answered.
    pub execution: Duration,
}

/// Why a request was not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The first error's code.
    pub code: ErrorCode,
    /// The HTTP status that goes with it.
    pub status: u16,
    /// Whole seconds after which to try again.
    pub retry_after: Option<u64>,
}

impl ApiAnswer {
    /// The answer to a request that was refused before it reached the API.
    pub fn refused(failure: Failure, request_id: &str) -> Self {
        let outcome = Outcome::refused(vec![failure.into()]);
        failure::record(&outcome.failures);
        Self::new(&outcome, request_id)
    }

    /// The answer to a probe, which asks again and again: it is neither logged nor counted as an error.
    pub fn to_probe(failure: Failure, request_id: &str) -> Self {
        Self::new(&Outcome::refused(vec![failure.into()]), request_id)
    }

    pub(super) fn new(outcome: &Outcome, request_id: &str) -> Self {
        let refusal = match (&outcome.data, outcome.failures.first()) {
            (None, Some(located)) => Some(Refusal::of(&located.failure)),
            _ => None,
        };
        // Writing values made of text, numbers, lists and maps to memory cannot fail.
        let body = serde_json::to_vec(&Body { outcome, request_id }).unwrap_or_default();
        Self { body, refusal, cache: CachePolicy::default(), phases: Phases::default() }
    }
}

impl Refusal {
    fn of(failure: &Failure) -> Self {
        let retry_after = failure
            .facts
            .iter()
            .find_map(|fact| if let Fact::RetryAfter(seconds) = fact { Some(*seconds) } else { None });
        Self { code: failure.code, status: failure.status, retry_after }
    }
}

/// What the answer says about itself.
#[derive(Serialize)]
struct WireReport {
    cost: WireCost,
}

#[derive(Serialize)]
struct WireCost {
    requested: u64,
    limit: u64,
}

impl From<OperationCost> for WireCost {
    fn from(cost: OperationCost) -> Self {
        Self { requested: cost.requested, limit: cost.limit }
    }
}

struct Body<'a> {
    outcome: &'a Outcome,
    request_id: &'a str,
}

impl Serialize for Body<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if !self.outcome.failures.is_empty() {
            map.serialize_entry("errors", &failure::wire(&self.outcome.failures, self.request_id))?;
        }
        if let Some(data) = &self.outcome.data {
            map.serialize_entry("data", data)?;
        }
        if let Some(cost) = self.outcome.cost {
            map.serialize_entry("extensions", &WireReport { cost: WireCost::from(cost) })?;
        }
        map.end()
    }
}
