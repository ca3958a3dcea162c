//! A server that stops and starts again while a store is open.

use std::time::Duration;

use jeton_core::store::{AccountStore as _, Migrate, Position, StoreError, TenantStore as _};
use jeton_store_postgres::{PostgresStore, migrate};

use crate::cluster::Cluster;
use crate::samples::{account, account_entry};

#[tokio::test]
async fn a_store_works_again_after_the_server_was_stopped_at_once_and_started() {
    let cluster = Cluster::start();
    cluster.create_database("jeton", "template0").await;
    let url = cluster.url("jeton");
    migrate(&url, None).await.unwrap();
    let store = PostgresStore::open(&url, &"us".parse().unwrap(), Migrate::Never).await.unwrap();
    let (a, b) = (account("a"), account("b"));
    store.add_account(&a, &account_entry(&a)).await.unwrap();
    for _ in 0..3 {
        cluster.stop();
        wait_until(|| async { cluster.is_stopped() }).await;
        let read = store.find_account(&a.client_id, Position::START).await;
        assert!(matches!(read, Err(StoreError::Unavailable(_))), "{read:?}");
        let written = store.add_account(&b, &account_entry(&b)).await;
        assert!(matches!(written, Err(StoreError::Unavailable(_))), "{written:?}");
        cluster.start_again();
        wait_until(|| async { store.list_tenants().await.is_ok() }).await;
        // No connection of the pools is left that fails.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        for _ in 0..20 {
            assert!(store.find_account(&a.client_id, Position::START).await.unwrap().value.is_some());
        }
    }
    store.add_account(&b, &account_entry(&b)).await.unwrap();
    let mut connection = cluster.connect("jeton").await;
    let open: i64 =
        sqlx::query_scalar("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'jeton'")
            .fetch_one(&mut connection)
            .await
            .unwrap();
    assert!(open <= 7, "{open} connections");
}

#[tokio::test]
async fn a_server_that_is_away_is_reported_without_the_password() {
    let region = "us".parse().unwrap();
    let away = "postgres://jeton:hunter2@127.0.0.1:1/jeton?password=hunter2";
    let error = PostgresStore::open(away, &region, Migrate::Pending).await.unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(text.contains("postgres://127.0.0.1:1/jeton") && !text.contains("hunter2"), "{text}");
}

/// Waits at most 30 s.
async fn wait_until<F: Future<Output = bool>>(condition: impl Fn() -> F) {
    for _ in 0..600 {
        if condition().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it did not happen within 30 s");
}
