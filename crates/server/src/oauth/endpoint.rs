//! The URLs of a region's endpoints, as metadata, commands and refusals name them.
//!
//! They depend only on the configuration: no request header can change them.

use crate::config::{Issuer, Prefix};

/// Builds the URLs under one issuer.
#[derive(Debug, Clone, Copy)]
pub struct Endpoints<'a> {
    issuer: &'a Issuer,
    prefix: &'a Prefix,
}

impl<'a> Endpoints<'a> {
    /// The endpoints of the region of `issuer`.
    #[must_use]
    pub fn new(issuer: &'a Issuer, prefix: &'a Prefix) -> Self {
        Self { issuer, prefix }
    }

    /// Where tokens are issued (RFC 6749 §3.2).
    #[must_use]
    pub fn token(self) -> String {
        self.under_prefix("token")
    }

    /// Where tokens are introspected (RFC 7662 §2).
    #[must_use]
    pub fn introspection(self) -> String {
        self.under_prefix("introspect")
    }

    /// Where tokens are revoked (RFC 7009 §2).
    #[must_use]
    pub fn revocation(self) -> String {
        self.under_prefix("revoke")
    }

    /// Where APIs read what was revoked (specific to Jeton).
    #[must_use]
    pub fn revocation_feed(self) -> String {
        self.under_prefix("revocations")
    }

    /// Where the public keys are (RFC 7517 §5).
    #[must_use]
    pub fn jwks(self) -> String {
        self.under_prefix("jwks")
    }

    /// The authorization endpoint, which refuses every request: the metadata must name one (RFC 8414 §2).
    #[must_use]
    pub fn authorization(self) -> String {
        self.under_prefix("authorize")
    }

    fn under_prefix(self, name: &str) -> String {
        format!("{}{}/{name}", self.issuer.as_str(), self.prefix.as_str())
    }
}
