//! Parses a signed token in compact serialisation (RFC 7515 §7.1).
//!
//! Parsing checks the syntax only. Nothing in the result is verified: not the signature, the algorithm or a claim.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jeton_protocol::MAX_TOKEN_CHARS;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::VerifyingKey;

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

    /// Whether the signature is valid for this key, with the algorithm of the key. Does not compare the header's `alg`
    /// and `kid` with the key: choose the key by them.
    #[must_use]
    pub fn is_signed_by(&self, key: &VerifyingKey) -> bool {
        key.verifies(self.signing_input.as_bytes(), &self.signature)
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
    /// Whether `typ` is this media type, with or without `application/`. Media types are case-insensitive (RFC 7515
    /// §4.1.9).
    #[must_use]
    pub fn has_type(&self, expected: &str) -> bool {
        self.typ.as_deref().is_some_and(|typ| {
            let (prefix, rest) = typ.split_at_checked("application/".len()).unwrap_or_default();
            let name = if prefix.eq_ignore_ascii_case("application/") { rest } else { typ };
            name.eq_ignore_ascii_case(expected)
        })
    }

    /// Whether the header requires an extension (`crit`) or chooses its own key (`jwk`, `jku`, `x5u`, `x5c`). A
    /// verifier with configured keys must reject such a token.
    #[must_use]
    pub fn has_extension_or_key(&self) -> bool {
        [&self.crit, &self.jwk, &self.jku, &self.x5u, &self.x5c].into_iter().any(Option::is_some)
    }

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
