//! Accepts connections, no more than allowed, whatever the system says.
//!
//! Decides what an error of `accept` means: never the end, and never a loop that spins.
//! Must not know what is spoken on a connection.

use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::sleep,
};

/// A connection and its place under the cap; the place is free again when this is dropped.
pub(super) struct Accepted {
    pub(super) stream: TcpStream,
    pub(super) peer: SocketAddr,
    pub(super) permit: OwnedSemaphorePermit,
}

/// The stream of accepted connections.
pub(super) struct Accepts {
    socket: TcpListener,
    free: Arc<Semaphore>,
}

impl Accepts {
    pub(super) fn new(socket: TcpListener, max_connections: usize) -> Self {
        Self { socket, free: Arc::new(Semaphore::new(max_connections.min(Semaphore::MAX_PERMITS))) }
    }

    /// The next connection, once there is a place for it. May be dropped at any time without losing one.
    pub(super) async fn next(&mut self) -> Accepted {
        loop {
            // The semaphore is never closed; if it were, waiting is all that is left to do.
            let Ok(permit) = Arc::clone(&self.free).acquire_owned().await else {
                return std::future::pending().await;
            };
            match self.socket.accept().await {
                Ok((stream, peer)) => return Accepted { stream, peer, permit },
                Err(error) => {
                    if let Some(pause) = pause_after(&error) {
                        tracing::warn!(%error, "no connection can be accepted; trying again");
                        sleep(pause).await;
                    }
                }
            }
        }
    }

    /// Closes the socket and returns what its queue held: the kernel has told those clients that they are
    /// connected, and closing the socket would reset them.
    pub(super) fn close(self) -> Vec<Accepted> {
        let mut queued = Vec::new();
        // Not `accept().now_or_never()`: tokio's readiness may not have heard of the newest ones.
        let Ok(socket) = self.socket.into_std() else { return queued };
        while let Ok(permit) = Arc::clone(&self.free).try_acquire_owned() {
            let Ok((stream, peer)) = socket.accept() else { break };
            if stream.set_nonblocking(true).is_ok()
                && let Ok(stream) = TcpStream::from_std(stream)
            {
                queued.push(Accepted { stream, peer, permit });
            }
        }
        queued
    }
}

/// How long to wait after an error: not at all where only that one connection is lost, else (no file
/// descriptors, no memory) long enough that others may free some.
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
    fn a_connection_that_was_reset_in_the_queue_delays_nobody() {
        assert_eq!(pause_after(&ErrorKind::ConnectionAborted.into()), None);
    }
}
