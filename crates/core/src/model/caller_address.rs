//! Where a call came from, as far as that is known.
//!
//! Decides which callers count as one for the limits. Must not know how an address is found out.

use std::fmt;
use std::net::{AddrParseError, IpAddr, Ipv6Addr};
use std::str::FromStr;

use ipnet::IpNet;
use serde::{Serialize, Serializer};

/// The address of a caller, or that it is unknown: a trusted proxy wrote something that cannot be read, or the
/// application that serves the requests does not tell the peer's address.
///
/// An unknown address is in no network, not even in `0.0.0.0/0` or `::/0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum CallerAddress {
    /// This address. [`From<IpAddr>`] makes it canonical, so that an IPv4 caller of an IPv6 socket is an IPv4 caller.
    Known(IpAddr),
    /// It could be any.
    #[default]
    Unknown,
}

impl CallerAddress {
    /// The network that limits count this caller under: a /32 of IPv4 or a /64 of IPv6, since a caller owns at least
    /// that much. All callers of unknown address are one.
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

    /// What to write after "from" in a sentence.
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

/// A key that the callers of one network share, and no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallerNetwork(CallerAddress);

impl From<IpAddr> for CallerAddress {
    /// The unspecified address is not a caller's (RFC 1122 §3.2.1.3, RFC 4291 §2.5.2), so it means an unknown one.
    fn from(address: IpAddr) -> Self {
        let address = address.to_canonical();
        if address.is_unspecified() { Self::Unknown } else { Self::Known(address) }
    }
}

impl FromStr for CallerAddress {
    type Err = AddrParseError;

    /// Reads what [`Display`](fmt::Display) writes.
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
    fn the_ipv6_callers_of_a_64_are_one_network() {
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:1"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
    }

    #[test]
    fn all_callers_of_unknown_address_are_one_network_and_no_other_caller_is_in_it() {
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
    fn the_unspecified_address_is_no_caller_s() {
        for unspecified in ["0.0.0.0", "::", "::ffff:0.0.0.0"] {
            assert_eq!(address(unspecified), CallerAddress::Unknown);
        }
    }

    #[test]
    fn it_is_read_as_it_is_written() {
        for text in ["192.0.2.1", "2001:db8::1", "unknown"] {
            assert_eq!(address(text).to_string(), text);
        }
        assert!("Unknown".parse::<CallerAddress>().is_err());
    }
}
