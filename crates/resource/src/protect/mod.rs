//! Puts a validator in front of a service: tower, axum and tonic.

mod challenge;
#[cfg(feature = "axum")]
mod cross_origin;
#[cfg(feature = "axum")]
mod extract;
#[cfg(feature = "tonic")]
mod grpc;
mod guard;
pub(crate) mod layer;
#[cfg(any(feature = "axum", feature = "tonic"))]
pub(crate) mod missing_token;
pub(crate) mod protected_resource;
pub(crate) mod service;
mod well_known;
