//! An axum hello-world, once plain and once behind the layer of `jeton-resource`: what `bench/layer` measures.
//!
//! Prints the address and a token, and serves until its input ends.

use std::io::{Write as _, stdout};

use axum::Router;
use axum::routing::get;
use jeton_bench::{Error, TokenIssuer};
use jeton_resource::{BearerLayer, Validator};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let issuer = TokenIssuer::start().await?;
    let validator = Validator::builder(&issuer.url, API).build()?;
    let hello = || get(|| async { "hello" });
    let protected = Router::new().route("/protected", hello());
    let layer = BearerLayer::new(validator).require_scope("read:me");
    let app = Router::new().route("/plain", hello()).merge(protected.layer(layer));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(stdout(), "http://{} {}", listener.local_addr()?, issuer.token(API, 0)?)?;
    let input_ends = async {
        // Whatever comes of reading: there is nothing more to wait for.
        let _ = tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await;
    };
    tokio::select! {
        served = axum::serve(listener, app) => served?,
        () = input_ends => {}
    }
    Ok(())
}

const API: &str = "https://api.example.com/things";
