//! The status and the text of every refusal of the authorization server: what a caller may know about the reason.

use std::borrow::Cow;
use std::time::Duration;

use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, StatusCode};
use jeton_core::{ClientFault, Refusal, ScopeFault, TargetFault, Unavailable, VisibleClientFault};
use jeton_protocol::ErrorCode;

use super::answer::Answer;

/// The answer to `refusal`. Exhaustive on purpose: a new refusal does not compile until its status is chosen.
pub(super) fn answer_to_refusal(refusal: &Refusal) -> Answer {
    use ErrorCode as Code;
    match refusal {
        Refusal::Malformed(malformed) => {
            Answer::new(StatusCode::BAD_REQUEST, Code::InvalidRequest, malformed.to_string())
        }
        Refusal::UnsupportedGrantType => Answer::new(
            StatusCode::BAD_REQUEST,
            Code::UnsupportedGrantType,
            "The grant type is not supported. Send grant_type client_credentials.",
        ),
        Refusal::WrongRegion { region, token_endpoint } => unauthenticated(format!(
            "This client id belongs to region {region}. Use its token endpoint {token_endpoint}."
        )),
        Refusal::Client(ClientFault::Visible(fault)) => unauthenticated(visible_fault(fault)),
        Refusal::Client(ClientFault::Hidden(_)) => unauthenticated(HIDDEN_FAULT),
        Refusal::Limited { retry_after } => Answer::new(
            StatusCode::TOO_MANY_REQUESTS,
            Code::TemporarilyUnavailable,
            "Too many failed attempts for this client id. Correct the secret and try again later.",
        )
        .retry_after(*retry_after),
        Refusal::TooManyInvalidTokens { retry_after } => Answer::new(
            StatusCode::TOO_MANY_REQUESTS,
            Code::TemporarilyUnavailable,
            "Too many tokens that this server did not issue. Try again later. Tokens that were seen before are still answered.",
        )
        .retry_after(*retry_after),
        Refusal::TooManyRevocations { retry_after } => Answer::new(
            StatusCode::TOO_MANY_REQUESTS,
            Code::TemporarilyUnavailable,
            "Too many revocations at once. This token was not revoked. Try again in a moment.",
        )
        .retry_after(*retry_after),
        Refusal::Target(fault) => {
            Answer::new(StatusCode::BAD_REQUEST, Code::InvalidTarget, target_description(fault))
        }
        Refusal::Scope(fault) => {
            Answer::new(StatusCode::BAD_REQUEST, Code::InvalidScope, scope_description(fault))
        }
        Refusal::ForeignToken => Answer::new(
            StatusCode::BAD_REQUEST,
            Code::UnauthorizedClient,
            "The token belongs to another account and was not revoked. An account can revoke only its own tokens.",
        ),
        Refusal::NoIntrospectionRight => Answer::new(
            StatusCode::FORBIDDEN,
            Code::UnauthorizedClient,
            "This account is not allowed to introspect the tokens of any resource, so it cannot read the revocation feed.",
        ),
        Refusal::Unavailable(Unavailable::OutcomeUnknown(_)) => Answer::unavailable(
            "It is not known whether the token was revoked. Revoke it again in a moment, which is safe.",
            LONGER_WAIT,
        ),
        Refusal::Unavailable(_) => {
            Answer::unavailable("The server cannot answer now. Try again in a moment.", LONGER_WAIT)
        }
        Refusal::Internal(_) => Answer::internal(),
    }
}

/// RFC 6749 §5.2: a client that did not authenticate gets 401 and a challenge.
fn unauthenticated(text: impl Into<Cow<'static, str>>) -> Answer {
    Answer::new(StatusCode::UNAUTHORIZED, ErrorCode::InvalidClient, text).with(WWW_AUTHENTICATE, CHALLENGE)
}

fn visible_fault(fault: &VisibleClientFault) -> Cow<'static, str> {
    match fault {
        VisibleClientFault::NoCredentials => {
            "No client credentials were sent. Send client_id and client_secret, in the body or with HTTP Basic.".into()
        }
        VisibleClientFault::Incomplete(missing) => {
            format!("The client credentials lack {missing}. Add it.").into()
        }
        VisibleClientFault::Unusable(problem) => problem.to_string().into(),
        VisibleClientFault::UnsupportedMethod => {
            "This client authentication method is not supported. Send client_id and client_secret.".into()
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

/// The same text for everything that depends on accounts, secrets or their state, so that a caller cannot find out
/// which accounts exist.
const HIDDEN_FAULT: &str = "The client id or secret is wrong, or is not allowed now. Check both. The administrator can look up the reason with the error_id.";
/// Sent with every 401, because some clients send credentials only after a challenge (RFC 7617 §2).
const CHALLENGE: HeaderValue = HeaderValue::from_static(r#"Basic realm="jeton", charset="UTF-8""#);
const LONGER_WAIT: Duration = Duration::from_secs(2);
