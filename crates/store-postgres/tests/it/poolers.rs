//! A pooler between a store and its server.

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use jeton_core::store::{AccountStore as _, Migrate, OpenError, Position};
use jeton_postgres_cluster::unprivileged_user;
use jeton_reserved_port::ReservedPort;
use jeton_store_postgres::PostgresStore;

use crate::samples::{TestDatabase, account, account_entry};
use crate::wait_until;

/// A running pgbouncer. It stops when it is dropped.
struct Pooler {
    folder: tempfile::TempDir,
    port: ReservedPort,
    process: Child,
}

impl Pooler {
    fn start(database: &TestDatabase, mode: &str) -> Self {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/pgbouncer/usr/sbin/pgbouncer");
        let folder = tempfile::Builder::new().prefix("jeton-pooler-").tempdir_in("/tmp").unwrap();
        // It refuses to run as root, and its user may not be allowed to read this repository.
        let copy = folder.path().join("pgbouncer");
        std::fs::copy(&program, &copy).unwrap_or_else(|error| panic!("{error}: run scripts/setup"));
        let port = ReservedPort::new().unwrap();
        let server = database.socket_folder().display();
        let settings = format!(
            "[databases]\n* = host={server} user=jeton\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {}\n\
             unix_socket_dir =\nauth_type = any\npool_mode = {mode}\n",
            port.port()
        );
        std::fs::write(folder.path().join("pgbouncer.ini"), settings).unwrap();
        let mut command = Command::new(copy);
        if let Some((user, group)) = unprivileged_user().unwrap() {
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            std::fs::set_permissions(folder.path(), mode).unwrap();
            command.uid(user).gid(group);
        }
        command.arg(folder.path().join("pgbouncer.ini"));
        let process =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        Self { folder, port, process }
    }

    fn url(&self, database: &TestDatabase) -> String {
        format!("postgres://jeton@127.0.0.1:{}/{}?sslmode=disable", self.port.port(), database.name())
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        assert!(self.folder.path().exists());
    }
}

#[tokio::test]
async fn a_pooler_in_transaction_mode_is_refused_and_one_in_session_mode_is_not() {
    let database = TestDatabase::new().await;
    let region = "us".parse().unwrap();
    for (mode, is_safe) in [("transaction", false), ("statement", false), ("session", true)] {
        let pooler = Pooler::start(&database, mode);
        let url = pooler.url(&database);
        let open = || PostgresStore::open(&url, &region, Migrate::Never);
        wait_until(|| async { !matches!(open().await, Err(OpenError::Unavailable { .. })) }).await;
        let opened = open().await;
        let inspected = PostgresStore::inspect(&url, &region).await;
        if is_safe {
            inspected.unwrap();
            let (store, a) = (opened.unwrap(), account("a"));
            store.add_account(&a, &account_entry(&a)).await.unwrap();
            assert!(store.find_account(&a.client_id, Position::START).await.unwrap().value.is_some());
        } else {
            for error in [opened.map(drop), inspected.map(drop)] {
                assert!(matches!(error, Err(OpenError::Pooler { .. })), "{mode}: {error:?}");
            }
        }
    }
}
