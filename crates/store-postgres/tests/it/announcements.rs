//! Announcements of changes between processes, which are a store each.

use std::time::Duration;

use jeton_core::model::{Revocation, Timestamp, TokenId};
use jeton_core::store::{
    AccountStore as _, ChangeAnnouncements as _, ChangeSource, Migrate, NodeReport, NodeStore as _, Position,
    RevocationStore as _,
};
use jeton_store_postgres::PostgresStore;
use sqlx::postgres::PgListener;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use crate::proxy::{Proxy, Traffic};
use crate::samples::{TestDatabase, account, account_entry, open_patient};

/// The task of a server that exchanges announcements, until it is dropped.
struct Exchange(JoinHandle<()>);

impl Exchange {
    fn start(store: &PostgresStore) -> Self {
        let store = store.clone();
        Self(tokio::spawn(async move { store.exchange_announcements().await }))
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn add(store: &PostgresStore, id: &str) {
    store.add_account(&account(id), &account_entry(&account(id))).await.unwrap();
}

async fn revoke(store: &PostgresStore, number: u8) {
    let at = Timestamp::from_unix(i64::from(number));
    let revocation = Revocation {
        token: TokenId::from_bytes([number; 16]),
        client_id: "a".parse().unwrap(),
        audience: None,
        expires_at: at,
        revoked_at: at,
    };
    store.add_client_revocations(&[revocation]).await.unwrap();
}

/// Waits at most 30 s.
async fn until(mut condition: impl AsyncFnMut() -> bool) {
    for _ in 0..3_000 {
        if condition().await {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not happen within 30 s");
}

async fn until_source(store: &PostgresStore, source: ChangeSource) {
    until(async || store.change_source() == Some(source)).await;
}

/// The time of the oldest announced change. Waits at most 30 s.
async fn announced(store: &PostgresStore) -> Instant {
    timeout(Duration::from_secs(30), store.wait_for_announcement()).await.unwrap().committed
}

/// A program that listens as well.
async fn listener(database: &TestDatabase) -> PgListener {
    let mut listener = PgListener::connect(database.url()).await.unwrap();
    listener.listen("jeton_changes").await.unwrap();
    listener
}

/// Ends the connections whose last statement is such a one. Returns how many there were.
async fn end_connections(database: &TestDatabase, filter: &str) -> usize {
    let sql = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND ({filter})"
    );
    let ended = sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).fetch_all(&mut database.connect().await).await;
    ended.unwrap().len()
}

#[tokio::test]
async fn a_change_of_another_process_is_announced_with_the_time_of_its_commit() {
    let database = TestDatabase::new().await;
    let (here, there) = (database.open().await, database.open().await);
    assert_eq!(here.change_source(), Some(ChangeSource::Poll));
    let _exchanges = [Exchange::start(&here), Exchange::start(&there)];
    until_source(&here, ChangeSource::Notify).await;
    for write in 0..3 {
        let before = Instant::now();
        match write {
            0 => add(&there, "a").await,
            1 => there.delete_account(&account("a"), &account_entry(&account("a"))).await.unwrap(),
            _ => revoke(&there, 1).await,
        }
        let written = Instant::now();
        let committed = announced(&here).await;
        // The clocks are compared with an error of half a round trip.
        let error = Duration::from_millis(200);
        assert!(committed + error >= before && committed <= written + error, "write {write}");
    }
}

#[tokio::test]
async fn what_no_node_follows_is_not_announced() {
    let database = TestDatabase::new().await;
    let (store, mut listener) = (database.open().await, listener(&database).await);
    let _exchange = Exchange::start(&store);
    let (region, at) = ("us".parse().unwrap(), Timestamp::from_unix(1));
    let report =
        NodeReport { id: "n".to_owned(), region, version: String::new(), position: Position::START, at };
    store.report_node(&report, at).await.unwrap();
    store.record_uses(&[]).await.unwrap();
    store.remove_revocations(at, 1).await.unwrap();
    add(&store, "a").await;
    listener.recv().await.unwrap();
    let second = timeout(Duration::from_millis(200), listener.recv()).await;
    assert!(second.is_err(), "the nodes would all read the feed after each report of a node");
}

#[test]
fn a_command_has_announced_its_write_when_the_write_returns() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let outside = runtime();
    let _context = outside.enter();
    let database = outside.block_on(TestDatabase::new());
    let mut listener = outside.block_on(listener(&database));
    let command = runtime();
    command.block_on(async {
        let store = database.open_patient(&"us".parse().unwrap()).await;
        add(&store, "a").await;
    });
    // Nothing of the process is left that could announce it now.
    drop(command);
    outside.block_on(timeout(Duration::from_secs(30), listener.recv())).unwrap().unwrap();
}

#[tokio::test]
async fn many_writes_are_announced_a_few_times_and_the_last_one_too() {
    let database = TestDatabase::new().await;
    let (store, mut listener) = (database.open().await, listener(&database).await);
    let _exchange = Exchange::start(&store);
    add(&store, "a").await;
    listener.recv().await.unwrap();
    let received = tokio::spawn(async move {
        let mut received = Vec::new();
        while let Ok(notification) = timeout(Duration::from_secs(1), listener.recv()).await {
            notification.unwrap();
            received.push(Instant::now());
        }
        received
    });
    let started = Instant::now();
    for number in 0..200 {
        revoke(&store, number).await;
    }
    let ended = Instant::now();
    let received = received.await.unwrap();
    let most = (ended - started).as_millis() / 20 + 2;
    println!("{} announcements of 200 writes in {:?}", received.len(), ended - started);
    assert!(received.len() as u128 <= most, "{} announcements, {most} expected", received.len());
    assert!(*received.last().unwrap() >= ended, "the last write was not announced");
}

#[tokio::test]
async fn connections_that_the_server_ends_are_replaced() {
    let database = TestDatabase::new().await;
    let (here, there) = (database.open().await, database.open().await);
    let _exchanges = [Exchange::start(&here), Exchange::start(&there)];
    for number in 0..3 {
        until_source(&here, ChangeSource::Notify).await;
        until_source(&there, ChangeSource::Notify).await;
        add(&there, &format!("a{number}")).await;
        announced(&here).await;
        let ended = end_connections(&database, "query LIKE 'LISTEN%' OR query LIKE '%pg_notify%'").await;
        assert_eq!(ended, 4, "each process has one that listens and one that announces");
        until_source(&here, ChangeSource::Poll).await;
    }
}

#[tokio::test]
async fn a_process_that_hears_nothing_polls_until_it_hears_again() {
    let database = TestDatabase::new().await;
    let proxy = Proxy::start(database.url()).await;
    proxy.set(Traffic::PassesWithoutAnnouncements);
    let region = "us".parse().unwrap();
    let store = PostgresStore::open(&proxy.url(), &region, Migrate::Never).await.unwrap();
    let _exchange = Exchange::start(&store);
    let mut connection = database.connect().await;
    until(async || {
        let listening: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'",
        )
        .fetch_one(&mut connection)
        .await
        .unwrap();
        assert_eq!(store.change_source(), Some(ChangeSource::Poll));
        listening > 0
    })
    .await;
    // Longer than a self-test takes.
    let test_ends = Instant::now() + Duration::from_millis(1_500);
    while Instant::now() < test_ends {
        assert_eq!(store.change_source(), Some(ChangeSource::Poll));
        sleep(Duration::from_millis(10)).await;
    }
    proxy.set(Traffic::Passes);
    until_source(&store, ChangeSource::Notify).await;
    // The connection stays open, as to a server that is gone without a word.
    proxy.set(Traffic::PassesWithoutAnnouncements);
    until_source(&store, ChangeSource::Poll).await;
}

#[tokio::test]
async fn a_write_succeeds_in_time_if_it_cannot_be_announced() {
    let database = TestDatabase::new().await;
    let proxy = Proxy::start(database.url()).await;
    let store = open_patient(&proxy.url(), &"us".parse().unwrap()).await;
    // Now the pool of writes has all its connections.
    tokio::join!(add(&store, "a"), add(&store, "b"));
    proxy.set(Traffic::PassesOnExistingConnections);
    end_connections(&database, "query LIKE '%pg_notify%'").await;
    let started = Instant::now();
    for number in 0..20 {
        add(&store, &format!("a{number}")).await;
    }
    let took = started.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[tokio::test]
async fn a_process_whose_task_has_ended_polls() {
    let database = TestDatabase::new().await;
    let store = database.open().await;
    let exchange = Exchange::start(&store);
    until_source(&store, ChangeSource::Notify).await;
    drop(exchange);
    until_source(&store, ChangeSource::Poll).await;
}
