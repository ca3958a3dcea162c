//! Measures a validator of `jeton-resource` with a token seen before and with a new token, and for comparison the
//! signature check alone.

#![expect(clippy::expect_used, reason = "a benchmark must stop if its own token is refused")]

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header::{AUTHORIZATION, HOST};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use criterion::{BatchSize, Criterion};
use jeton_bench::{IdleService, TokenIssuer};
use jeton_resource::{BearerLayer, Validator};
use tokio::runtime::Runtime;
use tower::ServiceExt as _;
use tower::layer::layer_fn;

const API: &str = "https://api.example.com/things";

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let runtime = Runtime::new().expect("a runtime starts");
    let issuer = runtime.block_on(TokenIssuer::start()).expect("an issuer starts");
    let validator = Validator::builder(&issuer.url, API).build().expect("a validator is built");
    let sign = |number| issuer.token(API, number).expect("the token is signed");
    let token = sign(0);
    runtime.block_on(validator.validate(&token)).expect("the token is valid");

    criterion.bench_function("validate, seen before", |bencher| {
        bencher
            .to_async(&runtime)
            .iter(|| async { validator.validate(&token).await.expect("the token is valid") });
    });
    criterion.bench_function("validate, seen before, 1,000 tokens in turn", |bencher| {
        let tokens: Vec<String> = (0..1_000).map(sign).collect();
        for token in &tokens {
            runtime.block_on(validator.validate(token)).expect("the token is valid");
        }
        let mut turn = tokens.iter().cycle();
        let check = async |token: &str| validator.validate(token).await.expect("the token is valid");
        let next = || turn.next().expect("the cycle never ends").as_str();
        bencher.to_async(&runtime).iter_batched(next, check, BatchSize::SmallInput);
    });
    criterion.bench_function("bare ES256 signature check", |bencher| {
        let (input, signature) = token.rsplit_once('.').expect("a JWT has a signature");
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("the signature is base64url");
        let key = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, issuer.public_key());
        let key = key.expect("the key can be read");
        bencher.iter(|| key.verify_sig(input.as_bytes(), &signature).expect("the signature is valid"));
    });
    criterion.bench_function("validate, new token", |bencher| {
        let mut number = 0;
        let next = || {
            number += 1;
            sign(number)
        };
        let check = async |token: String| validator.validate(&token).await.expect("the token is valid");
        bencher.to_async(&runtime).iter_batched(next, check, BatchSize::SmallInput);
    });
    for (name, app) in apps(validator.clone()) {
        let request = || {
            Request::get("/hello")
                .header(HOST, "127.0.0.1:1234")
                .header(AUTHORIZATION, format!("Bearer {token}"))
                .body(Body::empty())
                .expect("the request is valid")
        };
        let call = async |request| app.clone().oneshot(request).await.expect("axum has no errors");
        assert!(runtime.block_on(call(request())).status().is_success(), "{name}");
        criterion.bench_function(name, |bencher| {
            bencher.to_async(&runtime).iter_batched(request, call, BatchSize::SmallInput);
        });
    }
    criterion.final_summary();
}

/// The same app without a layer, with one that does nothing, and with ours.
fn apps(validator: Validator) -> [(&'static str, Router); 3] {
    let hello = || Router::new().route("/hello", get(|| async { "hello" }));
    let bearer = BearerLayer::new(validator).require_scope("read:me");
    [
        ("axum, no layer", hello()),
        ("axum, a layer that does nothing", hello().layer(layer_fn(IdleService))),
        ("axum, BearerLayer, token seen before", hello().layer(bearer)),
    ]
    // A server does this once per connection.
    .map(|(name, app)| (name, app.with_state(())))
}
