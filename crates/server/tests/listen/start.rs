//! Binding, and the first requests.

use std::net::SocketAddr;

use jeton_server::{
    config::TlsConfig,
    listen::{ListenOptions, Listener, Shutdown},
};

use super::{ANY_PORT, LONG_TIMEOUT, Server, ask, options};

#[tokio::test]
async fn requests_are_served_one_after_the_other_on_one_connection() {
    let server = Server::start(options()).await;
    let mut client = server.connect().await;
    for _ in 0..3 {
        let (head, body) = ask(&mut client, "/").await.unwrap();
        assert!(head.starts_with("http/1.1 200") && !head.contains("connection: close"), "{head}");
        assert_eq!(body, "served");
    }
}

#[tokio::test]
async fn a_request_carries_the_address_of_its_peer() {
    let server = Server::start(options()).await;
    let mut client = server.connect().await;
    let (_, body) = ask(&mut client, "/peer").await.unwrap();
    assert_eq!(body, client.local_addr().unwrap().to_string());
}

#[tokio::test]
async fn an_ipv4_peer_of_an_ipv6_socket_is_shown_as_ipv4() {
    let listener = Listener::bind("[::]:0".parse().unwrap(), options()).await.unwrap();
    let port = listener.local_addr().port();
    tokio::spawn(listener.serve(super::app(), Shutdown::new(LONG_TIMEOUT, LONG_TIMEOUT)));
    let mut client = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let (_, body) = ask(&mut client, "/peer").await.unwrap();
    assert_eq!(body, client.local_addr().unwrap().to_string());
}

#[tokio::test]
async fn the_error_for_a_port_in_use_is_one_line_that_says_what_to_do() {
    let first = Listener::bind(ANY_PORT, options()).await.unwrap();
    let address = first.local_addr();
    let refusal = Listener::bind(address, options()).await.unwrap_err().to_string();
    assert_eq!(
        refusal,
        format!(
            "{address} is already in use; stop the program that listens there, or choose another port under [listen]"
        )
    );
}

#[tokio::test]
async fn an_address_that_is_not_ours_is_named() {
    let address: SocketAddr = "192.0.2.1:8080".parse().unwrap();
    let refusal = Listener::bind(address, options()).await.unwrap_err().to_string();
    assert!(refusal.starts_with("cannot listen on 192.0.2.1:8080 ("), "{refusal}");
    assert!(refusal.ends_with("; correct the address under [listen]"), "{refusal}");
}

#[tokio::test]
async fn the_error_for_an_unreadable_certificate_names_its_setting() {
    let folder = tempfile::tempdir().unwrap();
    let (cert_file, key_file) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let tls = TlsConfig { cert_file: cert_file.clone(), key_file };
    let refusal = async || {
        let options = ListenOptions { tls: Some(tls.clone()), ..options() };
        Listener::bind(ANY_PORT, options).await.unwrap_err().to_string()
    };
    let missing = refusal().await;
    assert!(
        missing.starts_with(&format!("{}: it cannot be read (No such file", cert_file.display())),
        "{missing}"
    );
    assert!(missing.ends_with("; correct `listen.tls.cert_file`"), "{missing}");
}
