//! `[[regions]]`: names and issuers of every region of the deployment.
//!
//! Decides what a region's name may be and that no two regions can be confused.
//! Must not know which of them a request is for.

use std::{collections::HashSet, fmt, str::FromStr};

use serde::Deserialize;

use super::issuer::Issuer;

/// One region: what its client ids are tagged with, and where its tokens come from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionConfig {
    /// The tag in client ids, `sa_<name>_…`.
    pub name: RegionName,
    /// The URL that its tokens carry as `iss`.
    pub issuer: Issuer,
}

/// A region's name: 1 to 10 characters of `[a-z0-9]`, so that `_` ends it in a client id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct RegionName(String);

impl RegionName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RegionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RegionName {
    type Err = RegionNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for RegionName {
    type Error = RegionNameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        if (1..=10).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text))
        } else {
            Err(RegionNameError)
        }
    }
}

/// The text is no region's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a region's name; write 1 to 10 lower-case letters and digits, such as \"us\"")]
pub struct RegionNameError;

/// What is wrong with the regions as a whole: the key to blame, and the sentence.
///
/// Two regions with one issuer would accept each other's tokens.
pub(super) fn problem(region: &RegionName, regions: &[RegionConfig]) -> Option<(String, String)> {
    let (mut names, mut issuers) = (HashSet::new(), HashSet::new());
    for (index, listed) in regions.iter().enumerate() {
        if !names.insert(&listed.name) {
            let sentence = format!("\"{}\" is used twice; give each region its own name", listed.name);
            return Some((format!("regions.{index}.name"), sentence));
        }
        if !issuers.insert(&listed.issuer) {
            let sentence = format!("\"{}\" is used twice; give each region its own issuer", listed.issuer);
            return Some((format!("regions.{index}.issuer"), sentence));
        }
    }
    if names.contains(region) {
        return None;
    }
    let known = regions.iter().map(|listed| listed.name.as_str()).collect::<Vec<_>>().join(", ");
    let sentence = if known.is_empty() {
        format!("\"{region}\" is not configured; add a [[regions]] table with its name and issuer")
    } else {
        format!("\"{region}\" is not configured; choose one of {known}, or add a [[regions]] table for it")
    };
    Some(("region".to_owned(), sentence))
}
