//! The JWK Set that verifiers fetch.

use std::sync::Arc;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jeton_jose::JwkSet;

use super::KeyPair;

/// The JWK Set (RFC 7517 §5), ready to be sent.
#[derive(Debug, Clone, Default)]
pub struct PublishedKeys {
    /// The JSON document.
    pub body: Arc<[u8]>,
    /// Its entity tag, including the quotes (RFC 9110 §8.8.3).
    pub etag: Arc<str>,
}

impl PublishedKeys {
    /// The JWK Set of the public parts of `keys`.
    pub(super) fn of<'a>(keys: impl Iterator<Item = &'a Arc<KeyPair>>) -> Self {
        let set = JwkSet { keys: keys.map(|key| key.jwk().clone()).collect() };
        let body = serde_json::to_vec(&set).unwrap_or_default();
        let digest = digest::digest(&digest::SHA256, &body);
        let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&digest.as_ref()[..12]));
        Self { body: body.into(), etag: etag.into() }
    }
}
