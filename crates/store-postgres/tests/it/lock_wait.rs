//! Writes that wait for a transaction of another process.

use std::error::Error as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use jeton_core::store::{AccountStore as _, LockWait, Locked, Migrate, OpenOptions, Position, StoreError};
use jeton_store_postgres::PostgresStore;
use sqlx::{Connection as _, raw_sql};

use crate::samples::{TestDatabase, account, account_entry};

const LOCK_END: &str = "SELECT 1 FROM audit_ends WHERE chain = 'us' FOR UPDATE";

async fn add(store: &PostgresStore, id: &str) -> Result<(), StoreError> {
    store.add_account(&account(id), &account_entry(&account(id))).await
}

#[tokio::test]
async fn a_write_gives_up_and_leaves_nothing_and_reads_do_not_wait() {
    let database = TestDatabase::new().await;
    let store = database.open().await;
    add(&store, "a").await.unwrap();
    let mut connection = database.connect().await;
    let mut open = connection.begin().await.unwrap();
    raw_sql(LOCK_END).execute(&mut *open).await.unwrap();
    let waited = add(&store, "b").await;
    assert!(matches!(waited, Err(StoreError::Unavailable(_))), "{waited:?}");
    let id = "b".parse().unwrap();
    assert_eq!(store.find_account(&id, Position::START).await.unwrap().value, None);
    open.rollback().await.unwrap();
    add(&store, "b").await.unwrap();
}

#[tokio::test]
async fn a_command_gives_notice_once_and_names_the_time_that_it_waited() {
    static NOTICES: AtomicU32 = AtomicU32::new(0);
    let database = TestDatabase::new().await;
    add(&database.open().await, "a").await.unwrap();
    let limit = Duration::from_millis(400);
    let notice = || {
        NOTICES.fetch_add(1, Ordering::SeqCst);
    };
    let lock_wait = Some(LockWait { limit, notice_after: Duration::from_millis(100), notice });
    let store = database.try_open(OpenOptions { lock_wait, ..Migrate::Never.into() }).await.unwrap();
    let mut connection = database.connect().await;
    let mut open = connection.begin().await.unwrap();
    raw_sql(LOCK_END).execute(&mut *open).await.unwrap();
    let notices = NOTICES.load(Ordering::SeqCst);
    for expected in [Locked::First(limit), Locked::Later(limit)] {
        let error = add(&store, "b").await.unwrap_err();
        let source = error.source().unwrap().downcast_ref::<sqlx::Error>().unwrap();
        let sqlx::Error::Io(source) = source else { panic!("{source:?}") };
        let locked = source.get_ref().unwrap().downcast_ref::<Locked>().unwrap();
        assert_eq!(*locked, expected);
    }
    assert_eq!(NOTICES.load(Ordering::SeqCst), notices + 2);
}

/// The other transaction has the end of the chain and wants the row of the name; the writer has the row of the name and
/// wants the end of the chain.
#[tokio::test]
async fn the_victim_of_a_deadlock_is_repeated() {
    let database = TestDatabase::new().await;
    let store = database.open_patient(&"us".parse().unwrap()).await;
    add(&store, "a").await.unwrap();
    let mut connection = database.connect().await;
    // It looks for a deadlock after the writer does, so the writer is the victim.
    raw_sql("SET deadlock_timeout = '30s'").execute(&mut connection).await.unwrap();
    let mut open = connection.begin().await.unwrap();
    raw_sql(LOCK_END).execute(&mut *open).await.unwrap();
    let writer = store.clone();
    let written = tokio::spawn(async move { add(&writer, "b").await });
    wait_for_a_waiting_writer(&database).await;
    raw_sql("SELECT 1 FROM name_locks FOR UPDATE").execute(&mut *open).await.unwrap();
    open.commit().await.unwrap();
    written.await.unwrap().unwrap();
    let id = "b".parse().unwrap();
    assert!(store.find_account(&id, Position::START).await.unwrap().value.is_some());
}

async fn wait_for_a_waiting_writer(database: &TestDatabase) {
    let mut connection = database.connect().await;
    for _ in 0..600 {
        let waiting: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'jeton' AND wait_event_type = 'Lock'",
        )
        .fetch_one(&mut connection)
        .await
        .unwrap();
        if waiting > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no writer waits");
}
