//! Finds out where a call came from, believing no header but a trusted proxy's.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::ConnectInfo;
use http::{Extensions, HeaderMap, HeaderName};
use ipnet::IpNet;

use crate::listen::PeerAddr;

/// The caller's address: the peer's, or what the trusted proxies before it say in `X-Forwarded-For`.
///
/// Read from the right: each trusted proxy wrote down whom it saw, and everything to the left of the first address
/// that is not a trusted proxy may be the caller's own invention. Where a host app gives no peer address, all callers
/// are `0.0.0.0`.
pub(crate) fn client_address(extensions: &Extensions, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let peer = extensions
        .get::<PeerAddr>()
        .map(|peer| peer.0)
        .or_else(|| extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0))
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip().to_canonical());
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    if !is_trusted(&peer) {
        return peer;
    }
    let mut nearest = peer;
    for value in headers.get_all(FORWARDED_FOR).iter().rev() {
        let Ok(value) = value.to_str() else { return nearest };
        for hop in value.rsplit(',') {
            let Some(address) = parse_hop(hop.trim()) else { return nearest };
            nearest = address;
            if !is_trusted(&address) {
                return address;
            }
        }
    }
    nearest
}

/// Some proxies write the port too.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let address = hop.parse::<IpAddr>().or_else(|_| hop.parse::<SocketAddr>().map(|socket| socket.ip()));
    address.ok().map(|address| address.to_canonical())
}

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

#[cfg(test)]
mod tests {
    use super::*;

    fn address(peer: &str, forwarded: &[&str]) -> IpAddr {
        let mut extensions = Extensions::new();
        extensions.insert(PeerAddr(SocketAddr::new(peer.parse().unwrap(), 1)));
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, value.parse().unwrap());
        }
        client_address(&extensions, &headers, &["10.0.0.0/8".parse().unwrap()])
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_caller_that_is_no_trusted_proxy_cannot_choose_its_address() {
        assert_eq!(address("192.0.2.1", &["198.51.100.7"]), ip("192.0.2.1"));
    }

    #[test]
    fn a_trusted_proxy_names_the_caller() {
        assert_eq!(address("10.0.0.1", &["198.51.100.7"]), ip("198.51.100.7"));
        assert_eq!(address("10.0.0.1", &["198.51.100.7:4711"]), ip("198.51.100.7"));
        assert_eq!(address("::ffff:10.0.0.1", &["[2001:db8::1]:80"]), ip("2001:db8::1"));
    }

    #[test]
    fn what_the_caller_wrote_before_the_proxies_is_not_believed() {
        assert_eq!(address("10.0.0.1", &["203.0.113.9, 198.51.100.7, 10.0.0.2"]), ip("198.51.100.7"));
        assert_eq!(address("10.0.0.1", &["203.0.113.9", "198.51.100.7"]), ip("198.51.100.7"));
    }

    #[test]
    fn nonsense_ends_the_search_at_the_nearest_proxy() {
        assert_eq!(address("10.0.0.1", &["198.51.100.7, unknown"]), ip("10.0.0.1"));
        assert_eq!(address("10.0.0.1", &[]), ip("10.0.0.1"));
    }
}
