//! `[listen]`: addresses, timeouts for slow peers, and TLS.
//!
//! Decides which peers may report another address as the caller's. Must not open a socket or a file.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use ipnet::{IpNet, Ipv6Net};
use serde::{Deserialize, Deserializer, de::Error};

use super::value::{ForwardedHeader, duration};

/// Where and how connections are accepted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ListenConfig {
    /// The address for clients.
    #[serde(deserialize_with = "address")]
    pub public: SocketAddr,
    /// The address for probes, metrics and explanations.
    #[serde(deserialize_with = "address")]
    pub operations: SocketAddr,
    /// Networks whose `forwarded_header` is trusted.
    #[serde(deserialize_with = "trusted_proxies")]
    pub trusted_proxies: Vec<IpNet>,
    /// The header in which trusted proxies send the caller's address.
    pub forwarded_header: ForwardedHeader,
    /// TLS on the public address. Without it, a proxy must terminate TLS.
    pub tls: Option<TlsConfig>,
    /// How long a connection may take to send all headers of a request, and to finish a TLS handshake.
    #[serde(deserialize_with = "duration::positive")]
    pub header_timeout: Duration,
    /// How long a request's whole body may take.
    #[serde(deserialize_with = "duration::positive")]
    pub body_timeout: Duration,
    /// How long a response may wait for a peer that does not read.
    #[serde(deserialize_with = "duration::positive")]
    pub write_timeout: Duration,
}

impl ListenConfig {
    pub(super) fn resolve_paths(&mut self, folder: &Path) {
        if let Some(tls) = &mut self.tls {
            tls.cert_file = folder.join(&tls.cert_file);
            tls.key_file = folder.join(&tls.key_file);
        }
    }

    /// Rejects one address for both listeners: the second could not start, or metrics would be public.
    pub(super) fn problem(&self) -> Option<(String, String)> {
        (self.public == self.operations && self.public.port() != 0).then(|| {
            let sentence = format!("is {}, the same as `listen.public`; use another port", self.operations);
            ("listen.operations".to_owned(), sentence)
        })
    }
}

impl Default for ListenConfig {
    fn default() -> Self {
        Self {
            public: SocketAddr::from(([127, 0, 0, 1], 8080)),
            operations: SocketAddr::from(([127, 0, 0, 1], 8081)),
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::default(),
            tls: None,
            header_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(10),
        }
    }
}

/// `[listen.tls]`: PEM files.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// The certificate chain, the server's own first.
    pub cert_file: PathBuf,
    /// The private key of the first certificate.
    pub key_file: PathBuf,
}

fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(|_| D::Error::custom(NOT_AN_ADDRESS))
}

/// Rejects lists that cover all addresses, also by several networks together: any caller could then choose the address
/// that limits and allow-lists of networks see.
fn trusted_proxies<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let networks =
        texts.iter().map(|text| network(text).map_err(D::Error::custom)).collect::<Result<_, _>>()?;
    let everyone = |network: &IpNet| match network {
        IpNet::V4(network) => network.prefix_len() == 0,
        IpNet::V6(network) => network.contains(&IPV4_MAPPED),
    };
    if IpNet::aggregate(&networks).iter().any(everyone) {
        return Err(D::Error::custom("trusts every address; list only the networks of your own proxies"));
    }
    Ok(networks)
}

fn network(text: &str) -> Result<IpNet, String> {
    text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).map_err(|_| {
        format!(
            "contains {text:?}, which is not a network; use, for example, \"10.0.0.0/8\" or \"192.0.2.7\""
        )
    })
}

const NOT_AN_ADDRESS: &str =
    "is not an address with a port; use, for example, \"127.0.0.1:8080\" or \"[::]:8080\"";

/// All of IPv4 as a socket on `[::]` sees it (RFC 4291 §2.5.5.2).
const IPV4_MAPPED: Ipv6Net = Ipv6Net::new_assert(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96);
