//! What an issued token is bound to. Today every token is a bearer token. Other kinds of tokens are bound to a key that
//! the user of the token must prove to have.
//!
//! The checks that decide the binding are here, so that no other code can claim one. They must not know how a token
//! carries its binding.

/// What a token is bound to. Only the functions of this module create one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binding(Bound);

/// The kinds of bindings.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Bound {
    /// Any party that has the token can use it (RFC 6750 §1.2).
    Bearer,
}

impl Binding {
    /// A token that is bound to no key.
    pub(super) fn bearer() -> Self {
        Self(Bound::Bearer)
    }

    /// The `token_type` of the token response (RFC 6749 §7.1).
    pub(super) fn token_type(&self) -> &'static str {
        match self.0 {
            Bound::Bearer => "Bearer",
        }
    }
}
