//! Resources: the protected APIs and MCP servers whose URI is a token's audience (RFC 8707).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jeton_protocol::{ResourceUri, Scope, ScopeName};
use serde::Serialize;

use super::{Algorithm, Restriction, Timestamp, TokenFormat};

/// The definition of a scope of a resource.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ScopeDefinition {
    /// The description for people: what the scope allows.
    pub text: String,
    /// Scopes of the same resource that this one includes.
    pub implies: BTreeSet<ScopeName>,
}

/// A protected API or MCP server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Its id, and the `aud` of its tokens.
    pub uri: ResourceUri,
    /// The display name.
    pub name: Option<String>,
    /// Its scopes.
    pub scopes: BTreeMap<ScopeName, ScopeDefinition>,
    /// The format of its tokens.
    pub token_format: TokenFormat,
    /// The algorithm its tokens are signed with.
    pub algorithm: Algorithm,
    /// The previous algorithm. It keeps signing until every verifier knows a key of the new one.
    pub previous_algorithm: Option<Algorithm>,
    /// Its token lifetime. Takes precedence over the default.
    pub token_ttl: Option<Duration>,
    /// When it was created.
    pub created_at: Timestamp,
    /// The number of writes. A write that is based on an older version is refused.
    pub version: i64,
}

impl Resource {
    /// `scope` with all implied scopes, also indirect ones. Cycles are allowed.
    #[must_use]
    pub fn with_implied(&self, scope: &Scope) -> Scope {
        self.add_implied(Cow::Borrowed(scope)).into_owned()
    }

    /// [`Self::with_implied`] that copies `scope` only if it implies other scopes.
    #[must_use]
    pub fn add_implied<'a>(&self, scope: Cow<'a, Scope>) -> Cow<'a, Scope> {
        let implies_others = |name| self.scopes.get(name).is_some_and(|facts| !facts.implies.is_empty());
        if !scope.iter().any(implies_others) {
            return scope;
        }
        let mut reached: BTreeSet<&ScopeName> = scope.iter().collect();
        let mut open: Vec<&ScopeName> = scope.iter().collect();
        while let Some(name) = open.pop() {
            let implied = self.scopes.get(name).into_iter().flat_map(|facts| &facts.implies);
            open.extend(implied.filter(|implied| reached.insert(implied)));
        }
        if reached.len() == scope.len() {
            return scope;
        }
        Scope::from_names(reached.into_iter().cloned()).map_or(scope, Cow::Owned)
    }

    /// The intersection of `granted` and `restriction`, with the implied scopes of both; `None` if it is empty.
    #[must_use]
    pub fn narrow<'a>(&self, restriction: &Restriction, granted: &'a Scope) -> Option<Cow<'a, Scope>> {
        let all_granted = self.add_implied(Cow::Borrowed(granted));
        match &restriction.scope {
            None => Some(all_granted),
            Some(allowed) => {
                all_granted.intersection(&self.add_implied(Cow::Borrowed(allowed))).map(Cow::Owned)
            }
        }
    }

    /// The first name in `scope` that this resource does not have.
    #[must_use]
    pub fn unknown_scope<'a>(&self, scope: &'a Scope) -> Option<&'a ScopeName> {
        scope.iter().find(|name| !self.scopes.contains_key(*name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(implications: &[(&str, &str)]) -> Resource {
        let mut scopes: BTreeMap<ScopeName, ScopeDefinition> = BTreeMap::new();
        for (scope, implied) in implications {
            let implied: ScopeName = implied.parse().unwrap();
            scopes.entry(implied.clone()).or_default();
            scopes.entry(scope.parse().unwrap()).or_default().implies.insert(implied);
        }
        Resource {
            uri: "https://api.example.com".parse().unwrap(),
            name: None,
            scopes,
            token_format: TokenFormat::Jwt,
            algorithm: Algorithm::Es256,
            previous_algorithm: None,
            token_ttl: None,
            created_at: Timestamp::from_unix(0),
            version: 1,
        }
    }

    fn scope(text: &str) -> Scope {
        text.parse().unwrap()
    }

    #[test]
    fn indirect_implications_are_included() {
        let resource = resource(&[("admin", "write"), ("write", "read")]);
        assert_eq!(resource.with_implied(&scope("admin")), scope("admin read write"));
        assert_eq!(resource.with_implied(&scope("read")), scope("read"));
    }

    #[test]
    fn a_cycle_of_implications_terminates() {
        let resource = resource(&[("a", "b"), ("b", "a")]);
        assert_eq!(resource.with_implied(&scope("a")), scope("a b"));
    }
}
