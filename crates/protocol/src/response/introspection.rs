//! The introspection response (RFC 7662 §2.2).
//!
//! This module decides the members. It must not know which callers may see them.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

use crate::{AccessTokenClaims, ClientId, RegionName, Scope};

/// The response of the introspection endpoint, as a server writes it: it shares the claims with the server's cache.
#[derive(Debug, Clone, PartialEq)]
pub enum IntrospectionAnswer {
    /// Exactly `{"active":false}` for every reason: the response must not reveal the reason.
    Inactive,
    /// The token is valid, and the caller may introspect it.
    Active(Arc<AccessTokenClaims>),
}

/// The response of the introspection endpoint.
#[derive(Debug, Clone, PartialEq)]
pub enum IntrospectionResponse {
    /// Exactly `{"active":false}` for every reason: the response must not reveal the reason.
    Inactive,
    /// The token is valid, and the caller may introspect it.
    Active(Box<ActiveToken>),
}

/// The members other than `active`. Times are whole Unix seconds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ActiveToken {
    /// The issuer.
    pub iss: String,
    /// The resource.
    pub aud: String,
    /// The account.
    pub sub: ClientId,
    /// The account.
    pub client_id: ClientId,
    /// The granted scope.
    pub scope: Scope,
    /// `Bearer`.
    pub token_type: String,
    /// When the token was issued.
    pub iat: i64,
    /// When the token expires; it is invalid from this second on.
    pub exp: i64,
    /// The token's id.
    pub jti: String,
    /// The tenant that owns the account.
    pub tenant: String,
    /// The region that issued the token.
    pub region: RegionName,
}

impl From<&AccessTokenClaims> for ActiveToken {
    fn from(claims: &AccessTokenClaims) -> Self {
        Self {
            iss: claims.iss.clone(),
            aud: claims.aud.clone(),
            sub: claims.sub.clone(),
            client_id: claims.client_id.clone(),
            scope: claims.scope.clone(),
            token_type: BEARER.to_owned(),
            iat: claims.iat,
            exp: claims.exp,
            jti: claims.jti.clone(),
            tenant: claims.tenant.clone(),
            region: claims.region.clone(),
        }
    }
}

/// The claims of a signed response (RFC 9701 §5). There is no `sub` and no `exp`, so that the response cannot be
/// mistaken for an access token.
#[derive(Debug, Serialize)]
pub struct IntrospectionClaims<'a, R> {
    /// The issuer.
    pub iss: &'a str,
    /// The client that sent the request.
    pub aud: &'a ClientId,
    /// When the response was created, in whole Unix seconds.
    pub iat: i64,
    /// The response, with the same members as in plain JSON.
    pub token_introspection: &'a R,
}

impl Serialize for ActiveToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        WireToken::from(self).serialize(serializer)
    }
}

impl Serialize for IntrospectionAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        WireResponse::of(match self {
            Self::Inactive => None,
            Self::Active(claims) => Some(WireToken::from(&**claims)),
        })
        .serialize(serializer)
    }
}

impl Serialize for IntrospectionResponse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        WireResponse::of(match self {
            Self::Inactive => None,
            Self::Active(token) => Some(WireToken::from(&**token)),
        })
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for IntrospectionResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = Map::<String, Value>::deserialize(deserializer)?;
        match members.get("active").and_then(Value::as_bool) {
            Some(false) => Ok(Self::Inactive),
            Some(true) => {
                serde_json::from_value(Value::Object(members)).map(Self::Active).map_err(de::Error::custom)
            }
            None => Err(de::Error::missing_field("active")),
        }
    }
}

#[derive(Serialize)]
struct WireResponse<'a> {
    active: bool,
    #[serde(flatten)]
    token: Option<WireToken<'a>>,
}

/// The members other than `active`, in the order in which they are written.
#[derive(Serialize)]
struct WireToken<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a ClientId,
    client_id: &'a ClientId,
    scope: &'a Scope,
    token_type: &'a str,
    iat: i64,
    exp: i64,
    jti: &'a str,
    tenant: &'a str,
    region: &'a RegionName,
}

impl<'a> WireResponse<'a> {
    fn of(token: Option<WireToken<'a>>) -> Self {
        Self { active: token.is_some(), token }
    }
}

impl<'a> From<&'a ActiveToken> for WireToken<'a> {
    fn from(token: &'a ActiveToken) -> Self {
        Self {
            iss: &token.iss,
            aud: &token.aud,
            sub: &token.sub,
            client_id: &token.client_id,
            scope: &token.scope,
            token_type: &token.token_type,
            iat: token.iat,
            exp: token.exp,
            jti: &token.jti,
            tenant: &token.tenant,
            region: &token.region,
        }
    }
}

impl<'a> From<&'a AccessTokenClaims> for WireToken<'a> {
    fn from(claims: &'a AccessTokenClaims) -> Self {
        Self {
            iss: &claims.iss,
            aud: &claims.aud,
            sub: &claims.sub,
            client_id: &claims.client_id,
            scope: &claims.scope,
            token_type: BEARER,
            iat: claims.iat,
            exp: claims.exp,
            jti: &claims.jti,
            tenant: &claims.tenant,
            region: &claims.region,
        }
    }
}

const BEARER: &str = "Bearer";

#[cfg(test)]
mod tests {
    use super::*;

    fn active() -> IntrospectionResponse {
        IntrospectionResponse::Active(Box::new(ActiveToken {
            iss: "https://app.example.com".into(),
            aud: "https://api.example.com".into(),
            sub: ClientId::parse("c").unwrap(),
            client_id: ClientId::parse("c").unwrap(),
            scope: Scope::parse("b a").unwrap(),
            token_type: "Bearer".into(),
            iat: 1,
            exp: 2,
            jti: "j".into(),
            tenant: "default".into(),
            region: RegionName::parse("us").unwrap(),
        }))
    }

    #[test]
    fn inactive_has_no_other_member() {
        assert_eq!(serde_json::to_string(&IntrospectionResponse::Inactive).unwrap(), r#"{"active":false}"#);
    }

    #[test]
    fn active_has_all_members() {
        assert_eq!(
            serde_json::to_string(&active()).unwrap(),
            concat!(
                r#"{"active":true,"iss":"https://app.example.com","aud":"https://api.example.com","sub":"c","#,
                r#""client_id":"c","scope":"a b","token_type":"Bearer","iat":1,"exp":2,"jti":"j","#,
                r#""tenant":"default","region":"us"}"#
            )
        );
    }

    #[test]
    fn a_server_writes_what_a_client_reads() {
        let IntrospectionResponse::Active(token) = active() else { panic!("it is active") };
        let claims = AccessTokenClaims {
            iss: token.iss,
            aud: token.aud,
            sub: token.sub,
            client_id: token.client_id,
            iat: token.iat,
            exp: token.exp,
            jti: token.jti,
            scope: token.scope,
            tenant: token.tenant,
            region: token.region,
            epoch: [1, 2, 3].into(),
        };
        assert_eq!(IntrospectionResponse::Active(Box::new(ActiveToken::from(&claims))), active());
        for (written, read) in [
            (IntrospectionAnswer::Inactive, IntrospectionResponse::Inactive),
            (IntrospectionAnswer::Active(Arc::new(claims)), active()),
        ] {
            assert_eq!(serde_json::to_string(&written).unwrap(), serde_json::to_string(&read).unwrap());
        }
    }

    #[test]
    fn a_signed_response_names_issuer_and_caller_and_contains_the_plain_response() {
        let claims = IntrospectionClaims {
            iss: "https://app.example.com",
            aud: &ClientId::parse("api").unwrap(),
            iat: 1,
            token_introspection: &IntrospectionResponse::Inactive,
        };
        assert_eq!(
            serde_json::to_string(&claims).unwrap(),
            r#"{"iss":"https://app.example.com","aud":"api","iat":1,"token_introspection":{"active":false}}"#
        );
    }

    #[test]
    fn a_serialised_response_parses_to_the_same_response() {
        for response in [IntrospectionResponse::Inactive, active()] {
            let text = serde_json::to_string(&response).unwrap();
            assert_eq!(serde_json::from_str::<IntrospectionResponse>(&text).unwrap(), response);
        }
    }

    #[test]
    fn an_active_response_with_a_missing_member_is_rejected() {
        for text in [r#"{"active":true}"#, r#"{"active":"true"}"#, "{}", "[true]"] {
            assert!(serde_json::from_str::<IntrospectionResponse>(text).is_err(), "{text}");
        }
    }
}
