//! What the administration of Jeton is, apart from where it runs: requests, views, errors and the values in them.
//!
//! A command line, an HTTP API or a console is written against this crate alone. It must not know a database, a network
//! or a command.

pub mod administration;
mod authority;
pub mod error;
pub mod request;
pub mod value;
pub mod view;

pub use administration::Administration;
pub use authority::{Authority, Reach};
