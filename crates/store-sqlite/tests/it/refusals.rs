//! Files that the store does not open and does not change.

use std::fs;

use jeton_core::store::{Migrate, OpenError};
use sqlx::{Connection as _, raw_sql};

use crate::samples::TestFolder;

#[tokio::test]
async fn a_file_that_is_not_a_database_is_foreign() {
    let long = "# Notes\n".repeat(1_000);
    for content in ["x", "SQLite format 3\0", "SQLite format 3", long.as_str()] {
        let folder = TestFolder::new();
        fs::write(folder.database(), content).unwrap();
        assert_refused(&folder, |error| matches!(error, OpenError::Foreign { .. })).await;
    }
}

#[tokio::test]
async fn another_programs_database_is_foreign() {
    for mark in ["", "PRAGMA application_id = 252006675;", "PRAGMA journal_mode = WAL;"] {
        let folder = TestFolder::new();
        let mut other = folder.connect().await;
        raw_sql(mark).execute(&mut other).await.unwrap();
        raw_sql("CREATE TABLE accounts (name TEXT)").execute(&mut other).await.unwrap();
        other.close().await.unwrap();
        assert_refused(&folder, |error| matches!(error, OpenError::Foreign { .. })).await;
        assert_eq!(folder.files(), ["jeton.db"]);
    }
}

#[tokio::test]
async fn a_folder_is_foreign() {
    let folder = TestFolder::new();
    fs::create_dir(folder.database()).unwrap();
    let error = folder.try_open(Migrate::Pending).await.unwrap_err();
    assert!(matches!(error, OpenError::Foreign { .. }), "{error}");
}

#[tokio::test]
async fn a_newer_database_is_refused() {
    let folder = TestFolder::new();
    folder.open().await.close().await;
    let mut newer = folder.connect().await;
    raw_sql(A_LATER_MIGRATION).execute(&mut newer).await.unwrap();
    newer.close().await.unwrap();
    assert_refused(&folder, is_newer).await;
}

#[tokio::test]
async fn a_newer_database_is_refused_after_the_newer_server_was_killed() {
    let (folder, killed) = (TestFolder::new(), TestFolder::new());
    folder.open().await.close().await;
    let mut newer = folder.connect().await;
    // Its writes are only in the log. The last connection that closes would move them into the file.
    raw_sql(A_LATER_MIGRATION).execute(&mut newer).await.unwrap();
    for file in ["jeton.db", "jeton.db-wal"] {
        fs::copy(folder.database().with_file_name(file), killed.database().with_file_name(file)).unwrap();
    }
    assert_refused(&folder, is_newer).await;
    assert_refused(&killed, is_newer).await;
}

#[tokio::test]
async fn a_migration_with_another_text_is_refused() {
    let folder = TestFolder::new();
    folder.open().await.close().await;
    let mut other = folder.connect().await;
    raw_sql("UPDATE _sqlx_migrations SET checksum = x'00'").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    assert_refused(&folder, |error| matches!(error, OpenError::Corrupt { .. })).await;
}

#[tokio::test]
async fn a_damaged_database_is_refused() {
    let folder = TestFolder::new();
    folder.open().await.close().await;
    let whole = folder.bytes();
    let mut without_schema = whole.clone();
    without_schema[100..4096].fill(0xff);
    let mut without_tables = whole.clone();
    without_tables[4096..].fill(0xaa);
    for damaged in [without_schema, without_tables, whole[..4096].to_vec(), whole[..100].to_vec()] {
        fs::write(folder.database(), damaged).unwrap();
        assert_refused(&folder, |error| matches!(error, OpenError::Corrupt { .. })).await;
    }
}

#[tokio::test]
async fn no_database_is_created_if_migrations_are_not_allowed() {
    let folder = TestFolder::new();
    let error = folder.try_open(Migrate::Never).await.unwrap_err();
    assert!(matches!(error, OpenError::Missing { .. }), "{error}");
    assert_eq!(folder.files(), [""; 0]);
    fs::write(folder.database(), "").unwrap();
    let error = folder.try_open(Migrate::Never).await.unwrap_err();
    assert!(matches!(error, OpenError::Missing { .. }), "{error}");
    assert_eq!(folder.bytes(), b"");
}

#[tokio::test]
async fn a_new_database_is_created_if_only_new_ones_may_be_migrated() {
    let folder = TestFolder::new();
    assert!(folder.try_open(Migrate::New).await.is_ok());
    assert!(folder.try_open(Migrate::Never).await.is_ok());
}

/// Opening fails with and without migrations. The error is one line that names the file, and no byte is changed.
async fn assert_refused(folder: &TestFolder, expected: impl Fn(&OpenError) -> bool) {
    let before = folder.bytes();
    for pending in [Migrate::Pending, Migrate::Never] {
        let error = folder.try_open(pending).await.unwrap_err();
        assert!(expected(&error), "{error:?}");
        let text = error.to_string();
        assert!(text.contains("jeton.db") && !text.contains('\n'), "{text}");
        assert!(folder.bytes() == before, "the file was changed");
    }
}

fn is_newer(error: &OpenError) -> bool {
    matches!(error, OpenError::Newer { found: 9_999, known, .. } if *known < 9_999)
}

const A_LATER_MIGRATION: &str =
    "INSERT INTO _sqlx_migrations VALUES (9999, 'later', CURRENT_TIMESTAMP, 1, x'', 0)";
