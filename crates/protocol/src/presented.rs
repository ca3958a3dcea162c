//! What a caller presents to prove who it is.
//!
//! It decides that there is exactly one method (RFC 6749 §2.3). It must not know whether anything presented is right.

use crate::{BasicProblem, Malformed, Parameters, PresentedSecret, Subject, authorization};

/// What is presented; nothing about it has been verified.
#[derive(Debug, Clone)]
pub enum PresentedClient {
    /// No method at all: `401 invalid_client`.
    Nothing,
    /// An id and a secret.
    Secret(PresentedPair),
    /// A client assertion (RFC 7523 §2.2).
    Assertion,
    /// Half a method: `401 invalid_client`.
    Incomplete {
        /// The parameter that would make it whole.
        missing: &'static str,
    },
    /// A header that cannot be used: `401 invalid_client`.
    Unusable(BasicProblem),
}

/// An id and a secret, as presented.
#[derive(Debug, Clone)]
pub struct PresentedPair {
    /// Perhaps no legal id.
    pub client_id: String,
    /// The secret.
    pub secret: PresentedSecret,
    /// The pair before form-decoding, where that changed it: some clients do not encode, so an imported credential
    /// may be meant literally.
    pub undecoded: Option<UndecodedPair>,
    /// How they came.
    pub method: SecretMethod,
}

/// Basic credentials as they stood in the header.
#[derive(Debug, Clone)]
pub struct UndecodedPair {
    /// The id.
    pub client_id: String,
    /// The secret.
    pub secret: PresentedSecret,
}

/// How a secret was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SecretMethod {
    /// In the `Authorization` header.
    Basic,
    /// In the body.
    Post,
}

impl SecretMethod {
    /// The name that metadata and logs give it (RFC 7591 §2).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "client_secret_basic",
            Self::Post => "client_secret_post",
        }
    }
}

impl PresentedClient {
    /// Takes the client's parameters out and joins them with the header.
    pub(crate) fn take(parameters: &mut Parameters, authorization: &[&[u8]]) -> Result<Self, Malformed> {
        let client_id = parameters.client_id.take();
        let secret = parameters.client_secret.take();
        let assertion = parameters.client_assertion.take();
        let assertion_type = parameters.client_assertion_type.take();
        let header = authorization::read(authorization);

        let methods = [header.is_some(), secret.is_some(), assertion.is_some()];
        if methods.into_iter().filter(|given| *given).count() > 1 {
            return Err(Malformed::SeveralMethods);
        }
        if let Some(header) = header {
            return Self::of_header(header, client_id.as_deref());
        }
        if assertion.is_some() {
            return match assertion_type {
                Some(_) => Ok(Self::Assertion),
                None => Err(Malformed::Missing(Subject::Parameter("client_assertion_type"))),
            };
        }
        Ok(match (client_id, secret) {
            (Some(client_id), Some(mut secret)) => Self::Secret(PresentedPair {
                client_id,
                secret: PresentedSecret::new(std::mem::take(&mut *secret)),
                undecoded: None,
                method: SecretMethod::Post,
            }),
            (None, Some(_)) => Self::Incomplete { missing: "client_id" },
            (Some(_), None) if assertion_type.is_none() => Self::Incomplete { missing: "client_secret" },
            (None, None) if assertion_type.is_none() => Self::Nothing,
            (_, None) => Self::Incomplete { missing: "client_assertion" },
        })
    }

    /// A `client_id` in the body beside the header only repeats it.
    fn of_header(
        header: Result<PresentedPair, BasicProblem>,
        client_id: Option<&str>,
    ) -> Result<Self, Malformed> {
        let pair = match header {
            Ok(pair) => pair,
            Err(problem) => return Ok(Self::Unusable(problem)),
        };
        let is_repeated = client_id.is_none_or(|client_id| {
            client_id == pair.client_id
                || pair.undecoded.as_ref().is_some_and(|undecoded| client_id == undecoded.client_id)
        });
        if is_repeated { Ok(Self::Secret(pair)) } else { Err(Malformed::OtherClientId) }
    }
}
