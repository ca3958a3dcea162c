//! A set of scopes.
//!
//! This module parses and writes the wire form (RFC 6749 §3.3). It must not know which scopes a client has.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{ScopeError, ScopeName};

/// A sorted, non-empty set of scopes; an absent scope is `None` of an `Option<Scope>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(Vec<ScopeName>);

impl Scope {
    /// Parses names separated by spaces. Leading, trailing and repeated spaces and repeated names are accepted.
    ///
    /// # Errors
    /// [`ScopeError`], if there is no name or an illegal character.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        // `split(' ')`, not `split_whitespace`: a tab is not a separator (RFC 6749 §3.3).
        let names = text
            .split(' ')
            .filter(|name| !name.is_empty())
            .map(ScopeName::parse)
            .collect::<Result<Vec<_>, _>>()?;
        Self::from_names(names).ok_or(ScopeError::Empty)
    }

    /// The set of these names, or `None` if there are none.
    #[must_use]
    pub fn from_names(names: impl IntoIterator<Item = ScopeName>) -> Option<Self> {
        let mut names: Vec<_> = names.into_iter().collect();
        names.sort_unstable();
        names.dedup();
        (!names.is_empty()).then_some(Self(names))
    }

    /// Whether the set has this name.
    #[must_use]
    pub fn contains(&self, name: &ScopeName) -> bool {
        self.0.binary_search(name).is_ok()
    }

    /// The names, sorted.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &ScopeName> + Clone {
        self.0.iter()
    }

    /// The number of names; at least 1.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether every name is also in `other`.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.iter().all(|name| other.contains(name))
    }

    /// The names that are in both sets, or `None` if there are none.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        Self::from_names(self.iter().filter(|name| other.contains(name)).cloned())
    }

    /// The names that are in either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut names: Vec<_> = self.iter().chain(other.iter()).cloned().collect();
        names.sort_unstable();
        names.dedup();
        Self(names)
    }
}

impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl From<ScopeName> for Scope {
    fn from(name: ScopeName) -> Self {
        Self(vec![name])
    }
}

/// The sorted names, separated by single spaces.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(name.as_str())?;
        }
        Ok(())
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}
