//! The settings of a node: names, addresses, lifetimes, limits.

use std::collections::BTreeMap;
use std::time::Duration;

use jeton_protocol::{ClientId, RegionName};

use crate::keys::KeyTimings;

/// The settings of a node. They do not change while it runs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The region this node serves.
    pub region: RegionName,
    /// The region's issuer, byte for byte as tokens and metadata carry it (RFC 8414 §2).
    pub issuer: String,
    /// The token endpoints of the other configured regions.
    pub other_regions: BTreeMap<RegionName, String>,
    /// The lifetime of a token if neither account nor resource sets one.
    pub default_ttl: Duration,
    /// How scopes are handled that are requested but not granted.
    pub scope_policy: ScopePolicy,
    /// How many failed authentications are allowed.
    pub failure_allowance: FailureAllowance,
    /// How long the cache is used while the store is unavailable.
    pub serve_stale_for: Duration,
    /// How long a key signs before it is rotated (`[keys] rotate_every`).
    pub rotate_keys_every: Duration,
    /// The number of cores. It determines how many hashes run at the same time.
    pub cores: usize,
}

impl Settings {
    /// How long keys stay in each state.
    #[must_use]
    pub fn key_timings(&self) -> KeyTimings {
        KeyTimings::new(self.rotate_keys_every, self.serve_stale_for)
    }

    /// The other configured region that `id` was created in, with its token endpoint.
    #[must_use]
    pub fn home_of(&self, id: &ClientId) -> Option<(RegionName, &str)> {
        // Most installations have one region. There the name in the id need not be read.
        if self.other_regions.is_empty() {
            return None;
        }
        let region = id.region_tag()?;
        let endpoint = self.other_regions.get(&region)?;
        Some((region, endpoint))
    }
}

/// How many failures are allowed (`[limits] failures, per`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailureAllowance {
    /// How many failures one client id may have from one network …
    pub failures: u32,
    /// … within a window of this length.
    pub per: Duration,
}

impl Default for FailureAllowance {
    fn default() -> Self {
        Self { failures: 20, per: Duration::from_mins(1) }
    }
}

/// How scopes are handled that are requested but not granted (`[tokens] scope_policy`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ScopePolicy {
    /// They are left out. The request is refused only if no scope is left. MCP SDKs request every scope that a server
    /// advertises, and need this.
    #[default]
    Narrow,
    /// The request is refused.
    Exact,
}
