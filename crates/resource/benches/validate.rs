//! What a validator costs: a token seen before, a token seen for the first time, and the bare signature check beside it.
//!
//! The issuer is a small server in this process, asked once for its keys.

#![expect(clippy::expect_used, reason = "a bench whose own token is refused measures nothing")]

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, ParsedPublicKey,
};
use axum::Router;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use criterion::{BatchSize, Criterion};
use jeton_resource::Validator;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

const API: &str = "https://api.example.com/things";

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let runtime = Runtime::new().expect("a runtime starts");
    let issuer = runtime.block_on(Issuer::start());
    let validator = Validator::builder(&issuer.url, API).build().expect("a validator is built");
    let token = issuer.token(0);
    runtime.block_on(validator.validate(&token)).expect("the token is good");

    criterion.bench_function("token seen before", |bencher| {
        bencher.to_async(&runtime).iter(|| async { validator.validate(&token).await.expect("it is good") });
    });
    criterion.bench_function("bare ES256 signature check", |bencher| {
        let (input, signature) = token.rsplit_once('.').expect("a JWT has parts");
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("it is base64url");
        let key = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, issuer.key.public_key().as_ref());
        let key = key.expect("the key can be read");
        bencher.iter(|| key.verify_sig(input.as_bytes(), &signature).expect("it is right"));
    });
    criterion.bench_function("token seen for the first time", |bencher| {
        let mut number = 0;
        let next = || {
            number += 1;
            issuer.token(number)
        };
        let check = async |token: String| validator.validate(&token).await.expect("it is good");
        bencher.to_async(&runtime).iter_batched(next, check, BatchSize::SmallInput);
    });
    criterion.final_summary();
}

struct Issuer {
    url: String,
    key: Arc<EcdsaKeyPair>,
    now: u64,
}

impl Issuer {
    async fn start() -> Self {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        let document = document.expect("a key is made");
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref());
        let key = Arc::new(key.expect("the key can be read"));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let (x, y) = key.public_key().as_ref()[1..].split_at(32);
        let encode = |bytes| URL_SAFE_NO_PAD.encode(bytes);
        let jwk = json!({ "kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y), "kid": "key" });
        let metadata = json!({ "issuer": url, "jwks_uri": format!("{url}/jwks") });
        let answer = |body: Value| get(move || async move { body.to_string() });
        let app = Router::new()
            .route("/.well-known/oauth-authorization-server", answer(metadata))
            .route("/jwks", answer(json!({ "keys": [jwk] })));
        tokio::spawn(async move { axum::serve(listener, app).await });
        #[expect(clippy::disallowed_methods, reason = "the validator compares with the machine's clock")]
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
        Self { url, key, now: since_epoch.as_secs() }
    }

    /// As Jeton writes them.
    fn token(&self, number: u64) -> String {
        let header = json!({ "typ": "at+jwt", "alg": "ES256", "kid": "key" });
        let claims = json!({
            "iss": self.url, "aud": API, "sub": "sa_us_7n42DGM5Tflk9n8mt7Fhc7",
            "client_id": "sa_us_7n42DGM5Tflk9n8mt7Fhc7", "iat": self.now, "exp": self.now + 3600,
            "jti": format!("{number:022}"), "scope": "read:me", "tenant": "default", "region": "us",
            "epoch": [0, 0, 0],
        });
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let input = format!("{}.{}", encode(&header), encode(&claims));
        let signature = self.key.sign(&SystemRandom::new(), input.as_bytes()).expect("it is signed");
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}
