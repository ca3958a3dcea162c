//! A server of PostgreSQL with one filled database, of which each scenario gets a copy.

use std::path::Path;
use std::sync::Arc;

use jeton_bench::Error;
use jeton_postgres_cluster::{Cluster, ClusterError};

use crate::accounts::Accounts;
use crate::node::write_config;

/// A server and its accounts.
pub(crate) struct Database {
    pub(crate) cluster: Cluster,
    pub(crate) accounts: Arc<Accounts>,
}

impl Database {
    /// Fills a database. `folder` gets the master key, which all copies need.
    pub(crate) async fn fill(cluster: Cluster, folder: &Path, cold: usize) -> Result<Self, Error> {
        cluster.create_database(FILLED)?;
        let config = write_config(folder, "fill.toml", &cluster.url(FILLED), "5m")?;
        let accounts = Accounts::create(&config, cold).await?.into();
        Ok(Self { cluster, accounts })
    }

    /// A copy of the filled database.
    pub(crate) fn copy(&self, name: &str) -> Result<(), ClusterError> {
        // PostgreSQL waits for the end of other connections to the original.
        let sql = format!("CREATE DATABASE {name} TEMPLATE {FILLED}");
        blocking(|| self.cluster.execute("postgres", &sql)).map(drop)
    }
}

/// Runs work that blocks its thread, while other threads go on.
pub(crate) fn blocking<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}

const FILLED: &str = "filled";
