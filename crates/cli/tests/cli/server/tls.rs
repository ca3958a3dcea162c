//! A server with TLS: its certificate is replaced while it runs.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use reqwest::Client;
use reqwest::tls::TlsInfo;
use rustix::process::Signal;

use crate::harness::{Place, Server};

/// Writes a new pair into `folder`. Returns the certificate in DER.
fn renew(folder: &Path) -> Vec<u8> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    write_key(&folder.join("key.pem"), &made.signing_key.serialize_pem());
    made.cert.der().to_vec()
}

fn write_key(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

fn configured() -> Place {
    let place = Place::configured();
    let before = place.read("jeton.toml");
    place.write(
        "jeton.toml",
        &format!("{before}[listen.tls]\ncert_file = \"tls/cert.pem\"\nkey_file = \"tls/key.pem\"\n"),
    );
    place
}

/// The server's certificate on a new connection.
async fn shown(server: &Server) -> Vec<u8> {
    let client = Client::builder().no_proxy().tls_info(true).tls_danger_accept_invalid_certs(true);
    let url = server.public_url().replace("http://", "https://");
    let response = client.build().unwrap().get(format!("{url}/oauth/v1/jwks")).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let info = response.extensions().get::<TlsInfo>().unwrap();
    info.peer_certificate().unwrap().to_vec()
}

async fn metric(server: &Server) -> Option<i64> {
    let metrics =
        reqwest::get(format!("{}/metrics", server.operations_url())).await.unwrap().text().await.unwrap();
    let line =
        metrics.lines().find(|line| line.starts_with("jeton_tls_certificate_expiry_timestamp_seconds "))?;
    line.split(' ').nth(1).unwrap().parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hang_up_loads_the_renewed_certificate_and_a_bad_pair_keeps_the_old_one() {
    let place = configured();
    let first = renew(&place.file("tls"));
    let server = Server::start(&place, &["serve"]);
    assert_eq!(shown(&server).await, first);
    assert!(metric(&server).await.is_some());

    let second = renew(&place.file("tls"));
    server.signal(Signal::HUP);
    server.wait_for_log("the TLS certificate was replaced");
    assert_eq!(shown(&server).await, second);

    // The key of another certificate.
    let key = place.read("tls/key.pem");
    renew(&place.file("tls"));
    write_key(&place.file("tls/key.pem"), &key);
    server.signal(Signal::HUP);
    let line = server.wait_for_log("the old pair is still served");
    assert!(line.contains("tls/key.pem: the key does not belong to") && line.contains("ERROR"), "{line}");
    assert_eq!(shown(&server).await, second);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hang_up_follows_symlinks_and_changed_paths_in_the_file() {
    let place = configured();
    // As Kubernetes mounts a secret: the files are symlinks into a folder that is a symlink itself.
    let first = renew(&place.file("one"));
    std::fs::create_dir(place.file("tls")).unwrap();
    symlink("../one", place.file("tls/..data")).unwrap();
    for name in ["cert.pem", "key.pem"] {
        symlink(format!("..data/{name}"), place.file("tls").join(name)).unwrap();
    }
    let server = Server::start(&place, &["serve"]);
    assert_eq!(shown(&server).await, first);
    let second = renew(&place.file("two"));
    symlink("../two", place.file("tls/..new")).unwrap();
    std::fs::rename(place.file("tls/..new"), place.file("tls/..data")).unwrap();
    server.signal(Signal::HUP);
    server.wait_for_log("the TLS certificate was replaced");
    assert_eq!(shown(&server).await, second);

    let third = renew(&place.file("three"));
    place.write("jeton.toml", &place.read("jeton.toml").replace("\"tls/", "\"three/"));
    server.signal(Signal::HUP);
    server.wait_for_log("the TLS certificate was replaced");
    assert_eq!(shown(&server).await, third);
    server.signal(Signal::HUP);
    server.wait_for_log("the TLS certificate was reloaded and is unchanged");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_tls_has_no_expiry() {
    let place = Place::configured();
    let server = Server::start(&place, &["serve"]);
    assert_eq!(metric(&server).await, None);
}

#[test]
fn a_key_that_others_may_read_stops_the_start() {
    let place = configured();
    renew(&place.file("tls"));
    std::fs::set_permissions(place.file("tls/key.pem"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let line = place.run(["serve"]).refused(2);
    assert!(line.contains("key.pem") && line.contains("mode 0644") && line.contains("chmod 600"), "{line}");
    assert!(!place.file("jeton-data").exists());
}
