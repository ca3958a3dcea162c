//! The name of a region.
//!
//! This module decides which names are legal. It must not know which regions are configured.

use crate::names::text::checked_string;

/// A region's name, `[a-z0-9]{1,10}` but not [`SHARED`]: short enough for a client id, and without `_`, which ends the
/// region in a client id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionName(String);

/// Why a text is not a region name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RegionNameError {
    /// Empty, or more than ten characters.
    #[error("a region name must have 1 to 10 characters")]
    Length,
    /// A character outside `[a-z0-9]`.
    #[error("a region name must have only lower-case letters a to z and digits")]
    IllegalCharacter,
    /// [`SHARED`].
    #[error("a region cannot be named `shared`, which means what all regions share")]
    Shared,
}

impl RegionName {
    /// # Errors
    /// [`RegionNameError`], if the text is not `[a-z0-9]{1,10}`, or is [`SHARED`].
    pub fn parse(text: &str) -> Result<Self, RegionNameError> {
        if text.is_empty() || text.len() > MAX_CHARS {
            return Err(RegionNameError::Length);
        }
        if !text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
            return Err(RegionNameError::IllegalCharacter);
        }
        if text == SHARED {
            return Err(RegionNameError::Shared);
        }
        Ok(Self(text.to_owned()))
    }
}

checked_string!(RegionName, RegionNameError);

/// What all regions share, where a region could be named too: in the audit log.
pub const SHARED: &str = "shared";

const MAX_CHARS: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_case_letters_and_digits_are_accepted() {
        for name in ["us", "e", "0", "abcdefghi9"] {
            assert_eq!(RegionName::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn any_other_text_is_rejected() {
        assert_eq!(RegionName::parse(""), Err(RegionNameError::Length));
        assert_eq!(RegionName::parse("abcdefghijk"), Err(RegionNameError::Length));
        for name in ["US", "eu_1", "eu-1", "é", " eu", "eu\n"] {
            assert_eq!(RegionName::parse(name), Err(RegionNameError::IllegalCharacter), "{name:?}");
        }
        assert_eq!(RegionName::parse("shared"), Err(RegionNameError::Shared));
        assert!(RegionName::parse("shared1").is_ok());
    }
}
