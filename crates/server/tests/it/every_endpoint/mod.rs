//! The rules that the token and the introspection endpoint share.

mod body;
mod content_type;
mod limits;
mod method;
mod order;
mod parameters;
mod query;
mod refusals;

const TOKEN: &str = "/oauth/v1/token";
const INTROSPECT: &str = "/oauth/v1/introspect";
