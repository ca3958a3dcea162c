//! The OAuth 2.0 wire format: request parsing and wire types.
//!
//! This crate decides whether a request is well-formed and what its parts are.
//! It must not know accounts, policies, stores, HTTP statuses, clocks or cryptography.
//! Everything here is a pure function of its input bytes.
//! A type whose name begins with `Presented` holds unverified data from a caller.

mod authorization;
pub mod base62;
mod bom;
mod claims;
mod client_id;
mod client_secret;
mod content_type;
mod description;
mod endpoint;
mod epochs;
mod error;
mod form;
mod introspection_format;
mod introspection_request;
mod introspection_response;
mod json;
mod jwk;
mod jws;
mod limits;
mod malformed;
mod media_range;
mod metadata;
mod mislabelled;
mod name_digest;
mod parameters;
mod percent;
mod presented;
#[cfg(feature = "properties")]
#[doc(hidden)]
pub mod properties;
mod region_name;
mod resource_uri;
mod revocation_feed;
mod revocation_feed_request;
mod revocation_request;
mod scope;
mod scope_name;
mod sealed_token;
mod secret_scanner;
mod text;
mod token;
mod token_request;

pub use authorization::BasicProblem;
pub use bom::without_bom;
pub use claims::AccessTokenClaims;
pub use client_id::{ClientId, ClientIdError};
pub use client_secret::{ClientSecret, PresentedSecret, SecretShape};
pub use content_type::parse_body;
pub use description::Description;
pub use endpoint::{Endpoint, refuse_query};
pub use epochs::Epochs;
pub use error::{ErrorBody, ErrorCode};
pub use introspection_format::IntrospectionFormat;
pub use introspection_request::IntrospectionRequest;
pub use introspection_response::{ActiveToken, IntrospectionClaims, IntrospectionResponse};
pub use jwk::{JwkSet, PublicJwk, PublicKeyMaterial};
pub use jws::{CompactJws, JwsError, JwsHeader};
pub use limits::{MAX_ACCESS_TOKEN_CHARS, MAX_BODY_BYTES, MAX_PARAMETERS, MAX_TOKEN_CHARS, MAX_VALUE_CHARS};
pub use malformed::{Malformed, RequestPart};
pub use media_range::MediaRange;
pub use metadata::{AuthorizationServerMetadata, OpenIdMembers};
pub use name_digest::{NameDigest, NameDigestError};
pub use parameters::Parameters;
pub use presented::{AlternativeDecoding, PresentedClient, PresentedPair, SecretMethod};
pub use region_name::{RegionName, RegionNameError};
pub use resource_uri::{ResourceUri, ResourceUriError};
pub use revocation_feed::{
    MAX_FEED_BYTES, MAX_FEED_ENTRIES, MAX_FEED_WAIT_SECONDS, RevocationFeed, RevokedJti,
};
pub use revocation_feed_request::RevocationFeedRequest;
pub use revocation_request::RevocationRequest;
pub use scope::Scope;
pub use scope_name::{ScopeError, ScopeName};
pub use sealed_token::{SealedToken, SealedTokenError};
pub use secret_scanner::{DetectedCredential, Detection, SecretScanner};
pub use token::{AccessToken, PresentedToken};
pub use token_request::TokenRequest;
