//! Builds the responses. This is the only place that chooses a status (RFC 6749 §5.1, §5.2; RFC 7662 §2.2; RFC 7009
//! §2.2; RFC 9701 §5).

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ALLOW, CACHE_CONTROL,
    CONNECTION, CONTENT_TYPE, ETAG, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use jeton_core::{ClientFault, IssuedToken, Refusal, RevocationFeedDocument, ScopeFault, TargetFault};
use jeton_protocol::{Description, ErrorBody, ErrorCode, IntrospectionFormat, IntrospectionResponse, Scope};
use serde::Serialize;

use crate::oauth::failure::Failure;
use crate::oauth::message::HostFault;

/// An issued token: 200, never cached.
#[must_use]
pub(crate) fn issued(token: &IssuedToken) -> Response<Body> {
    let body = TokenBody {
        access_token: token.token.expose(),
        token_type: "Bearer",
        expires_in: token.expires_in,
        scope: &token.scope,
    };
    uncached(StatusCode::OK, &body)
}

/// The result of an introspection: 200, also for an inactive token.
#[must_use]
pub(crate) fn introspected(response: &IntrospectionResponse) -> Response<Body> {
    uncached(StatusCode::OK, response)
}

/// The signed result of an introspection (RFC 9701 §5).
#[must_use]
pub(crate) fn introspected_signed(jwt: String) -> Response<Body> {
    uncached_as(StatusCode::OK, INTROSPECTION_JWT, jwt.into())
}

/// A successful revocation, also of a token that was not active: 200 with an empty body.
#[must_use]
pub(crate) fn revoked() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    forbid_caching(response.headers_mut());
    response
}

/// The revocation feed: 200. The client may store it, to send its entity tag later (RFC 9111 §5.2.2).
#[must_use]
pub(crate) fn revocation_feed(document: &RevocationFeedDocument) -> Response<Body> {
    let body = Bytes::from_owner(Arc::clone(&document.body));
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    tag_feed(&mut response, document);
    response
}

/// The revocation feed did not change since the version that the caller has: 304.
#[must_use]
pub(crate) fn unchanged_revocation_feed(document: &RevocationFeedDocument) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    tag_feed(&mut response, document);
    response
}

/// The supported method of a public document: 204 (RFC 9110 §9.3.7).
#[must_use]
pub(crate) fn only_get() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(ALLOW, GET);
    response
}

/// The answer to the preflight of a browser: 204. Any request header is allowed, because none changes the response.
#[must_use]
pub(crate) fn preflight() -> Response<Body> {
    let mut response = only_get();
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, GET);
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*"));
    response
}

/// Refusals with their reasons, for the operator: 200.
#[must_use]
pub(crate) fn refusal_details(refusals: &impl Serialize) -> Response<Body> {
    uncached(StatusCode::OK, refusals)
}

/// Why a refusal was not found: 404.
#[must_use]
pub(crate) fn refusal_not_found(reason: &impl Serialize) -> Response<Body> {
    uncached(StatusCode::NOT_FOUND, reason)
}

/// Why a query for refusals is not valid: 400.
#[must_use]
pub(crate) fn invalid_refusal_query(reason: &impl Serialize) -> Response<Body> {
    uncached(StatusCode::BAD_REQUEST, reason)
}

/// The response to a refused request: its status, its error code, and what the caller may know about the reason.
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: StatusCode,
    /// The OAuth error code.
    pub(crate) error: ErrorCode,
    /// The `error_description`.
    pub(crate) description: Description,
    header: Option<(HeaderName, HeaderValue)>,
    /// Whether to close the connection, because the rest of the body could be read as the next request.
    closes: bool,
}

impl Answer {
    /// Exhaustive on purpose: a new failure does not compile until its status is chosen.
    pub(crate) fn to(failure: &Failure) -> Self {
        use ErrorCode as Code;
        match failure {
            Failure::Refused(refusal) => Self::to_refusal(refusal),
            Failure::Method { allow } => {
                let description = format!("This endpoint does not support this method. Use {allow}.");
                Self::new(StatusCode::METHOD_NOT_ALLOWED, Code::InvalidRequest, description)
                    .with(ALLOW, HeaderValue::from_static(allow))
            }
            Failure::Host(fault) => {
                Self::new(StatusCode::BAD_REQUEST, Code::InvalidRequest, host_description(*fault))
            }
            Failure::ContentCoding(name) => {
                let description = format!(
                    "The content coding {name} is not supported. Send the body without Content-Encoding."
                );
                // RFC 9110 §15.5.16: distinguishes this refusal from an unsupported media type.
                Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::InvalidRequest, description)
                    .with(ACCEPT_ENCODING, HeaderValue::from_static("identity"))
            }
            Failure::TransferCoding(name) => {
                let description = format!(
                    "The transfer coding {name} is not supported. Send the body without a transfer coding, or chunked."
                );
                Self::new(StatusCode::NOT_IMPLEMENTED, Code::InvalidRequest, description).closing()
            }
            Failure::ChunkedTwice => Self::new(
                StatusCode::BAD_REQUEST,
                Code::InvalidRequest,
                "The transfer coding chunked is not the last one. Apply it once, after all others.",
            )
            .closing(),
            Failure::BodyTooSlow => Self::new(
                StatusCode::REQUEST_TIMEOUT,
                Code::InvalidRequest,
                "The body did not arrive in time. Send it without delay and with the correct Content-Length.",
            )
            .closing(),
            Failure::BodyTooLarge => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                Code::InvalidRequest,
                jeton_protocol::Malformed::BodyTooLarge.to_string(),
            )
            .closing(),
            Failure::BodyBroken => Self::new(
                StatusCode::BAD_REQUEST,
                Code::InvalidRequest,
                "The body could not be read completely. Send it again.",
            ),
            Failure::NoAuthorization => Self::new(
                StatusCode::BAD_REQUEST,
                Code::UnsupportedResponseType,
                "This server does not issue authorization codes. Send a POST request with grant_type client_credentials to the token endpoint.",
            ),
            Failure::NoSuchPath => Self::new(
                StatusCode::NOT_FOUND,
                Code::InvalidRequest,
                "This path does not exist. The document at /.well-known/oauth-authorization-server lists the endpoints.",
            ),
            Failure::Overloaded => {
                Self::unavailable("The server is busy. Try again in a moment.", SHORT_WAIT)
            }
            Failure::TooSlow => {
                Self::unavailable("The request took too long. Try again in a moment.", SHORT_WAIT)
            }
            Failure::Panicked => Self::internal(),
        }
    }

    /// The response, with the id that the operator needs to look up the reason.
    pub(crate) fn into_response(self, error_id: &str) -> Response<Body> {
        let body = ErrorBody { error: self.error, error_description: self.description, error_id };
        let mut response = uncached(self.status, &body);
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(name, value);
        }
        if self.closes {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    fn to_refusal(refusal: &Refusal) -> Self {
        use ErrorCode as Code;
        match refusal {
            Refusal::Malformed(malformed) => {
                Self::new(StatusCode::BAD_REQUEST, Code::InvalidRequest, malformed.to_string())
            }
            Refusal::UnsupportedGrantType => Self::new(
                StatusCode::BAD_REQUEST,
                Code::UnsupportedGrantType,
                "The grant type is not supported. Send grant_type client_credentials.",
            ),
            Refusal::WrongRegion { region, token_endpoint } => Self::new(
                StatusCode::UNAUTHORIZED,
                Code::InvalidClient,
                format!(
                    "This client id belongs to region {region}. Use its token endpoint {token_endpoint}."
                ),
            )
            .with(WWW_AUTHENTICATE, CHALLENGE),
            Refusal::Client(fault) => {
                Self::new(StatusCode::UNAUTHORIZED, Code::InvalidClient, client_description(fault))
                    .with(WWW_AUTHENTICATE, CHALLENGE)
            }
            Refusal::Limited { retry_after } => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                Code::TemporarilyUnavailable,
                "Too many failed attempts for this client id. Correct the secret and try again later.",
            )
            .with(RETRY_AFTER, seconds(*retry_after)),
            Refusal::TooManyInvalidTokens { retry_after } => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                Code::TemporarilyUnavailable,
                "Too many tokens that this server did not issue. Try again later. Tokens that were seen before are still answered.",
            )
            .with(RETRY_AFTER, seconds(*retry_after)),
            Refusal::TooManyRevocations { retry_after } => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                Code::TemporarilyUnavailable,
                "Too many revocations at once. This token was not revoked. Try again in a moment.",
            )
            .with(RETRY_AFTER, seconds(*retry_after)),
            Refusal::Target(fault) => {
                Self::new(StatusCode::BAD_REQUEST, Code::InvalidTarget, target_description(fault))
            }
            Refusal::Scope(fault) => {
                Self::new(StatusCode::BAD_REQUEST, Code::InvalidScope, scope_description(fault))
            }
            Refusal::ForeignToken => Self::new(
                StatusCode::BAD_REQUEST,
                Code::UnauthorizedClient,
                "The token belongs to another account and was not revoked. An account can revoke only its own tokens.",
            ),
            Refusal::NoIntrospectionRight => Self::new(
                StatusCode::FORBIDDEN,
                Code::UnauthorizedClient,
                "This account is not allowed to introspect the tokens of any resource, so it cannot read the revocation feed.",
            ),
            Refusal::Unavailable(_) => {
                Self::unavailable("The server cannot answer now. Try again in a moment.", LONGER_WAIT)
            }
            Refusal::Internal(_) => Self::internal(),
        }
    }

    fn new(status: StatusCode, error: ErrorCode, text: impl Into<std::borrow::Cow<'static, str>>) -> Self {
        Self { status, error, description: Description::new(text), header: None, closes: false }
    }

    fn unavailable(text: &'static str, wait: Duration) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::TemporarilyUnavailable, text)
            .with(RETRY_AFTER, seconds(wait))
    }

    fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            ErrorCode::ServerError,
            "Internal error. Report the error_id to the operator.",
        )
    }

    fn closing(self) -> Self {
        Self { closes: true, ..self }
    }

    fn with(self, name: HeaderName, value: HeaderValue) -> Self {
        Self { header: Some((name, value)), ..self }
    }
}

fn host_description(fault: HostFault) -> &'static str {
    match fault {
        HostFault::Missing => "The Host header is missing. Send the host and port of this server's URL.",
        HostFault::Several => "The Host header was sent more than once. Send it once.",
        HostFault::Invalid => {
            "The Host header is not a host with an optional port. Send the host and port of this server's URL."
        }
    }
}

/// Describes faults that are visible in the request itself. Everything that depends on accounts, secrets or their state
/// gets the same text, so that a caller cannot find out which accounts exist.
fn client_description(fault: &ClientFault) -> String {
    match fault {
        ClientFault::NoCredentials => {
            "No client credentials were sent. Send client_id and client_secret, in the body or with HTTP Basic.".to_owned()
        }
        ClientFault::Incomplete(missing) => format!("The client credentials lack {missing}. Add it."),
        ClientFault::Unusable(problem) => problem.to_string(),
        ClientFault::UnsupportedMethod => {
            "This client authentication method is not supported. Send client_id and client_secret.".to_owned()
        }
        ClientFault::MalformedId
        | ClientFault::UnknownClient
        | ClientFault::BrokenSecret
        | ClientFault::WrongSecret
        | ClientFault::ExpiredSecret(_)
        | ClientFault::RevokedSecret(_)
        | ClientFault::DisabledAccount
        | ClientFault::ExpiredAccount { .. }
        | ClientFault::DisabledTenant(_)
        | ClientFault::BarredTenant(_)
        | ClientFault::AddressNotAllowed { .. }
        | ClientFault::AddressNotAllowedForSecret(_) => {
            "The client id or secret is wrong, or is not allowed now. Check both. The administrator can look up \
             the reason with the error_id."
                .to_owned()
        }
    }
}

fn target_description(fault: &TargetFault) -> String {
    match fault {
        TargetFault::Malformed(problem) => format!("The resource is not valid: {problem}."),
        TargetFault::Several => "The request names several resources. Send only one.".to_owned(),
        TargetFault::ResourceAndAudienceDiffer => {
            "The parameters resource and audience differ. Send one of them.".to_owned()
        }
        TargetFault::NotGranted(_) => {
            "The resource is unknown or not granted to this account. Check the URI.".to_owned()
        }
        TargetFault::Ambiguous { .. } => {
            "This account has several resources. Choose one with the parameter resource.".to_owned()
        }
    }
}

fn scope_description(fault: &ScopeFault) -> String {
    match fault {
        ScopeFault::Malformed(problem) => format!("The scope is not valid: {problem}."),
        ScopeFault::NotGranted(_) => {
            "The requested scopes are not granted to this account. Omit scope to get every granted scope."
                .to_owned()
        }
    }
}

/// The only response type that contains a token.
#[derive(Serialize)]
struct TokenBody<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    scope: &'a Scope,
}

fn uncached(status: StatusCode, body: &impl Serialize) -> Response<Body> {
    uncached_as(status, JSON, serde_json::to_vec(body).unwrap_or_default())
}

fn uncached_as(status: StatusCode, content_type: HeaderValue, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, content_type);
    forbid_caching(headers);
    response
}

fn tag_feed(response: &mut Response<Body>, document: &RevocationFeedDocument) {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if let Ok(etag) = HeaderValue::from_str(&document.etag) {
        headers.insert(ETAG, etag);
    }
}

fn forbid_caching(headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
}

fn seconds(wait: Duration) -> HeaderValue {
    HeaderValue::from(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
}

/// Must stay exactly this, without a charset: some clients compare it.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// The method of every public document.
const GET: HeaderValue = HeaderValue::from_static("GET");
const INTROSPECTION_JWT: HeaderValue = HeaderValue::from_static(IntrospectionFormat::JWT_MEDIA_TYPE);
/// Sent with every 401, because some clients send credentials only after a challenge (RFC 7617 §2).
const CHALLENGE: HeaderValue = HeaderValue::from_static(r#"Basic realm="jeton", charset="UTF-8""#);
const SHORT_WAIT: Duration = Duration::from_secs(1);
const LONGER_WAIT: Duration = Duration::from_secs(2);
