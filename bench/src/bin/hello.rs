//! An axum hello-world: plain, behind a layer that does nothing, and behind the layer of `jeton-resource`.
//! `bench/layer` measures it.
//!
//! Prints the address and a token, and serves until its input ends.

use std::io::{Write as _, stdout};

use axum::Router;
use axum::routing::get;
use jeton_bench::{Error, IdleService, TokenIssuer};
use jeton_resource::{BearerLayer, Validator};
use tokio::net::TcpListener;
use tower_layer::layer_fn;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let issuer = TokenIssuer::start().await?;
    let validator = Validator::builder(&issuer.url, API).build()?;
    let hello = || get(|| async { "hello" });
    let behind_nothing = Router::new().route("/idle-layer", hello()).layer(layer_fn(IdleService));
    let bearer = BearerLayer::new(validator).require_scope("read:me");
    let protected = Router::new().route("/protected", hello()).layer(bearer);
    let app = Router::new().route("/plain", hello()).merge(behind_nothing).merge(protected);
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
