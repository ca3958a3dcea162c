//! What clients and verifiers discover.

mod authorize;
mod cross_origin;
mod documents;
mod issuer_path;
mod jwks;
