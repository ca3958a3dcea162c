//! Why a request gets no token or no answer.

pub(crate) mod harmless_uri;
pub(crate) mod reason;
