//! Client identifiers: generated ones, which name their region, and imported ones.
//!
//! This module decides which ids are legal. It must not know which accounts exist.

use crate::RegionName;
use crate::names::base62;
use crate::names::text::checked_string;

/// A client id: 1 to 255 visible ASCII characters. Only a client that encodes the id (RFC 6749 §2.3.1) can send one
/// with a `:` as Basic credentials: an unencoded colon ends the id (RFC 7617 §2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(String);

/// Why a text is not a client id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClientIdError {
    /// Empty, or more than 255 characters.
    #[error("a client id must have 1 to 255 characters")]
    Length,
    /// A space, a control character or a character outside ASCII.
    #[error("a client id must have only visible ASCII characters")]
    IllegalCharacter,
}

impl ClientId {
    /// # Errors
    /// [`ClientIdError`], if the text is not 1 to 255 visible ASCII characters.
    pub fn parse(text: &str) -> Result<Self, ClientIdError> {
        if text.is_empty() || text.len() > MAX_CHARS {
            return Err(ClientIdError::Length);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ClientIdError::IllegalCharacter);
        }
        Ok(Self(text.to_owned()))
    }

    /// Generates an id `sa_<region>_<22 base62>`. The entropy must be fresh for each account.
    #[must_use]
    pub fn generate(region: &RegionName, entropy: [u8; 16]) -> Self {
        let random = base62::encode_secret(&entropy, RANDOM_CHARS);
        Self(format!("{PREFIX}{region}_{}", *random))
    }

    /// Whether only a client that encodes the id can send it as Basic credentials.
    #[must_use]
    pub fn must_be_encoded_in_basic(&self) -> bool {
        self.0.contains(':')
    }

    /// The region that a generated id names; `None` for an id of any other form.
    ///
    /// The region need not be configured, and the result reveals nothing about which accounts exist.
    #[must_use]
    pub fn region_tag(&self) -> Option<RegionName> {
        let (region, random) = self.0.strip_prefix(PREFIX)?.split_once('_')?;
        if random.len() != RANDOM_CHARS || !base62::is_base62(random) {
            return None;
        }
        RegionName::parse(region).ok()
    }
}

checked_string!(ClientId, ClientIdError);

const MAX_CHARS: usize = 255;
const PREFIX: &str = "sa_";
const RANDOM_CHARS: usize = 22;
