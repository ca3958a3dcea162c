//! The token: as a request carries it, what it says, and which scopes it has.

pub(crate) mod bearer;
pub(crate) mod claims;
pub(crate) mod implications;
pub(crate) mod raw_claims;
pub(crate) mod validated;
