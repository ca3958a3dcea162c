//! Which hash chain of the audit log a record belongs to.

use std::fmt;
use std::str::FromStr;

use jeton_protocol::{RegionName, SHARED};
use serde::{Serialize, Serializer};
use thiserror::Error;

/// A hash chain of the audit log. Each counts its own records.
///
/// The name is that of a region, `shared`, or `version-1`, which no region can have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chain {
    /// The one chain that earlier versions wrote for all regions. It gets no more records.
    Version1,
    /// Changes to what the regions share: tenants and resources.
    Shared,
    /// Changes to a region: its accounts, keys and tokens.
    Region(RegionName),
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Version1 => VERSION_1,
            Self::Shared => SHARED,
            Self::Region(name) => name.as_str(),
        })
    }
}

impl FromStr for Chain {
    type Err = InvalidChain;

    fn from_str(text: &str) -> Result<Self, InvalidChain> {
        match text {
            VERSION_1 => Ok(Self::Version1),
            SHARED => Ok(Self::Shared),
            name => RegionName::parse(name).map(Self::Region).map_err(|_| InvalidChain),
        }
    }
}

impl Serialize for Chain {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The text is not the name of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("it is not a chain of the audit log: the name of a region, `shared`, or `version-1`")]
pub struct InvalidChain;

const VERSION_1: &str = "version-1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_parsed_from_its_name() {
        let us = Chain::Region("us".parse().unwrap());
        for (name, chain) in [("version-1", Chain::Version1), ("shared", Chain::Shared), ("us", us)] {
            assert_eq!(name.parse(), Ok(chain.clone()));
            assert_eq!(chain.to_string(), name);
        }
        for text in ["", "version-2", "US", "us "] {
            assert_eq!(text.parse::<Chain>(), Err(InvalidChain), "{text:?}");
        }
    }
}
