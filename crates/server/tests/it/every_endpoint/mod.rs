//! The rules that the token, the introspection and the revocation endpoint share.

mod body;
mod coding;
mod content_type;
mod host;
mod limits;
mod method;
mod order;
mod parameters;
mod query;
mod refusals;

const TOKEN: &str = "/oauth/v1/token";
const INTROSPECT: &str = "/oauth/v1/introspect";
const REVOKE: &str = "/oauth/v1/revoke";
