//! Shows every step of a token: Jeton and an MCP server on this machine, and the requests that Intercom's Fin sends to
//! both.
//!
//! [`walk()`] runs all steps and prints them. The servers can be used separately, so that tests can use other clients.

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
