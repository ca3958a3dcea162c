//! The names of the parameters that the endpoints know, and the longest value of each.

use super::limits::{MAX_TOKEN_CHARS, MAX_VALUE_CHARS};
use crate::RequestPart;

/// Declares the parameters with their names, so that none can be missing where a name is looked up.
macro_rules! known_parameters {
    ($($parameter:ident => $name:literal,)+) => {
        /// The name of a known parameter.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum KnownParameter {
            $($parameter,)+
        }

        impl KnownParameter {
            /// Case-sensitive.
            pub(crate) fn find(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$parameter),)+
                    _ => None,
                }
            }

            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$parameter => $name,)+
                }
            }
        }
    };
}

known_parameters! {
    GrantType => "grant_type",
    Scope => "scope",
    Resource => "resource",
    Audience => "audience",
    ClientId => "client_id",
    ClientSecret => "client_secret",
    ClientAssertion => "client_assertion",
    ClientAssertionType => "client_assertion_type",
    Token => "token",
    TokenTypeHint => "token_type_hint",
}

impl KnownParameter {
    pub(crate) const fn part(self) -> RequestPart {
        RequestPart::Parameter(self.name())
    }

    pub(super) const fn max_chars(self) -> usize {
        match self {
            Self::Token | Self::ClientAssertion => MAX_TOKEN_CHARS,
            _ => MAX_VALUE_CHARS,
        }
    }
}
