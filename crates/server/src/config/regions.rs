//! `[[regions]]`: names and issuers of every region of the deployment.
//!
//! Decides which names regions may have, and that names and issuers are unique.
//! Must not know which region a request is for.

use std::collections::HashSet;

use jeton_protocol::RegionName;
use serde::{Deserialize, Deserializer, de::Error};

use super::value::Issuer;

/// One region: the tag of its client ids, and the issuer of its tokens.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionConfig {
    /// The tag in client ids, `sa_<name>_…`.
    #[serde(deserialize_with = "name")]
    pub name: RegionName,
    /// The URL that its tokens carry as `iss`.
    pub issuer: Issuer,
}

/// Reads a region's name.
pub(super) fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RegionName, D::Error> {
    RegionName::parse(&String::deserialize(deserializer)?).map_err(|_| D::Error::custom(NOT_A_REGION_NAME))
}

/// What is wrong with the list of regions: the key, and the message.
///
/// Two regions with the same issuer would accept each other's tokens.
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
        format!("\"{region}\" is not configured; use one of {known}, or add the region with its issuer")
    };
    Some(("region".to_owned(), sentence))
}

pub(super) const NOT_A_REGION_NAME: &str =
    "is not a region name; use 1 to 10 lower-case letters and digits, for example, \"us\"";
