//! The port through which a refusal is put into words for an operator.

use jeton_admin::view::ExplainedRefusal;
use jeton_protocol::ClientId;

use super::Refusal;
use crate::model::Timestamp;

/// Explains refusals to operators. The texts name commands and settings, so they come from the outside.
pub trait ExplainRefusals: Send + Sync + std::fmt::Debug {
    /// Explains why a request of the account `client_id` was refused at `now`.
    fn explain_refusal(
        &self,
        refusal: &Refusal,
        client_id: &ClientId,
        secret: SecretCheck,
        now: Timestamp,
    ) -> ExplainedRefusal;
}

/// Whether a request that was refused for another reason had a correct secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretCheck {
    /// The secret was correct: every other check of an account comes later.
    Passed,
    /// The request was simulated without a secret, so nothing can be said about one.
    Skipped,
}
