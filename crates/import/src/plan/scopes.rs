//! Decides which scopes of a row are kept.

use jeton_protocol::{Scope, ScopeName};

use super::note::Note;
use crate::bad_row::BadRow;

/// The scopes of a row that its account keeps.
#[derive(Debug)]
pub(super) struct KeptScopes {
    /// All of them.
    pub(super) all: Vec<ScopeName>,
    /// Those that no resource of the row declares.
    pub(super) undeclared: Vec<ScopeName>,
}

impl KeptScopes {
    /// `declared` says whether a resource of the row declares a scope.
    ///
    /// # Errors
    /// [`BadRow`] if a scope is a pattern, or if no scope is kept.
    pub(super) fn of(
        scope: &Scope,
        declared: impl Fn(&ScopeName) -> bool,
        notes: &mut Vec<Note>,
    ) -> Result<Self, BadRow> {
        let mut kept = Self { all: Vec::new(), undeclared: Vec::new() };
        for name in scope.iter() {
            if !declared(name) {
                if OPENID.contains(&name.as_str()) {
                    notes.push(Note::SkippedScope(name.clone()));
                    continue;
                }
                if name.as_str().contains('*') {
                    return Err(BadRow::ScopePattern(name.clone()));
                }
                kept.undeclared.push(name.clone());
            }
            kept.all.push(name.clone());
        }
        if kept.all.is_empty() { Err(BadRow::OnlyUserScopes) } else { Ok(kept) }
    }
}

/// Scopes of OpenID Connect that Hydra grants clients by default.
const OPENID: [&str; 3] = ["openid", "offline", "offline_access"];

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(scope: &str, notes: &mut Vec<Note>) -> Result<KeptScopes, BadRow> {
        KeptScopes::of(&Scope::parse(scope).unwrap(), |name| name.as_str() == "openid", notes)
    }

    #[test]
    fn a_scope_of_openid_connect_is_skipped_unless_a_resource_declares_it() {
        let mut notes = Vec::new();
        let scopes = kept("openid offline read", &mut notes).unwrap();
        assert_eq!(scopes.all, ["openid".parse().unwrap(), "read".parse().unwrap()]);
        assert_eq!(scopes.undeclared, ["read".parse().unwrap()]);
        assert!(matches!(notes.as_slice(), [Note::SkippedScope(name)] if name.as_str() == "offline"));
    }

    #[test]
    fn patterns_and_rows_without_another_scope_are_bad() {
        assert!(matches!(kept("users.*", &mut Vec::new()), Err(BadRow::ScopePattern(_))));
        assert!(matches!(kept("offline", &mut Vec::new()), Err(BadRow::OnlyUserScopes)));
    }
}
