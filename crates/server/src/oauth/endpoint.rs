//! The endpoints: the only place that knows the path, the URL, the label and the parameters of each.
//!
//! A new endpoint is a new variant. The compiler then asks for its row here, its handler in `routes` and its outcomes
//! in `operations/metrics`. URLs depend only on the configuration: no request header can change them.
//! Must not know what an endpoint does.

use jeton_protocol::{IntrospectionRequest, RevocationRequest, TokenRequest};

use crate::config::{Issuer, Prefix};

/// Declares the endpoints once, so that none can be missing in the list that becomes routes and metrics.
macro_rules! endpoints {
    ($($(#[$doc:meta])* $endpoint:ident,)+) => {
        /// An endpoint of the public listener.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Endpoint {
            $($(#[$doc])* $endpoint,)+
        }

        impl Endpoint {
            pub(crate) const ALL: &[Self] = &[$(Self::$endpoint,)+];
        }
    };
}

endpoints! {
    /// Issues tokens (RFC 6749 §3.2).
    Token,
    /// Introspects tokens (RFC 7662 §2).
    Introspection,
    /// Revokes tokens (RFC 7009 §2).
    Revocation,
    /// Tells APIs what was revoked (specific to Jeton).
    RevocationFeed,
    /// The public keys (RFC 7517 §5).
    Jwks,
    /// The metadata documents (RFC 8414 §3). They are at well-known paths.
    Metadata,
    /// Refuses every request. It exists because the metadata must name it (RFC 8414 §2).
    Authorization,
    /// No endpoint: the request was refused before its path counted, or the path does not exist.
    Other,
}

/// What is fixed for each endpoint.
struct Row {
    /// The path below the prefix, without a slash.
    path: Option<&'static str>,
    /// The value of the label `endpoint` of metrics, log lines and refusals.
    label: &'static str,
    /// The parameters that belong into the body. In a query string, logs and proxies would record them.
    body_parameters: &'static [&'static str],
    /// Whether its responses are timed. Long polls and documents are not.
    is_timed: bool,
}

impl Endpoint {
    const fn row(self) -> Row {
        match self {
            Self::Token => Row {
                path: Some("token"),
                label: "token",
                body_parameters: TokenRequest::BODY_PARAMETERS,
                is_timed: true,
            },
            Self::Introspection => Row {
                path: Some("introspect"),
                label: "introspection",
                body_parameters: IntrospectionRequest::BODY_PARAMETERS,
                is_timed: true,
            },
            Self::Revocation => Row {
                path: Some("revoke"),
                label: "revocation",
                body_parameters: RevocationRequest::BODY_PARAMETERS,
                is_timed: true,
            },
            Self::RevocationFeed => Row {
                path: Some("revocations"),
                label: "revocation_feed",
                body_parameters: &[],
                is_timed: false,
            },
            Self::Jwks => Row { path: Some("jwks"), label: "jwks", body_parameters: &[], is_timed: true },
            Self::Metadata => Row { path: None, label: "metadata", body_parameters: &[], is_timed: false },
            Self::Authorization => {
                Row { path: Some("authorize"), label: "authorize", body_parameters: &[], is_timed: true }
            }
            Self::Other => Row { path: None, label: "other", body_parameters: &[], is_timed: false },
        }
    }

    /// Its place in [`Self::ALL`], which has the order of the variants.
    pub(crate) const fn index(self) -> usize {
        self as usize
    }

    /// The path below the prefix, without a slash. `None` if it is not below the prefix.
    pub(crate) const fn path(self) -> Option<&'static str> {
        self.row().path
    }

    /// The value of the label `endpoint` of metrics, log lines and refusals.
    pub(crate) const fn label(self) -> &'static str {
        self.row().label
    }

    /// The parameters that are refused in a query string, besides those of client authentication.
    pub(crate) const fn body_parameters(self) -> &'static [&'static str] {
        self.row().body_parameters
    }

    /// Whether its responses are timed.
    pub(crate) const fn is_timed(self) -> bool {
        self.row().is_timed
    }
}

/// The URLs of a region's endpoints, as metadata, commands and refusals name them.
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
        self.url(Endpoint::Token)
    }

    /// Where tokens are introspected (RFC 7662 §2).
    #[must_use]
    pub fn introspection(self) -> String {
        self.url(Endpoint::Introspection)
    }

    /// Where tokens are revoked (RFC 7009 §2).
    #[must_use]
    pub fn revocation(self) -> String {
        self.url(Endpoint::Revocation)
    }

    /// Where APIs read what was revoked (specific to Jeton).
    #[must_use]
    pub fn revocation_feed(self) -> String {
        self.url(Endpoint::RevocationFeed)
    }

    /// Where the public keys are (RFC 7517 §5).
    #[must_use]
    pub fn jwks(self) -> String {
        self.url(Endpoint::Jwks)
    }

    /// The authorization endpoint, which refuses every request.
    #[must_use]
    pub fn authorization(self) -> String {
        self.url(Endpoint::Authorization)
    }

    /// The URL of an endpoint below the prefix. For others, the issuer.
    pub(crate) fn url(self, endpoint: Endpoint) -> String {
        let path = endpoint.path().map(|path| format!("{}/{path}", self.prefix));
        format!("{}{}", self.issuer, path.unwrap_or_default())
    }
}

/// The path of the metadata document of an issuer. The issuer's path follows the well-known part (RFC 8414 §3.1).
pub(crate) fn metadata_path(issuer: &Issuer) -> String {
    format!("/.well-known/oauth-authorization-server{}", issuer.path())
}

/// The paths of the document for OpenID parsers. Some of them look for the well-known part after the issuer's path.
pub(crate) fn openid_paths(issuer: &Issuer) -> Vec<String> {
    let path = issuer.path();
    let mut paths = vec![format!("/.well-known/openid-configuration{path}")];
    if !path.is_empty() {
        paths.push(format!("{path}/.well-known/openid-configuration"));
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_endpoints_have_the_same_path_or_label() {
        let paths: Vec<_> = Endpoint::ALL.iter().filter_map(|endpoint| endpoint.path()).collect();
        let labels: Vec<_> = Endpoint::ALL.iter().map(|endpoint| endpoint.label()).collect();
        for list in [paths, labels] {
            let distinct: std::collections::HashSet<_> = list.iter().collect();
            assert_eq!(distinct.len(), list.len(), "{list:?}");
        }
    }
}
