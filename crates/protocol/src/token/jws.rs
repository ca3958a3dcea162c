//! Parses a signed token in compact serialisation (RFC 7515 §7.1).
//!
//! This module checks the syntax only. Nothing in the result is verified: not the signature, the algorithm or a claim.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::request::limits::MAX_TOKEN_CHARS;

/// The parts of a compact serialisation, unverified.
#[derive(Clone)]
pub struct CompactJws<'a> {
    /// The signed text: the first two parts and the dot between them, as sent.
    pub signing_input: &'a str,
    /// The first part, parsed.
    pub header: JwsHeader,
    /// The second part, decoded.
    pub payload: Vec<u8>,
    /// The third part, decoded.
    pub signature: Vec<u8>,
}

/// Why a text is not a compact JWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// Longer than [`MAX_TOKEN_CHARS`].
    #[error("the token is too long")]
    TooLong,
    /// Not exactly three non-empty parts.
    #[error("the token does not have three parts")]
    Parts,
    /// A part is not canonical unpadded base64url.
    #[error("a part of the token is not base64url")]
    Base64,
    /// The header is not a JSON object with an `alg`, or has a duplicate member.
    #[error("the header of the token is malformed")]
    Header,
}

impl<'a> CompactJws<'a> {
    /// # Errors
    /// [`JwsError`], if the text is not exactly three canonical base64url parts with a JSON header.
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

/// Shows the header only: all three parts together are the token.
impl std::fmt::Debug for CompactJws<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CompactJws").field("header", &self.header).finish_non_exhaustive()
    }
}

/// The header (RFC 7515 §4.1). Other members are ignored.
///
/// The last five fields are `Some` if the member is present, even if it is `null`: a verifier rejects a token that has
/// one of them.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct JwsHeader {
    /// The algorithm that the sender claims.
    pub alg: String,
    /// The kind of token.
    #[serde(default, deserialize_with = "text")]
    pub typ: Option<String>,
    /// The id of the signing key.
    #[serde(default, deserialize_with = "text")]
    pub kid: Option<String>,
    /// Extensions that must be understood.
    #[serde(default, deserialize_with = "given")]
    pub crit: Option<Value>,
    /// A key chosen by the sender.
    #[serde(default, deserialize_with = "given")]
    pub jwk: Option<Value>,
    /// A key set URL chosen by the sender.
    #[serde(default, deserialize_with = "given")]
    pub jku: Option<Value>,
    /// A certificate URL chosen by the sender.
    #[serde(default, deserialize_with = "given")]
    pub x5u: Option<Value>,
    /// A certificate chosen by the sender.
    #[serde(default, deserialize_with = "given")]
    pub x5c: Option<Value>,
}

impl JwsHeader {
    fn parse(json: &[u8]) -> Result<Self, JwsError> {
        // A derived struct would accept a JSON array too.
        if json.first() != Some(&b'{') {
            return Err(JwsError::Header);
        }
        serde_json::from_slice(json).map_err(|_| JwsError::Header)
    }
}

/// The engine rejects padding and non-zero trailing bits: otherwise one token would have several spellings.
fn decoded(part: &str) -> Result<Vec<u8>, JwsError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| JwsError::Base64)
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    String::deserialize(deserializer).map(Some)
}

fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
