//! An axum hello-world: without a layer, behind a layer that does nothing, and behind the layer of `jeton-resource`.
//! `bench/layer` measures it.
//!
//! Prints the address and a token, and serves until standard input closes.

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
    let idle = Router::new().route("/idle-layer", hello()).layer(layer_fn(IdleService));
    let bearer = BearerLayer::new(validator).require_scope("read:me");
    let protected = Router::new().route("/protected", hello()).layer(bearer);
    let app = Router::new().route("/plain", hello()).merge(idle).merge(protected);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(stdout(), "http://{} {}", listener.local_addr()?, issuer.token(API, 0)?)?;
    let stdin_closed = async {
        // An error also means that standard input is closed.
        let _ = tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await;
    };
    tokio::select! {
        served = axum::serve(listener, app) => served?,
        () = stdin_closed => {}
    }
    Ok(())
}

const API: &str = "https://api.example.com/things";
