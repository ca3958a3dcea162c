//! Throw-away PostgreSQL servers for tests, examples and load scripts.
//!
//! A server accepts connections through a socket in its own folder only. Its superuser `jeton` needs no password; every
//! other role does.
//! A shell holds the server and ends it when its standard input is closed: also when this process is killed, nothing is
//! left behind. Must not know what the databases are for.

mod cluster;
mod error;
mod freeze;
mod install;
mod secure;
mod sql;
mod standby;

pub use cluster::{Cluster, Durability};
pub use error::ClusterError;
pub use freeze::Frozen;
pub use install::unprivileged_user;
pub use sql::HeldSession;
