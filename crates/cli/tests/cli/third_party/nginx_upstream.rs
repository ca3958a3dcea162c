//! The nginx configuration of `docs/scaling.md`: a request whose connection breaks is sent to the other node.

use std::io::Read as _;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use super::nginx::Nginx;
use crate::harness::{Outcome, Place, Server};
use crate::page::blocks;

const PAGE: &str = include_str!("../../../../../docs/scaling.md");

/// A node that reads a part of each request and closes the connection, as one that is killed while it serves. Returns its
/// address. It ends with the process.
fn broken_node() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let _ = connection.unwrap().read(&mut [0; 16]);
        }
    });
    address
}

/// The block of the page for these nodes, without TLS.
fn configuration(port: u16, nodes: &[&str; 2]) -> String {
    let [block] = blocks(PAGE, "nginx")[..] else { panic!("the page has one block for nginx") };
    let changes = [
        ("10.0.0.1:8080", nodes[0]),
        ("10.0.0.2:8080", nodes[1]),
        ("listen 443 ssl;", &format!("listen 127.0.0.1:{port};")),
    ];
    changes.iter().fold(block.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{old} is not in the block");
        text.replace(old, new)
    })
}

/// The statuses of some token requests, each over a connection of its own.
fn request_tokens(nginx: &Nginx, form: &str) -> Vec<String> {
    let request = || {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--max-time", "20", "--output", "/dev/null", "--write-out", "%{http_code}"]);
        curl.args(["--data", "@-"]).arg(format!("http://127.0.0.1:{}/oauth/v1/token", nginx.port.port()));
        curl.stdout(Stdio::piped()).stderr(Stdio::piped());
        Outcome::of(curl, form).done().stdout
    };
    (0..10).map(|_| request()).collect()
}

#[test]
fn with_the_configuration_of_the_page_no_request_fails_when_a_node_breaks_connections_or_is_gone() {
    let place = Place::with_resource();
    let made = place.create_account("nightly", &["--scope", "read:me"]);
    let text = |member: &str| made[member].as_str().unwrap();
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        text("client_id"),
        text("client_secret")
    );
    let mut command = place.command(["serve"]);
    command.env("JETON_LISTEN__TRUSTED_PROXIES", "127.0.0.1");
    let server = Server::of(&place, command);
    let url = server.public_url();
    let good = url.strip_prefix("http://").unwrap();
    // No program listens on port 1.
    for bad in [broken_node().as_str(), "127.0.0.1:1"] {
        let nginx = Nginx::start_with(&place, &|port| configuration(port, &[bad, good]));
        assert_eq!(request_tokens(&nginx, &form), vec!["200"; 10], "{bad}: {}", place.read("nginx.log"));
        assert!(place.read("nginx.log").contains(bad), "nginx did not try {bad}");
    }
}
