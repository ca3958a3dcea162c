//! Accepts connections up to a limit.
//!
//! Decides what an error of `accept` means: it never ends the loop, and never makes it spin.
//! Must not know the protocol of a connection.

use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use tokio::{
    net::TcpListener,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::sleep,
};

/// A connection and its permit under the connection limit. Dropping this releases the permit.
pub(super) struct Accepted {
    /// Belongs to no runtime yet.
    pub(super) stream: std::net::TcpStream,
    pub(super) peer: SocketAddr,
    pub(super) permit: OwnedSemaphorePermit,
}

/// Accepts connections one by one.
pub(super) struct ConnectionAcceptor {
    socket: TcpListener,
    permits: Arc<Semaphore>,
}

impl ConnectionAcceptor {
    pub(super) fn new(socket: TcpListener, max_connections: usize) -> Self {
        Self { socket, permits: Arc::new(Semaphore::new(max_connections.min(Semaphore::MAX_PERMITS))) }
    }

    /// The next connection, once the limit allows one. Cancel-safe: dropping the future loses no connection.
    pub(super) async fn next(&mut self) -> Accepted {
        loop {
            // The semaphore is never closed; if it were, this could only wait.
            let Ok(permit) = Arc::clone(&self.permits).acquire_owned().await else {
                return std::future::pending().await;
            };
            match self.socket.accept().await {
                Ok((stream, peer)) => match stream.into_std() {
                    Ok(stream) => return Accepted { stream, peer, permit },
                    Err(error) => tracing::debug!(%error, "a connection was closed before it was served"),
                },
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
        while let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            let Ok((stream, peer)) = socket.accept() else { break };
            if stream.set_nonblocking(true).is_ok() {
                queued.push(Accepted { stream, peer, permit });
            }
        }
        queued
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
