//! A signed token taken apart (RFC 7515 §7.1).
//!
//! It decides the syntax alone. Nothing in the result is verified: not the signature, not the algorithm, not a claim.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::limits::MAX_TOKEN_CHARS;

/// The parts of a compact serialisation, unverified.
#[derive(Clone)]
pub struct CompactJws<'a> {
    /// What the signature covers: the first two parts and the dot between them, as they were sent.
    pub signing_input: &'a str,
    /// The first part, read.
    pub header: JwsHeader,
    /// The second part, decoded.
    pub payload: Vec<u8>,
    /// The third part, decoded.
    pub signature: Vec<u8>,
}

/// Why a text is no compact JWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// Longer than [`MAX_TOKEN_CHARS`].
    #[error("the token is too long")]
    TooLong,
    /// Not exactly three parts with something in each.
    #[error("the token does not have three parts")]
    Parts,
    /// A part is not unpadded base64url in its one canonical form.
    #[error("a part of the token is not base64url")]
    Base64,
    /// The header is not a JSON object with an `alg`, or has a member twice.
    #[error("the header of the token cannot be read")]
    Header,
}

impl<'a> CompactJws<'a> {
    /// # Errors
    /// [`JwsError`], where the text is not exactly three canonical base64url parts with a JSON header.
    pub fn parse(text: &'a str) -> Result<Self, JwsError> {
        if text.len() > MAX_TOKEN_CHARS {
            return Err(JwsError::TooLong);
        }
        let (signing_input, signature) = text.rsplit_once('.').ok_or(JwsError::Parts)?;
        let (header, payload) = signing_input.split_once('.').ok_or(JwsError::Parts)?;
        if header.is_empty() || payload.is_empty() || signature.is_empty() || payload.contains('.') {
            return Err(JwsError::Parts);
        }
        Ok(Self {
            signing_input,
            header: JwsHeader::parse(&decoded(header)?)?,
            payload: decoded(payload)?,
            signature: decoded(signature)?,
        })
    }
}

/// Whoever holds the three parts holds the token, so they do not show.
impl std::fmt::Debug for CompactJws<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CompactJws").field("header", &self.header).finish_non_exhaustive()
    }
}

/// The header (RFC 7515 §4.1); members that are not here are ignored.
///
/// The last five are `Some` as soon as the member is there, also as `null`: a verifier refuses them by their presence.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct JwsHeader {
    /// The algorithm that the sender claims.
    pub alg: String,
    /// The kind of token.
    #[serde(default, deserialize_with = "text")]
    pub typ: Option<String>,
    /// Which key.
    #[serde(default, deserialize_with = "text")]
    pub kid: Option<String>,
    /// Extensions that must be understood.
    #[serde(default, deserialize_with = "given")]
    pub crit: Option<Value>,
    /// A key that the sender brings along.
    #[serde(default, deserialize_with = "given")]
    pub jwk: Option<Value>,
    /// A URL of keys that the sender brings along.
    #[serde(default, deserialize_with = "given")]
    pub jku: Option<Value>,
    /// A URL of a certificate that the sender brings along.
    #[serde(default, deserialize_with = "given")]
    pub x5u: Option<Value>,
    /// A certificate that the sender brings along.
    #[serde(default, deserialize_with = "given")]
    pub x5c: Option<Value>,
}

impl JwsHeader {
    fn parse(json: &[u8]) -> Result<Self, JwsError> {
        // A derived struct would read a JSON array too.
        if json.first() != Some(&b'{') {
            return Err(JwsError::Header);
        }
        serde_json::from_slice(json).map_err(|_| JwsError::Header)
    }
}

/// The engine refuses padding and non-zero trailing bits: otherwise one token had several spellings.
fn decoded(part: &str) -> Result<Vec<u8>, JwsError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| JwsError::Base64)
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    String::deserialize(deserializer).map(Some)
}

fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
