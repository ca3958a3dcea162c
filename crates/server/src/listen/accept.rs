//! Accepts connections up to a limit.
//!
//! Decides what an error of `accept` means: it never ends the loop, and never makes it spin.
//! Must not know the protocol of a connection.

use std::{
    io::{self, ErrorKind},
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use tokio::{
    net::TcpListener,
    time::{Instant, sleep},
};

use super::places::{FreePlace, Place, Places};

/// A connection and its place. Dropping this frees the place.
pub(super) struct Accepted {
    /// Belongs to no runtime yet.
    pub(super) stream: std::net::TcpStream,
    pub(super) peer: SocketAddr,
    pub(super) place: Place,
}

/// Accepts connections one by one.
pub(super) struct ConnectionAcceptor {
    socket: TcpListener,
    places: Places,
    /// When it was last logged that a network has too many connections.
    last_warning: Option<Instant>,
}

impl ConnectionAcceptor {
    pub(super) fn new(socket: TcpListener, places: Places) -> Self {
        Self { socket, places, last_warning: None }
    }

    /// The next connection, once there is a place for it. One whose network has too many is closed. Cancel-safe: dropping
    /// the future loses no connection.
    pub(super) async fn next(&mut self) -> Accepted {
        loop {
            let free = self.places.wait().await;
            match self.socket.accept().await {
                Ok((stream, peer)) => {
                    let Some(place) = self.assign(free, peer.ip()) else { continue };
                    match stream.into_std() {
                        Ok(stream) => return Accepted { stream, peer, place },
                        Err(error) => tracing::debug!(%error, "a connection was closed before it was served"),
                    }
                }
                Err(error) => {
                    if let Some(pause) = pause_after(&error) {
                        tracing::warn!(%error, "could not accept a connection; will retry");
                        sleep(pause).await;
                    }
                }
            }
        }
    }

    /// Closes the socket and returns the connections in its queue: those clients are already connected, and closing the
    /// socket would reset them.
    pub(super) fn close(self) -> Vec<Accepted> {
        let mut queued = Vec::new();
        // Not `accept().now_or_never()`: tokio's readiness may not include the newest connections.
        let Ok(socket) = self.socket.into_std() else { return queued };
        while let Some(free) = self.places.try_take() {
            let Ok((stream, peer)) = socket.accept() else { break };
            let Some(place) = self.places.assign(free, peer.ip()) else { continue };
            if stream.set_nonblocking(true).is_ok() {
                queued.push(Accepted { stream, peer, place });
            }
        }
        queued
    }

    /// Gives the place to a connection from `peer`, and logs once a minute that a network has too many connections.
    fn assign(&mut self, free: FreePlace, peer: IpAddr) -> Option<Place> {
        let place = self.places.assign(free, peer);
        if place.is_none() && self.last_warning.is_none_or(|last| last.elapsed() >= WARNING_INTERVAL) {
            self.last_warning = Some(Instant::now());
            tracing::warn!(
                address = %peer.to_canonical(),
                "closed a connection because its network has too many; see [limits] connections_per_address"
            );
        }
        place
    }
}

/// How long to wait after an error. `None` if only one connection was lost; otherwise (no file descriptors, no memory)
/// long enough for other connections to release resources.
fn pause_after(error: &io::Error) -> Option<Duration> {
    match error.kind() {
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused => None,
        _ => Some(PAUSE),
    }
}

const PAUSE: Duration = Duration::from_millis(200);

const WARNING_INTERVAL: Duration = Duration::from_mins(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_without_file_descriptors_waits_before_it_accepts_again() {
        let emfile = io::Error::from(rustix::io::Errno::MFILE);
        assert_eq!(pause_after(&emfile), Some(PAUSE));
    }

    #[test]
    fn a_connection_that_was_reset_in_the_queue_causes_no_delay() {
        assert_eq!(pause_after(&ErrorKind::ConnectionAborted.into()), None);
    }
}
