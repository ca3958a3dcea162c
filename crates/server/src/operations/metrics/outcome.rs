//! The closed sets of values of the labels `endpoint` and `outcome`, and the outcomes of each endpoint.

use jeton_protocol::ErrorCode;

/// A value of the label `endpoint`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EndpointLabel {
    Token,
    Introspection,
    Revocation,
    RevocationFeed,
    Jwks,
    Metadata,
    Authorize,
    Other,
}

impl EndpointLabel {
    pub(super) const ALL: [Self; 8] = [
        Self::Token,
        Self::Introspection,
        Self::Revocation,
        Self::RevocationFeed,
        Self::Jwks,
        Self::Metadata,
        Self::Authorize,
        Self::Other,
    ];

    /// Its place in [`Self::ALL`].
    pub(super) const fn index(self) -> usize {
        self as usize
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Introspection => "introspection",
            Self::Revocation => "revocation",
            Self::RevocationFeed => "revocation_feed",
            Self::Jwks => "jwks",
            Self::Metadata => "metadata",
            Self::Authorize => "authorize",
            Self::Other => "other",
        }
    }

    /// Whether its responses are timed. Long polls and documents are not.
    pub(super) fn is_timed(self) -> bool {
        match self {
            Self::Token | Self::Introspection | Self::Revocation | Self::Jwks | Self::Authorize => true,
            Self::RevocationFeed | Self::Metadata | Self::Other => false,
        }
    }

    /// The possible outcomes of a request to this endpoint.
    pub(super) fn outcomes(self) -> &'static [Outcome] {
        use ErrorCode as Code;
        use Outcome::{Active, Answered, Inactive, Issued, Refused, Revoked, Unchanged};
        match self {
            Self::Token => &[
                Issued,
                Refused(Code::InvalidRequest),
                Refused(Code::InvalidClient),
                Refused(Code::InvalidScope),
                Refused(Code::InvalidTarget),
                Refused(Code::UnsupportedGrantType),
                Refused(Code::TemporarilyUnavailable),
                Refused(Code::ServerError),
            ],
            Self::Introspection => &[
                Active,
                Inactive,
                Refused(Code::InvalidRequest),
                Refused(Code::InvalidClient),
                Refused(Code::TemporarilyUnavailable),
                Refused(Code::ServerError),
            ],
            Self::Revocation => &[
                Revoked,
                Inactive,
                Refused(Code::InvalidRequest),
                Refused(Code::InvalidClient),
                Refused(Code::UnauthorizedClient),
                Refused(Code::TemporarilyUnavailable),
                Refused(Code::ServerError),
            ],
            Self::RevocationFeed => &[
                Answered,
                Unchanged,
                Refused(Code::InvalidRequest),
                Refused(Code::InvalidClient),
                Refused(Code::UnauthorizedClient),
                Refused(Code::TemporarilyUnavailable),
                Refused(Code::ServerError),
            ],
            Self::Jwks | Self::Metadata => &[Answered],
            Self::Authorize => &[Refused(Code::InvalidRequest), Refused(Code::UnsupportedResponseType)],
            Self::Other => &[Refused(Code::InvalidRequest), Refused(Code::ServerError)],
        }
    }
}

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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_of_endpoints_and_outcomes_is_their_place_in_the_list() {
        assert!(EndpointLabel::ALL.iter().enumerate().all(|(index, label)| label.index() == index));
        assert!(Outcome::ALL.iter().enumerate().all(|(index, outcome)| outcome.index() == index));
    }
}
