//! A throw-away PostgreSQL server for the tests of this binary.

use std::sync::OnceLock;

use jeton_postgres_cluster::{Cluster, Durability};

use crate::harness::Place;

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

/// A place whose configuration names a new database.
pub(crate) fn place(name: &str) -> Place {
    let place = Place::configured();
    let settings = place.read("jeton.toml");
    let database = format!("[database]\nurl = \"{}\"\n", new_database(name));
    place.write("jeton.toml", &format!("{settings}{database}[keys]\nmaster_key_file = \"master.key\"\n"));
    place
}
