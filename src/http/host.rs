//! Refuses requests that are meant for somebody else.
//!
//! A page whose name was made to lead here (DNS rebinding) reaches a gateway that listens on loopback alone, and a wrong
//! name in a cache serves others what was not meant for them. Invariant: behind this layer a request names exactly one
//! host, and a trusted one, unless it is a probe: those address machines.

use std::str::FromStr;

use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, Uri, header},
};

use super::{HttpSettings, authority::Authority, health::is_probe, host_pattern::HostPattern};
use crate::failure::{ErrorCode, Failure, quoted};

/// The hosts that the gateway answers for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrustedHosts {
    /// Whatever is named; the proxy in front has checked it, or nobody cares.
    Any,
    /// The machine itself.
    Loopback,
    /// Those that fit one of these.
    Listed(Vec<HostPattern>),
}

/// Hosts as a setting names them: `*`, `shop.example.com`, `*.example.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrustedHostPattern {
    /// Every host.
    Any,
    /// Those that fit.
    Hosts(HostPattern),
}

impl FromStr for TrustedHostPattern {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "*" { Ok(Self::Any) } else { text.parse().map(Self::Hosts) }
    }
}

impl TrustedHosts {
    /// What a list of patterns trusts.
    pub fn listed(patterns: Vec<TrustedHostPattern>) -> Self {
        let narrow = |pattern| match pattern {
            TrustedHostPattern::Any => None,
            TrustedHostPattern::Hosts(hosts) => Some(hosts),
        };
        patterns.into_iter().map(narrow).collect::<Option<_>>().map_or(Self::Any, Self::Listed)
    }

    fn contain(&self, authority: &Authority) -> bool {
        match self {
            Self::Any => true,
            Self::Loopback => authority.host.is_loopback(),
            Self::Listed(patterns) => patterns.iter().any(|pattern| pattern.matches(authority)),
        }
    }
}

/// Finds nothing wrong with requests for trusted hosts, nor with probes.
pub(super) fn judge(request: &Request, settings: &HttpSettings) -> Result<(), Failure> {
    let trusted = &settings.trusted_hosts;
    if is_probe(request) {
        return Ok(());
    }
    let authority = addressed(request.uri(), request.headers())?;
    if trusted.contain(&authority) {
        return Ok(());
    }
    let host = request.headers().get(header::HOST).map(|host| String::from_utf8_lossy(host.as_bytes()));
    let message = format!("host {} is not served here", quoted(&host.unwrap_or_default()));
    Err(Failure::new(ErrorCode::BadRequest, message).with_status(StatusCode::MISDIRECTED_REQUEST.as_u16()))
}

/// The host that a request names, which a target with a host must not contradict.
pub(super) fn addressed(uri: &Uri, headers: &HeaderMap) -> Result<Authority, Failure> {
    let mut given = headers.get_all(header::HOST).iter();
    let Some(host) = given.next() else { return Err(refused("Host is missing")) };
    if given.next().is_some() {
        return Err(refused("Host is given twice"));
    }
    let named = host.to_str().ok().and_then(Authority::parse);
    let named = named.ok_or_else(|| {
        let text = String::from_utf8_lossy(host.as_bytes());
        refused(&format!("Host {} is not a host and a port", quoted(&text)))
    })?;
    let Some(target) = uri.authority() else { return Ok(named) };
    let scheme = uri.scheme_str().unwrap_or("http");
    let is_same = |target: &Authority| target.host == named.host && target.port_for(scheme) == named.port_for(scheme);
    match Authority::parse(target.as_str()) {
        Some(target) if is_same(&target) => Ok(named),
        _ => Err(refused("Host and the target of the request name different hosts")),
    }
}

fn refused(message: &str) -> Failure {
    Failure::new(ErrorCode::BadRequest, message)
}
