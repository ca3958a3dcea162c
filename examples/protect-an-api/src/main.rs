use axum::{Json, Router, routing::get};
use jeton_resource::{BearerLayer, ProtectedResource, Token, Validator};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Both must have exactly the spelling that Jeton uses.
    let issuer = setting("ISSUER", "http://127.0.0.1:8080");
    let audience = setting("AUDIENCE", "http://127.0.0.1:3000");

    let validator = Validator::builder(&issuer, &audience).build()?;
    let app = Router::new()
        .route("/things", get(things))
        .layer(BearerLayer::new(validator.clone()).require_scope("read:me"))
        .merge(ProtectedResource::of(&validator).scopes(["read:me"]).routes());

    let address = format!("127.0.0.1:{}", setting("PORT", "3000"));
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("Listening on {}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

async fn things(token: Token) -> Json<Value> {
    Json(json!({ "client": token.client_id() }))
}

fn setting(name: &str, default: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| default.to_owned())
}
