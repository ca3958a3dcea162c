//! How long a write waits for another process, and which error it returns on timeout.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jeton_core::store::{AccountStore as _, LockWait, Locked, Migrate, OpenOptions, StoreError};
use jeton_store_sqlite::migrate;
use sqlx::{SqliteConnection, raw_sql};
use tokio::time::timeout;

use crate::samples::{TestFolder, account, audit_entry};

static NOTICES: AtomicUsize = AtomicUsize::new(0);
const SHORT: Duration = Duration::from_millis(40);

fn short_lock_wait() -> OpenOptions {
    let lock_wait = LockWait { limit: SHORT, notice_after: SHORT, notice: || {} };
    OpenOptions { lock_wait: Some(lock_wait), ..Migrate::Pending.into() }
}

/// A connection of another program that holds the write lock.
async fn lock(folder: &TestFolder) -> SqliteConnection {
    let mut other = folder.connect().await;
    raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    other
}

#[tokio::test]
async fn a_first_write_that_times_out_reports_that_nothing_was_changed() {
    let folder = TestFolder::new();
    folder.open().await.close().await;
    let store = folder.try_open(short_lock_wait()).await.unwrap();
    let mut other = lock(&folder).await;
    let error = store.add_account(&account("a"), &audit_entry(&account("a"))).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    let text = error.to_string();
    assert!(text.contains(&Locked::First(SHORT).to_string()), "{text}");
    assert!(text.contains("nothing was changed, and it is safe to repeat the command"), "{text}");
    raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    store.add_account(&account("a"), &audit_entry(&account("a"))).await.unwrap();
}

#[tokio::test]
async fn a_later_write_that_times_out_does_not_report_that_nothing_was_changed() {
    let folder = TestFolder::new();
    folder.open().await.close().await;
    let store = folder.try_open(short_lock_wait()).await.unwrap();
    store.add_account(&account("a"), &audit_entry(&account("a"))).await.unwrap();
    let _other = lock(&folder).await;
    let text = store.add_account(&account("b"), &audit_entry(&account("b"))).await.unwrap_err().to_string();
    assert!(text.contains("this change was not made") && !text.contains("nothing was changed"), "{text}");
}

#[tokio::test]
async fn waiting_writes_give_notice_and_succeed_when_the_other_process_ends() {
    let folder = TestFolder::new();
    folder.open().await.close().await;
    let lock_wait = LockWait {
        limit: Duration::from_mins(1),
        notice_after: Duration::from_millis(20),
        notice: || {
            NOTICES.fetch_add(1, Ordering::SeqCst);
        },
    };
    let options = OpenOptions { lock_wait: Some(lock_wait), ..Migrate::Never.into() };
    let store = folder.try_open(options).await.unwrap();
    let mut other = lock(&folder).await;
    let (a, audit_a) = (account("a"), audit_entry(&account("a")));
    let (b, audit_b) = (account("b"), audit_entry(&account("b")));
    let release = async {
        while NOTICES.load(Ordering::SeqCst) < 2 {
            tokio::task::yield_now().await;
        }
        raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    };
    // The second one waits for the connection.
    let (a, b, ()) = tokio::join!(store.add_account(&a, &audit_a), store.add_account(&b, &audit_b), release);
    a.unwrap();
    b.unwrap();
    assert_eq!(NOTICES.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_migration_has_the_same_limit() {
    let folder = TestFolder::new();
    folder.open().await.close().await;
    let mut other = folder.connect().await;
    raw_sql("DELETE FROM _sqlx_migrations; BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let error = migrate(&folder.url(), short_lock_wait().lock_wait).await.unwrap_err();
    assert!(error.to_string().contains("nothing was changed, and it is safe to repeat"), "{error}");
}

#[tokio::test]
async fn a_server_keeps_its_own_limit_and_error_text() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let _other = lock(&folder).await;
    let (a, audit_a) = (account("a"), audit_entry(&account("a")));
    let write = timeout(Duration::from_secs(5), store.add_account(&a, &audit_a));
    let text = write.await.unwrap().unwrap_err().to_string();
    assert!(text.contains("locked") && !text.contains("repeat"), "{text}");
}
