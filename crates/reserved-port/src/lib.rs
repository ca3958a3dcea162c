//! A free TCP port of loopback that stays free for the test that chose it.
//!
//! A test that binds port 0, closes the socket and later listens on its port loses the port now and then to another test or
//! to an outgoing connection. [`ReservedPort`] keeps the socket.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use socket2::{Domain, Socket, Type};

/// A port of 127.0.0.1 that the system gives to nobody else who asks for any port, while this lives.
///
/// Connections to it are refused until a program listens on it. On Linux, every program can that sets `SO_REUSEADDR`, as
/// the standard library, tokio, nginx, PostgreSQL and `PgBouncer` do: such a socket shares the port with one that does not
/// listen.
#[derive(Debug)]
pub struct ReservedPort {
    _socket: Socket,
    address: SocketAddr,
}

impl ReservedPort {
    /// Reserves a free port.
    ///
    /// # Errors
    ///
    /// The system has no socket or no port left.
    pub fn new() -> io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.set_reuse_address(true)?;
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
        let address = socket.local_addr()?.as_socket().ok_or(io::ErrorKind::AddrNotAvailable)?;
        Ok(Self { _socket: socket, address })
    }

    /// The number of the port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The address `127.0.0.1` with the port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}
