//! Tokens: requesting, simulating, inspecting and revoking them, their keys, and why a request for one was refused.

mod explain;
mod issue;
mod keys;
mod revocation;
mod revocation_feed;
mod simulate;
