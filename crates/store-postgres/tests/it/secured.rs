//! A server that asks for passwords and TLS, as one on another machine does.

use jeton_core::store::{InspectedStore, Migrate};
use jeton_postgres_cluster::Cluster;
use jeton_reserved_port::ReservedPort;
use jeton_store_postgres::{Location, PostgresStore};
use sqlx::{AssertSqlSafe, raw_sql};

use crate::cluster::{connect, start};

const PASSWORD: &str = "p@ss w%rd+#?/&=:é\"";

struct Secured {
    _cluster: Cluster,
    port: ReservedPort,
    folder: tempfile::TempDir,
}

impl Secured {
    /// With a certificate for `localhost`, and a database of a role that is no superuser.
    async fn start() -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), made.cert.pem()).unwrap();
        let port = ReservedPort::new().unwrap();
        let cluster = start();
        let mut owner = connect(&cluster, "postgres").await;
        let role = format!("CREATE ROLE app LOGIN PASSWORD '{PASSWORD}'");
        raw_sql(AssertSqlSafe(role)).execute(&mut owner).await.unwrap();
        raw_sql("CREATE DATABASE app OWNER app ENCODING 'UTF8' TEMPLATE template0")
            .execute(&mut owner)
            .await
            .unwrap();
        cluster.secure(port.port(), &made.cert.pem(), &made.signing_key.serialize_pem()).unwrap();
        Self { _cluster: cluster, port, folder }
    }

    fn url(&self, host: &str, parameters: &str) -> String {
        format!("postgres://app:old@{host}:{}/app?{parameters}", self.port.port())
    }

    fn root_certificate(&self) -> String {
        format!("sslrootcert={}", self.folder.path().join("ca.pem").display())
    }

    /// What is wrong with a connection; empty if it works.
    async fn fault(&self, host: &str, parameters: &str) -> String {
        let region = "us".parse().unwrap();
        match PostgresStore::inspect(&self.url(host, parameters), &region).await {
            Ok(_) => String::new(),
            Err(error) => format!("{error} {error:?}"),
        }
    }
}

/// The parameter with every byte percent-encoded.
fn password(text: &str) -> String {
    text.bytes().fold("password=".to_owned(), |encoded, byte| format!("{encoded}%{byte:02X}"))
}

#[tokio::test]
async fn the_certificate_is_verified_and_the_password_of_the_parameter_is_used() {
    let server = Secured::start().await;
    let (password, root) = (password(PASSWORD), server.root_certificate());
    for (host, parameters) in [
        ("localhost", format!("{password}&{root}")),
        ("localhost", format!("{password}&{root}&sslmode=verify-full")),
        ("127.0.0.1", format!("{password}&{root}&sslmode=verify-ca")),
        ("127.0.0.1", format!("{password}&sslmode=require")),
    ] {
        assert_eq!(server.fault(host, &parameters).await, "", "{host} {parameters}");
    }
    for (host, parameters, says) in [
        ("127.0.0.1", format!("{password}&{root}"), "certificate"),
        ("localhost", format!("{password}&sslmode=verify-full"), "certificate"),
        ("localhost", format!("{password}&sslmode=verify-ca"), "certificate"),
        ("localhost", format!("{password}&sslmode=disable"), "no encryption"),
        ("localhost", format!("password=canary&{root}"), "password authentication failed"),
        ("localhost", root.clone(), "password authentication failed"),
    ] {
        let fault = server.fault(host, &parameters).await;
        assert!(fault.contains(says) && !fault.contains("canary"), "{host} {parameters}: {fault}");
        assert!(!fault.contains(PASSWORD) && !fault.contains("old"), "{fault}");
    }
}

#[tokio::test]
async fn the_owner_of_the_database_can_create_the_tables() {
    let server = Secured::start().await;
    let url = server.url("localhost", &format!("{}&{}", password(PASSWORD), server.root_certificate()));
    assert!(!Location::from_url(&url).unwrap().to_string().contains("old"));
    let region = "us".parse().unwrap();
    PostgresStore::open(&url, &region, Migrate::Pending).await.unwrap().close().await;
    let found = PostgresStore::inspect(&url, &region).await.unwrap();
    assert!(matches!(found, InspectedStore::Current { .. }), "{found:?}");
}
