//! The implied scopes of a token.

use std::collections::{BTreeMap, BTreeSet};

/// The implied scopes of each scope, as declared by the service. Tokens of issuers other than Jeton do not list them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Implications(BTreeMap<String, Vec<String>>);

/// The scopes of a token and all scopes that they imply.
#[derive(Debug)]
pub(crate) struct GrantedScopes(BTreeSet<Box<str>>);

impl Implications {
    pub(crate) fn add(&mut self, scope: &str, implied: &str) {
        self.0.entry(scope.to_owned()).or_default().push(implied.to_owned());
    }

    pub(crate) fn grant(&self, written: &str) -> GrantedScopes {
        let mut granted = BTreeSet::new();
        let mut pending: Vec<&str> = written.split(' ').filter(|scope| !scope.is_empty()).collect();
        while let Some(scope) = pending.pop() {
            if granted.insert(Box::from(scope)) {
                pending.extend(self.0.get(scope).into_iter().flatten().map(String::as_str));
            }
        }
        GrantedScopes(granted)
    }
}

impl GrantedScopes {
    pub(crate) fn allow(&self, scope: &str) -> bool {
        self.0.contains(scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn implications_are_transitive_and_may_be_circular() {
        let mut implications = Implications::default();
        implications.add("admin", "write:me");
        implications.add("write:me", "read:me");
        implications.add("read:me", "read:me");
        let granted = implications.grant(" admin  other");
        for scope in ["admin", "write:me", "read:me", "other"] {
            assert!(granted.allow(scope), "{scope}");
        }
        assert!(!implications.grant("read:me").allow("admin"));
        assert!(!granted.allow("") && !granted.allow("read"));
    }
}
