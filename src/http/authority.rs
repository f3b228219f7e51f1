//! Who is addressed: a host and its port, as `Host`, `Origin` and absolute request targets name them.
//!
//! Invariant: equal hosts are equal values: names in small letters and without the dot at their end, an IPv4 address in
//! the form of IPv6 as IPv4.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Longest name of a host (RFC 1035).
const LONGEST_NAME: usize = 253;

/// A host and its port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Authority {
    /// The host.
    pub(super) host: Host,
    /// The port, when it is named.
    pub(super) port: Option<u16>,
}

/// A name or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Host {
    /// A name of DNS.
    Name(String),
    /// An address.
    Address(IpAddr),
}

impl Authority {
    /// Reads `host`, `host:port` or `[address]:port`; nothing else, so neither users nor percent-encoding.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (host, rest) = if let Some(bracketed) = text.strip_prefix('[') {
            let (address, rest) = bracketed.split_once(']')?;
            (Host::Address(address.parse::<Ipv6Addr>().ok()?.to_canonical()), rest)
        } else {
            let (name, rest) = text.split_at_checked(text.find(':').unwrap_or(text.len()))?;
            (Host::parse(name)?, rest)
        };
        Some(Self { host, port: port(rest)? })
    }

    /// The port that is meant when none is named: that of the scheme.
    pub(super) fn port_for(&self, scheme: &str) -> Option<u16> {
        self.port.or(default_port(scheme))
    }
}

impl Host {
    fn parse(text: &str) -> Option<Self> {
        if let Ok(address) = text.parse::<Ipv4Addr>() {
            return Some(Self::Address(address.into()));
        }
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        let is_label = |label: &str| {
            !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        (name.len() <= LONGEST_NAME && name.split('.').all(is_label)).then_some(Self::Name(name))
    }

    /// Whether it always is the machine itself (RFC 6761 for names).
    pub(super) fn is_loopback(&self) -> bool {
        match self {
            Self::Name(name) => name == "localhost" || name.ends_with(".localhost"),
            Self::Address(address) => address.is_loopback(),
        }
    }
}

/// The port that a scheme means when none is named.
pub(super) fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

/// The port behind a host; an empty one is none (RFC 3986).
#[expect(clippy::option_option, reason = "a port may be missing, and it may be malformed")]
fn port(rest: &str) -> Option<Option<u16>> {
    let Some(digits) = rest.strip_prefix(':') else { return rest.is_empty().then_some(None) };
    match digits {
        "" => Some(None),
        _ if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok().map(Some),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_host_is_one_value_however_it_is_written() {
        for (one, other) in [
            ("Shop.Example.COM", "shop.example.com"),
            ("shop.example.com.", "shop.example.com"),
            ("shop.example.com:", "shop.example.com"),
            ("[::ffff:127.0.0.1]:80", "127.0.0.1:80"),
            ("[0:0::1]", "[::1]"),
        ] {
            assert_eq!(Authority::parse(one).unwrap(), Authority::parse(other).unwrap());
        }
    }

    #[test]
    fn what_is_no_host_is_none() {
        for text in [
            "",
            ".",
            ":80",
            "a..b",
            "a b",
            "user@host",
            "host:80:80",
            "host:+80",
            "host:65536",
            "host:x",
            "[::1",
            "[::1]x",
            "::1",
            "[127.0.0.1]",
            "[fe80::1%25eth0]",
            "host/",
            "a,b",
            "ho%73t",
            "hö",
            "http://host",
        ] {
            assert_eq!(Authority::parse(text), None, "{text}");
        }
        assert!(Authority::parse(&"a".repeat(254)).is_none());
    }

    #[test]
    fn only_names_and_addresses_of_the_machine_itself_are_loopback() {
        for (text, expected) in [
            ("localhost", true),
            ("LOCALHOST.", true),
            ("shop.localhost:3000", true),
            ("127.9.8.7", true),
            ("[::1]", true),
            ("[::ffff:127.0.0.1]", true),
            ("localhost.example.com", false),
            ("notlocalhost", false),
            ("127.0.0.1.example.com", false),
            ("0.0.0.0", false),
            ("128.0.0.1", false),
            ("127.1", false),
            ("0177.0.0.1", false),
            ("2130706433", false),
        ] {
            assert_eq!(Authority::parse(text).unwrap().host.is_loopback(), expected, "{text}");
        }
    }
}
