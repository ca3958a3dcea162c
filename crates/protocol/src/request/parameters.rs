//! The parameters of a request, independent of the encoding.
//!
//! This module enforces that each name occurs at most once and treats an empty value as absent. It must not know the
//! encoding of the body, nor what the parameters mean together.

use std::{collections::BTreeSet, fmt};

use zeroize::{Zeroize, Zeroizing};

use crate::request::limits::{MAX_PARAMETERS, MAX_TOKEN_CHARS, MAX_VALUE_CHARS};
use crate::{Malformed, RequestPart};

/// The known parameters of all OAuth endpoints; an empty one is absent.
#[derive(Default)]
pub struct Parameters {
    pub(crate) grant_type: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) resources: Vec<String>,
    pub(crate) audience: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) client_secret: Option<Zeroizing<String>>,
    pub(crate) client_assertion: Option<Zeroizing<String>>,
    pub(crate) client_assertion_type: Option<String>,
    pub(crate) token: Option<Zeroizing<String>>,
    pub(crate) token_type_hint: Option<String>,
}

impl Parameters {
    /// Whether the request has no known parameter.
    pub(crate) fn is_empty(&self) -> bool {
        self.given().into_iter().all(|(_, given)| !given)
    }

    fn given(&self) -> [(&'static str, bool); 10] {
        [
            ("grant_type", self.grant_type.is_some()),
            ("scope", self.scope.is_some()),
            ("resource", !self.resources.is_empty()),
            ("audience", self.audience.is_some()),
            ("client_id", self.client_id.is_some()),
            ("client_secret", self.client_secret.is_some()),
            ("client_assertion", self.client_assertion.is_some()),
            ("client_assertion_type", self.client_assertion_type.is_some()),
            ("token", self.token.is_some()),
            ("token_type_hint", self.token_type_hint.is_some()),
        ]
    }
}

/// Shows names only: a secret may be in the wrong place.
impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parameters")?;
        let given = self.given().into_iter().filter(|(_, given)| *given);
        f.debug_set().entries(given.map(|(name, _)| name)).finish()
    }
}

/// The name of a known parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KnownParameter {
    GrantType,
    Scope,
    Resource,
    Audience,
    ClientId,
    ClientSecret,
    ClientAssertion,
    ClientAssertionType,
    Token,
    TokenTypeHint,
}

impl KnownParameter {
    /// Case-sensitive.
    pub(crate) fn find(name: &str) -> Option<Self> {
        ALL.into_iter().find(|known| known.name() == name)
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::GrantType => "grant_type",
            Self::Scope => "scope",
            Self::Resource => "resource",
            Self::Audience => "audience",
            Self::ClientId => "client_id",
            Self::ClientSecret => "client_secret",
            Self::ClientAssertion => "client_assertion",
            Self::ClientAssertionType => "client_assertion_type",
            Self::Token => "token",
            Self::TokenTypeHint => "token_type_hint",
        }
    }

    pub(crate) const fn part(self) -> RequestPart {
        RequestPart::Parameter(self.name())
    }

    const fn max_chars(self) -> usize {
        match self {
            Self::Token | Self::ClientAssertion => MAX_TOKEN_CHARS,
            _ => MAX_VALUE_CHARS,
        }
    }
}

/// Collects parameters one by one and enforces the rules that every encoding shares.
#[derive(Default)]
pub(crate) struct ParameterCollector {
    parameters: Parameters,
    names: BTreeSet<String>,
    count: usize,
}

impl ParameterCollector {
    /// Counts one more parameter. Call it before decoding the parameter.
    pub(crate) fn count_one(&mut self) -> Result<(), Malformed> {
        self.count += 1;
        if self.count > MAX_PARAMETERS { Err(Malformed::TooManyParameters) } else { Ok(()) }
    }

    /// Records a name, known or unknown, to reject a repeated one (RFC 6749 §3.2).
    pub(crate) fn record_name(&mut self, name: &str) -> Result<(), Malformed> {
        if self.names.insert(name.to_owned()) { Ok(()) } else { Err(Malformed::Repeated(part(name))) }
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
    /// Wipes the names: a name may be a secret that was sent without a parameter name.
    fn drop(&mut self) {
        for mut name in std::mem::take(&mut self.names) {
            name.zeroize();
        }
    }
}

/// How an error message names the parameter.
pub(crate) fn part(name: &str) -> RequestPart {
    KnownParameter::find(name).map_or(RequestPart::Other, KnownParameter::part)
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

const ALL: [KnownParameter; 10] = [
    KnownParameter::GrantType,
    KnownParameter::Scope,
    KnownParameter::Resource,
    KnownParameter::Audience,
    KnownParameter::ClientId,
    KnownParameter::ClientSecret,
    KnownParameter::ClientAssertion,
    KnownParameter::ClientAssertionType,
    KnownParameter::Token,
    KnownParameter::TokenTypeHint,
];
