//! A transaction of several statements.

use std::ops::{Deref, DerefMut};

use jeton_core::store::StoreError;
use sqlx::{PgConnection, raw_sql};

use crate::connection::error::failed;
use crate::connection::pool::{Lease, Pool};
use crate::connection::warnings::watched;

/// An open transaction. Dropped without a commit, its connection is closed, and the server rolls back.
#[derive(Debug)]
pub(crate) struct Transaction(Lease);

impl Transaction {
    /// `statement`: a `BEGIN` with its modes.
    pub(crate) async fn begin(pool: &Pool, statement: &'static str) -> Result<Self, StoreError> {
        let mut lease = pool.lease().await.map_err(failed)?;
        raw_sql(statement).execute(&mut *lease).await.map_err(failed)?;
        Ok(Self(lease))
    }

    /// Commits. Of a transaction that only read, this releases the connection.
    ///
    /// # Errors
    /// [`StoreError::OutcomeUnknown`] if the server may have committed.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        let done = watched(raw_sql("COMMIT").execute(&mut *self.0)).await;
        self.0.settle(done).map(drop).map_err(failed)
    }
}

impl Deref for Transaction {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.0
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}
