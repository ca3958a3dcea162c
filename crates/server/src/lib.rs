//! The Jeton authorization server over HTTP.
//!
//! [`Node`] is a complete server, and [`app`] is everything on its public listener. [`router`] and [`well_known`] mount
//! the endpoints in another axum app. This crate reads requests, calls [`jeton_core`] and chooses statuses. It makes no
//! decisions about tokens.

pub mod background;
mod certificate_expiry;
pub mod config;
mod cross_origin;
mod endpoints;
mod error_id;
mod explanation;
mod extract;
mod failure;
mod gateway;
mod handlers;
mod key_file;
mod layers;
pub mod listen;
pub mod logging;
mod long_polls;
mod master_key_file;
mod message;
mod metrics;
mod node;
mod readiness;
mod refusals;
mod reload;
mod respond;
mod routes;
pub mod start;
mod start_check;
pub mod system;

pub use background::Background;
pub use endpoints::Endpoints;
pub use error_id::NodeTag;
pub use explanation::{Explanation, Fact, Facts, Reason};
pub use gateway::Gateway;
pub use key_file::KeyFileError;
pub use master_key_file::MasterKeyFileError;
pub use node::Node;
pub use reload::Reloader;
pub use routes::{app, operations, router, well_known};
pub use start_check::{StartFindings, StartNote, check_start};
