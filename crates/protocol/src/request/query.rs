//! The parameters of each endpoint.
//!
//! This module decides which parameters are not allowed in a query string, where logs and proxies would record them.

use percent_encoding::percent_decode;

use crate::{Malformed, RequestPart};

/// An endpoint with client authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// RFC 6749 §3.2.
    Token,
    /// RFC 7662 §2.
    Introspection,
    /// RFC 7009 §2.
    Revocation,
    /// The revocation feed, a Jeton extension.
    RevocationFeed,
}

impl Endpoint {
    const fn own_parameters(self) -> &'static [&'static str] {
        match self {
            Self::Token => &["grant_type", "scope", "resource", "audience"],
            Self::Introspection | Self::Revocation => &["token", "token_type_hint"],
            Self::RevocationFeed => &[],
        }
    }

    fn known(self, name: &[u8]) -> Option<&'static str> {
        self.own_parameters().iter().chain(CLIENT_PARAMETERS).find(|known| known.as_bytes() == name).copied()
    }
}

/// Rejects a query that contains a parameter of the endpoint. Only the decoded name counts, not the value. Other
/// parameters are ignored, even if they are badly encoded.
///
/// # Errors
/// [`Malformed::InQuery`].
pub fn refuse_query(endpoint: Endpoint, query: Option<&str>) -> Result<(), Malformed> {
    for pair in query.unwrap_or_default().split('&') {
        let name = pair.split_once('=').map_or(pair, |(name, _)| name);
        // No known name is longer than this even with every character escaped; skip a longer one before decoding it.
        if name.len() > LONGEST_ENCODED_NAME {
            continue;
        }
        let name: Vec<u8> = percent_decode(name.as_bytes()).collect();
        if let Some(known) = endpoint.known(&name) {
            return Err(Malformed::InQuery(RequestPart::Parameter(known)));
        }
    }
    Ok(())
}

const CLIENT_PARAMETERS: &[&str] =
    &["client_id", "client_secret", "client_assertion", "client_assertion_type"];
const LONGEST_ENCODED_NAME: usize = 3 * "client_assertion_type".len();

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(endpoint: Endpoint, query: &str) -> Option<&'static str> {
        match refuse_query(endpoint, Some(query)) {
            Err(Malformed::InQuery(RequestPart::Parameter(name))) => Some(name),
            Err(other) => panic!("{other:?}"),
            Ok(()) => None,
        }
    }

    #[test]
    fn a_parameter_of_the_endpoint_in_the_query_is_rejected() {
        assert_eq!(refused(Endpoint::Token, "grant_type=client_credentials"), Some("grant_type"));
        assert_eq!(refused(Endpoint::Token, "a=b&client_secret=x"), Some("client_secret"));
        assert_eq!(refused(Endpoint::Introspection, "token=x"), Some("token"));
        assert_eq!(refused(Endpoint::Introspection, "client_assertion=x"), Some("client_assertion"));
        assert_eq!(refused(Endpoint::Revocation, "token=x"), Some("token"));
        assert_eq!(refused(Endpoint::Revocation, "token_type_hint=x"), Some("token_type_hint"));
    }

    #[test]
    fn an_escaped_name_and_an_empty_value_are_rejected_too() {
        assert_eq!(refused(Endpoint::Token, "%67rant_type=x"), Some("grant_type"));
        assert_eq!(refused(Endpoint::Token, "scope="), Some("scope"));
        assert_eq!(refused(Endpoint::Token, "scope"), Some("scope"));
        let escaped: Vec<_> = "client_assertion_type".bytes().map(|byte| format!("%{byte:02x}")).collect();
        assert_eq!(refused(Endpoint::Token, &escaped.concat()), Some("client_assertion_type"));
    }

    #[test]
    fn other_parameters_in_the_query_are_ignored() {
        for query in ["", "api-version=1", "token=x", "Scope=x", "%zz=1&&=", "a=grant_type"] {
            assert_eq!(refused(Endpoint::Token, query), None, "{query}");
        }
        assert_eq!(refused(Endpoint::Introspection, "scope=x&resource=y"), None);
        assert_eq!(refused(Endpoint::Revocation, "scope=x&resource=y"), None);
        assert_eq!(refuse_query(Endpoint::Token, None), Ok(()));
    }
}
