//! `[outage]`: what is served while the store is unavailable.
//!
//! Must not know how an outage is detected.

use std::time::Duration;

use serde::Deserialize;

use super::value::duration;

/// What is served while the store is unavailable.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OutageConfig {
    /// How long cached accounts are served. It is at least a second, because the store may be silent for that long at
    /// any time.
    #[serde(deserialize_with = "duration::any")]
    pub serve_stale_for: Duration,
}

impl Default for OutageConfig {
    fn default() -> Self {
        Self { serve_stale_for: Duration::from_mins(5) }
    }
}
