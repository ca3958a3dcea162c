//! A configuration error of the service, not an error of a request.

use thiserror::Error;

/// A handler takes a [`Token`](crate::Token), but the service has no [`BearerLayer`](crate::BearerLayer). The
/// response is 500, or `INTERNAL` for gRPC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the handler takes a token, but the service has no BearerLayer; add the layer")]
pub struct MissingBearerLayer;
