//! The proxy: what it does with a node that breaks connections, and without any node.

use std::net::SocketAddr;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use jeton_example_many_nodes::Proxy;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

/// A node that answers with the body and a header of the request.
async fn echo() -> String {
    let app = Router::new().route("/readyz", get(async || "ready")).route(
        "/echo",
        post(async |headers: HeaderMap, body: String| {
            (StatusCode::ACCEPTED, [("x-host", headers["host"].clone())], body)
        }),
    );
    let (listener, url) = bind().await;
    tokio::spawn(async { axum::serve(listener, app).await.unwrap() });
    url
}

/// A node that is ready, and closes the connection of each other request after it has read some of it.
async fn broken() -> (String, String) {
    let (listener, url) = bind().await;
    tokio::spawn(async move {
        loop {
            let (mut connection, _) = listener.accept().await.unwrap();
            let _ = connection.read(&mut [0; 64]).await;
        }
    });
    (url, echo().await)
}

async fn bind() -> (TcpListener, String) {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

async fn ready(proxy: &Proxy, nodes: usize) {
    for _ in 0..1_000 {
        if proxy.ready() == nodes {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{} of {nodes} nodes are ready", proxy.ready());
}

#[tokio::test]
async fn a_request_whose_connection_breaks_is_sent_to_another_node_with_its_body() {
    let proxy = Proxy::start().await.unwrap();
    let (good, (bad, probed)) = (echo().await, broken().await);
    proxy.add(&bad, &probed);
    proxy.add(&good, &good);
    ready(&proxy, 2).await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    for _ in 0..4 {
        let answer = http.post(format!("{}/echo", proxy.url())).body("a=1").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        assert_eq!(answer.headers()["x-host"], proxy.url().strip_prefix("http://").unwrap());
        assert_eq!(answer.text().await.unwrap(), "a=1");
    }
    assert_eq!(proxy.retries(), 2);
}

#[tokio::test]
async fn without_a_node_the_answer_is_502() {
    let proxy = Proxy::start().await.unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    assert_eq!(http.get(proxy.url()).send().await.unwrap().status(), StatusCode::BAD_GATEWAY);
    let (bad, probed) = broken().await;
    proxy.add(&bad, &probed);
    assert_eq!(http.get(proxy.url()).send().await.unwrap().status(), StatusCode::BAD_GATEWAY);
}
