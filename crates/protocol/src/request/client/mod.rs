//! How a client presents itself: the header, the body, and the credentials that result.
//!
//! Nothing here has been verified beyond its shape.

mod authorization;
pub(crate) mod head;
pub(crate) mod presented;
pub(crate) mod presented_assertion;

pub use authorization::BasicProblem;
