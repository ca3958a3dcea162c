//! What operators see of a node: readiness, metrics and the explanation of each refusal.

mod certificate_expiry;
pub(crate) mod explanation;
pub(crate) mod metrics;
pub(crate) mod readiness;
pub(crate) mod refusal_sampler;
pub(crate) mod refusals;
