//! Decodes and forges tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// The header of a compact JWS.
pub(crate) fn header(token: &str) -> Value {
    part(token, 0)
}

/// The claims of a JWT.
pub(crate) fn claims(token: &str) -> Value {
    part(token, 1)
}

/// The three parts.
pub(crate) fn parts(token: &str) -> [&str; 3] {
    token.split('.').collect::<Vec<_>>().try_into().unwrap()
}

/// A part from JSON.
pub(crate) fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A part from bytes.
pub(crate) fn encode_bytes(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a part.
pub(crate) fn decode(part: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(part).unwrap()
}

fn part(token: &str, index: usize) -> Value {
    serde_json::from_slice(&decode(parts(token)[index])).unwrap()
}
