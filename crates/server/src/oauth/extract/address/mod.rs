//! Determines the address that a call came from. Only headers of trusted proxies are read.

mod forwarded;
mod node;

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use http::header::FORWARDED;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Request};
use ipnet::IpNet;
use jeton_core::model::CallerAddress;

use crate::config::{ForwardedHeader, ListenConfig};
use crate::listen::PeerAddr;

/// The proxies that may report the address of a caller, and the header that is read.
#[derive(Debug)]
pub(crate) struct TrustedProxies {
    networks: Vec<IpNet>,
    header: ForwardedHeader,
}

impl From<&ListenConfig> for TrustedProxies {
    fn from(config: &ListenConfig) -> Self {
        Self { networks: config.trusted_proxies.clone(), header: config.forwarded_header }
    }
}

/// The caller's address: that of the peer, or the one that trusted proxies report.
///
/// The header is read from the right: each trusted proxy appended the address of its peer, and the caller may have
/// invented everything to the left of the first address that is not a trusted proxy. If a trusted proxy appended
/// something that is not an address, the caller's address is unknown. It is also unknown if an embedding application
/// provides no peer address.
pub(crate) fn caller_address<B>(request: &Request<B>, proxies: &TrustedProxies) -> CallerAddress {
    let peer = peer_address(request.extensions());
    if !peer.is_in(&proxies.networks) {
        return peer;
    }
    match proxies.header {
        ForwardedHeader::XForwardedFor => proxies.follow(peer, forwarded_for(request.headers())),
        ForwardedHeader::Forwarded => proxies.follow(peer, forwarded(request.headers())),
    }
}

impl TrustedProxies {
    /// The first of `hops`, beginning with the nearest to this server, that is not a trusted proxy; else the last hop.
    fn follow(&self, peer: CallerAddress, hops: impl Iterator<Item = CallerAddress>) -> CallerAddress {
        let mut nearest = peer;
        for hop in hops {
            nearest = hop;
            if !hop.is_in(&self.networks) {
                break;
            }
        }
        nearest
    }
}

fn peer_address(extensions: &Extensions) -> CallerAddress {
    let listened = extensions.get::<PeerAddr>().map(|peer| peer.0);
    let peer = listened.or_else(|| extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0));
    peer.map_or(CallerAddress::Unknown, |peer| peer.ip().into())
}

/// The hops of `X-Forwarded-For`, from the right. The header is a list without quoting: a comma is always a separator,
/// so the caller's part ends at the first comma that a proxy added.
fn forwarded_for(headers: &HeaderMap) -> impl Iterator<Item = CallerAddress> {
    let values = headers.get_all(X_FORWARDED_FOR).iter().rev().map(HeaderValue::as_bytes);
    let hops = values.flat_map(|value| value.rsplit(|byte| *byte == b','));
    hops.map(<[u8]>::trim_ascii).filter(|hop| !hop.is_empty()).map(|hop| known(node::read_quoted(hop)))
}

/// The hops of `Forwarded` (RFC 7239 §4), from the right.
fn forwarded(headers: &HeaderMap) -> impl Iterator<Item = CallerAddress> {
    let values = headers.get_all(FORWARDED).iter().rev().map(HeaderValue::as_bytes);
    let elements = values.flat_map(forwarded::elements_from_the_right);
    elements.map(|element| known(forwarded::node_for(element).and_then(|node| node::read(&node))))
}

fn known(address: Option<std::net::IpAddr>) -> CallerAddress {
    address.map_or(CallerAddress::Unknown, CallerAddress::from)
}

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

#[cfg(test)]
mod tests;
