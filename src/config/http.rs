//! Settings of HTTP: who may ask, from where, how often, and with how large a head.

use std::num::NonZeroU32;

use clap::{Args, builder::RangedU64ValueParser};

use super::Environment;
use crate::http::{
    AllowedOrigins, HeadLimits, HttpSettings, OriginPattern, RateLimit, TrustedHostPattern, TrustedHosts, TrustedProxy,
};

/// What stands before the API.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "HTTP")]
pub struct HttpAccessSettings {
    /// Proxies in front of the gateway, addresses or networks; only they are believed, in `X-Forwarded-For`, about who asks.
    #[arg(long, value_name = "ADDRESS[/BITS][,...]", value_delimiter = ',')]
    pub trusted_proxies: Vec<TrustedProxy>,
    /// Hosts that requests may name (`shop.example.com`, `*.example.com`, with or without a port), or `*` for any, probes excepted; unset: only names of the machine itself (`localhost`, 127.0.0.1, `[::1]`).
    #[arg(long, value_name = "HOST[:PORT][,...]", value_delimiter = ',')]
    pub trusted_hosts: Vec<TrustedHostPattern>,
    /// Origins whose pages may use the gateway from browsers (`https://shop.example.com`, `https://*.example.com`), or `*` for every page; unset: none in production, those of the machine itself in development.
    #[arg(long, value_name = "ORIGIN[,...]", value_delimiter = ',')]
    pub cors_origins: Vec<OriginPattern>,
    /// Requests in a second that one client, an address or an IPv6 network of 64 bits, may send in the long run; unset: any number.
    #[arg(long, value_name = "1..1000000", value_parser = rate())]
    pub rate_limit_per_second: Option<u32>,
    /// Requests that one client may send at once after a pause; unset: those of one second.
    #[arg(long, value_name = "1..1000000", value_parser = rate())]
    pub rate_limit_burst: Option<u32>,
    /// Most clients that the limit remembers at once; the one longest unseen is forgotten.
    #[arg(long, value_name = "1000..10000000", default_value_t = 100_000, value_parser = RangedU64ValueParser::<u64>::new().range(1_000..=10_000_000))]
    pub rate_limit_clients: u64,
    /// Longest target of a request, which holds the parameters of a GET.
    #[arg(long, value_name = "256..65000", default_value_t = HttpSettings::default().head.target_bytes, value_parser = RangedU64ValueParser::<usize>::new().range(256..=65_000))]
    pub limit_target_bytes: usize,
    /// Most headers of a request.
    #[arg(long, value_name = "10..1000", default_value_t = HttpSettings::default().head.headers, value_parser = RangedU64ValueParser::<usize>::new().range(10..=1_000))]
    pub limit_headers: usize,
    /// Most bytes of all headers of a request together.
    #[arg(long, value_name = "1024..262144", default_value_t = HttpSettings::default().head.header_bytes, value_parser = RangedU64ValueParser::<usize>::new().range(1_024..=262_144))]
    pub limit_header_bytes: usize,
}

impl HttpAccessSettings {
    /// The hosts that are answered for; unless they are set those of the machine itself, since it alone is listened to.
    pub(super) fn hosts(&self) -> TrustedHosts {
        if self.trusted_hosts.is_empty() {
            return TrustedHosts::Loopback;
        }
        TrustedHosts::listed(self.trusted_hosts.clone())
    }

    /// The origins that are allowed.
    pub(super) fn origins(&self, environment: Environment) -> AllowedOrigins {
        match environment {
            _ if !self.cors_origins.is_empty() => AllowedOrigins::listed(self.cors_origins.clone()),
            Environment::Development => AllowedOrigins::Loopback,
            Environment::Production => AllowedOrigins::None,
        }
    }

    /// How often one client may ask.
    pub(super) fn rate_limit(&self) -> Option<RateLimit> {
        let per_second = NonZeroU32::new(self.rate_limit_per_second?)?;
        let burst = self.rate_limit_burst.and_then(NonZeroU32::new).unwrap_or(per_second);
        Some(RateLimit { per_second, burst, clients: self.rate_limit_clients })
    }

    /// How large the head of a request may be.
    pub(super) fn head(&self) -> HeadLimits {
        HeadLimits {
            target_bytes: self.limit_target_bytes,
            headers: self.limit_headers,
            header_bytes: self.limit_header_bytes,
        }
    }
}

fn rate() -> RangedU64ValueParser<u32> {
    RangedU64ValueParser::new().range(1..=1_000_000)
}
