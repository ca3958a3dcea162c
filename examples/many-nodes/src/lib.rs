//! A Jeton node on SQLite that moves to two nodes on one PostgreSQL database, behind a reverse proxy, on this machine.
//!
//! [`walk()`] runs all steps and prints them. Each step is a claim: the walk fails at the first one that does not hold.

mod commands;
mod failure;
mod load;
mod node;
mod poll;
mod proxy;
mod site;
mod story;
mod walk;

pub use failure::WalkError;
pub use proxy::Proxy;
pub use walk::walk;
