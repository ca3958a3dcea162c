//! Pools of connections to the primary, and the lease of one connection.
//!
//! Every wait is limited, and a connection that was given up in the middle of a call is closed: a server that is frozen, or
//! that vanished without a word, must not keep connections. Must not know what is read or written.

use std::io;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{self, Metrics, Object, PoolError, RecycleError, RecycleResult, TimeoutType};
use jeton_protocol::RegionName;
use sqlx::{Connection as _, PgConnection};
use tokio::time::Instant;

use crate::Location;
use crate::connection::error::{is_connection_lost, unconfirmed};
use crate::connection::known::Known;
use crate::connection::primary::{Connected, Reference, connect};
use crate::connection::session::Session;
use crate::connection::warnings::Watched;

/// What all pools of a store share.
#[derive(Debug)]
pub(crate) struct Shared {
    location: Location,
    region: RegionName,
    known: Known,
    /// How often a connection failed or was given up, in any pool.
    failures: AtomicU64,
}

impl Shared {
    pub(crate) fn new(location: &Location, region: &RegionName) -> Arc<Self> {
        let (known, failures) = (Known::default(), AtomicU64::default());
        Arc::new(Self { location: location.clone(), region: region.clone(), known, failures })
    }

    /// A new connection to the primary.
    pub(crate) async fn connect(&self, session: &Session) -> Result<Connected, sqlx::Error> {
        let reference = Reference { known: &self.known, region: Some(&self.region) };
        Box::pin(connect(&self.location, session, reference)).await
    }

    /// What was seen through the connections of all pools.
    pub(crate) fn known(&self) -> &Known {
        &self.known
    }

    /// Whether the URL names several servers.
    pub(crate) fn has_several_servers(&self) -> bool {
        self.location.servers().len() > 1
    }

    fn failed(&self) {
        self.failures.fetch_add(1, Ordering::AcqRel);
    }
}

/// A pool. Connections are made when they are needed.
#[derive(Debug, Clone)]
pub(crate) struct Pool(managed::Pool<Connector>);

impl Pool {
    /// `wait`: how long a call waits for a free connection.
    pub(crate) fn new(shared: &Arc<Shared>, session: Session, connections: usize, wait: Duration) -> Self {
        let connector = Connector { shared: Arc::clone(shared), session };
        let pool = managed::Pool::builder(connector)
            .max_size(connections)
            .wait_timeout(Some(wait))
            .recycle_timeout(Some(PING_TIMEOUT))
            .runtime(Runtime::Tokio1)
            .build();
        match pool {
            Ok(pool) => Self(pool),
            // The runtime is set.
            Err(managed::BuildError::NoRuntimeSpecified) => unreachable!("a pool without a runtime"),
        }
    }

    /// A connection that no other call uses.
    pub(crate) async fn lease(&self) -> Result<Lease, sqlx::Error> {
        match self.0.get().await {
            Ok(object) => {
                let Connector { shared, session } = self.0.manager();
                Ok(Lease { object: Some(object), shared: Arc::clone(shared), writes: session.writes() })
            }
            Err(error) => {
                self.shared().failed();
                let wait = self.0.timeouts().wait.unwrap_or_default();
                Err(no_connection(error, self.0.status().max_size, wait))
            }
        }
    }

    /// Closes the connections that are not leased. The others are closed when they are released.
    pub(crate) fn close(&self) {
        self.0.close();
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.0.manager().shared
    }
}

fn no_connection(error: PoolError<sqlx::Error>, size: usize, wait: Duration) -> sqlx::Error {
    let text = match error {
        PoolError::Backend(error) => return error,
        PoolError::Closed => return sqlx::Error::PoolClosed,
        PoolError::Timeout(TimeoutType::Wait) => {
            format!("no connection to the database was free within {wait:?} (pool size {size})")
        }
        PoolError::Timeout(TimeoutType::Create | TimeoutType::Recycle) => {
            "the server did not answer in time".to_owned()
        }
        PoolError::NoRuntimeSpecified => "there is no runtime for time limits".to_owned(),
        PoolError::PostCreateHook(error) => error.to_string(),
    };
    sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, text))
}

/// Makes and checks the connections of a pool.
#[derive(Debug)]
pub(crate) struct Connector {
    shared: Arc<Shared>,
    session: Session,
}

impl managed::Manager for Connector {
    type Type = Pooled;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<Pooled, sqlx::Error> {
        let connected = self.shared.connect(&self.session).await?;
        Ok(Pooled {
            timeline: connected.timeline(),
            connection: connected.connection,
            failures: self.shared.failures.load(Ordering::Acquire),
            used_at: Instant::now(),
        })
    }

    /// A connection to an old primary is closed, because another connection has found the new one. Any other is tested if
    /// another one failed since its last use, or if it was idle so long that a firewall may have dropped it. A test costs a
    /// round trip, so a connection is not tested otherwise.
    async fn recycle(&self, pooled: &mut Pooled, _: &Metrics) -> RecycleResult<sqlx::Error> {
        let current = self.shared.known().ensure_current(pooled.timeline);
        current.map_err(|behind| RecycleError::message(behind.to_string()))?;
        let failures = self.shared.failures.load(Ordering::Acquire);
        if pooled.failures != failures || pooled.used_at.elapsed() >= UNTESTED {
            pooled.connection.ping().await.map_err(RecycleError::Backend)?;
            pooled.failures = failures;
        }
        Ok(())
    }
}

/// A connection of a pool.
#[derive(Debug)]
pub(crate) struct Pooled {
    connection: PgConnection,
    /// That of its server.
    timeline: u32,
    /// [`Shared::failures`] when it was last known to work.
    failures: u64,
    used_at: Instant,
}

/// A connection that belongs to one call until it is settled. Dropped without that, it is closed: the call may have ended
/// while an answer was outstanding.
#[derive(Debug)]
pub(crate) struct Lease {
    object: Option<Object<Connector>>,
    shared: Arc<Shared>,
    /// Whether its calls may write.
    writes: bool,
}

impl Lease {
    /// Ends the last call of this lease and gives the connection back, unless the call broke it.
    ///
    /// # Errors
    /// The error of the call. If the call may have written nevertheless, the error holds an [`Unconfirmed`].
    pub(crate) fn settle<T>(self, done: Watched<Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
        let Watched { value, warning } = done;
        let (is_lost, writes) = (value.as_ref().is_err_and(is_connection_lost), self.writes);
        if is_lost {
            drop(self);
        } else {
            self.release();
        }
        match (value, warning) {
            (Err(error), _) if writes && is_lost => Err(unconfirmed(error.to_string())),
            (Ok(_), Some(warning)) if writes => Err(unconfirmed(warning)),
            (value, _) => value,
        }
    }

    /// Gives the connection back, after the answers to all that was sent were read.
    pub(crate) fn release(mut self) {
        if let Some(mut object) = self.object.take() {
            object.used_at = Instant::now();
        }
    }

    fn pooled(&self) -> &Pooled {
        match &self.object {
            Some(object) => object,
            None => unreachable!("{GIVEN_BACK}"),
        }
    }
}

impl Deref for Lease {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.pooled().connection
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut PgConnection {
        match &mut self.object {
            Some(object) => &mut object.connection,
            None => unreachable!("{GIVEN_BACK}"),
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(object) = self.object.take() {
            self.shared.failed();
            drop(Object::take(object));
        }
    }
}

/// `release` consumes the lease, and nothing else takes the connection out of it.
const GIVEN_BACK: &str = "a connection is used that was given back";
const PING_TIMEOUT: Duration = Duration::from_millis(350);
/// How long a connection may be idle before it is tested.
const UNTESTED: Duration = Duration::from_mins(1);
