//! The whole way of a token: Jeton and an MCP server on this machine, and what Intercom's Fin does with both.
//!
//! [`walk()`] tells it; the parts stand alone, so that tests put other clients in Fin's place.

mod failure;
mod fin;
mod jeton;
mod mcp_server;
mod story;
mod walk;

pub use failure::WalkError;
pub use jeton::{Account, Jeton};
pub use mcp_server::McpServer;
pub use walk::walk;
