//! The rules of HTTP for every request (RFC 9110, RFC 9112).
//!
//! Decides what is refused although the HTTP library accepts it. Must not know what is served.

mod coding;
pub(crate) mod coding_name;
pub(crate) mod host;

use http::Request;

use crate::oauth::failure::Failure;

pub(crate) use coding::refuse_content_coding;

/// Refuses a request whose headers break a rule: first `Host`, then `Transfer-Encoding`.
pub(crate) fn check<B>(request: &Request<B>) -> Result<(), Failure> {
    host::check(request.version(), request.headers())?;
    coding::check_transfer(request.headers())
}
