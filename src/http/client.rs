//! Which address a request comes from: that of the connection, or what trusted proxies say about it.
//!
//! Each proxy appends to `X-Forwarded-For` the address that it was asked from, so the list is read from its end, and
//! only as far as a trusted proxy wrote it. Invariant: nothing that a client sends can make its address another one;
//! what cannot be read ends the walk at the proxy that passed it on. `Forwarded` (RFC 7239) is not read.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    str::FromStr,
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName},
    middleware::Next,
    response::Response,
};
use ipnet::{IpNet, Ipv4Net};
use tracing::{Span, field::display};

use super::HttpSettings;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the client, an IPv4 address always as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ClientAddress(pub(super) IpAddr);

/// A network of proxies that tell the truth about who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrustedProxy(IpNet);

impl FromStr for TrustedProxy {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let network = match text.parse::<IpAddr>() {
            Ok(address) => IpNet::from(address),
            Err(_) => text.parse().map_err(|_| "must be addresses or networks, like 10.0.0.7 or 10.0.0.0/8")?,
        };
        Ok(Self(canonical(network)))
    }
}

/// IPv4 networks in the form of IPv6 as such; addresses are compared as IPv4.
fn canonical(network: IpNet) -> IpNet {
    let IpNet::V6(mapped) = network else { return network };
    let ipv4 = mapped.addr().to_ipv4_mapped().zip(mapped.prefix_len().checked_sub(96));
    ipv4.and_then(|(address, length)| Ipv4Net::new(address, length).ok()).map_or(network, IpNet::V4)
}

/// Finds out the client's address, for the log and for the layers further inside.
pub(super) async fn locate(State(settings): State<Arc<HttpSettings>>, mut request: Request, next: Next) -> Response {
    // A request that came by no connection has an address that is nobody's.
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.0.ip());
    let address = walk(peer, request.headers(), &settings.trusted_proxies);
    Span::current().record("client", display(address));
    request.extensions_mut().insert(ClientAddress(address));
    next.run(request).await
}

fn walk(peer: IpAddr, headers: &HeaderMap, proxies: &[TrustedProxy]) -> IpAddr {
    let mut address = peer.to_canonical();
    let lists = headers.get_all(FORWARDED_FOR).iter().rev();
    let mut told = lists.flat_map(|list| list.as_bytes().rsplit(|byte| *byte == b','));
    while proxies.iter().any(|proxy| proxy.0.contains(&address)) {
        match told.next().and_then(read) {
            Some(before) => address = before,
            None => break,
        }
    }
    address
}

/// An address of the list, with or without a port, as proxies write it.
fn read(entry: &[u8]) -> Option<IpAddr> {
    let text = str::from_utf8(entry).ok()?.trim_matches([' ', '\t']);
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok().map(IpAddr::V6);
    let address = text.parse().ok().or_else(|| text.parse().ok().map(|socket: SocketAddr| socket.ip()));
    address.or_else(bracketed).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn walked(peer: &str, lists: &[&str], proxies: &str) -> String {
        let mut headers = HeaderMap::new();
        for list in lists {
            headers.append(FORWARDED_FOR, HeaderValue::from_bytes(list.as_bytes()).unwrap());
        }
        let proxies: Vec<_> = proxies.split_terminator(',').map(|proxy| proxy.parse().unwrap()).collect();
        walk(peer.parse().unwrap(), &headers, &proxies).to_string()
    }

    #[test]
    fn the_list_is_believed_as_far_as_trusted_proxies_wrote_it() {
        for (peer, lists, proxies, expected) in [
            ("203.0.113.9", &["1.2.3.4"][..], "", "203.0.113.9"),
            ("203.0.113.9", &["1.2.3.4"], "10.0.0.0/8", "203.0.113.9"),
            ("10.0.0.1", &["1.2.3.4"], "10.0.0.0/8", "1.2.3.4"),
            ("10.0.0.1", &["9.9.9.9, 1.2.3.4"], "10.0.0.0/8", "1.2.3.4"),
            ("10.0.0.1", &["9.9.9.9, 1.2.3.4,10.0.0.2"], "10.0.0.1,10.0.0.2", "1.2.3.4"),
            ("10.0.0.1", &["9.9.9.9", "1.2.3.4"], "10.0.0.0/8", "1.2.3.4"),
            ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.0/8", "10.0.0.3"),
            ("10.0.0.1", &[], "10.0.0.0/8", "10.0.0.1"),
            ("10.0.0.1", &[""], "10.0.0.0/8", "10.0.0.1"),
            ("10.0.0.1", &["1.2.3.4, unknown"], "10.0.0.0/8", "10.0.0.1"),
            ("10.0.0.1", &["1.2.3.4, "], "10.0.0.0/8", "10.0.0.1"),
            ("10.0.0.1", &["1.2.3.4, 10.0.0.2, _x"], "10.0.0.0/8", "10.0.0.1"),
            ("10.0.0.1", &["1.2.3.4, ü"], "10.0.0.0/8", "10.0.0.1"),
            ("10.0.0.1", &["1.2.3.4:5678"], "10.0.0.1", "1.2.3.4"),
            ("10.0.0.1", &["[2001:db8::1]:5678"], "10.0.0.1", "2001:db8::1"),
            ("10.0.0.1", &["[2001:db8::1]"], "10.0.0.1", "2001:db8::1"),
            ("::ffff:10.0.0.1", &["::ffff:1.2.3.4"], "10.0.0.1", "1.2.3.4"),
            ("10.0.0.1", &["1.2.3.4"], "::ffff:10.0.0.0/104", "1.2.3.4"),
            ("::1", &["1.2.3.4"], "::1", "1.2.3.4"),
        ] {
            assert_eq!(walked(peer, lists, proxies), expected, "{peer} {lists:?} {proxies}");
        }
    }

    #[test]
    fn what_is_neither_an_address_nor_a_network_is_refused() {
        for text in ["", "10.0.0", "10.0.0.0/33", "proxy", "10.0.0.0/8/8", "::/129"] {
            assert!(text.parse::<TrustedProxy>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_a_client_sends_its_own_address_is_found(
            lists in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..4),
            client in any::<[u8; 4]>().prop_filter("no proxy", |client| client[0] != 10),
        ) {
            let client = IpAddr::from(client);
            let mut headers = HeaderMap::new();
            for value in lists.iter().filter_map(|list| HeaderValue::from_bytes(list).ok()) {
                headers.append(FORWARDED_FOR, value);
            }
            let proxies = ["10.0.0.0/8".parse().unwrap()];
            prop_assert_eq!(walk(client, &headers, &proxies), client);
            headers.append(FORWARDED_FOR, HeaderValue::from_str(&format!("{client}, 10.0.0.2")).unwrap());
            prop_assert_eq!(walk("10.0.0.1".parse().unwrap(), &headers, &proxies), client);
        }

        #[test]
        fn addresses_in_a_list_are_read_however_they_look(text in "[0-9a-f.:\\[\\], ]{0,60}") {
            let mut headers = HeaderMap::new();
            headers.append(FORWARDED_FOR, HeaderValue::from_str(&text).unwrap());
            let everybody = ["0.0.0.0/0".parse().unwrap(), "::/0".parse().unwrap()];
            let found = walk("10.0.0.1".parse().unwrap(), &headers, &everybody);
            prop_assert_eq!(found, found.to_canonical());
        }
    }
}
