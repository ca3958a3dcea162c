//! Backups of PostgreSQL are SQLite files, and backups of both can be restored to both.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use jeton_core::admin::{AuditVerdict, verify_audit};
use jeton_core::model::{Actor, Timestamp};
use jeton_core::store::{BackupError, CopyMonitor, NodeReport, Position, RestoreOptions};
use sqlx::{Connection as _, PgConnection};

use crate::place::{Place, assert_same, fill, open, postgres, rows, source};

const NOW: i64 = 2_000_000_000;

async fn back_up(url: &str, file: &Path) -> Result<u64, BackupError> {
    jeton_store::back_up(url, file, &Arc::new(CopyMonitor::new(|_| {}))).await
}

async fn restore(url: &str, file: &Path, force: bool) -> Result<(), BackupError> {
    let options = RestoreOptions {
        force,
        keep_tokens: false,
        at: Timestamp::from_unix(NOW),
        actor: Actor::Cli("root".to_owned()),
    };
    let restored = jeton_store::restore(url, file, &options, &CopyMonitor::new(|_| {})).await?;
    assert_eq!(restored.replaced, force);
    assert_eq!(restored.regions.len(), 2);
    Ok(())
}

fn schema(file: &Path) -> Vec<String> {
    let database = rusqlite::Connection::open(file).unwrap();
    let mut statement = database.prepare("SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY 1").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

#[tokio::test]
async fn a_backup_of_postgresql_is_a_private_sqlite_file_with_every_row() {
    let place = Place::new();
    let (url, fresh) = (postgres(), place.sqlite("fresh"));
    fill(&url).await;
    let file = place.folder.path().join("backup.db");
    let bytes = back_up(&url, &file).await.unwrap();
    let metadata = file.metadata().unwrap();
    assert_eq!((metadata.len(), metadata.permissions().mode() & 0o7777), (bytes, 0o600));
    assert_same(&rows(&format!("sqlite:{}", file.display())).await, &rows(&url).await);
    jeton_store::migrate(&fresh, None).await.unwrap();
    assert_eq!(schema(&file), schema(Path::new(fresh.strip_prefix("sqlite:").unwrap())));
    // An existing file is not overwritten.
    let before = std::fs::read(&file).unwrap();
    let error = back_up(&url, &file).await.unwrap_err();
    assert!(matches!(error, BackupError::Conflict(_)), "{error}");
    assert_eq!(std::fs::read(&file).unwrap(), before);
    let names = std::fs::read_dir(place.folder.path()).unwrap();
    assert!(!names.map(|name| name.unwrap().file_name()).any(|name| name == "backup.db.partial"));
}

#[tokio::test]
async fn a_backup_of_each_store_can_be_restored_to_each() {
    let place = Place::new();
    for from in place.filled().await {
        let file = place.folder.path().join(format!("{}.backup", &from[..4]));
        back_up(&from, &file).await.unwrap();
        for to in [place.sqlite(&format!("restored-{}", &from[..4])), postgres()] {
            restore(&to, &file, false).await.unwrap();
            let error = restore(&to, &file, false).await.unwrap_err();
            assert!(matches!(&error, BackupError::Conflict(text) if text.contains("--force")), "{error}");
            // What was written since is gone, and a fence too.
            jeton_store_contract::change(&*open(&to, "us").await).await;
            let fence = jeton_core::store::transfer::Fence {
                since: Timestamp::from_unix(1),
                target: "elsewhere".to_owned(),
            };
            source(&to).await.fence(&fence).await.unwrap();
            restore(&to, &file, true).await.unwrap();
            let (mut now, mut then) = (rows(&to).await, rows(&from).await);
            for table in ["regions", "audit_records", "audit_ends"] {
                now.remove(table);
                then.remove(table);
            }
            assert_same(&now, &then);
            for region in ["us", "eu"] {
                let store = open(&to, region).await;
                // Above the epoch of the restore before.
                assert_eq!(store.find_region_epoch().await.unwrap(), NOW + 1, "{to}");
                assert!(matches!(verify_audit(&*store, &[], |_| {}).await.unwrap(), AuditVerdict::Intact(_)));
                store.check_writable().await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn a_postgresql_database_with_a_running_server_is_not_replaced() {
    let place = Place::new();
    let url = postgres();
    fill(&url).await;
    let file = place.folder.path().join("backup.db");
    back_up(&url, &file).await.unwrap();
    let before = rows(&url).await;
    let store = open(&url, "us").await;
    let report = |seconds| NodeReport {
        id: "n1".to_owned(),
        region: "us".parse().unwrap(),
        version: "1".to_owned(),
        position: Position::START,
        at: Timestamp::from_unix(seconds),
    };
    store.report_node(&report(NOW - 10), Timestamp::from_unix(0)).await.unwrap();
    let error = restore(&url, &file, true).await.unwrap_err();
    assert!(matches!(&error, BackupError::Conflict(text) if text.contains("in use")), "{error}");
    assert_same(&rows(&url).await, &before);
    store.report_node(&report(NOW - 100), Timestamp::from_unix(0)).await.unwrap();
    // A server with another clock, or one that cannot report, is connected nevertheless.
    let separator = if url.contains('?') { '&' } else { '?' };
    let connected = format!("{url}{separator}application_name=jeton%20us%20node%20n1");
    let connection = PgConnection::connect(&connected).await.unwrap();
    let error = restore(&url, &file, true).await.unwrap_err();
    assert!(matches!(&error, BackupError::Conflict(text) if text.contains("jeton us node n1")), "{error}");
    assert_same(&rows(&url).await, &before);
    connection.close().await.unwrap();
    let mut restored = restore(&url, &file, true).await;
    // The server may still be ending the session.
    for _ in 0..100 {
        let Err(BackupError::Conflict(_)) = &restored else { break };
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        restored = restore(&url, &file, true).await;
    }
    restored.unwrap();
}
