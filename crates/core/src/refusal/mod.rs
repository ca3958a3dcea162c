//! Why a request gets no token or no answer. There is one file for each group of faults: the caller's identity, our
//! policy, the server. Start at [`Refusal`].
//!
//! Each reason has two texts. [`Display`](std::fmt::Display) is the exact reason, for the operator. The code that
//! creates the response decides what the caller may learn. A refusal carries the details that were known when it was
//! found, for the explanation to the operator. Of a caller's input it contains only parts that are known to be
//! harmless: the rest may be a secret in the wrong place. This module does not know HTTP.

mod client;
mod explain;
pub(crate) mod harmless_uri;
mod policy;
mod reason;
mod server_fault;

pub use client::{ClientFault, EndedSecret, HiddenClientFault, NetworkRestrictedSecret, VisibleClientFault};
pub use explain::{ExplainRefusals, SecretCheck};
pub use policy::{ScopeFault, TargetFault, UngrantedResource, UngrantedScope};
pub use reason::Refusal;
pub use server_fault::{HashPoolFull, Internal, Unavailable};
