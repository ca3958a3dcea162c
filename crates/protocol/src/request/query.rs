//! The query string of an endpoint whose parameters belong into the body.
//!
//! This module decides that such parameters are not allowed in a query string, where logs and proxies would record them.

use percent_encoding::percent_decode;

use crate::{Malformed, RequestPart};

/// Rejects a query that contains one of `body_parameters` or a parameter of client authentication. Only the decoded
/// name counts, not the value. Other parameters are ignored, even if they are badly encoded.
///
/// # Errors
/// [`Malformed::InQuery`].
pub fn refuse_query(body_parameters: &[&'static str], query: Option<&str>) -> Result<(), Malformed> {
    for pair in query.unwrap_or_default().split('&') {
        let name = pair.split_once('=').map_or(pair, |(name, _)| name);
        // No known name is longer than this even with every character escaped; skip a longer one before decoding it.
        if name.len() > LONGEST_ENCODED_NAME {
            continue;
        }
        let name: Vec<u8> = percent_decode(name.as_bytes()).collect();
        let mut known = body_parameters.iter().chain(CLIENT_PARAMETERS);
        if let Some(known) = known.find(|known| known.as_bytes() == name) {
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
    use crate::{IntrospectionRequest, RevocationRequest, TokenRequest};

    const TOKEN: &[&str] = TokenRequest::BODY_PARAMETERS;
    const INTROSPECTION: &[&str] = IntrospectionRequest::BODY_PARAMETERS;
    const REVOCATION: &[&str] = RevocationRequest::BODY_PARAMETERS;

    fn refused(body_parameters: &[&'static str], query: &str) -> Option<&'static str> {
        match refuse_query(body_parameters, Some(query)) {
            Err(Malformed::InQuery(RequestPart::Parameter(name))) => Some(name),
            Err(other) => panic!("{other:?}"),
            Ok(()) => None,
        }
    }

    #[test]
    fn a_parameter_of_the_endpoint_in_the_query_is_rejected() {
        assert_eq!(refused(TOKEN, "grant_type=client_credentials"), Some("grant_type"));
        assert_eq!(refused(TOKEN, "a=b&client_secret=x"), Some("client_secret"));
        assert_eq!(refused(INTROSPECTION, "token=x"), Some("token"));
        assert_eq!(refused(INTROSPECTION, "client_assertion=x"), Some("client_assertion"));
        assert_eq!(refused(REVOCATION, "token=x"), Some("token"));
        assert_eq!(refused(REVOCATION, "token_type_hint=x"), Some("token_type_hint"));
    }

    #[test]
    fn an_escaped_name_and_an_empty_value_are_rejected_too() {
        assert_eq!(refused(TOKEN, "%67rant_type=x"), Some("grant_type"));
        assert_eq!(refused(TOKEN, "scope="), Some("scope"));
        assert_eq!(refused(TOKEN, "scope"), Some("scope"));
        let escaped: Vec<_> = "client_assertion_type".bytes().map(|byte| format!("%{byte:02x}")).collect();
        assert_eq!(refused(TOKEN, &escaped.concat()), Some("client_assertion_type"));
    }

    #[test]
    fn other_parameters_in_the_query_are_ignored() {
        for query in ["", "api-version=1", "token=x", "Scope=x", "%zz=1&&=", "a=grant_type"] {
            assert_eq!(refused(TOKEN, query), None, "{query}");
        }
        assert_eq!(refused(INTROSPECTION, "scope=x&resource=y"), None);
        assert_eq!(refused(REVOCATION, "scope=x&resource=y"), None);
        assert_eq!(refuse_query(TOKEN, None), Ok(()));
    }
}
