//! A database that is locked, and what goes on meanwhile.

use std::time::Duration;

use jeton_core::store::{AccountStore as _, Migrate, StoreError};
use sqlx::raw_sql;
use tokio::time::timeout;

use crate::samples::{Folder, account, of};

#[tokio::test]
async fn while_another_program_writes_a_write_fails_in_time_and_reads_go_on() {
    let folder = Folder::new();
    let store = folder.open().await;
    store.add_account(&account("a"), &of(&account("a"))).await.unwrap();
    let mut other = folder.connect().await;
    raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();

    let (b, of_b) = (account("b"), of(&account("b")));
    // Three at once: the later ones wait for the connection, the first for the lock.
    let writes = async {
        tokio::join!(store.add_account(&b, &of_b), store.add_account(&b, &of_b), store.add_account(&b, &of_b))
    };
    let (one, two, three) = timeout(Duration::from_secs(2), writes).await.unwrap();
    for result in [one, two, three] {
        assert!(matches!(result, Err(StoreError::Unavailable(_))), "{result:?}");
    }
    assert!(store.find_account(&account("a").client_id).await.unwrap().value.is_some());

    raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    store.add_account(&b, &of_b).await.unwrap();
}

#[tokio::test]
async fn a_start_goes_on_while_another_program_writes() {
    let folder = Folder::new();
    folder.open().await.close().await;
    let mut other = folder.connect().await;
    raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    for pending in [Migrate::Pending, Migrate::Never] {
        timeout(Duration::from_secs(2), folder.try_open(pending)).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn an_account_that_cannot_be_read_is_corrupt_and_the_others_are_served() {
    let folder = Folder::new();
    let store = folder.open().await;
    for id in ["a", "b"] {
        store.add_account(&account(id), &of(&account(id))).await.unwrap();
    }
    let mut other = folder.connect().await;
    for damage in ["name = ''", "allow_cidr = 'anywhere'", "token_ttl = -1"] {
        let statement = format!("UPDATE accounts SET {damage} WHERE client_id = 'a'");
        raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut other).await.unwrap();
        let result = store.find_account(&account("a").client_id).await;
        assert!(matches!(result, Err(StoreError::Corrupt(_))), "{damage}: {result:?}");
    }
    assert!(store.find_account(&account("b").client_id).await.unwrap().value.is_some());
}

#[tokio::test]
async fn a_credential_of_an_unknown_kind_is_passed_over() {
    let folder = Folder::new();
    let store = folder.open().await;
    store.add_account(&account("a"), &of(&account("a"))).await.unwrap();
    let mut later_version = folder.connect().await;
    raw_sql(
        "INSERT INTO credentials (account, id, kind, hash, last_four, created_at)
         SELECT id, 'sec_1', 'jwk', '', '', 0 FROM accounts",
    )
    .execute(&mut later_version)
    .await
    .unwrap();
    let found = store.find_account(&account("a").client_id).await.unwrap().value.unwrap();
    assert_eq!(found.credentials, []);
}
