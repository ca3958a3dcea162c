//! The example MCP server with Jeton's tokens: what Intercom sends, every challenge, and clients that others wrote.

#![expect(clippy::unwrap_used, reason = "what the tests share fails as a test does")]

mod bare_post;
mod challenges;
mod conformance;
mod real_clients;
mod site;
mod tool;
mod walk;
