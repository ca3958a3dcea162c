//! Limits on how often something happens, and on how much of a pool one network takes.
//!
//! It must not know what is limited.

pub(crate) mod network_shares;
pub(crate) mod rate_window;
