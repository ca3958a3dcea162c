//! Requests that are refused because of their headers, on both listeners of a node, sent as raw bytes.

use std::net::SocketAddr;
use std::path::PathBuf;

use jeton_core::store::Migrate;
use jeton_server::config::{Config, Environment, Overrides};
use jeton_server::listen::Shutdown;
use tempfile::TempDir;
use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use super::{LONG_TIMEOUT, answer, ask, is_cut};

/// A complete node with both listeners.
struct Node {
    _folder: TempDir,
    public: SocketAddr,
    operations: SocketAddr,
}

impl Node {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("jeton.toml");
        let text = "region = \"us\"\n[[regions]]\nname = \"us\"\nissuer = \"https://app.example.com\"\n\
                    [listen]\npublic = \"127.0.0.1:0\"\noperations = \"127.0.0.1:0\"\n";
        std::fs::write(&file, text).unwrap();
        let overrides = Overrides { config: Some(file), region: None };
        let config =
            Config::load(&overrides, &NoEnvironment).unwrap_or_else(|error| panic!("{error}")).config;
        let node = jeton_server::Node::start(&config, Migrate::Pending).await.unwrap();
        let (public, operations) = (node.public_addr(), node.operations_addr());
        // The task ends with the runtime of the test.
        tokio::spawn(node.run(Shutdown::new(LONG_TIMEOUT, LONG_TIMEOUT)));
        Self { _folder: folder, public, operations }
    }

    async fn connect(&self, listener: ListenerKind) -> TcpStream {
        let address = match listener {
            ListenerKind::Public => self.public,
            ListenerKind::Operations => self.operations,
        };
        TcpStream::connect(address).await.unwrap()
    }
}

struct NoEnvironment;

impl Environment for NoEnvironment {
    fn variables(&self) -> Vec<(std::ffi::OsString, std::ffi::OsString)> {
        Vec::new()
    }

    fn folder(&self) -> PathBuf {
        PathBuf::new()
    }
}

#[derive(Debug, Clone, Copy)]
enum ListenerKind {
    Public,
    Operations,
}

/// The headers of the response in lower case, and its body. Asserts that the connection closes if the headers say so.
async fn exchange(node: &Node, listener: ListenerKind, request: &[u8]) -> (String, String) {
    let mut stream = node.connect(listener).await;
    stream.write_all(request).await.unwrap();
    let (head, body) = answer(&mut stream).await.unwrap_or_else(|| {
        panic!("no answer to {}", String::from_utf8_lossy(request));
    });
    if head.contains("connection: close") {
        is_cut(&mut stream).await;
    }
    (head, body)
}

fn assert_refused(head: &str, body: &str, status: u16) {
    assert!(head.split(' ').nth(1) == Some(status.to_string().as_str()), "{head}");
    for header in ["content-type: application/json", "cache-control: no-store", "pragma: no-cache"] {
        assert!(head.contains(header), "{head}");
    }
    let body: serde_json::Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("{head}: {body}"));
    assert_eq!(body["error"], "invalid_request", "{head}");
    assert!(
        !body["error_description"].as_str().unwrap().is_empty() && body["error_id"].is_string(),
        "{body}"
    );
}

/// Paths that are served, and one that is not.
const PATHS: [(ListenerKind, &str); 6] = [
    (ListenerKind::Public, "/oauth/v1/jwks"),
    (ListenerKind::Public, "/oauth/v1/revocations"),
    (ListenerKind::Public, "/.well-known/oauth-authorization-server"),
    (ListenerKind::Public, "/nothing"),
    (ListenerKind::Operations, "/healthz"),
    (ListenerKind::Operations, "/nothing"),
];

#[tokio::test]
async fn a_request_of_http_1_1_without_a_host_is_refused() {
    let node = Node::start().await;
    for (listener, path) in PATHS {
        let (head, body) = exchange(&node, listener, format!("GET {path} HTTP/1.1\r\n\r\n").as_bytes()).await;
        assert_refused(&head, &body, 400);
        assert!(body.contains("The Host header is missing."), "{body}");
    }
}

#[tokio::test]
async fn a_request_of_http_1_0_needs_no_host_but_a_wrong_one_is_refused() {
    let node = Node::start().await;
    for (listener, path) in [(ListenerKind::Public, "/oauth/v1/jwks"), (ListenerKind::Operations, "/healthz")]
    {
        let (head, _) = exchange(&node, listener, format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes()).await;
        assert!(head.contains(" 200 "), "{head}");
        let wrong = format!("GET {path} HTTP/1.0\r\nHost: a b\r\n\r\n");
        let (head, body) = exchange(&node, listener, wrong.as_bytes()).await;
        assert_refused(&head, &body, 400);
    }
}

#[tokio::test]
async fn a_repeated_host_is_refused_even_if_both_are_equal() {
    let node = Node::start().await;
    for (listener, path) in PATHS {
        for second in ["app.example.com", "other.example.com"] {
            let request =
                format!("GET {path} HTTP/1.1\r\nHost: app.example.com\r\nX: y\r\nHOST: {second}\r\n\r\n");
            let (head, body) = exchange(&node, listener, request.as_bytes()).await;
            assert_refused(&head, &body, 400);
            assert!(body.contains("more than once"), "{body}");
        }
    }
}

#[tokio::test]
async fn an_invalid_host_is_refused() {
    let node = Node::start().await;
    for (listener, path) in PATHS {
        for host in [&b""[..], b"a b", b"user@a", b"a/b", b"http://a", b"a:b", b"[::1", b"a, b", b"\xff"] {
            let request = [format!("GET {path} HTTP/1.1\r\nHost: ").as_bytes(), host, b"\r\n\r\n"].concat();
            let (head, body) = exchange(&node, listener, &request).await;
            assert_refused(&head, &body, 400);
            assert!(body.contains("not a host with an optional port"), "{body}");
        }
    }
}

#[tokio::test]
async fn a_target_that_names_a_host_does_not_replace_the_header() {
    let node = Node::start().await;
    for (listener, path) in [(ListenerKind::Public, "/oauth/v1/jwks"), (ListenerKind::Operations, "/healthz")]
    {
        let target = format!("http://app.example.com{path}");
        for (header, status) in [("", 400), ("Host: a b\r\n", 400), ("Host: other.example.com\r\n", 200)] {
            let request = format!("GET {target} HTTP/1.1\r\n{header}\r\n");
            let (head, _) = exchange(&node, listener, request.as_bytes()).await;
            assert!(head.contains(&format!(" {status} ")), "{header}: {head}");
        }
    }
}

#[tokio::test]
async fn after_a_refused_host_the_next_request_of_the_connection_is_served() {
    let node = Node::start().await;
    let mut stream = node.connect(ListenerKind::Operations).await;
    stream.write_all(b"GET /healthz HTTP/1.1\r\n\r\n").await.unwrap();
    assert!(answer(&mut stream).await.unwrap().0.starts_with("http/1.1 400"));
    assert_eq!(ask(&mut stream, "/healthz").await.unwrap().1, "ok\n");
}

/// Sends a token request with these additional headers.
async fn token_request(node: &Node, headers: &str, body: &str) -> (String, String) {
    let request = format!(
        "POST /oauth/v1/token HTTP/1.1\r\nHost: app.example.com\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n{headers}\r\n{body}"
    );
    exchange(node, ListenerKind::Public, request.as_bytes()).await
}

#[tokio::test]
async fn a_compressed_body_is_415_and_its_coding_is_named() {
    let node = Node::start().await;
    for (coding, name) in [("gzip", "gzip"), ("BR", "br"), ("identity, zstd", "zstd"), ("x-own", "x-own")] {
        let headers = format!("Content-Encoding: {coding}\r\nContent-Length: 4\r\n");
        let (head, body) = token_request(&node, &headers, "\x1f\x08xx").await;
        assert_refused(&head, &body, 415);
        assert!(body.contains(&format!("content coding {name} is not supported")), "{body}");
        assert!(head.contains("accept-encoding: identity"), "{head}");
    }
    let headers = "Content-Encoding: identity\r\nContent-Length: 3\r\n";
    let (head, body) = token_request(&node, headers, "x=y").await;
    assert!(head.starts_with("http/1.1 400 ") && body.contains("grant_type"), "{head} {body}");
}

#[tokio::test]
async fn after_a_compressed_body_the_next_request_of_the_connection_is_served() {
    let node = Node::start().await;
    let mut stream = node.connect(ListenerKind::Public).await;
    let request = "POST /oauth/v1/token HTTP/1.1\r\nHost: app.example.com\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nxxxx";
    stream.write_all(request.as_bytes()).await.unwrap();
    assert!(answer(&mut stream).await.unwrap().0.starts_with("http/1.1 415"));
    assert!(ask(&mut stream, "/oauth/v1/jwks").await.unwrap().0.starts_with("http/1.1 200"));
}

const CHUNKS: &str = "3\r\nx=y\r\n0\r\n\r\n";

#[tokio::test]
async fn an_unknown_transfer_coding_is_501_and_named() {
    let node = Node::start().await;
    for codings in ["gzip, chunked", "GZIP,chunked", "chunked, gzip, chunked"] {
        let headers = format!("Transfer-Encoding: {codings}\r\n");
        let (head, body) = token_request(&node, &headers, CHUNKS).await;
        assert_refused(&head, &body, 501);
        assert!(body.contains("transfer coding gzip "), "{body}");
        assert!(head.contains("connection: close"), "{head}");
    }
    let headers = "Transfer-Encoding: x-own\r\nTransfer-Encoding: chunked\r\n";
    let (head, body) = token_request(&node, headers, CHUNKS).await;
    assert_refused(&head, &body, 501);
    // Without a body for the OAuth endpoints, and on the other listener.
    let request = b"GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n";
    let (head, body) = exchange(&node, ListenerKind::Operations, request).await;
    assert_refused(&head, &body, 501);
}

#[tokio::test]
async fn chunked_that_is_not_the_last_coding_is_400_and_the_connection_closes() {
    let node = Node::start().await;
    let (head, body) = token_request(&node, "Transfer-Encoding: chunked, chunked\r\n", CHUNKS).await;
    assert_refused(&head, &body, 400);
    assert!(head.contains("connection: close"), "{head}");
    // hyper refuses these itself, because it cannot tell where such a body ends.
    for headers in [
        "Transfer-Encoding: chunked, gzip\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: \r\n",
    ] {
        let (head, body) = token_request(&node, headers, CHUNKS).await;
        assert!(head.starts_with("http/1.1 400 ") && body.is_empty(), "{headers}: {head} {body}");
        assert!(head.contains("connection: close"), "{headers}: {head}");
    }
}

#[tokio::test]
async fn a_chunked_body_is_read() {
    let node = Node::start().await;
    for codings in ["chunked", "Chunked"] {
        let headers = format!("Transfer-Encoding: {codings}\r\n");
        let (head, body) = token_request(&node, &headers, CHUNKS).await;
        assert!(head.starts_with("http/1.1 400 ") && body.contains("grant_type"), "{head} {body}");
    }
}
