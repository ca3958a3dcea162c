//! A token issuer in this process, for the measurements of `jeton-resource`, which fetches its keys once.

use std::time::SystemTime;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use axum::Router;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::Error;

/// Serves metadata and one ES256 key on loopback, and signs tokens like those of Jeton.
#[derive(Debug)]
pub struct TokenIssuer {
    /// The issuer URL.
    pub url: String,
    key: EcdsaKeyPair,
    now: u64,
}

impl TokenIssuer {
    /// Serves until the runtime ends.
    ///
    /// # Errors
    /// If no key can be generated or no port is free.
    pub async fn start() -> Result<Self, Error> {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())?;
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref())?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (x, y) = key.public_key().as_ref()[1..].split_at(32);
        let encode = |bytes| URL_SAFE_NO_PAD.encode(bytes);
        let jwk = json!({ "kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y), "kid": "key" });
        let metadata = json!({ "issuer": url, "jwks_uri": format!("{url}/jwks") });
        let answer = |body: Value| get(move || async move { body.to_string() });
        let app = Router::new()
            .route("/.well-known/oauth-authorization-server", answer(metadata))
            .route("/jwks", answer(json!({ "keys": [jwk] })));
        tokio::spawn(async move { axum::serve(listener, app).await });
        #[expect(clippy::disallowed_methods, reason = "validators use the system clock")]
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
        Ok(Self { url, key, now })
    }

    /// The public key in the format of aws-lc-rs.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        self.key.public_key().as_ref()
    }

    /// An access token for `audience` that is valid for an hour. Each number gives a different token.
    ///
    /// # Errors
    /// If signing fails.
    pub fn token(&self, audience: &str, number: u64) -> Result<String, Error> {
        let header = json!({ "typ": "at+jwt", "alg": "ES256", "kid": "key" });
        let account = "sa_us_7n42DGM5Tflk9n8mt7Fhc7";
        let claims = json!({
            "iss": self.url, "aud": audience, "sub": account, "client_id": account, "iat": self.now,
            "exp": self.now + 3600, "jti": format!("{number:022}"), "scope": "read:me", "tenant": "default",
            "region": "us", "epoch": [0, 0, 0],
        });
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let input = format!("{}.{}", encode(&header), encode(&claims));
        let signature = self.key.sign(&SystemRandom::new(), input.as_bytes())?;
        Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}
