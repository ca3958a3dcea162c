//! The Jeton authorization server over HTTP.
//!
//! [`Node`] is a complete server, and [`app`] is everything on its public listener. [`router`] and [`well_known`] mount
//! the endpoints in another axum app. This crate reads requests, calls [`jeton_core`] and chooses statuses. It makes no
//! decisions about tokens.

pub mod background;
pub mod config;
pub mod listen;
mod node;
mod oauth;
mod operations;
mod runtime;

pub use background::Background;
pub use node::key_file::KeyFileError;
pub use node::master_key_file::MasterKeyFileError;
pub use node::reload::Reloader;
pub use node::run::Node;
pub use node::start_check::{StartFindings, StartNote, check_start};
pub use node::{logging, start, system};
pub use oauth::endpoint::Endpoints;
pub use oauth::error_id::NodeTag;
pub use oauth::gateway::Gateway;
pub use oauth::routes::{app, operations, router, well_known};
pub use operations::explanation::{Explanation, Fact, Facts, OperatorExplanations, Reason};
pub use runtime::Workers;
