//! The address of a caller, if it is known.
//!
//! Decides which callers share a rate limit. Must not know how the address is determined.

use std::fmt;
use std::net::{AddrParseError, IpAddr, Ipv6Addr};
use std::str::FromStr;

use ipnet::IpNet;
use serde::{Serialize, Serializer};

/// The address of a caller, or unknown. It is unknown if a trusted proxy sent an unreadable value, or if the
/// application that embeds the server does not provide the address of the peer.
///
/// An unknown address is in no network, not even in `0.0.0.0/0` or `::/0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum CallerAddress {
    /// A known address. [`From<IpAddr>`] makes it canonical: an IPv4 caller on an IPv6 socket counts as IPv4.
    Known(IpAddr),
    /// Not known; it could be any address.
    #[default]
    Unknown,
}

impl CallerAddress {
    /// The network that rate limits count this caller under: a /32 for IPv4 or a /64 for IPv6, because a caller usually
    /// owns at least that much. All callers with an unknown address share one.
    #[must_use]
    pub fn network(self) -> CallerNetwork {
        CallerNetwork(match self.canonical() {
            Self::Known(IpAddr::V6(v6)) => {
                Self::Known(IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)))
            }
            other => other,
        })
    }

    /// Whether one of `networks` contains the address.
    #[must_use]
    pub fn is_in(self, networks: &[IpNet]) -> bool {
        match self.canonical() {
            Self::Known(address) => networks.iter().any(|network| network.contains(&address)),
            Self::Unknown => false,
        }
    }

    /// Whether the list of networks allows the caller. An empty list allows every caller. Any other list refuses
    /// unknown addresses.
    #[must_use]
    pub fn is_admitted_by(self, networks: &[IpNet]) -> bool {
        networks.is_empty() || self.is_in(networks)
    }

    /// The address as the words after "from" in a sentence.
    #[must_use]
    pub fn in_words(self) -> String {
        match self {
            Self::Known(address) => address.to_string(),
            Self::Unknown => "an unknown address".to_owned(),
        }
    }

    fn canonical(self) -> Self {
        match self {
            Self::Known(address) => address.into(),
            Self::Unknown => Self::Unknown,
        }
    }
}

/// The network of a caller, as a key for rate limits. Callers of different networks have different keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallerNetwork(CallerAddress);

impl From<IpAddr> for CallerAddress {
    /// The unspecified address cannot be the address of a caller (RFC 1122 §3.2.1.3, RFC 4291 §2.5.2), so it becomes
    /// [`Unknown`](Self::Unknown).
    fn from(address: IpAddr) -> Self {
        let address = address.to_canonical();
        if address.is_unspecified() { Self::Unknown } else { Self::Known(address) }
    }
}

impl FromStr for CallerAddress {
    type Err = AddrParseError;

    /// Parses the text that [`Display`](fmt::Display) writes.
    fn from_str(text: &str) -> Result<Self, AddrParseError> {
        if text == UNKNOWN { Ok(Self::Unknown) } else { text.parse::<IpAddr>().map(Self::from) }
    }
}

impl fmt::Display for CallerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(address) => address.fmt(f),
            Self::Unknown => f.write_str(UNKNOWN),
        }
    }
}

impl Serialize for CallerAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

deserialize_from_text!(CallerAddress);

const UNKNOWN: &str = "unknown";

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> CallerAddress {
        text.parse().unwrap()
    }

    fn network(text: &str) -> CallerNetwork {
        address(text).network()
    }

    #[test]
    fn an_ipv4_caller_is_its_own_network_and_a_mapped_address_is_ipv4() {
        assert_eq!(network("192.0.2.1"), network("::ffff:192.0.2.1"));
        let mapped = CallerAddress::Known("::ffff:192.0.2.1".parse().unwrap());
        assert_eq!(mapped.network(), network("192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }

    #[test]
    fn ipv6_callers_in_the_same_64_are_one_network() {
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:1"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
    }

    #[test]
    fn all_callers_with_an_unknown_address_share_one_network_with_no_others() {
        assert_eq!(CallerAddress::Unknown.network(), network("unknown"));
        for known in ["127.0.0.1", "255.255.255.255", "::1", "::2", "fe80::1"] {
            assert_ne!(CallerAddress::Unknown.network(), network(known));
        }
    }

    #[test]
    fn an_unknown_address_is_in_no_network() {
        let everything = ["0.0.0.0/0", "::/0"].map(|network| network.parse().unwrap());
        assert!(!CallerAddress::Unknown.is_in(&everything));
        assert!(address("192.0.2.1").is_in(&everything));
        assert!(address("2001:db8::1").is_in(&everything));
        assert!(CallerAddress::Known("::ffff:192.0.2.1".parse().unwrap()).is_in(&everything[..1]));
    }

    #[test]
    fn the_unspecified_address_is_unknown() {
        for unspecified in ["0.0.0.0", "::", "::ffff:0.0.0.0"] {
            assert_eq!(address(unspecified), CallerAddress::Unknown);
        }
    }

    #[test]
    fn an_address_round_trips_as_text() {
        for text in ["192.0.2.1", "2001:db8::1", "unknown"] {
            assert_eq!(address(text).to_string(), text);
        }
        assert!("Unknown".parse::<CallerAddress>().is_err());
    }
}
