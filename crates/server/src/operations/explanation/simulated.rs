//! Puts the refusals of simulated requests into the same words as those of real ones.

use jeton_admin::view::ExplainedRefusal;
use jeton_core::model::Timestamp;
use jeton_core::{ExplainRefusals, Refusal, SecretCheck};
use jeton_protocol::ClientId;
use serde_json::{Map, Value};

use super::Explanation;

/// Explains refusals to operators, with the commands and settings of this server.
#[derive(Debug, Clone, Copy)]
pub struct OperatorExplanations;

impl ExplainRefusals for OperatorExplanations {
    fn explain_refusal(
        &self,
        refusal: &Refusal,
        client_id: &ClientId,
        secret: SecretCheck,
        now: Timestamp,
    ) -> ExplainedRefusal {
        let Explanation { reason, why, rule, cure, facts } =
            Explanation::of_checked_refusal(refusal, Some(client_id.as_str()), secret, now);
        ExplainedRefusal {
            reason: reason.as_str().to_owned(),
            why: why.into_owned(),
            rule: rule.to_owned(),
            cure: cure.into_owned(),
            facts: match serde_json::to_value(&facts) {
                Ok(Value::Object(facts)) => facts,
                Ok(_) | Err(_) => Map::new(),
            },
        }
    }
}
