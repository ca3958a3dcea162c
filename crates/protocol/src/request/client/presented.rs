//! The client credentials that a caller presents.
//!
//! This module decides that there is exactly one authentication method (RFC 6749 §2.3). It must not know whether the
//! credentials are correct.

use super::authorization;
use crate::{
    BasicProblem, Malformed, Parameters, PresentedAssertion, PresentedSecret, RequestHead, RequestPart,
};

/// The presented credentials, unverified.
#[derive(Debug, Clone)]
pub enum PresentedClient {
    /// No credentials: `401 invalid_client`.
    NoCredentials,
    /// A client id and a secret.
    Secret(PresentedPair),
    /// A client assertion (RFC 7523 §2.2).
    Assertion(PresentedAssertion),
    /// A part of the credentials is missing: `401 invalid_client`.
    Incomplete {
        /// The missing parameter.
        missing: &'static str,
    },
    /// An `Authorization` header that cannot be used: `401 invalid_client`.
    Unusable(BasicProblem),
}

/// A client id and a secret, as presented.
#[derive(Debug, Clone)]
pub struct PresentedPair {
    /// Not yet checked to be a legal client id.
    pub client_id: String,
    /// The secret.
    pub secret: PresentedSecret,
    /// Other possible decodings of a Basic header: some clients encode neither part, some only the secret. The most
    /// likely comes first. Each differs from the pair itself and from the other entries.
    pub alternative_decodings: Vec<AlternativeDecoding>,
    /// How the credentials were sent.
    pub method: SecretMethod,
}

/// Another id and secret that a Basic header may stand for. It can only be an imported credential: generated ids and
/// secrets are the same text, encoded or not.
#[derive(Debug, Clone)]
pub struct AlternativeDecoding {
    /// The client id.
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
    /// The registered name, used in metadata and logs (RFC 7591 §2).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "client_secret_basic",
            Self::Post => "client_secret_post",
        }
    }
}

impl PresentedClient {
    /// Removes the client's parameters from `parameters` and combines them with the head.
    pub(crate) fn take(parameters: &mut Parameters, head: &RequestHead<'_>) -> Result<Self, Malformed> {
        let client_id = parameters.client_id.take();
        let secret = parameters.client_secret.take();
        let assertion = parameters.client_assertion.take();
        let assertion_type = parameters.client_assertion_type.take();
        let header = authorization::read(head.authorization());

        let methods = [header.is_some(), secret.is_some(), assertion.is_some()];
        if methods.into_iter().filter(|given| *given).count() > 1 {
            return Err(Malformed::SeveralMethods);
        }
        if let Some(header) = header {
            return Self::of_header(header, client_id.as_deref());
        }
        if let Some(mut text) = assertion {
            let lacks_type = Malformed::Missing(RequestPart::Parameter("client_assertion_type"));
            let assertion_type = assertion_type.ok_or(lacks_type)?;
            return Ok(Self::Assertion(PresentedAssertion::new(std::mem::take(&mut *text), assertion_type)));
        }
        Ok(match (client_id, secret) {
            (Some(client_id), Some(mut secret)) => Self::Secret(PresentedPair {
                client_id,
                secret: PresentedSecret::new(std::mem::take(&mut *secret)),
                alternative_decodings: Vec::new(),
                method: SecretMethod::Post,
            }),
            (None, Some(_)) => Self::Incomplete { missing: "client_id" },
            (Some(_), None) if assertion_type.is_none() => Self::Incomplete { missing: "client_secret" },
            (None, None) if assertion_type.is_none() => Self::NoCredentials,
            (_, None) => Self::Incomplete { missing: "client_assertion" },
        })
    }

    /// A `client_id` in the body must repeat the one in the header, and so selects a decoding of the header.
    fn of_header(
        header: Result<PresentedPair, BasicProblem>,
        client_id: Option<&str>,
    ) -> Result<Self, Malformed> {
        match (header, client_id) {
            (Err(problem), _) => Ok(Self::Unusable(problem)),
            (Ok(pair), None) => Ok(Self::Secret(pair)),
            (Ok(pair), Some(client_id)) => {
                pair.select_client_id(client_id).map(Self::Secret).ok_or(Malformed::OtherClientId)
            }
        }
    }
}

impl PresentedPair {
    /// Keeps the decodings whose id is `client_id`, if there are any.
    fn select_client_id(mut self, client_id: &str) -> Option<Self> {
        self.alternative_decodings.retain(|decoding| decoding.client_id == client_id);
        if self.client_id == client_id {
            return Some(self);
        }
        let mut decodings = self.alternative_decodings.into_iter();
        let AlternativeDecoding { client_id, secret } = decodings.next()?;
        Some(Self { client_id, secret, alternative_decodings: decodings.collect(), method: self.method })
    }
}
