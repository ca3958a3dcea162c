//! What a validator of `jeton-resource` costs: a token seen before, one seen for the first time, and the bare signature
//! check beside it.

#![expect(clippy::expect_used, reason = "a bench whose own token is refused measures nothing")]

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use criterion::{BatchSize, Criterion};
use jeton_bench::TokenIssuer;
use jeton_resource::Validator;
use tokio::runtime::Runtime;

const API: &str = "https://api.example.com/things";

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let runtime = Runtime::new().expect("a runtime starts");
    let issuer = runtime.block_on(TokenIssuer::start()).expect("an issuer starts");
    let validator = Validator::builder(&issuer.url, API).build().expect("a validator is built");
    let sign = |number| issuer.token(API, number).expect("it is signed");
    let token = sign(0);
    runtime.block_on(validator.validate(&token)).expect("the token is good");

    criterion.bench_function("validate, seen before", |bencher| {
        bencher.to_async(&runtime).iter(|| async { validator.validate(&token).await.expect("it is good") });
    });
    criterion.bench_function("bare ES256 signature check", |bencher| {
        let (input, signature) = token.rsplit_once('.').expect("a JWT has parts");
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("it is base64url");
        let key = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, issuer.public_key());
        let key = key.expect("the key can be read");
        bencher.iter(|| key.verify_sig(input.as_bytes(), &signature).expect("it is right"));
    });
    criterion.bench_function("validate, first sight", |bencher| {
        let mut number = 0;
        let next = || {
            number += 1;
            sign(number)
        };
        let check = async |token: String| validator.validate(&token).await.expect("it is good");
        bencher.to_async(&runtime).iter_batched(next, check, BatchSize::SmallInput);
    });
    criterion.final_summary();
}
