//! Collects the parameters of a request one by one, by the rules that every encoding shares.

use std::collections::BTreeSet;

use zeroize::{Zeroize, Zeroizing};

use super::limits::MAX_PARAMETERS;
use super::{KnownParameter, Parameters};
use crate::{Malformed, RequestPart};

/// Collects parameters one by one and enforces the rules that every encoding shares.
#[derive(Default)]
pub(crate) struct ParameterCollector {
    parameters: Parameters,
    /// One bit for each known name.
    known_names: u16,
    unknown_names: BTreeSet<String>,
    count: usize,
}

impl ParameterCollector {
    /// Counts one more parameter. Call it before decoding the parameter.
    pub(crate) fn count_one(&mut self) -> Result<(), Malformed> {
        self.count += 1;
        if self.count > MAX_PARAMETERS { Err(Malformed::TooManyParameters) } else { Ok(()) }
    }

    /// Records a known name, to reject a repeated one (RFC 6749 §3.2).
    pub(crate) fn record_known(&mut self, known: KnownParameter) -> Result<(), Malformed> {
        let bit = 1 << known as u16;
        if self.known_names & bit != 0 {
            return Err(Malformed::Repeated(known.part()));
        }
        self.known_names |= bit;
        Ok(())
    }

    /// Records any other name, to reject a repeated one (RFC 6749 §3.2).
    pub(crate) fn record_unknown(&mut self, name: &str) -> Result<(), Malformed> {
        let is_new = self.unknown_names.insert(name.to_owned());
        if is_new { Ok(()) } else { Err(Malformed::Repeated(RequestPart::Other)) }
    }

    /// Stores the value of a known parameter.
    pub(crate) fn store(&mut self, known: KnownParameter, value: Zeroizing<String>) -> Result<(), Malformed> {
        check(&value, known.part(), known.max_chars())?;
        if value.is_empty() {
            return Ok(());
        }
        let parameters = &mut self.parameters;
        match known {
            KnownParameter::GrantType => parameters.grant_type = Some(into_string(value)),
            KnownParameter::Scope => parameters.scope = Some(into_string(value)),
            KnownParameter::Resource => parameters.resources.push(into_string(value)),
            KnownParameter::Audience => parameters.audience = Some(into_string(value)),
            KnownParameter::ClientId => parameters.client_id = Some(into_string(value)),
            KnownParameter::ClientSecret => parameters.client_secret = Some(value),
            KnownParameter::ClientAssertion => parameters.client_assertion = Some(value),
            KnownParameter::ClientAssertionType => {
                parameters.client_assertion_type = Some(into_string(value));
            }
            KnownParameter::Token => parameters.token = Some(value),
            KnownParameter::TokenTypeHint => parameters.token_type_hint = Some(into_string(value)),
        }
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Parameters {
        std::mem::take(&mut self.parameters)
    }
}

impl Drop for ParameterCollector {
    /// Wipes the unknown names: one may be a secret that was sent without a parameter name.
    fn drop(&mut self) {
        for mut name in std::mem::take(&mut self.unknown_names) {
            name.zeroize();
        }
    }
}

/// Checks the length and rejects control characters in a name or a value.
pub(crate) fn check(text: &str, part: RequestPart, limit: usize) -> Result<(), Malformed> {
    // There are never fewer bytes than characters, so most texts need no character count.
    if text.len() > limit && text.chars().count() > limit {
        return Err(Malformed::TooLong { part, limit });
    }
    // Scanning bytes is faster than scanning characters, and printable ASCII has no control characters.
    let printable = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if !printable && text.chars().any(char::is_control) {
        return Err(Malformed::ControlCharacter(part));
    }
    Ok(())
}

fn into_string(mut value: Zeroizing<String>) -> String {
    std::mem::take(&mut *value)
}
