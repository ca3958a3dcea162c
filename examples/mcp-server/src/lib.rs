//! An MCP server with one tool, `GetSessionActivity`, for callers with a service account's token.
//!
//! `store.rs` and the tool in `tools.rs` do the actual work. `jeton-resource` refuses callers without a token. `app.rs`
//! connects the two. The tests with real tokens and real clients are in `examples/fin-walk/tests`, because this package
//! must not compile an authorization server.

mod activity;
mod app;
mod arguments;
mod credentials;
mod store;
mod tools;
mod transport;
mod visitor_id;

pub use app::open;
pub use arguments::{Arguments, StartError};
pub use credentials::CredentialsError;
pub use store::OpenError;

/// The path of the MCP endpoint.
pub const PATH: &str = "/mcp/visitor/shttp";

/// The scope that a token must have.
pub const SCOPE: &str = "read:me";
