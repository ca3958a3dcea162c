//! A server that stops and starts again while a store is open.

use std::time::Duration;

use jeton_core::store::{
    AccountStore as _, Migrate, Position, RevocationNumber, RevocationStore as _, StoreError,
    TenantStore as _,
};
use jeton_postgres_cluster::Cluster;
use jeton_store_postgres::{PostgresStore, migrate};
use sqlx::raw_sql;

use crate::cluster::{connect, start};
use crate::proxy::{Delivery, Proxy, Traffic};
use crate::samples::{TestDatabase, account, account_entry, revocation};
use crate::wait_until;

/// A server of its own, and a store on its database `jeton`.
async fn server_and_store() -> (Cluster, PostgresStore) {
    let cluster = start();
    cluster.create_database("jeton").unwrap();
    let url = cluster.url("jeton");
    migrate(&url, None).await.unwrap();
    let store = PostgresStore::open(&url, &"us".parse().unwrap(), Migrate::Never).await.unwrap();
    (cluster, store)
}

#[tokio::test]
async fn a_store_works_again_after_the_server_was_stopped_at_once_and_started() {
    let (cluster, store) = server_and_store().await;
    let (a, b) = (account("a"), account("b"));
    store.add_account(&a, &account_entry(&a)).await.unwrap();
    for _ in 0..3 {
        cluster.crash().unwrap();
        let read = store.find_account(&a.client_id, Position::START).await;
        assert!(matches!(read, Err(StoreError::Unavailable(_))), "{read:?}");
        let written = store.add_account(&b, &account_entry(&b)).await;
        assert!(matches!(written, Err(StoreError::Unavailable(_))), "{written:?}");
        cluster.start_again().unwrap();
        wait_until(|| async { store.list_tenants().await.is_ok() }).await;
        // No connection of the pools is left that fails.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        for _ in 0..20 {
            assert!(store.find_account(&a.client_id, Position::START).await.unwrap().value.is_some());
        }
    }
    store.add_account(&b, &account_entry(&b)).await.unwrap();
    let mut connection = connect(&cluster, "jeton").await;
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

/// What a node's call of the store may take.
const CALL: Duration = Duration::from_millis(900);

/// Reads with all connections at once, as callers do who give up after a while.
async fn read_from_many_callers(store: &PostgresStore) -> usize {
    let reads = (0..20).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { tokio::time::timeout(CALL, store.list_tenants()).await })
    });
    let mut answered = 0;
    for read in reads.collect::<Vec<_>>() {
        answered += usize::from(read.await.unwrap().is_ok_and(|read| read.is_ok()));
    }
    answered
}

async fn connections(cluster: &Cluster) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'jeton'")
        .fetch_one(&mut connect(cluster, "jeton").await)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_frozen_server_costs_no_connection() {
    let (cluster, store) = server_and_store().await;
    assert_eq!(read_from_many_callers(&store).await, 20);
    for _ in 0..3 {
        let frozen = cluster.freeze().unwrap();
        for _ in 0..3 {
            assert_eq!(read_from_many_callers(&store).await, 0);
        }
        let a = account("a");
        let entry = account_entry(&a);
        let written = tokio::time::timeout(CALL, store.add_account(&a, &entry)).await;
        assert!(!matches!(written, Ok(Ok(()))), "{written:?}");
        drop(frozen);
        wait_until(|| async { read_from_many_callers(&store).await == 20 }).await;
    }
    wait_until(|| async { connections(&cluster).await <= 7 }).await;
    let b = account("b");
    store.add_account(&b, &account_entry(&b)).await.unwrap();
}

#[tokio::test]
async fn a_network_that_loses_everything_without_a_reset_costs_no_connection() {
    let database = TestDatabase::new().await;
    let proxy = Proxy::start(database.url()).await;
    let store = PostgresStore::open(&proxy.url(), &"us".parse().unwrap(), Migrate::Never).await.unwrap();
    assert_eq!(read_from_many_callers(&store).await, 20);
    proxy.set(Traffic::Vanishes);
    for _ in 0..3 {
        assert_eq!(read_from_many_callers(&store).await, 0);
    }
    proxy.set(Traffic::Passes);
    wait_until(|| async { read_from_many_callers(&store).await == 20 }).await;
}

#[tokio::test]
async fn an_error_of_a_full_pool_says_so_and_that_of_a_stopped_server_says_why() {
    let (cluster, store) = server_and_store().await;
    let mut blocking = connect(&cluster, "jeton").await;
    raw_sql("BEGIN; LOCK TABLE tenants").execute(&mut blocking).await.unwrap();
    let reads: Vec<_> = (0..5)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.list_tenants().await.unwrap_err().to_string() })
        })
        .collect();
    let mut texts = Vec::new();
    for read in reads {
        texts.push(read.await.unwrap());
    }
    assert_eq!(
        texts
            .iter()
            .filter(|text| text.contains("no connection to the database was free within 350ms (pool size 4)"))
            .count(),
        1,
        "{texts:?}"
    );
    assert_eq!(texts.iter().filter(|text| text.contains("statement timeout")).count(), 4, "{texts:?}");
    drop(blocking);
    cluster.crash().unwrap();
    wait_until(|| async {
        let text = store.list_tenants().await.unwrap_err().to_string();
        text.contains("No such file") || text.contains("refused")
    })
    .await;
}

#[tokio::test]
async fn a_write_whose_confirmation_is_lost_is_of_unknown_outcome_and_others_are_not() {
    let database = TestDatabase::new().await;
    let proxy = Proxy::start(database.url()).await;
    let store = PostgresStore::open(&proxy.url(), &"us".parse().unwrap(), Migrate::Never).await.unwrap();
    let add = |id| {
        let store = store.clone();
        async move { store.add_account(&account(id), &account_entry(&account(id))).await }
    };
    let exists = |id: &'static str| {
        let store = store.clone();
        async move { store.find_account(&id.parse().unwrap(), Position::START).await.unwrap().value.is_some() }
    };
    add("a").await.unwrap();
    for (id, traffic, is_stored) in [
        ("b", Traffic::CutAt("COMMIT\0", Delivery::Delivered), true),
        ("c", Traffic::CutAt("COMMIT\0", Delivery::Lost), false),
    ] {
        proxy.set(traffic);
        let outcome = add(id).await;
        assert!(matches!(outcome, Err(StoreError::OutcomeUnknown(_))), "{id}: {outcome:?}");
        proxy.set(Traffic::Passes);
        assert_eq!(exists(id).await, is_stored, "{id}");
    }
    proxy.set(Traffic::CutAt("BEGIN", Delivery::Delivered));
    let outcome = add("d").await;
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    proxy.set(Traffic::Passes);
    store.add_client_revocations(&[revocation(6)]).await.unwrap();
    // The statement was prepared before, so the client sends only its values.
    proxy.set(Traffic::CutAt("07070707070707070707070707070707", Delivery::Delivered));
    let outcome = store.add_client_revocations(&[revocation(7)]).await;
    assert!(matches!(outcome, Err(StoreError::OutcomeUnknown(_))), "{outcome:?}");
    proxy.set(Traffic::Passes);
    let page = store.list_revocations(RevocationNumber::default(), 10).await.unwrap();
    assert_eq!(page.tokens.len(), 2);
}

/// The server commits locally, waits for a standby that is away, and reports success with a warning when an operator
/// cancels the wait.
#[tokio::test]
async fn a_cancelled_wait_for_a_synchronous_standby_is_no_success() {
    let (cluster, store) = server_and_store().await;
    let a = account("a");
    store.add_account(&a, &account_entry(&a)).await.unwrap();
    cluster.set("synchronous_standby_names", "away").unwrap();
    let both_wait = || async {
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
        let mut connection = connect(&cluster, "jeton").await;
        sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut connection).await.unwrap() == 2
    };
    let is_set = || async {
        let mut connection = connect(&cluster, "jeton").await;
        let names: String =
            sqlx::query_scalar("SHOW synchronous_standby_names").fetch_one(&mut connection).await.unwrap();
        names == "away"
    };
    wait_until(is_set).await;
    let (adding, revoking) = (store.clone(), store.clone());
    let b = account("b");
    let writes = [
        tokio::spawn(async move { adding.add_account(&b, &account_entry(&b)).await }),
        tokio::spawn(async move { revoking.add_client_revocations(&[revocation(7)]).await }),
    ];
    wait_until(both_wait).await;
    let cancel = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    raw_sql(cancel).execute(&mut connect(&cluster, "jeton").await).await.unwrap();
    for write in writes {
        let outcome = write.await.unwrap();
        let Err(StoreError::OutcomeUnknown(reason)) = outcome else { panic!("{outcome:?}") };
        assert!(reason.to_string().contains("canceling wait for synchronous replication"), "{reason}");
    }
    // One that the caller gave up is not cancelled: it is stored once the standby is back.
    let c = account("c");
    let entry = account_entry(&c);
    assert!(tokio::time::timeout(CALL, store.add_account(&c, &entry)).await.is_err());
    cluster.set("synchronous_standby_names", "").unwrap();
    let is_stored =
        || async { store.find_account(&c.client_id, Position::START).await.unwrap().value.is_some() };
    wait_until(is_stored).await;
}
