//! Tests of validators, the layer and token sources with issuers on loopback.

#![expect(clippy::unwrap_used, reason = "shared test helpers may panic")]
#![expect(clippy::disallowed_methods, reason = "tests that measure durations need the real clock")]

mod challenge;
mod discovery;
mod feed;
mod forgeries;
mod grpc;
mod introspection;
mod jeton;
mod keys;
mod layer;
mod metadata;
mod oidc_provider;
mod packaging;
mod remembered;
mod runtimes;
mod support;
mod token_source;
