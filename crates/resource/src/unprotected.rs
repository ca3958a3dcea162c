//! A defect of the service, not of a request.

use thiserror::Error;

/// A handler takes a token and has no [`BearerLayer`](crate::BearerLayer) in front of it: answered 500, or `INTERNAL`
/// with gRPC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("this handler takes a token and has no BearerLayer in front of it")]
pub struct Unprotected;
