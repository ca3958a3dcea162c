//! The authorization server's metadata document (RFC 8414 §2).
//!
//! This module decides the names of the members. It must not know the configured URLs and algorithms.

use serde::{Deserialize, Serialize};

/// The metadata document; a member that is `None` is omitted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationServerMetadata {
    /// The issuer, byte for byte as configured: clients compare it exactly.
    pub issuer: String,
    /// URL of the token endpoint.
    pub token_endpoint: String,
    /// URL of the authorization endpoint; MCP clients reject a document without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_endpoint: Option<String>,
    /// URL of the introspection endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub introspection_endpoint: Option<String>,
    /// URL of the revocation endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation_endpoint: Option<String>,
    /// URL of the revocation feed; a Jeton extension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation_feed_endpoint: Option<String>,
    /// URL of the key set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// `response_type` values; empty here, but required by RFC 8414.
    pub response_types_supported: Vec<String>,
    /// `grant_type` values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_types_supported: Option<Vec<String>>,
    /// PKCE methods (RFC 7636). The official MCP Go SDK rejects a document without them, whatever the grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_challenge_methods_supported: Option<Vec<String>>,
    /// Recommended scopes; clients request all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes_supported: Option<Vec<String>>,
    /// Client authentication methods at the token endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Algorithms of client assertions at the token endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg_values_supported: Option<Vec<String>>,
    /// Client authentication methods at the introspection endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub introspection_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Algorithms of client assertions at the introspection endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub introspection_endpoint_auth_signing_alg_values_supported: Option<Vec<String>>,
    /// Signing algorithms of introspection responses (RFC 9701 §7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub introspection_signing_alg_values_supported: Option<Vec<String>>,
    /// Client authentication methods at the revocation endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Algorithms of client assertions at the revocation endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation_endpoint_auth_signing_alg_values_supported: Option<Vec<String>>,
    /// The members that only `openid-configuration` has.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub openid: Option<OpenIdMembers>,
}

/// Members that OpenID parsers require, although Jeton does not implement OpenID Connect.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenIdMembers {
    /// `["public"]`.
    pub subject_types_supported: Vec<String>,
    /// The algorithms that tokens are signed with.
    pub id_token_signing_alg_values_supported: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> AuthorizationServerMetadata {
        AuthorizationServerMetadata {
            issuer: "https://app.example.com".into(),
            token_endpoint: "https://app.example.com/oauth/v1/token".into(),
            ..AuthorizationServerMetadata::default()
        }
    }

    #[test]
    fn an_absent_member_is_omitted_but_the_required_empty_list_is_written() {
        assert_eq!(
            serde_json::to_string(&document()).unwrap(),
            concat!(
                r#"{"issuer":"https://app.example.com","#,
                r#""token_endpoint":"https://app.example.com/oauth/v1/token","response_types_supported":[]}"#
            )
        );
    }

    #[test]
    fn the_openid_members_are_at_the_top_level() {
        let document = AuthorizationServerMetadata {
            openid: Some(OpenIdMembers {
                subject_types_supported: vec!["public".into()],
                id_token_signing_alg_values_supported: vec!["ES256".into()],
            }),
            ..document()
        };
        let written = serde_json::to_value(&document).unwrap();
        assert_eq!(written["subject_types_supported"], serde_json::json!(["public"]));
        assert_eq!(written["id_token_signing_alg_values_supported"], serde_json::json!(["ES256"]));
        assert_eq!(serde_json::from_value::<AuthorizationServerMetadata>(written).unwrap(), document);
    }

    #[test]
    fn a_document_with_unknown_members_is_parsed() {
        let text =
            r#"{"issuer":"i","token_endpoint":"t","response_types_supported":["code"],"extra":{"a":1}}"#;
        let document: AuthorizationServerMetadata = serde_json::from_str(text).unwrap();
        assert_eq!(document.issuer, "i");
        assert_eq!(document.openid, None);
    }
}
