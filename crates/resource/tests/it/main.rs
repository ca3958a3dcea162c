//! Validators, the layer and token sources, against issuers on loopback.

#![expect(clippy::unwrap_used, reason = "what the tests share fails as a test does")]
#![expect(clippy::disallowed_methods, reason = "how long something took is real time")]

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
mod remembered;
mod support;
mod token_source;
