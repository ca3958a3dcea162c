//! `[server]`: where the endpoints are mounted and how long a request may take.
//!
//! Must not know the endpoints.

use std::time::Duration;

use serde::Deserialize;

use super::value::{Prefix, duration};

/// How requests are served.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServerConfig {
    /// The path prefix of every OAuth endpoint.
    pub prefix: Prefix,
    /// How long the work on a request may take after it was read. Then the answer is 503.
    #[serde(deserialize_with = "duration::positive")]
    pub request_timeout: Duration,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self { prefix: Prefix::default(), request_timeout: Duration::from_secs(10) }
    }
}
