//! The parameters of a request, however they came.
//!
//! It decides what counts as given: each name at most once, empty as absent. It must not know the encoding they came in,
//! nor what they mean together.

use std::{collections::BTreeSet, fmt};

use zeroize::{Zeroize, Zeroizing};

use crate::{
    Malformed, Subject,
    limits::{MAX_PARAMETERS, MAX_TOKEN_CHARS, MAX_VALUE_CHARS},
};

/// The parameters that an OAuth endpoint of ours can know; an empty one is absent.
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
    /// Whether none that we know is given.
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

/// Names only: a secret may be in the wrong place.
impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parameters")?;
        let given = self.given().into_iter().filter(|(_, given)| *given);
        f.debug_set().entries(given.map(|(name, _)| name)).finish()
    }
}

/// A parameter that we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
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

impl Known {
    /// Letter case counts.
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

    pub(crate) const fn subject(self) -> Subject {
        Subject::Parameter(self.name())
    }

    const fn max_chars(self) -> usize {
        match self {
            Self::Token | Self::ClientAssertion => MAX_TOKEN_CHARS,
            _ => MAX_VALUE_CHARS,
        }
    }
}

/// Gathers parameters one by one and keeps the rules that every encoding shares.
#[derive(Default)]
pub(crate) struct Gathering {
    parameters: Parameters,
    names: BTreeSet<String>,
    count: usize,
}

impl Gathering {
    /// Counts one more parameter; call it before decoding anything of it.
    pub(crate) fn count_one(&mut self) -> Result<(), Malformed> {
        self.count += 1;
        if self.count > MAX_PARAMETERS { Err(Malformed::TooManyParameters) } else { Ok(()) }
    }

    /// Notes a name, known or not, whatever its value (RFC 6749 §3.2).
    pub(crate) fn note(&mut self, name: &str) -> Result<(), Malformed> {
        if self.names.insert(name.to_owned()) { Ok(()) } else { Err(Malformed::Repeated(subject(name))) }
    }

    /// Keeps the value of a known parameter.
    pub(crate) fn keep(&mut self, known: Known, value: Zeroizing<String>) -> Result<(), Malformed> {
        check(&value, known.subject(), known.max_chars())?;
        if value.is_empty() {
            return Ok(());
        }
        let parameters = &mut self.parameters;
        match known {
            Known::GrantType => parameters.grant_type = Some(bare(value)),
            Known::Scope => parameters.scope = Some(bare(value)),
            Known::Resource => parameters.resources.push(bare(value)),
            Known::Audience => parameters.audience = Some(bare(value)),
            Known::ClientId => parameters.client_id = Some(bare(value)),
            Known::ClientSecret => parameters.client_secret = Some(value),
            Known::ClientAssertion => parameters.client_assertion = Some(value),
            Known::ClientAssertionType => parameters.client_assertion_type = Some(bare(value)),
            Known::Token => parameters.token = Some(value),
            Known::TokenTypeHint => parameters.token_type_hint = Some(bare(value)),
        }
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Parameters {
        std::mem::take(&mut self.parameters)
    }
}

impl Drop for Gathering {
    /// A name may be a secret that was sent without one.
    fn drop(&mut self) {
        for mut name in std::mem::take(&mut self.names) {
            name.zeroize();
        }
    }
}

/// What stands for a name in a message.
pub(crate) fn subject(name: &str) -> Subject {
    Known::find(name).map_or(Subject::Other, Known::subject)
}

/// Length and control characters of a name or a value.
pub(crate) fn check(text: &str, subject: Subject, limit: usize) -> Result<(), Malformed> {
    // Bytes are never fewer than characters, so most texts need no counting.
    if text.len() > limit && text.chars().count() > limit {
        return Err(Malformed::TooLong { subject, limit });
    }
    // Bytes are looked at faster than characters; those of printable ASCII leave nothing to look for.
    let printable = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if !printable && text.chars().any(char::is_control) {
        return Err(Malformed::ControlCharacter(subject));
    }
    Ok(())
}

fn bare(mut value: Zeroizing<String>) -> String {
    std::mem::take(&mut *value)
}

const ALL: [Known; 10] = [
    Known::GrantType,
    Known::Scope,
    Known::Resource,
    Known::Audience,
    Known::ClientId,
    Known::ClientSecret,
    Known::ClientAssertion,
    Known::ClientAssertionType,
    Known::Token,
    Known::TokenTypeHint,
];
