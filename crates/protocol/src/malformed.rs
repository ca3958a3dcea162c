//! Every way in which the shape of a request is wrong.
//!
//! Each is `400 invalid_request`, whoever the caller is. The texts are `error_description`s: they say what to do and
//! never repeat what the caller sent, because it may be a secret in the wrong place.

use std::fmt;

use crate::limits::{MAX_BODY_BYTES, MAX_PARAMETERS};

/// Why a request cannot be read; `Display` is the `error_description`.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
pub enum Malformed {
    /// No content type was given.
    #[error(
        "The request has no Content-Type. Send the parameters as application/x-www-form-urlencoded \
         or application/json."
    )]
    NoContentType,
    /// The content type is neither of the two.
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
    /// A value is longer than its limit, in characters.
    #[error("The request cannot be read: {subject} is too long. Send at most {limit} characters.")]
    TooLong {
        /// Which.
        subject: Subject,
        /// In characters.
        limit: usize,
    },
    /// A `%` that no two hexadecimal digits follow.
    #[error(
        "The request cannot be read: {0} has a broken percent escape. Send a percent sign itself as %25."
    )]
    BrokenEscape(Subject),
    /// Not UTF-8 after decoding.
    #[error("The request cannot be read: {0} is not valid UTF-8. Encode it as UTF-8.")]
    NotUtf8(Subject),
    /// A NUL, a line break or another control character.
    #[error(
        "The request cannot be read: {0} has a control character. Remove it, a line break at the end too."
    )]
    ControlCharacter(Subject),
    /// Given twice (RFC 6749 §3.2).
    #[error("The request has {0} more than once. Send it once.")]
    Repeated(Subject),
    /// The body is not one JSON object.
    #[error("The body is not valid JSON. Send one flat JSON object.")]
    NotAJsonObject,
    /// The body is JSON, and the content type says that it is a form.
    #[error(
        "The body looks like JSON, but the Content-Type is application/x-www-form-urlencoded. \
         Send the header Content-Type: application/json."
    )]
    JsonSentAsForm,
    /// The body is a form, and the content type says that it is JSON.
    #[error(
        "The body looks like a form, but the Content-Type is application/json. \
         Send the header Content-Type: application/x-www-form-urlencoded."
    )]
    FormSentAsJson,
    /// A known JSON member is neither a string nor null.
    #[error("The JSON body cannot be read: {0} must be a string.")]
    NotAString(Subject),
    /// A number that is none.
    #[error("The request cannot be read: {0} must be a whole number.")]
    NotANumber(Subject),
    /// A JSON `resource` is neither a string nor an array of strings.
    #[error("The JSON body cannot be read: the parameter resource must be a string or an array of strings.")]
    ResourceNotStrings,
    /// A parameter without which the request means nothing.
    #[error("The request lacks {0}. Add it to the body.")]
    Missing(Subject),
    /// A parameter of the endpoint in the query string, where logs would keep it.
    #[error("The query string has {0}. Send it in the body instead.")]
    InQuery(Subject),
    /// A credential in the query string of an endpoint that takes no body.
    #[error("The query string has {0}. Send the credentials as Basic in the Authorization header instead.")]
    CredentialInQuery(Subject),
    /// More than one way of client authentication (RFC 6749 §2.3).
    #[error(
        "The request authenticates the client in two ways. Use exactly one of the Authorization header, \
         client_secret in the body, and client_assertion."
    )]
    SeveralMethods,
    /// The body names another client than the Authorization header.
    #[error(
        "The client_id in the body differs from the one in the Authorization header. Send the same one, \
         or leave it out of the body."
    )]
    OtherClientId,
}

/// Which parameter is meant; one that we do not know has no name here, since the name is the caller's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A parameter of ours.
    Parameter(&'static str),
    /// Any other parameter.
    Other,
    /// The body as a whole.
    Body,
}

impl fmt::Display for Subject {
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
        let subject = Subject::Parameter("scope");
        for malformed in [
            Malformed::NoContentType,
            Malformed::UnsupportedContentType,
            Malformed::BodyTooLarge,
            Malformed::TooManyParameters,
            Malformed::TooLong { subject, limit: 4_096 },
            Malformed::BrokenEscape(subject),
            Malformed::NotUtf8(subject),
            Malformed::ControlCharacter(Subject::Other),
            Malformed::Repeated(subject),
            Malformed::NotAJsonObject,
            Malformed::JsonSentAsForm,
            Malformed::FormSentAsJson,
            Malformed::NotAString(subject),
            Malformed::ResourceNotStrings,
            Malformed::Missing(subject),
            Malformed::InQuery(subject),
            Malformed::CredentialInQuery(subject),
            Malformed::NotANumber(subject),
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
