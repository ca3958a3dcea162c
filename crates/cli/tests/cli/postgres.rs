//! A throw-away PostgreSQL server for the tests of this binary.

use std::sync::OnceLock;

use jeton_postgres_cluster::{Cluster, Durability};

/// The server that tests share. Each test makes its own databases. It is never dropped: it ends with this process.
pub(crate) fn shared() -> &'static Cluster {
    static SHARED: OnceLock<Cluster> = OnceLock::new();
    SHARED.get_or_init(|| Cluster::start(Durability::Fast).unwrap())
}

/// The URL of a new, empty database.
pub(crate) fn new_database(name: &str) -> String {
    shared().create_database(name).unwrap();
    shared().url(name)
}
