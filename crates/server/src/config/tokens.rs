//! `[tokens]`: defaults for tokens, used if neither the account nor the resource has a setting.
//!
//! Must not know what a token looks like.

use std::time::Duration;

use serde::Deserialize;

use super::value::duration;

/// How tokens are issued.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TokensConfig {
    /// Lifetime if neither the account nor the resource has one; whole seconds, at most 24 h.
    #[serde(deserialize_with = "duration::token_lifetime")]
    pub default_ttl: Duration,
    /// What happens to a request for more scope than was granted.
    pub scope_policy: ScopePolicy,
}

impl Default for TokensConfig {
    fn default() -> Self {
        Self { default_ttl: Duration::from_hours(1), scope_policy: ScopePolicy::default() }
    }
}

/// What happens to a request for more scope than was granted (RFC 6749 §3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "String")]
pub enum ScopePolicy {
    /// The token gets those of the requested scopes that are granted.
    #[default]
    Narrow,
    /// The request is refused.
    Exact,
}

impl TryFrom<String> for ScopePolicy {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "narrow" => Ok(Self::Narrow),
            "exact" => Ok(Self::Exact),
            _ => Err("is not a scope policy; use \"narrow\" or \"exact\""),
        }
    }
}
