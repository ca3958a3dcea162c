//! `[limits]`: when requests and connections are refused.
//!
//! Must not know how failures are counted.

use std::{
    num::{NonZeroU32, NonZeroUsize},
    time::Duration,
};

use serde::Deserialize;

use super::value::duration;

/// When requests and connections are refused.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// Failed authentications of one client id from one address within `per`; then 429.
    pub failures: NonZeroU32,
    /// The period in which failures are counted.
    #[serde(deserialize_with = "duration::positive")]
    pub per: Duration,
    /// Requests in flight at the same time; further ones are answered with 503.
    pub in_flight: NonZeroUsize,
    /// Open connections of one network, unless it is a trusted proxy; further ones are closed. Without a value, a quarter
    /// of all connections.
    pub connections_per_address: Option<NonZeroUsize>,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            failures: FAILURES,
            per: Duration::from_mins(1),
            in_flight: IN_FLIGHT,
            connections_per_address: None,
        }
    }
}

const FAILURES: NonZeroU32 = NonZeroU32::MIN.saturating_add(19);

const IN_FLIGHT: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4_095);
