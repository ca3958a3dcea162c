//! Runs work with a connection on a thread that may block.

use rusqlite::Connection;
use tokio::task::spawn_blocking;

/// A connection that is away while it works.
#[derive(Debug)]
pub(super) struct BlockingConnection(Option<Connection>);

impl BlockingConnection {
    pub(super) fn new(connection: Connection) -> Self {
        Self(Some(connection))
    }

    /// Runs `work`. If the caller stops waiting, the connection is closed when the work ends.
    pub(super) async fn run<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> rusqlite::Result<T> {
        let mut connection = self.0.take().ok_or(rusqlite::Error::InvalidQuery)?;
        let worked = spawn_blocking(move || {
            let result = work(&mut connection);
            (connection, result)
        });
        let (connection, result) = worked.await.map_err(|_| rusqlite::Error::InvalidQuery)?;
        self.0 = Some(connection);
        result
    }

    /// The connection, unless it is away.
    pub(super) fn into_inner(self) -> Option<Connection> {
        self.0
    }
}
