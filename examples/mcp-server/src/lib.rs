//! An MCP server with one tool, `GetSessionActivity`, for callers with a service account's token.
//!
//! What it does is its own business: `store.rs`, and the tool over it in `tools.rs`. That nobody calls it without a
//! token is `jeton-resource`'s; `app.rs` is where the two meet. With real tokens and real clients it is tested in
//! `examples/fin-walk/tests`, because this package must not compile an authorization server.

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

/// Where MCP is served.
pub const PATH: &str = "/mcp/visitor/shttp";

/// What a token must allow.
pub const SCOPE: &str = "read:me";
