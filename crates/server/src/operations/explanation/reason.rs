//! The names of all reasons for a refusal: a closed set, so that each has a metric series from the start.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! reasons {
    ($($reason:ident => $word:literal,)+) => {
        /// Why a request was refused, as one word for programs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Reason {
            $(#[doc = concat!("`", $word, "`")] $reason,)+
        }

        impl Reason {
            /// All reasons.
            pub const ALL: &[Self] = &[$(Self::$reason,)+];

            /// The name of the reason.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$reason => $word,)+
                }
            }
        }
    };
}

reasons! {
    UnsupportedGrantType => "unsupported_grant_type",
    WrongRegion => "wrong_region",
    TooManyFailures => "too_many_failures",
    TooManyInvalidTokens => "too_much_garbage",
    TooManyRevocations => "too_many_revocations",
    ForeignToken => "foreign_token",
    NoIntrospectionRight => "no_introspection_right",
    NoCredentials => "no_credentials",
    IncompleteCredentials => "incomplete_credentials",
    UnusableAuthorizationHeader => "unusable_authorization_header",
    UnsupportedMethod => "unsupported_method",
    MalformedClientId => "malformed_client_id",
    UnknownClient => "unknown_client",
    BrokenSecret => "broken_secret",
    WrongSecret => "wrong_secret",
    DisabledAccount => "disabled_account",
    ExpiredAccount => "expired_account",
    DisabledTenant => "disabled_tenant",
    AccountsDenied => "barred_tenant",
    AddressUnknown => "address_unknown",
    AddressNotAllowed => "address_not_allowed",
    ExpiredSecret => "expired_secret",
    RevokedSecret => "revoked_secret",
    AddressNotAllowedForSecret => "address_not_allowed_for_secret",
    AddressUnknownForSecret => "address_unknown_for_secret",
    MalformedResource => "malformed_resource",
    SeveralResources => "several_resources",
    ResourceAndAudienceDiffer => "resource_and_audience_differ",
    AmbiguousResource => "ambiguous_resource",
    MalformedScope => "malformed_scope",
    ScopeNotGranted => "scope_not_granted",
    NothingGranted => "nothing_granted",
    ResourceNotGranted => "resource_not_granted",
    UnknownResource => "unknown_resource",
    MalformedRequest => "malformed_request",
    UnsupportedContentCoding => "unsupported_content_coding",
    UnsupportedTransferCoding => "unsupported_transfer_coding",
    ChunkedNotLast => "chunked_not_last",
    HostMissing => "host_missing",
    HostRepeated => "host_repeated",
    HostInvalid => "host_invalid",
    StoreUnavailable => "store_unavailable",
    OutcomeUnknown => "outcome_unknown",
    StoreReplaced => "store_replaced",
    StoreFenced => "store_fenced",
    StaleMemory => "stale_memory",
    StaleRevocationFeed => "stale_revocation_feed",
    HashingOverloaded => "hashing_overloaded",
    NetworkHashingOverloaded => "network_hashing_overloaded",
    LookupsOverloaded => "lookups_overloaded",
    RevocationsOverloaded => "revocations_overloaded",
    NoSigningKey => "no_signing_key",
    NoSealingKey => "no_sealing_key",
    TokenTooLong => "token_too_long",
    MethodNotAllowed => "method_not_allowed",
    BodyTooSlow => "body_too_slow",
    BodyTooLarge => "body_too_large",
    BodiesOverloaded => "bodies_overloaded",
    BodyBroken => "body_broken",
    NoAuthorizationEndpoint => "no_authorization_endpoint",
    NoSuchPath => "no_such_path",
    Overloaded => "overloaded",
    RequestTooSlow => "request_too_slow",
    Panicked => "panicked",
    SigningFailed => "signing_failed",
    ClaimsFailed => "claims_failed",
    SealingFailed => "sealing_failed",
    FlowOutOfOrder => "flow_out_of_order",
}

impl Reason {
    /// Its place in [`Self::ALL`].
    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_of_a_reason_is_its_place_in_the_list() {
        for (index, reason) in Reason::ALL.iter().enumerate() {
            assert_eq!(reason.index(), index);
        }
    }
}
