//! Refuses a pooler that gives the statements of one connection to several connections of the server.
//!
//! Through such a pooler a prepared statement can run on a server connection where another client prepared another
//! statement under the same name, and settings reach other clients.

use jeton_core::store::OpenError;
use sqlx::{Row as _, raw_sql};

use crate::PostgresStore;
use crate::connection::error::not_opened;
use crate::connection::pool::Lease;

impl PostgresStore {
    /// Checks that two connections are two processes of the server, and stay the same ones. A pooler shares a process
    /// between clients whose transactions do not overlap.
    ///
    /// # Errors
    /// [`OpenError::Pooler`], or [`OpenError::Unavailable`] if the server does not answer.
    pub(crate) async fn ensure_own_connections(&self) -> Result<(), OpenError> {
        match self.has_own_connections().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(OpenError::Pooler { place: self.location().to_string() }),
            Err(error) => Err(not_opened(self.location(), error)),
        }
    }

    async fn has_own_connections(&self) -> Result<bool, sqlx::Error> {
        let (mut one, mut other) = (self.reads.lease().await?, self.control_reads.lease().await?);
        for _ in 0..ROUNDS {
            let processes = (process(&mut one).await?, process(&mut other).await?);
            if processes != (one.process(), other.process()) || processes.0 == processes.1 {
                return Ok(false);
            }
        }
        one.release();
        other.release();
        Ok(true)
    }
}

/// The process that serves a statement. It is not a prepared statement, which is what may not be safe.
async fn process(connection: &mut Lease) -> Result<i32, sqlx::Error> {
    raw_sql("SELECT pg_backend_pid()").fetch_one(&mut **connection).await?.try_get(0)
}

/// A pooler may have a free connection of the server for each of them at first.
const ROUNDS: usize = 2;
