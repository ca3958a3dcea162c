//! What still works while the database is locked, or while one account is corrupt.

use std::time::Duration;

use jeton_core::store::{AccountStore as _, Migrate, Position, StoreError};
use sqlx::raw_sql;
use tokio::time::timeout;

use crate::samples::{TestFolder, account, audit_entry};

#[tokio::test]
async fn while_another_program_writes_a_write_fails_in_time_and_reads_succeed() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    store.add_account(&account("a"), &audit_entry(&account("a"))).await.unwrap();
    let mut other = folder.connect().await;
    raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();

    let (b, audit_b) = (account("b"), audit_entry(&account("b")));
    // Three at once: the first one waits for the lock, the others for the connection.
    let writes = async {
        tokio::join!(
            store.add_account(&b, &audit_b),
            store.add_account(&b, &audit_b),
            store.add_account(&b, &audit_b)
        )
    };
    let (one, two, three) = timeout(Duration::from_secs(2), writes).await.unwrap();
    for result in [one, two, three] {
        assert!(matches!(result, Err(StoreError::Unavailable(_))), "{result:?}");
    }
    assert!(store.find_account(&account("a").client_id, Position::START).await.unwrap().value.is_some());

    raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    store.add_account(&b, &audit_b).await.unwrap();
}

#[tokio::test]
async fn a_start_succeeds_while_another_program_writes() {
    let folder = TestFolder::new();
    folder.open().await.close().await;
    let mut other = folder.connect().await;
    raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    for pending in [Migrate::Pending, Migrate::Never] {
        timeout(Duration::from_secs(2), folder.try_open(pending)).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_corrupt_account_is_reported_and_the_others_are_served() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    for id in ["a", "b"] {
        store.add_account(&account(id), &audit_entry(&account(id))).await.unwrap();
    }
    let mut other = folder.connect().await;
    for damage in ["name = ''", "allow_cidr = 'anywhere'", "token_ttl = -1"] {
        let statement = format!("UPDATE accounts SET {damage} WHERE client_id = 'a'");
        raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut other).await.unwrap();
        let result = store.find_account(&account("a").client_id, Position::START).await;
        assert!(matches!(result, Err(StoreError::Corrupt(_))), "{damage}: {result:?}");
    }
    assert!(store.find_account(&account("b").client_id, Position::START).await.unwrap().value.is_some());
}

#[tokio::test]
async fn a_credential_of_an_unknown_kind_is_skipped() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    store.add_account(&account("a"), &audit_entry(&account("a"))).await.unwrap();
    let mut later_version = folder.connect().await;
    raw_sql(
        "INSERT INTO credentials (account, id, kind, hash, last_four, created_at)
         SELECT id, 'sec_1', 'jwk', '', '', 0 FROM accounts",
    )
    .execute(&mut later_version)
    .await
    .unwrap();
    let found = store.find_account(&account("a").client_id, Position::START).await.unwrap().value.unwrap();
    assert_eq!(found.credentials, []);
}
