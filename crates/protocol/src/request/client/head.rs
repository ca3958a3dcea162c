//! The parts of a request's head that authenticate its sender.
//!
//! A new method of client authentication that uses the head, for example the peer's certificate, adds its part here.
//! Functions that only pass the head on stay as they are. This module must not know whether any part is correct.

use std::fmt;

/// What the head of a request says about its sender, unverified.
#[derive(Clone, Default)]
pub struct RequestHead<'a> {
    authorization: Vec<&'a [u8]>,
}

impl<'a> RequestHead<'a> {
    /// A head with the values of all `Authorization` headers, in the order they were sent.
    #[must_use]
    pub fn new(authorization: impl IntoIterator<Item = &'a [u8]>) -> Self {
        Self { authorization: authorization.into_iter().collect() }
    }

    /// The values of all `Authorization` headers.
    pub(crate) fn authorization(&self) -> &[&'a [u8]] {
        &self.authorization
    }
}

/// Shows no header value: each may hold a secret.
impl fmt::Debug for RequestHead<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestHead").field("authorization_headers", &self.authorization.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_debug_text_shows_no_header_value() {
        let head = RequestHead::new([&b"Basic aTpz"[..]]);
        assert_eq!(format!("{head:?}"), "RequestHead { authorization_headers: 1 }");
    }
}
