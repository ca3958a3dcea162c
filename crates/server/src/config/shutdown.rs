//! `[shutdown]`: how a node stops.
//!
//! Must not know what is stopped.

use std::time::Duration;

use serde::Deserialize;

use super::value::duration;

/// How a node stops.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ShutdownConfig {
    /// How long to continue serving while not ready, so that load balancers switch to other nodes.
    #[serde(deserialize_with = "duration::any")]
    pub lame_duck: Duration,
    /// How long requests in flight may take after that.
    #[serde(deserialize_with = "duration::any")]
    pub drain: Duration,
}

impl Default for ShutdownConfig {
    fn default() -> Self {
        Self { lame_duck: Duration::from_secs(5), drain: Duration::from_secs(25) }
    }
}
