//! TLS with a certificate made for the test.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use jeton_server::{
    config::TlsConfig,
    listen::{ListenOptions, ServerCertificate},
};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion, crypto::aws_lc_rs, version};
use rustls_pki_types::{CertificateDer, ServerName};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{SHORT_TIMEOUT, Server, answer, ask, is_cut, options};

/// A certificate for `localhost` in files, and what a client needs to trust it.
struct Identity {
    folder: TempDir,
    certificate: CertificateDer<'static>,
    key: String,
}

impl Identity {
    fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let (certificate, key) = (made.cert.der().clone(), made.signing_key.serialize_pem());
        let identity = Self { folder, certificate, key };
        identity.write("cert.pem", &made.cert.pem());
        identity.write("key.pem", &identity.key);
        identity
    }

    /// Another pair in the same files.
    fn renewed(&self) -> Self {
        let renewed = Self::make();
        for name in ["cert.pem", "key.pem"] {
            self.write(name, &renewed.read(name));
        }
        renewed
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// The error of a start with these files.
    fn refusal(&self) -> String {
        ServerCertificate::load(&self.config()).unwrap_err().to_string()
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
    let server = Server::start(ListenOptions { tls, header_timeout: SHORT_TIMEOUT, ..options() }).await;
    let mut client = server.connect().await;
    // A record header of a ClientHello whose announced 512 bytes do not follow.
    client.write_all(&[0x16, 0x03, 0x01, 0x02, 0x00, 0x01]).await.unwrap();
    is_cut(&mut client).await;
}

#[tokio::test]
async fn a_client_that_falls_silent_behind_tls_is_cut() {
    let identity = Identity::make();
    let tls = Some(identity.config());
    let server = Server::start(ListenOptions { tls, header_timeout: SHORT_TIMEOUT, ..options() }).await;
    let mut client = identity.connect(&server, &version::TLS13, b"http/1.1").await.unwrap();
    is_cut(&mut client).await;
}

#[tokio::test]
async fn a_plain_client_of_a_tls_port_does_not_affect_others() {
    let identity = Identity::make();
    let server = Server::start(ListenOptions { tls: Some(identity.config()), ..options() }).await;
    let mut plain = server.connect().await;
    plain.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    is_cut(&mut plain).await;
    let mut client = identity.connect(&server, &version::TLS13, b"http/1.1").await.unwrap();
    assert_eq!(ask(&mut client, "/").await.unwrap().1, "served");
}

#[test]
fn the_error_names_the_certificate_or_the_key() {
    let (certificate, key) = ("listen.tls.cert_file", "listen.tls.key_file");
    let good = Identity::make();
    let (cert_pem, key_pem) = (good.read("cert.pem"), good.read("key.pem"));
    let damaged = |pem: &str| pem.lines().map(|line| line.replace('M', "N") + "\n").collect::<String>();
    let cut = cert_pem.replacen("-----END", "!----END", 1);
    let sec1 = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    for (file, text, setting, part) in [
        ("cert.pem", "", certificate, "it contains no PEM certificate"),
        ("cert.pem", "no PEM", certificate, "it contains no PEM certificate"),
        ("cert.pem", key_pem.as_str(), certificate, "it contains a private key but no certificate"),
        ("cert.pem", &cut, certificate, "it is not valid PEM"),
        ("cert.pem", &damaged(&cert_pem), certificate, "certificate 1 in it is damaged"),
        (
            "cert.pem",
            &(cert_pem.clone() + &damaged(&cert_pem)),
            certificate,
            "certificate 2 in it is damaged",
        ),
        ("key.pem", "", key, "it contains no PEM private key"),
        ("key.pem", sec1, key, "it contains no PEM private key"),
        ("key.pem", &cert_pem, key, "it contains a certificate but no private key"),
        ("key.pem", &damaged(&key_pem), key, "the key is damaged or not supported; supported keys are RSA"),
        ("key.pem", &Identity::make().key, key, "the key does not belong to the first certificate in "),
    ] {
        let identity = Identity::make();
        identity.write("cert.pem", &cert_pem);
        identity.write("key.pem", &key_pem);
        identity.write(file, text);
        let refusal = identity.refusal();
        assert!(
            refusal.starts_with(&format!("{}: {part}", identity.folder.path().join(file).display())),
            "{refusal}"
        );
        assert!(refusal.ends_with(&format!("correct `{setting}`")) && !refusal.contains('\n'), "{refusal}");
        let shown = text.lines().nth(1).unwrap_or("no such text");
        assert!(!refusal.contains(shown), "{refusal}");
    }
    for file in ["cert.pem", "key.pem"] {
        let identity = Identity::make();
        std::fs::remove_file(identity.folder.path().join(file)).unwrap();
        assert!(identity.refusal().contains(&format!("{file}: it cannot be read (No such file")));
        std::fs::create_dir(identity.folder.path().join(file)).unwrap();
        assert!(identity.refusal().contains(&format!("{file}: it ")), "{}", identity.refusal());
    }
}

#[test]
fn the_error_for_an_encrypted_key_says_how_to_decrypt_it() {
    let identity = Identity::make();
    let body = identity.key.lines().nth(1).unwrap();
    for text in [
        format!("-----BEGIN ENCRYPTED PRIVATE KEY-----\n{body}\n-----END ENCRYPTED PRIVATE KEY-----\n"),
        format!(
            "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n{body}\n\
             -----END EC PRIVATE KEY-----\n"
        ),
    ] {
        identity.write("key.pem", &text);
        let refusal = identity.refusal();
        assert!(
            refusal.contains("key.pem: the key is encrypted") && refusal.contains("openssl pkey"),
            "{refusal}"
        );
    }
}

#[test]
fn a_tls_key_that_others_may_read_is_refused_and_a_certificate_may_be_public() {
    let identity = Identity::make();
    let set = |name: &str, mode| {
        std::fs::set_permissions(identity.folder.path().join(name), std::fs::Permissions::from_mode(mode))
            .unwrap();
    };
    set("cert.pem", 0o644);
    for mode in [0o400, 0o600] {
        set("key.pem", mode);
        ServerCertificate::load(&identity.config()).unwrap();
    }
    for mode in [0o644, 0o640, 0o604, 0o660] {
        set("key.pem", mode);
        let refusal = identity.refusal();
        assert!(
            refusal.contains(&format!("key.pem: others may read or change it (mode {mode:04o}, owner ")),
            "{refusal}"
        );
        assert!(refusal.contains("run `chmod 600 "), "{refusal}");
    }
}

#[tokio::test]
async fn a_renewed_pair_is_served_and_open_connections_continue() {
    let identity = Identity::make();
    let (server, certificate) = Server::with_tls(identity.config()).await;
    let mut before = identity.connect(&server, &version::TLS13, b"http/1.1").await.unwrap();
    assert_eq!(ask(&mut before, "/").await.unwrap().1, "served");
    assert!(!certificate.reload_if_changed().unwrap());

    before.write_all(b"GET / HTTP/1.1\r\nhost: local").await.unwrap();
    let renewed = identity.renewed();
    assert!(certificate.reload_if_changed().unwrap());
    assert!(!certificate.reload_if_changed().unwrap());
    before.write_all(b"host\r\n\r\n").await.unwrap();
    assert_eq!(answer(&mut before).await.unwrap().1, "served");
    assert_eq!(ask(&mut before, "/").await.unwrap().1, "served");

    for version in [&version::TLS12, &version::TLS13] {
        let mut after = renewed.connect(&server, version, b"http/1.1").await.unwrap();
        assert_eq!(ask(&mut after, "/").await.unwrap().1, "served");
        assert!(identity.connect(&server, version, b"http/1.1").await.is_err(), "the old one is still shown");
    }
}

#[tokio::test]
async fn a_bad_new_pair_keeps_the_old_one_and_is_reported_once_for_each_change() {
    let identity = Identity::make();
    let (server, certificate) = Server::with_tls(identity.config()).await;
    let key = identity.read("key.pem");
    for bad in ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", &Identity::make().key] {
        identity.write("key.pem", bad);
        assert!(certificate.reload_if_changed().is_err());
        assert!(!certificate.reload_if_changed().unwrap());
        // An explicit reload reports it again.
        assert!(certificate.reload_again().is_err());
        assert!(!certificate.reload_if_changed().unwrap());
        let mut client = identity.connect(&server, &version::TLS13, b"http/1.1").await.unwrap();
        assert_eq!(ask(&mut client, "/").await.unwrap().1, "served");
    }
    std::fs::remove_file(identity.folder.path().join("key.pem")).unwrap();
    assert!(certificate.reload_if_changed().is_err());
    assert!(!certificate.reload_if_changed().unwrap());
    // Unchanged again: the same pair.
    identity.write("key.pem", &key);
    assert!(!certificate.reload_if_changed().unwrap());
    let renewed = identity.renewed();
    assert!(certificate.reload_if_changed().unwrap());
    renewed.connect(&server, &version::TLS13, b"http/1.1").await.unwrap();
}

#[tokio::test]
async fn other_files_are_watched_after_they_were_loaded() {
    let (identity, other) = (Identity::make(), Identity::make());
    let (server, certificate) = Server::with_tls(identity.config()).await;
    let missing = TlsConfig { key_file: "nowhere/key.pem".into(), ..other.config() };
    assert!(certificate.reload(&missing).unwrap_err().to_string().starts_with("nowhere/key.pem: "));
    assert!(!certificate.reload_if_changed().unwrap());
    assert!(certificate.reload(&other.config()).unwrap());
    let renewed = other.renewed();
    assert!(certificate.reload_if_changed().unwrap());
    renewed.connect(&server, &version::TLS13, b"http/1.1").await.unwrap();
}

#[test]
fn the_expiry_is_that_of_the_servers_own_certificate() {
    let identity = Identity::make();
    let pem = |year| {
        let mut parameters = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        parameters.not_after = rcgen::date_time_ymd(year, 1, 1);
        parameters.self_signed(&rcgen::KeyPair::from_pem(&identity.key).unwrap()).unwrap().pem()
    };
    identity.write("cert.pem", &(pem(2031) + &pem(2030)));
    let certificate = ServerCertificate::load(&identity.config()).unwrap();
    assert_eq!(certificate.expires_at().to_string(), "2031-01-01T00:00:00Z");
}
