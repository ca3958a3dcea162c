//! The limits of a single request.

use jeton_fetch::{HttpClient, Outage};

use super::Server;

#[tokio::test]
async fn a_response_over_one_mebibyte_is_rejected() {
    let server = Server::start().await;
    let url = server.at("/large");
    let client = HttpClient::to(&url).unwrap();
    assert!(matches!(client.fetch(&url).await, Err(Outage::TooLarge { .. })));
    let allowed = client.get(&url).max_response_bytes(2 * 1024 * 1024).send().await.unwrap();
    assert_eq!(allowed.body.len(), 1024 * 1024 + 1);
}

#[tokio::test]
async fn debug_shows_neither_credentials_nor_the_response() {
    let server = Server::start().await;
    let url = server.at("/keys");
    let request = HttpClient::to(&url).unwrap().get(&url).basic_auth("client", "canary");
    assert_eq!(format!("{request:?}"), format!("Request {{ url: {:?}, .. }}", url.as_str()));
    let shown = format!("{:?}", request.send().await.unwrap());
    assert!(shown.contains("200") && !shown.contains("Ed25519"), "{shown}");
}
