//! Where a page of a browser comes from, and which pages may use the gateway from elsewhere.
//!
//! Invariant: what is not read as an origin is allowed nowhere but where every origin is.

use std::str::FromStr;

use axum::http::{HeaderMap, HeaderValue, header};

use super::{authority::Authority, host_pattern::HostPattern};

/// Origins that may use the gateway from browsers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedOrigins {
    /// None but the gateway's own.
    None,
    /// Pages from the machine itself, at any port: front ends in development.
    Loopback,
    /// Every page: an API for everybody.
    Any,
    /// Those that fit one of these.
    Listed(Vec<OriginPattern>),
}

/// Origins as a setting names them: `*`, `https://shop.example.com`, `https://*.example.com`, `http://localhost:3000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OriginPattern {
    /// Every origin.
    Any,
    /// Hosts with a scheme, at one port: that of the scheme when none is named.
    Hosts {
        /// The scheme.
        scheme: String,
        /// The hosts and the port.
        hosts: HostPattern,
    },
}

/// Scheme, host and port of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    scheme: String,
    authority: Authority,
}

impl Origin {
    /// Reads `scheme://host` with or without a port; `null` is none.
    pub(super) fn parse(value: &HeaderValue) -> Option<Self> {
        let (scheme, rest) = split(value.to_str().ok()?)?;
        Some(Self { scheme, authority: Authority::parse(rest)? })
    }

    /// Whether the page was served by this host. The scheme is unknown here, behind a proxy that speaks TLS.
    pub(super) fn is_of(&self, host: &Authority) -> bool {
        self.authority.host == host.host && self.authority.port_for(&self.scheme) == host.port_for(&self.scheme)
    }

    fn is_loopback(&self) -> bool {
        matches!(self.scheme.as_str(), "http" | "https") && self.authority.host.is_loopback()
    }
}

/// What a request says about its origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GivenOrigin<'a> {
    /// Nothing.
    Missing,
    /// One.
    One(&'a HeaderValue),
    /// Several, which no browser does.
    Several,
}

impl<'a> GivenOrigin<'a> {
    /// The `Origin` of a request.
    pub(super) fn of(headers: &'a HeaderMap) -> Self {
        let mut values = headers.get_all(header::ORIGIN).iter();
        match (values.next(), values.next()) {
            (None, _) => Self::Missing,
            (Some(value), None) => Self::One(value),
            (Some(_), Some(_)) => Self::Several,
        }
    }
}

impl AllowedOrigins {
    /// What a list of patterns allows.
    pub fn listed(patterns: Vec<OriginPattern>) -> Self {
        if patterns.contains(&OriginPattern::Any) { Self::Any } else { Self::Listed(patterns) }
    }

    /// Whether pages of this origin may use the gateway.
    pub(super) fn allow(&self, given: &HeaderValue) -> bool {
        match self {
            Self::None => false,
            Self::Any => true,
            Self::Loopback => Origin::parse(given).is_some_and(|origin| origin.is_loopback()),
            Self::Listed(patterns) => {
                Origin::parse(given).is_some_and(|origin| patterns.iter().any(|pattern| pattern.matches(&origin)))
            }
        }
    }
}

impl OriginPattern {
    fn matches(&self, origin: &Origin) -> bool {
        match self {
            Self::Any => true,
            Self::Hosts { scheme, hosts } => {
                *scheme == origin.scheme
                    && hosts.port_for(scheme) == origin.authority.port_for(scheme)
                    && hosts.matches_host(&origin.authority.host)
            }
        }
    }
}

impl FromStr for OriginPattern {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const RULE: &str = "must be * or origins like https://shop.example.com, https://*.example.com or \
                            http://localhost:3000";
        if text == "*" {
            return Ok(Self::Any);
        }
        let (scheme, rest) = split(text).ok_or(RULE)?;
        Ok(Self::Hosts { scheme, hosts: rest.parse().map_err(|_| RULE)? })
    }
}

/// The scheme in small letters, and what follows `://`.
fn split(text: &str) -> Option<(String, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let mut bytes = scheme.bytes();
    let is_scheme = bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    is_scheme.then(|| (scheme.to_ascii_lowercase(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allow(allowed: &AllowedOrigins, origin: &str) -> bool {
        allowed.allow(&HeaderValue::from_str(origin).unwrap())
    }

    #[test]
    fn scheme_host_and_port_of_an_origin_count() {
        for (pattern, origin, expected) in [
            ("https://shop.example.com", "https://shop.example.com", true),
            ("https://shop.example.com", "https://shop.example.com:443", true),
            ("https://shop.example.com:443", "https://shop.example.com", true),
            ("https://shop.example.com", "http://shop.example.com", false),
            ("https://shop.example.com", "https://shop.example.com:8443", false),
            ("https://*.example.com", "https://a.example.com", true),
            ("https://*.example.com", "https://example.com", false),
            ("https://*.example.com", "https://a.example.com.evil.org", false),
            ("http://localhost:3000", "http://localhost:3000", true),
            ("http://localhost:3000", "http://localhost", false),
            ("capacitor://localhost", "capacitor://localhost", true),
            ("*", "null", true),
        ] {
            let allowed = AllowedOrigins::listed(vec![pattern.parse().unwrap()]);
            assert_eq!(allow(&allowed, origin), expected, "{pattern} {origin}");
        }
    }

    #[test]
    fn in_development_pages_of_the_machine_itself_are_allowed() {
        for (origin, expected) in [
            ("http://localhost:5173", true),
            ("https://shop.localhost", true),
            ("http://127.0.0.1:3000", true),
            ("http://[::1]:3000", true),
            ("http://localhost.evil.org", false),
            ("file://localhost", false),
            ("null", false),
            ("", false),
        ] {
            assert_eq!(allow(&AllowedOrigins::Loopback, origin), expected, "{origin}");
        }
        assert!(!allow(&AllowedOrigins::None, "http://localhost"));
    }

    #[test]
    fn what_is_no_pattern_of_origins_is_refused() {
        for text in ["", "shop.example.com", "https://", "https://*", "https://a/", "://a", "https://a@b", "1a://b"] {
            assert!(text.parse::<OriginPattern>().is_err(), "{text}");
        }
    }
}
