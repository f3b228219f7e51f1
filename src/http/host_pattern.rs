//! Patterns of hosts, as settings name them: `shop.example.com`, `*.example.com`, `127.0.0.1`, `[::1]`.
//!
//! Invariant: a star stands for one or more whole labels at the front, so `*.example.com` is neither `example.com` nor
//! `badexample.com`.

use std::str::FromStr;

use super::authority::{Authority, Host, default_port};

/// Hosts of one kind, at one port or at any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPattern {
    names: Names,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Names {
    /// This one.
    Exactly(Host),
    /// Every name that ends with this text, which begins with a dot.
    Below(String),
}

impl HostPattern {
    /// Whether the host is one of them, whatever the ports.
    pub(super) fn matches_host(&self, host: &Host) -> bool {
        match (&self.names, host) {
            (Names::Exactly(expected), host) => expected == host,
            (Names::Below(end), Host::Name(name)) => name.len() > end.len() && name.ends_with(end.as_str()),
            (Names::Below(_), Host::Address(_)) => false,
        }
    }

    /// Whether host and port fit; without a port, 80 and 443 may be meant, as what a proxy in front spoke is unknown.
    pub(super) fn matches(&self, authority: &Authority) -> bool {
        let fits = match (self.port, authority.port) {
            (None, _) | (Some(80 | 443), None) => true,
            (expected, given) => expected == given,
        };
        fits && self.matches_host(&authority.host)
    }

    /// The port that is meant with the scheme.
    pub(super) fn port_for(&self, scheme: &str) -> Option<u16> {
        self.port.or(default_port(scheme))
    }
}

impl FromStr for HostPattern {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const RULE: &str = "must be hosts like shop.example.com, *.example.com or localhost:8080";
        let (is_below, rest) = match text.strip_prefix("*.") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let Authority { host, port } = Authority::parse(rest).ok_or(RULE)?;
        let names = match host {
            host if !is_below => Names::Exactly(host),
            Host::Name(name) => Names::Below(format!(".{name}")),
            Host::Address(_) => return Err(RULE),
        };
        Ok(Self { names, port })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(pattern: &str, host: &str) -> bool {
        pattern.parse::<HostPattern>().unwrap().matches(&Authority::parse(host).unwrap())
    }

    #[test]
    fn a_star_is_whole_labels_and_a_port_is_exact() {
        for (pattern, host, expected) in [
            ("shop.example.com", "SHOP.example.com.", true),
            ("shop.example.com", "shop.example.com:8080", true),
            ("shop.example.com", "example.com", false),
            ("*.example.com", "shop.example.com", true),
            ("*.example.com", "a.b.example.com", true),
            ("*.example.com", "example.com", false),
            ("*.example.com", "badexample.com", false),
            ("*.example.com", "shop.example.com.evil.org", false),
            ("localhost:8080", "localhost:8080", true),
            ("localhost:8080", "localhost", false),
            ("localhost:8080", "localhost:80", false),
            ("shop.example.com:443", "shop.example.com", true),
            ("shop.example.com:443", "shop.example.com:80", false),
            ("127.0.0.1", "[::ffff:127.0.0.1]:1", true),
            ("[::1]:80", "[::1]:80", true),
        ] {
            assert_eq!(matches(pattern, host), expected, "{pattern} {host}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in
            ["", "*", "*.", "**.example.com", "a.*.com", "*example.com", "*.127.0.0.1", "https://x", "x/", "x:y"]
        {
            assert!(text.parse::<HostPattern>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_star_matches_just_the_names_with_more_labels_in_front(front in "[a-z0-9.-]{0,12}", rest in "[a-z]{1,5}\\.[a-z]{2,3}") {
            let pattern: HostPattern = format!("*.{rest}").parse().unwrap();
            if let Some(authority) = Authority::parse(&format!("{front}{rest}")) {
                let has_labels_in_front = front.ends_with('.');
                prop_assert_eq!(pattern.matches(&authority), has_labels_in_front);
            }
        }

        #[test]
        fn no_text_is_too_odd_to_be_read(text in "\\PC{0,40}", pattern in "[*.a-z0-9:\\[\\]]{0,20}") {
            if let (Some(authority), Ok(pattern)) = (Authority::parse(&text), pattern.parse::<HostPattern>()) {
                pattern.matches(&authority);
            }
        }
    }
}
