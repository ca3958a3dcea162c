//! The example MCP server with Jeton's tokens: Intercom's requests, every challenge, and third-party clients.

#![expect(clippy::unwrap_used, reason = "shared helpers fail like a test")]

mod bare_post;
mod challenges;
mod conformance;
mod real_clients;
mod site;
mod tool;
mod walk;
