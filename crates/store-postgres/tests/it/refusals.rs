//! What the server refuses, and what a store makes of it.

use jeton_core::store::{AccountStore as _, Migrate, OpenError, Position, RegionStore as _, StoreError};
use jeton_store_postgres::{PostgresStore, migrate};
use sqlx::{AssertSqlSafe, raw_sql};

use crate::cluster::{Version, shared};
use crate::samples::{TestDatabase, account, account_entry};

#[tokio::test]
async fn a_database_that_is_read_only_for_now_is_a_temporary_error_and_can_be_read() {
    let database = TestDatabase::new().await;
    let store = database.open().await;
    let (a, b) = (account("a"), account("b"));
    store.add_account(&a, &account_entry(&a)).await.unwrap();
    // As managed servers do when the disk is nearly full.
    let sql = format!("ALTER DATABASE {} SET default_transaction_read_only = on", database.name());
    raw_sql(AssertSqlSafe(sql)).execute(&mut database.connect().await).await.unwrap();
    let store = database.try_open(Migrate::Never).await.unwrap();
    for refused in [store.add_account(&b, &account_entry(&b)).await, store.check_writable().await] {
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    }
    assert!(store.find_account(&a.client_id, Position::START).await.unwrap().value.is_some());
}

#[tokio::test]
async fn a_missing_right_is_a_temporary_error_and_a_missing_table_is_not() {
    let database = TestDatabase::new().await;
    drop(database.open().await);
    let mut owner = database.connect().await;
    raw_sql(
        "CREATE ROLE reader LOGIN PASSWORD 'known'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;",
    )
    .execute(&mut owner)
    .await
    .unwrap();
    let url = database.url().replace("jeton@", "reader:known@");
    let region = "us".parse().unwrap();
    let reader = PostgresStore::open(&url, &region, Migrate::Never).await.unwrap();
    let a = account("a");
    let refused = reader.add_account(&a, &account_entry(&a)).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    raw_sql("DROP TABLE former_tenant_names, credential_uses").execute(&mut owner).await.unwrap();
    let refused = reader.find_account(&a.client_id, Position::START).await;
    assert!(matches!(refused, Err(StoreError::Corrupt(_))), "{refused:?}");
}

#[tokio::test]
async fn a_database_that_does_not_exist_is_named() {
    let url = shared(Version::Oldest).url("nowhere");
    let error = migrate(&url, None).await.unwrap_err();
    assert!(matches!(error, OpenError::Unavailable { .. }), "{error:?}");
    assert!(error.to_string().contains("\"nowhere\" does not exist"), "{error}");
}
