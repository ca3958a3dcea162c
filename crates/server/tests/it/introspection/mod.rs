//! `POST /oauth/v1/introspect` (RFC 7662).

mod active;
mod caller;
mod epochs;
mod expiry;
mod forgeries;
mod garbage;
mod keys;
mod matrix;
mod mutations;
mod pacing;
mod renamed_tenant;
mod signed;
