//! The OAuth 2.0 wire format: request parsing and wire types.
//!
//! This crate decides whether a request is well-formed and what its parts are.
//! It must not know accounts, policies, stores, HTTP statuses, clocks or cryptography.
//! Everything here is a pure function of its input bytes.
//! A type whose name begins with `Presented` holds unverified data from a caller.

mod body;
mod names;
mod parameters;
#[cfg(feature = "properties")]
#[doc(hidden)]
pub mod properties;
mod redacted;
mod request;
mod response;
mod token;

pub use body::bom::without_bom;
pub use body::content_type::parse_body;
pub use names::base62;
pub use names::client_id::{ClientId, ClientIdError};
pub use names::client_secret::{ClientSecret, PresentedSecret, SecretShape};
pub use names::region_name::{RegionName, RegionNameError, SHARED};
pub use names::resource_uri::{ResourceUri, ResourceUriError};
pub use names::scope::Scope;
pub use names::scope_name::{ScopeError, ScopeName};
pub use names::secret_scanner::{DetectedCredential, Detection, SecretScanner};
pub use parameters::Parameters;
pub use parameters::limits::{MAX_BODY_BYTES, MAX_PARAMETERS, MAX_TOKEN_CHARS, MAX_VALUE_CHARS};
pub use parameters::malformed::{Malformed, RequestPart};
pub use redacted::RedactedText;
pub use request::client::BasicProblem;
pub use request::client::head::RequestHead;
pub use request::client::presented::{AlternativeDecoding, PresentedClient, PresentedPair, SecretMethod};
pub use request::client::presented_assertion::PresentedAssertion;
pub use request::introspection::IntrospectionRequest;
pub use request::introspection_format::IntrospectionFormat;
pub use request::media_range::MediaRange;
pub use request::query::refuse_query;
pub use request::revocation::RevocationRequest;
pub use request::revocation_feed::RevocationFeedRequest;
pub use request::token::TokenRequest;
pub use response::description::Description;
pub use response::error::{ErrorBody, ErrorCode};
pub use response::introspection::{
    ActiveToken, IntrospectionAnswer, IntrospectionClaims, IntrospectionResponse,
};
pub use response::metadata::{AuthorizationServerMetadata, OpenIdMembers};
pub use response::name_digest::{NameDigest, NameDigestError};
pub use response::revocation_feed::{
    MAX_FEED_BYTES, MAX_FEED_ENTRIES, MAX_FEED_WAIT_SECONDS, RevocationFeed, RevokedJti,
};
pub use response::truncation::Truncation;
pub use token::access_token::{AccessToken, MAX_ACCESS_TOKEN_CHARS, PresentedToken};
pub use token::claims::{AccessTokenClaims, BorrowedClaims};
pub use token::epochs::Epochs;
pub use token::sealed_token::{SealedToken, SealedTokenError};
