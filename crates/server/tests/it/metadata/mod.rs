//! What clients and verifiers discover.

mod authorize;
mod documents;
mod issuer_path;
mod jwks;
