//! Bounds how often one client may ask.
//!
//! Each client has a bucket that leaks (GCRA); an IPv6 network of 64 bits is one client, for a household has that many
//! addresses. Invariant: the buckets are bounded; the one longest unused gives way, and a full one is forgotten, which
//! changes nothing.

use std::{net::IpAddr, num::NonZeroU32, sync::Arc, time::Duration};

use axum::{
    Extension,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use governor::{
    DefaultDirectRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use moka::{policy::EvictionPolicy, sync::Cache};

use super::{client::ClientAddress, health::is_probe, refusal::unless_refused, request_id::RequestId};
use crate::failure::{ErrorCode, Fact, Failure};

/// How often one client may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests in a second, in the long run.
    pub per_second: NonZeroU32,
    /// Requests at once, after a pause.
    pub burst: NonZeroU32,
    /// Most clients that are remembered at once.
    pub clients: u64,
}

/// What each client has left.
#[derive(Clone)]
pub(super) struct RateLimits {
    quota: Quota,
    buckets: Cache<IpAddr, Arc<DefaultDirectRateLimiter>>,
}

impl RateLimits {
    /// Nobody has asked yet.
    pub(super) fn new(limit: RateLimit) -> Self {
        let quota = Quota::per_second(limit.per_second).allow_burst(limit.burst);
        let buckets = Cache::builder()
            .max_capacity(limit.clients)
            // Of the usual policy newcomers would not be remembered, and so never be limited.
            .eviction_policy(EvictionPolicy::lru())
            .time_to_idle(quota.burst_size_replenished_in() + Duration::from_secs(1))
            .build();
        Self { quota, buckets }
    }

    /// Takes one request from what the client has left.
    fn take(&self, client: IpAddr) -> Result<(), Failure> {
        let bucket = self.buckets.get_with(household(client), || Arc::new(RateLimiter::direct(self.quota)));
        bucket.check().map_err(|denied| {
            let wait = denied.wait_time_from(DefaultClock::default().now());
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            Failure::new(ErrorCode::RateLimited, "this client asks too often").with(Fact::RetryAfter(seconds.max(1)))
        })
    }
}

/// The address that stands for a client.
fn household(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & (u128::MAX << 64)).into()),
    }
}

/// Lets a client pass that has something left; probes always do.
pub(super) async fn check(
    State(limits): State<Option<RateLimits>>,
    Extension(id): Extension<RequestId>,
    Extension(client): Extension<ClientAddress>,
    request: Request,
    next: Next,
) -> Response {
    let verdict = match limits {
        Some(limits) if !is_probe(&request) => limits.take(client.0),
        _ => Ok(()),
    };
    unless_refused(verdict, &id, request, next).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(burst: u32, clients: u64) -> RateLimits {
        // So slow that no test sees a request come back.
        let quota = Quota::with_period(Duration::from_hours(24)).unwrap();
        let burst = NonZeroU32::new(burst).unwrap();
        let limits = RateLimits::new(RateLimit { per_second: NonZeroU32::MIN, burst, clients });
        RateLimits { quota: quota.allow_burst(burst), ..limits }
    }

    #[test]
    fn each_client_has_a_burst_of_its_own() {
        let limits = limits(2, 100);
        for client in ["192.0.2.1", "192.0.2.2", "2001:db8::1"] {
            let client = client.parse().unwrap();
            assert!(limits.take(client).is_ok() && limits.take(client).is_ok());
            let failure = limits.take(client).unwrap_err();
            assert_eq!(failure.code, ErrorCode::RateLimited);
            assert!(matches!(failure.facts.as_slice(), [Fact::RetryAfter(1..=86_400)]), "{:?}", failure.facts);
        }
    }

    #[test]
    fn the_addresses_of_a_household_are_one_client() {
        let limits = limits(1, 100);
        assert!(limits.take("2001:db8:0:1::1".parse().unwrap()).is_ok());
        assert!(limits.take("2001:db8:0:1:ffff::9".parse().unwrap()).is_err());
        assert!(limits.take("2001:db8:0:2::1".parse().unwrap()).is_ok());
    }

    #[test]
    fn only_so_many_clients_are_remembered_and_newcomers_always_are() {
        let limits = limits(1, 50);
        for number in 0..1_000_u32 {
            let client = IpAddr::from(number.to_be_bytes());
            assert!(limits.take(client).is_ok());
            assert!(limits.take(client).is_err(), "client {number} is not remembered");
            limits.buckets.run_pending_tasks();
        }
        assert!(limits.buckets.entry_count() <= 50);
    }
}
