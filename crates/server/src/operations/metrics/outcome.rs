//! The values of the label `outcome`, and the possible outcomes of each endpoint.

use jeton_protocol::ErrorCode;

use crate::oauth::endpoint::Endpoint;

/// A value of the label `outcome`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Issued,
    Active,
    Inactive,
    Revoked,
    Answered,
    Unchanged,
    Refused(ErrorCode),
}

impl Outcome {
    pub(super) const ALL: [Self; 15] = [
        Self::Issued,
        Self::Active,
        Self::Inactive,
        Self::Revoked,
        Self::Answered,
        Self::Unchanged,
        Self::Refused(ErrorCode::InvalidRequest),
        Self::Refused(ErrorCode::InvalidClient),
        Self::Refused(ErrorCode::InvalidScope),
        Self::Refused(ErrorCode::InvalidTarget),
        Self::Refused(ErrorCode::UnauthorizedClient),
        Self::Refused(ErrorCode::UnsupportedGrantType),
        Self::Refused(ErrorCode::UnsupportedResponseType),
        Self::Refused(ErrorCode::TemporarilyUnavailable),
        Self::Refused(ErrorCode::ServerError),
    ];

    /// Its place in [`Self::ALL`].
    pub(super) const fn index(self) -> usize {
        match self {
            Self::Issued => 0,
            Self::Active => 1,
            Self::Inactive => 2,
            Self::Revoked => 3,
            Self::Answered => 4,
            Self::Unchanged => 5,
            Self::Refused(code) => {
                6 + match code {
                    ErrorCode::InvalidRequest => 0,
                    ErrorCode::InvalidClient => 1,
                    ErrorCode::InvalidScope => 2,
                    ErrorCode::InvalidTarget => 3,
                    ErrorCode::UnauthorizedClient => 4,
                    ErrorCode::UnsupportedGrantType => 5,
                    ErrorCode::UnsupportedResponseType => 6,
                    ErrorCode::TemporarilyUnavailable => 7,
                    ErrorCode::ServerError => 8,
                }
            }
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Revoked => "revoked",
            Self::Answered => "answered",
            Self::Unchanged => "unchanged",
            Self::Refused(code) => code.as_str(),
        }
    }

    /// The possible outcomes of a request to `endpoint`.
    pub(super) fn all_of(endpoint: Endpoint) -> &'static [Outcome] {
        use ErrorCode as Code;
        use Outcome::{Active, Answered, Inactive, Issued, Refused, Revoked, Unchanged};
        match endpoint {
            Endpoint::Token => &[
                Issued,
                Refused(Code::InvalidRequest),
                Refused(Code::InvalidClient),
                Refused(Code::InvalidScope),
                Refused(Code::InvalidTarget),
                Refused(Code::UnsupportedGrantType),
                Refused(Code::TemporarilyUnavailable),
                Refused(Code::ServerError),
            ],
            Endpoint::Introspection => &[
                Active,
                Inactive,
                Refused(Code::InvalidRequest),
                Refused(Code::InvalidClient),
                Refused(Code::TemporarilyUnavailable),
                Refused(Code::ServerError),
            ],
            Endpoint::Revocation => &[
                Revoked,
                Inactive,
                Refused(Code::InvalidRequest),
                Refused(Code::InvalidClient),
                Refused(Code::UnauthorizedClient),
                Refused(Code::TemporarilyUnavailable),
                Refused(Code::ServerError),
            ],
            Endpoint::RevocationFeed => &[
                Answered,
                Unchanged,
                Refused(Code::InvalidRequest),
                Refused(Code::InvalidClient),
                Refused(Code::UnauthorizedClient),
                Refused(Code::TemporarilyUnavailable),
                Refused(Code::ServerError),
            ],
            Endpoint::Jwks | Endpoint::Metadata => &[Answered],
            Endpoint::Authorization => {
                &[Refused(Code::InvalidRequest), Refused(Code::UnsupportedResponseType)]
            }
            Endpoint::Other => &[Refused(Code::InvalidRequest), Refused(Code::ServerError)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_of_an_outcome_is_its_place_in_the_list() {
        assert!(Outcome::ALL.iter().enumerate().all(|(index, outcome)| outcome.index() == index));
    }
}
