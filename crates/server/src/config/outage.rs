//! `[outage]`: what is still served while the store is away.
//!
//! Must not know how an outage is noticed.

use std::time::Duration;

use serde::Deserialize;

use super::duration;

/// What is still served while the store is away.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OutageConfig {
    /// How long warm accounts are served; at least a second, which is how long the store may be silent anyway.
    #[serde(deserialize_with = "duration::any")]
    pub serve_stale_for: Duration,
}

impl Default for OutageConfig {
    fn default() -> Self {
        Self { serve_stale_for: Duration::from_mins(5) }
    }
}
