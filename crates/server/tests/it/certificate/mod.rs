//! The certificate of the public listener: detection of renewals, and the expiry in the metrics.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jeton_server::background::watch_certificate;
use jeton_server::config::TlsConfig;
use jeton_server::listen::ServerCertificate;
use tokio::time::{pause, sleep};

use crate::support::World;

fn write_pair(folder: &Path, year: i32) -> TlsConfig {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut parameters = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
    parameters.not_after = rcgen::date_time_ymd(year, 1, 1);
    let files = TlsConfig { cert_file: folder.join("cert.pem"), key_file: folder.join("tls.pem") };
    std::fs::write(&files.cert_file, parameters.self_signed(&key).unwrap().pem()).unwrap();
    std::fs::write(&files.key_file, key.serialize_pem()).unwrap();
    std::fs::set_permissions(&files.key_file, std::fs::Permissions::from_mode(0o600)).unwrap();
    files
}

async fn expiry(world: &World) -> Option<String> {
    let metrics = world.operations("/metrics").await.body;
    let line = metrics.lines().find_map(|line| line.strip_prefix(&format!("{METRIC} ")));
    line.map(str::to_owned)
}

const METRIC: &str = "jeton_tls_certificate_expiry_timestamp_seconds";

#[tokio::test]
async fn a_renewed_certificate_is_loaded_within_half_a_minute_and_a_bad_one_is_rejected() {
    let world = World::new().await;
    assert_eq!(expiry(&world).await, None);
    let files = write_pair(world.folder.path(), 2031);
    let certificate = Arc::new(ServerCertificate::load(&files).unwrap());
    // From here on, the time of timers is paused: it advances when all tasks wait.
    pause();
    let watching = tokio::spawn(watch_certificate(Arc::clone(&world.gateway), Arc::clone(&certificate)));
    sleep(Duration::from_secs(1)).await;
    assert_eq!(expiry(&world).await.as_deref(), Some("1924992000"));
    assert!(world.operations("/metrics").await.body.contains(&format!("# TYPE {METRIC} gauge")));

    write_pair(world.folder.path(), 2032);
    sleep(Duration::from_secs(30)).await;
    assert_eq!(certificate.expires_at().to_string(), "2032-01-01T00:00:00Z");
    assert_eq!(expiry(&world).await.as_deref(), Some("1956528000"));

    std::fs::write(&files.key_file, "half a ke").unwrap();
    sleep(Duration::from_secs(30)).await;
    assert_eq!(expiry(&world).await.as_deref(), Some("1956528000"));
    write_pair(world.folder.path(), 2033);
    sleep(Duration::from_secs(30)).await;
    assert_eq!(expiry(&world).await.as_deref(), Some("1988150400"));
    watching.abort();
}
