//! The loopback addresses of the callers. Those of the flood and of the good clients differ, so that a limit per address
//! affects only the flood.

use std::net::Ipv4Addr;

/// The address of every connection that stands for a proxy, and of the polls of the operations listener.
pub(crate) const LOCALHOST: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// Where a flood comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Origins {
    /// From this number of addresses. The connections take turns.
    Direct(usize),
    /// Through a proxy on [`LOCALHOST`], which forwards the requests of this number of addresses. The requests take
    /// turns.
    Forwarded(usize),
}

impl Origins {
    /// The address of a connection.
    pub(crate) fn of_connection(self, connection: usize) -> Ipv4Addr {
        match self {
            Self::Direct(count) => nth(FLOOD, connection % count),
            Self::Forwarded(_) => LOCALHOST,
        }
    }

    /// The address that a request carries in `X-Forwarded-For`.
    pub(crate) fn forwarded_for(self, request: usize) -> Option<Ipv4Addr> {
        match self {
            Self::Direct(_) => None,
            Self::Forwarded(count) => Some(nth(FORWARDED, request % count)),
        }
    }

    /// The number of the address that the server sees for a request.
    pub(crate) fn of_request(self, connection: usize, request: usize) -> usize {
        match self {
            Self::Direct(count) => connection % count,
            Self::Forwarded(count) => request % count,
        }
    }
}

/// The address of a good client. They take turns after 200.
pub(crate) fn good_client(number: usize) -> Ipv4Addr {
    nth(GOOD_CLIENTS, number % 200)
}

fn nth(first: Ipv4Addr, number: usize) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(first).saturating_add(u32::try_from(number).unwrap_or(u32::MAX)))
}

const FLOOD: Ipv4Addr = Ipv4Addr::new(127, 16, 0, 1);
const GOOD_CLIENTS: Ipv4Addr = Ipv4Addr::new(127, 0, 1, 1);
/// Reserved for benchmarks (RFC 2544). No packet is sent to it.
const FORWARDED: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 0);
