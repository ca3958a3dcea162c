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
    /// What else a Basic header may mean: some clients encode neither part, some only the secret. The likeliest comes
    /// first; none equals the pair itself or another reading.
    pub other_readings: Vec<OtherReading>,
    /// How they came.
    pub method: SecretMethod,
}

/// Another id and secret that a Basic header may mean. It can only be an imported credential: generated ids and secrets
/// read the same, encoded or not.
#[derive(Debug, Clone)]
pub struct OtherReading {
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
                other_readings: Vec::new(),
                method: SecretMethod::Post,
            }),
            (None, Some(_)) => Self::Incomplete { missing: "client_id" },
            (Some(_), None) if assertion_type.is_none() => Self::Incomplete { missing: "client_secret" },
            (None, None) if assertion_type.is_none() => Self::Nothing,
            (_, None) => Self::Incomplete { missing: "client_assertion" },
        })
    }

    /// A `client_id` in the body beside the header only repeats it, and so says which reading of the header is meant.
    fn of_header(
        header: Result<PresentedPair, BasicProblem>,
        client_id: Option<&str>,
    ) -> Result<Self, Malformed> {
        match (header, client_id) {
            (Err(problem), _) => Ok(Self::Unusable(problem)),
            (Ok(pair), None) => Ok(Self::Secret(pair)),
            (Ok(pair), Some(client_id)) => {
                pair.read_as(client_id).map(Self::Secret).ok_or(Malformed::OtherClientId)
            }
        }
    }
}

impl PresentedPair {
    /// The readings whose id is `client_id`, if there are any.
    fn read_as(mut self, client_id: &str) -> Option<Self> {
        self.other_readings.retain(|reading| reading.client_id == client_id);
        if self.client_id == client_id {
            return Some(self);
        }
        let mut readings = self.other_readings.into_iter();
        let OtherReading { client_id, secret } = readings.next()?;
        Some(Self { client_id, secret, other_readings: readings.collect(), method: self.method })
    }
}
