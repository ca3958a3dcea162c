//! What a node is told about itself: names, addresses, lifetimes, limits.

use std::collections::BTreeMap;
use std::time::Duration;

use jeton_protocol::{ClientId, RegionName};

use crate::failure_limit::FailureAllowance;
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
    /// How long a token lives where neither account nor resource says.
    pub default_ttl: Duration,
    /// What happens to scopes that are asked for and not granted.
    pub scope_policy: ScopePolicy,
    /// How many failed authentications are too many.
    pub failure_allowance: FailureAllowance,
    /// How long memory is trusted while the store is away.
    pub serve_stale_for: Duration,
    /// How long a key signs before the next one does (`[keys] rotate_every`).
    pub rotate_keys_every: Duration,
    /// How many hashes may run at once.
    pub cores: usize,
}

impl Settings {
    /// How long keys stay in the states of their life.
    #[must_use]
    pub fn key_timings(&self) -> KeyTimings {
        KeyTimings::new(self.rotate_keys_every, self.serve_stale_for)
    }

    /// The other configured region that `id` was made in, with its token endpoint.
    #[must_use]
    pub fn home_of(&self, id: &ClientId) -> Option<(RegionName, &str)> {
        let region = id.region_tag()?;
        let endpoint = self.other_regions.get(&region)?;
        Some((region, endpoint))
    }
}

/// What happens to scopes that are asked for and not granted (`[tokens] scope_policy`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ScopePolicy {
    /// They are left out; only when nothing is left the request is refused. MCP SDKs ask for all that a server
    /// advertises, and need this.
    #[default]
    Narrow,
    /// The request is refused.
    Exact,
}
