//! A migration that earlier versions do not survive waits until no process has the database open.

use std::fs::File;

use jeton_core::store::OpenError;
use jeton_store_sqlite::migrate;
use sqlx::{AssertSqlSafe, raw_sql};

use crate::samples::{TestFolder, WITHOUT_0014};

async fn earlier_database() -> TestFolder {
    let folder = TestFolder::new();
    migrate(&folder.url(), None).await.unwrap();
    let sql = format!("DELETE FROM _sqlx_migrations WHERE version >= 14; {WITHOUT_0014}");
    raw_sql(AssertSqlSafe(sql)).execute(&mut folder.connect().await).await.unwrap();
    folder
}

#[tokio::test]
async fn a_database_that_an_earlier_version_has_open_is_not_migrated() {
    let folder = earlier_database().await;
    // What every process that has the database open holds.
    let lock = File::open(format!("{}.lock", folder.database().display())).unwrap();
    lock.try_lock_shared().unwrap();
    let refused = migrate(&folder.url(), None).await.unwrap_err();
    assert!(matches!(refused, OpenError::Unavailable { .. }), "{refused}");
    assert!(refused.to_string().contains("stop every server and command of an earlier version"), "{refused}");
    drop(lock);
    assert_eq!(migrate(&folder.url(), None).await.unwrap(), ["0014_audit_chains", "0015_store_fence"]);
    // Processes of this version do not keep each other from starting.
    let _open = folder.open().await;
    assert_eq!(migrate(&folder.url(), None).await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn two_processes_may_migrate_at_once() {
    for _ in 0..5 {
        let folder = earlier_database().await;
        let processes: Vec<_> = (0..3).map(|_| folder.migrate_command().spawn().unwrap()).collect();
        for mut process in processes {
            assert!(process.wait().unwrap().success());
        }
    }
}
