//! TLS with a certificate made for the test.

use std::sync::Arc;

use jeton_server::{config::TlsConfig, listen::ListenOptions};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion, crypto::aws_lc_rs, version};
use rustls_pki_types::{CertificateDer, ServerName};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{SHORT, Server, ask, is_cut, options};

/// A certificate for `localhost` in files, and what a client needs to trust it.
struct Identity {
    folder: TempDir,
    certificate: CertificateDer<'static>,
}

impl Identity {
    fn make() -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("cert.pem"), made.cert.pem()).unwrap();
        std::fs::write(folder.path().join("key.pem"), made.signing_key.serialize_pem()).unwrap();
        Self { folder, certificate: made.cert.der().clone() }
    }

    fn config(&self) -> TlsConfig {
        let folder = self.folder.path();
        TlsConfig { cert_file: folder.join("cert.pem"), key_file: folder.join("key.pem") }
    }

    async fn connect(
        &self,
        server: &Server,
        version: &'static SupportedProtocolVersion,
        protocol: &[u8],
    ) -> std::io::Result<TlsStream<tokio::net::TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).unwrap();
        let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![protocol.to_vec()];
        let name = ServerName::try_from("localhost").unwrap();
        TlsConnector::from(Arc::new(config)).connect(name, server.connect().await).await
    }
}

#[tokio::test]
async fn a_byte_order_mark_before_certificate_and_key_is_ignored() {
    let identity = Identity::make();
    for (name, copies) in [("cert.pem", 2), ("key.pem", 1)] {
        let file = identity.folder.path().join(name);
        let marked = format!("\u{feff}{}", std::fs::read_to_string(&file).unwrap());
        std::fs::write(&file, marked.repeat(copies)).unwrap();
    }
    let server = Server::start(ListenOptions { tls: Some(identity.config()), ..options() }).await;
    let mut client = identity.connect(&server, &version::TLS13, b"http/1.1").await.unwrap();
    assert_eq!(ask(&mut client, "/").await.unwrap().1, "served");
}

#[tokio::test]
async fn both_versions_are_served() {
    let identity = Identity::make();
    let server = Server::start(ListenOptions { tls: Some(identity.config()), ..options() }).await;
    for version in [&version::TLS12, &version::TLS13] {
        let mut client = identity.connect(&server, version, b"http/1.1").await.unwrap();
        assert_eq!(client.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
        assert_eq!(ask(&mut client, "/").await.unwrap().1, "served");
    }
}

#[tokio::test]
async fn a_client_that_speaks_http_2_only_is_refused_in_the_handshake() {
    let identity = Identity::make();
    let server = Server::start(ListenOptions { tls: Some(identity.config()), ..options() }).await;
    let refusal = identity.connect(&server, &version::TLS13, b"h2").await;
    assert!(refusal.is_err_and(|error| error.to_string().contains("NoApplicationProtocol")));
}

#[tokio::test]
async fn a_handshake_that_stalls_is_cut() {
    let identity = Identity::make();
    let tls = Some(identity.config());
    let server = Server::start(ListenOptions { tls, header_timeout: SHORT, ..options() }).await;
    let mut client = server.connect().await;
    // A record of a ClientHello that promises 512 bytes more than it brings.
    client.write_all(&[0x16, 0x03, 0x01, 0x02, 0x00, 0x01]).await.unwrap();
    is_cut(&mut client).await;
}

#[tokio::test]
async fn a_client_that_falls_silent_behind_tls_is_cut() {
    let identity = Identity::make();
    let tls = Some(identity.config());
    let server = Server::start(ListenOptions { tls, header_timeout: SHORT, ..options() }).await;
    let mut client = identity.connect(&server, &version::TLS13, b"http/1.1").await.unwrap();
    is_cut(&mut client).await;
}

#[tokio::test]
async fn a_plain_client_of_a_tls_port_harms_nobody() {
    let identity = Identity::make();
    let server = Server::start(ListenOptions { tls: Some(identity.config()), ..options() }).await;
    let mut plain = server.connect().await;
    plain.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    is_cut(&mut plain).await;
    let mut client = identity.connect(&server, &version::TLS13, b"http/1.1").await.unwrap();
    assert_eq!(ask(&mut client, "/").await.unwrap().1, "served");
}

#[tokio::test]
async fn a_key_of_another_certificate_is_refused_at_the_start() {
    let (ours, other) = (Identity::make(), Identity::make());
    let tls = TlsConfig { key_file: other.config().key_file, ..ours.config() };
    let options = ListenOptions { tls: Some(tls), ..options() };
    let refusal =
        jeton_server::listen::Listener::bind(super::ANY_PORT, options).await.unwrap_err().to_string();
    assert!(refusal.contains("the key cannot serve the certificate"), "{refusal}");
    assert!(refusal.ends_with("; correct `listen.tls.key_file`"), "{refusal}");
}
