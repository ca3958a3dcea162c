//! The metadata document (RFC 8414 §3), and a variant with the members that OpenID parsers require.

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use jeton_protocol::{AuthorizationServerMetadata, OpenIdMembers, SecretMethod};

use super::jwks::MAX_AGE;
use crate::oauth::endpoint::{Endpoint, Endpoints, metadata_path};
use crate::oauth::gateway::Gateway;
use crate::oauth::respond::JSON;
use crate::operations::metrics::Outcome;

/// The path decides whether the document has the members for OpenID parsers.
pub(super) fn metadata(gateway: &Gateway, request: &Request) -> Response {
    let openid = (request.uri().path() != metadata_path(&gateway.issuer)).then(|| OpenIdMembers {
        subject_types_supported: vec!["public".to_owned()],
        id_token_signing_alg_values_supported: signing_algorithms(gateway),
    });
    gateway.metrics.answered(Endpoint::Metadata, Outcome::Answered);
    let document = serde_json::to_vec(&AuthorizationServerMetadata { openid, ..document(gateway) });
    ([(CACHE_CONTROL, MAX_AGE), (CONTENT_TYPE, JSON)], document.unwrap_or_default()).into_response()
}

/// Lists only what works, with one exception: `code_challenge_methods_supported` is listed although there are no
/// authorization codes, because the official MCP Go SDK rejects a document without it, also for client credentials. The
/// issuer is the configured one, byte for byte, and does not depend on the `Host` header.
fn document(gateway: &Gateway) -> AuthorizationServerMetadata {
    let url = |endpoint| Endpoints::new(&gateway.issuer, &gateway.prefix).url(endpoint);
    let methods = || Some(SECRET_METHODS.map(|method| method.as_str().to_owned()).to_vec());
    AuthorizationServerMetadata {
        issuer: gateway.issuer.as_str().to_owned(),
        token_endpoint: url(Endpoint::Token),
        authorization_endpoint: Some(url(Endpoint::Authorization)),
        introspection_endpoint: Some(url(Endpoint::Introspection)),
        revocation_endpoint: Some(url(Endpoint::Revocation)),
        revocation_feed_endpoint: Some(url(Endpoint::RevocationFeed)),
        jwks_uri: Some(url(Endpoint::Jwks)),
        response_types_supported: Vec::new(),
        grant_types_supported: Some(vec!["client_credentials".to_owned()]),
        code_challenge_methods_supported: Some(vec!["S256".to_owned()]),
        scopes_supported: Some(gateway.scopes_supported.clone()).filter(|scopes| !scopes.is_empty()),
        token_endpoint_auth_methods_supported: methods(),
        introspection_endpoint_auth_methods_supported: methods(),
        introspection_signing_alg_values_supported: Some(signing_algorithms(gateway)),
        revocation_endpoint_auth_methods_supported: methods(),
        ..AuthorizationServerMetadata::default()
    }
}

fn signing_algorithms(gateway: &Gateway) -> Vec<String> {
    gateway.server.directory().catalog().keys.algorithms().map(|algorithm| algorithm.to_string()).collect()
}

const SECRET_METHODS: [SecretMethod; 2] = [SecretMethod::Basic, SecretMethod::Post];
