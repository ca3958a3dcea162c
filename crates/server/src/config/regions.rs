//! `[[regions]]`: names and issuers of every region of the deployment.
//!
//! Decides what a region's name may be and that no two regions can be confused.
//! Must not know which of them a request is for.

use std::collections::HashSet;

use jeton_protocol::RegionName;
use serde::{Deserialize, Deserializer, de::Error};

use super::issuer::Issuer;

/// One region: what its client ids are tagged with, and where its tokens come from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionConfig {
    /// The tag in client ids, `sa_<name>_…`.
    #[serde(deserialize_with = "name")]
    pub name: RegionName,
    /// The URL that its tokens carry as `iss`.
    pub issuer: Issuer,
}

/// A region's name, refused with the cure.
pub(super) fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RegionName, D::Error> {
    RegionName::parse(&String::deserialize(deserializer)?).map_err(|_| D::Error::custom(NO_NAME))
}

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
        format!(
            "\"{region}\" is not configured; choose one of {known}, or add it to the regions with its issuer"
        )
    };
    Some(("region".to_owned(), sentence))
}

pub(super) const NO_NAME: &str =
    "is not a region's name; write 1 to 10 lower-case letters and digits, such as \"us\"";
