//! Why a request is malformed. The caller gets the same description.

use jeton_protocol::Malformed;

use super::{Explanation, Reason};

pub(super) fn explain(malformed: &Malformed) -> Explanation {
    let rule = match malformed {
        Malformed::NoContentType
        | Malformed::UnsupportedContentType
        | Malformed::JsonSentAsForm
        | Malformed::FormSentAsJson => {
            "RFC 6749 §4.4.2: the parameters are sent as application/x-www-form-urlencoded; application/json is accepted too."
        }
        Malformed::BodyTooLarge | Malformed::TooManyParameters | Malformed::TooLong { .. } => LIMITS,
        Malformed::BrokenEscape(_) | Malformed::NotUtf8(_) | Malformed::ControlCharacter(_) => {
            "RFC 6749 Appendix B: parameters are UTF-8 text, percent-encoded."
        }
        Malformed::Repeated(_) => "RFC 6749 §3.2: a parameter must not be repeated.",
        Malformed::NotAJsonObject | Malformed::NotAString(_) | Malformed::ResourceNotStrings => {
            "A JSON body is one flat object, and the parameters in it are strings."
        }
        Malformed::Missing(_) => {
            "RFC 6749 §4.4.2, RFC 7521 §4.2, RFC 7662 §2.1: required parameters must be sent."
        }
        Malformed::NotANumber(_) => "A number consists of digits only.",
        Malformed::InQuery(_) | Malformed::CredentialInQuery(_) => {
            "RFC 6749 §2.3.1: credentials and parameters are sent in the body or the header, never in the URL."
        }
        Malformed::SeveralMethods | Malformed::OtherClientId => {
            "RFC 6749 §2.3: a client uses one authentication method per request."
        }
    };
    Explanation::new(
        Reason::MalformedRequest,
        malformed.to_string(),
        rule,
        "Correct the client as its error_description says.",
    )
}

pub(super) const LIMITS: &str =
    "Limits of this server: 64 KiB per body, 64 parameters, 4,096 characters per value (16 KiB per token).";
