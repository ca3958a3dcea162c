//! Every reason why a request is malformed.
//!
//! Each is `400 invalid_request` for every caller. The texts are `error_description`s: they say what to do. They never
//! repeat what the caller sent, because it may be a secret in the wrong place.

use std::fmt;

use super::limits::{MAX_BODY_BYTES, MAX_PARAMETERS};

/// Why a request cannot be read; `Display` is the `error_description`.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
pub enum Malformed {
    /// There is no content type.
    #[error(
        "The request has no Content-Type. Send the parameters as application/x-www-form-urlencoded \
         or application/json."
    )]
    NoContentType,
    /// The content type is neither a form nor JSON.
    #[error(
        "The Content-Type is not supported. Send the parameters as application/x-www-form-urlencoded \
         or application/json."
    )]
    UnsupportedContentType,
    /// The body is larger than [`MAX_BODY_BYTES`].
    #[error("The body is too large. Send at most {MAX_BODY_BYTES} bytes.")]
    BodyTooLarge,
    /// More than [`MAX_PARAMETERS`] parameters.
    #[error("The request has too many parameters. Send at most {MAX_PARAMETERS}.")]
    TooManyParameters,
    /// A value is longer than its limit.
    #[error("The request cannot be read: {part} is too long. Send at most {limit} characters.")]
    TooLong {
        /// The part that is too long.
        part: RequestPart,
        /// The limit, in characters.
        limit: usize,
    },
    /// A `%` that is not followed by two hexadecimal digits.
    #[error(
        "The request cannot be read: {0} has a broken percent escape. Send a percent sign itself as %25."
    )]
    BrokenEscape(RequestPart),
    /// Not UTF-8 after decoding.
    #[error("The request cannot be read: {0} is not valid UTF-8. Encode it as UTF-8.")]
    NotUtf8(RequestPart),
    /// A NUL, a line break or another control character.
    #[error(
        "The request cannot be read: {0} contains a control character. Remove it, including a line break at the end."
    )]
    ControlCharacter(RequestPart),
    /// A parameter is sent more than once (RFC 6749 §3.2).
    #[error("The request has {0} more than once. Send it once.")]
    Repeated(RequestPart),
    /// The body is not one JSON object.
    #[error("The body is not valid JSON. Send one flat JSON object.")]
    NotAJsonObject,
    /// The body is JSON, but the content type says that it is a form.
    #[error(
        "The body looks like JSON, but the Content-Type is application/x-www-form-urlencoded. \
         Send the header Content-Type: application/json."
    )]
    JsonSentAsForm,
    /// The body is a form, but the content type says that it is JSON.
    #[error(
        "The body looks like a form, but the Content-Type is application/json. \
         Send the header Content-Type: application/x-www-form-urlencoded."
    )]
    FormSentAsJson,
    /// A known JSON member is neither a string nor null.
    #[error("The JSON body cannot be read: {0} must be a string.")]
    NotAString(RequestPart),
    /// A value that must be a whole number is not one.
    #[error("The request cannot be read: {0} must be a whole number.")]
    NotANumber(RequestPart),
    /// A JSON `resource` is neither a string nor an array of strings.
    #[error("The JSON body cannot be read: the parameter resource must be a string or an array of strings.")]
    ResourceNotStrings,
    /// A required parameter is missing.
    #[error("The request is missing {0}. Add it to the body.")]
    Missing(RequestPart),
    /// A parameter of the endpoint is in the query string, where it would end up in logs.
    #[error("The query string has {0}. Send it in the body instead.")]
    InQuery(RequestPart),
    /// A credential is in the query string of an endpoint that takes no body.
    #[error("The query string has {0}. Send the credentials as Basic in the Authorization header instead.")]
    CredentialInQuery(RequestPart),
    /// More than one client authentication method (RFC 6749 §2.3).
    #[error(
        "The request uses more than one client authentication method. Use exactly one of the Authorization \
         header, client_secret in the body, and client_assertion."
    )]
    SeveralMethods,
    /// The `client_id` in the body and the one in the Authorization header differ.
    #[error(
        "The client_id in the body differs from the one in the Authorization header. Send the same one, \
         or omit it from the body."
    )]
    OtherClientId,
}

/// The part of the request that an error is about. An unknown parameter is not named, because its name is the caller's
/// text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestPart {
    /// A known parameter.
    Parameter(&'static str),
    /// Any other parameter.
    Other,
    /// The body as a whole.
    Body,
}

impl fmt::Display for RequestPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter(name) => write!(f, "the parameter {name}"),
            Self::Other => f.write_str("a parameter"),
            Self::Body => f.write_str("the body"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Description;

    #[test]
    fn every_text_is_a_legal_description_as_it_stands() {
        let part = RequestPart::Parameter("scope");
        for malformed in [
            Malformed::NoContentType,
            Malformed::UnsupportedContentType,
            Malformed::BodyTooLarge,
            Malformed::TooManyParameters,
            Malformed::TooLong { part, limit: 4_096 },
            Malformed::BrokenEscape(part),
            Malformed::NotUtf8(part),
            Malformed::ControlCharacter(RequestPart::Other),
            Malformed::Repeated(part),
            Malformed::NotAJsonObject,
            Malformed::JsonSentAsForm,
            Malformed::FormSentAsJson,
            Malformed::NotAString(part),
            Malformed::ResourceNotStrings,
            Malformed::Missing(part),
            Malformed::InQuery(part),
            Malformed::CredentialInQuery(part),
            Malformed::NotANumber(part),
            Malformed::SeveralMethods,
            Malformed::OtherClientId,
        ] {
            let text = malformed.to_string();
            assert_eq!(Description::new(text.clone()).as_str(), text);
            assert!(text.ends_with('.'), "{text}");
        }
    }

    #[test]
    fn an_unsupported_content_type_is_answered_with_the_two_supported_ones() {
        for malformed in [Malformed::NoContentType, Malformed::UnsupportedContentType] {
            let text = malformed.to_string();
            assert!(text.contains("application/x-www-form-urlencoded"), "{text}");
            assert!(text.contains("application/json"), "{text}");
        }
    }
}
