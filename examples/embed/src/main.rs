//! An axum app that also serves Jeton's endpoints: token, introspection and keys under a prefix, and the metadata
//! documents at the root.
//!
//! ```text
//! cargo run -p jeton-example-embed -- ./jeton-data/jeton.toml
//! ```

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use jeton_core::AuthorizationServer;
use jeton_core::store::Migrate;
use jeton_server::config::{Config, Overrides, ProcessEnvironment};
use jeton_server::start::{open_master_key, open_store, settings};
use jeton_server::system::{SystemClock, SystemRandomness};
use jeton_server::{Background, Gateway};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args_os().nth(1).map(PathBuf::from);
    let config = Config::load(&Overrides { config: file, region: None }, &ProcessEnvironment)?.config;
    let gateway = open(&config).await?;
    let background = Background::start(&gateway)?;
    let listener = tokio::net::TcpListener::bind(config.listen.public).await?;
    // Passes on peer addresses. The failure limits and the allowed networks of accounts need them.
    let app = app(&config, gateway).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, app).await?;
    background.stop().await;
    Ok(())
}

/// Opens the configured store and keys.
async fn open(config: &Config) -> Result<Arc<Gateway>, Box<dyn Error>> {
    let (clock, randomness) = (Arc::new(SystemClock::new()), Arc::new(SystemRandomness));
    let store = open_store(config, Migrate::Pending).await?;
    let master = open_master_key(config, &*store, &*randomness).await?;
    let server =
        AuthorizationServer::open(settings(config), store, &master.key, clock, Arc::clone(&randomness) as _)
            .await?;
    Ok(Gateway::new(config, server, randomness))
}

/// The app's own routes and Jeton's.
fn app(config: &Config, gateway: Arc<Gateway>) -> Router {
    Router::new()
        .route("/", get(|| async { "the app's own page\n" }))
        .nest(config.server.prefix.as_str(), jeton_server::router(Arc::clone(&gateway)))
        .merge(jeton_server::well_known(gateway))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::header::HOST;
    use axum::http::{HeaderValue, Request, StatusCode};
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    async fn host(folder: &std::path::Path) -> Router {
        let file = folder.join("jeton.toml");
        let text = "region = \"us\"\n[[regions]]\nname = \"us\"\nissuer = \"https://app.example.com\"\n";
        std::fs::write(&file, text).unwrap();
        let config = Config::load(&Overrides { config: Some(file), region: None }, &ProcessEnvironment);
        let config = config.unwrap().config;
        app(&config, open(&config).await.unwrap())
    }

    /// Adds the `Host` header, which HTTP/1.1 requires and clients send.
    async fn body(app: Router, mut request: Request<Body>) -> (StatusCode, Vec<u8>) {
        request.headers_mut().insert(HOST, HeaderValue::from_static("app.example.com"));
        let response = app.oneshot(request).await.unwrap();
        (response.status(), response.into_body().collect().await.unwrap().to_bytes().to_vec())
    }

    #[tokio::test]
    async fn the_app_and_the_authorization_server_answer_together() {
        let folder = tempfile::tempdir().unwrap();
        let app = host(folder.path()).await;
        let (status, page) = body(app.clone(), Request::get("/").body(Body::empty()).unwrap()).await;
        assert_eq!((status, page.as_slice()), (StatusCode::OK, b"the app's own page\n".as_slice()));

        let well_known = Request::get("/.well-known/oauth-authorization-server").body(Body::empty()).unwrap();
        let (status, document) = body(app.clone(), well_known).await;
        let document: serde_json::Value = serde_json::from_slice(&document).unwrap();
        assert_eq!(status, StatusCode::OK);
        assert_eq!(document["token_endpoint"], "https://app.example.com/oauth/v1/token");

        let token = Request::post("/oauth/v1/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from("grant_type=client_credentials"))
            .unwrap();
        let (status, refusal) = body(app, token).await;
        let refusal: serde_json::Value = serde_json::from_slice(&refusal).unwrap();
        assert_eq!((status, &refusal["error"]), (StatusCode::UNAUTHORIZED, &"invalid_client".into()));
    }
}
