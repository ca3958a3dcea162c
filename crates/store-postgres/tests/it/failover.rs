//! Several servers, of which one is the primary.

use std::time::Duration;

use jeton_core::model::{Revocation, Timestamp};
use jeton_core::store::{
    AccountStore as _, ChangeAnnouncements as _, ChangeFeed as _, ChangeSource, Migrate, OpenError, Position,
    RevocationStore as _, StoreError,
};
use jeton_postgres_cluster::Cluster;
use jeton_protocol::RegionName;
use jeton_store_postgres::{PostgresStore, migrate};
use sqlx::raw_sql;
use tokio::task::JoinSet;

use crate::cluster::{connect, start};
use crate::proxy::{Proxy, Traffic};
use crate::samples::{account, account_entry, revocation};
use crate::wait_until;

/// A primary and its standby, and a URL that names both, the standby first.
struct Pair {
    primary: Cluster,
    standby: Cluster,
    url: String,
}

impl Pair {
    async fn start() -> Self {
        let primary = start();
        primary.create_database("jeton").unwrap();
        migrate(&primary.url("jeton"), None).await.unwrap();
        let standby = primary.start_standby().unwrap();
        let url = format!("postgres://jeton@{},{}/jeton", standby.host(), primary.host());
        Self { primary, standby, url }
    }

    async fn open(&self) -> PostgresStore {
        PostgresStore::open(&self.url, &region(), Migrate::Never).await.unwrap()
    }

    /// From now on a commit waits until the standby has it.
    async fn make_synchronous(&self) {
        self.primary.set("synchronous_standby_names", "standby").unwrap();
        let is_synchronous = || async {
            let mut connection = connect(&self.primary, "jeton").await;
            let state = sqlx::query_scalar::<_, String>("SELECT sync_state FROM pg_stat_replication");
            state.fetch_optional(&mut connection).await.unwrap().as_deref() == Some("sync")
        };
        wait_until(is_synchronous).await;
    }
}

fn region() -> RegionName {
    "us".parse().unwrap()
}

async fn add(store: &PostgresStore, id: &str) -> Result<(), StoreError> {
    store.add_account(&account(id), &account_entry(&account(id))).await
}

async fn exists(store: &PostgresStore, id: &str) -> Result<bool, StoreError> {
    Ok(store.find_account(&id.parse().unwrap(), Position::START).await?.value.is_some())
}

#[tokio::test]
async fn after_a_promotion_nothing_acknowledged_is_lost_and_the_returned_old_primary_is_refused() {
    let pair = Pair::start().await;
    pair.make_synchronous().await;
    let store = pair.open().await;
    for id in ["a", "b", "c"] {
        add(&store, id).await.unwrap();
    }
    pair.primary.crash().unwrap();
    let away = add(&store, "lost").await;
    assert!(matches!(away, Err(StoreError::Unavailable(_))), "{away:?}");
    pair.standby.promote().unwrap();
    wait_until(|| async { add(&store, "d").await.is_ok() }).await;
    for id in ["a", "b", "c", "d"] {
        assert!(exists(&store, id).await.unwrap(), "{id}");
    }

    // The old primary is back and does not know that it was replaced. The new one is away.
    pair.primary.set("synchronous_standby_names", "").unwrap();
    pair.primary.start_again().unwrap();
    pair.standby.crash().unwrap();
    // The first call notices that its connection is gone.
    assert!(exists(&store, "a").await.is_err());
    for refused in [add(&store, "e").await, exists(&store, "a").await.map(drop)] {
        let text = refused.unwrap_err().to_string();
        assert!(text.contains("it is an old primary (timeline 1, but a server with timeline 2"), "{text}");
    }
    // Both are up. A process that has seen neither takes the new one too.
    pair.standby.start_again().unwrap();
    for store in [&store, &pair.open().await] {
        wait_until(|| async { exists(store, "d").await.is_ok_and(|exists| exists) }).await;
    }
    add(&store, "e").await.unwrap();
    assert!(exists(&pair.open().await, "e").await.unwrap());
}

/// How many accounts a server has.
async fn accounts(server: &Cluster) -> i64 {
    let count = sqlx::query_scalar("SELECT count(*) FROM accounts");
    count.fetch_one(&mut connect(server, "jeton").await).await.unwrap()
}

/// Both accept writes: the old primary does not know that it was replaced, and the process still has connections to it.
#[tokio::test]
async fn a_connection_to_the_old_primary_is_not_used_after_another_one_found_the_new_primary() {
    let pair = Pair::start().await;
    let store = pair.open().await;
    add(&store, "a").await.unwrap();
    wait_until(|| async { accounts(&pair.standby).await == 1 }).await;
    let frozen = pair.primary.freeze().unwrap();
    pair.standby.promote().unwrap();
    let read = || async {
        let read = tokio::time::timeout(Duration::from_secs(1), exists(&store, "a")).await;
        matches!(read, Ok(Ok(true)))
    };
    wait_until(read).await;
    drop(frozen);
    add(&store, "b").await.unwrap();
    assert_eq!((accounts(&pair.primary).await, accounts(&pair.standby).await), (1, 2));
}

#[tokio::test]
async fn the_new_primary_is_used_although_the_old_one_answers_sooner() {
    let pair = Pair::start().await;
    let proxy = Proxy::start(&pair.standby.url("jeton")).await;
    let hosts = format!("127.0.0.1:{},{}", proxy.port(), pair.primary.host());
    let url = format!("postgres://jeton@{hosts}/jeton?sslmode=disable");
    let store = PostgresStore::open(&url, &region(), Migrate::Never).await.unwrap();
    add(&store, "a").await.unwrap();
    wait_until(|| async { accounts(&pair.standby).await == 1 }).await;
    pair.standby.promote().unwrap();
    proxy.set(Traffic::PassesSlowly);
    let is_used = || async {
        pair.primary.execute("jeton", END_CONNECTIONS).unwrap();
        // The first call may notice that its connection is gone.
        let _ = add(&store, "b").await;
        accounts(&pair.standby).await == 2
    };
    wait_until(is_used).await;
}

/// The old primary keeps running, and no connection to it breaks.
#[tokio::test]
async fn a_node_looks_for_a_new_primary_by_itself() {
    let pair = Pair::start().await;
    let store = pair.open().await;
    let announcing = store.clone();
    let _task = JoinSet::from_iter([async move { announcing.exchange_announcements().await }]);
    add(&store, "a").await.unwrap();
    wait_until(|| async { store.change_source() == Some(ChangeSource::Notify) }).await;
    wait_until(|| async { accounts(&pair.standby).await == 1 }).await;
    pair.standby.promote().unwrap();
    let mut number = 0;
    while accounts(&pair.standby).await == 1 {
        number += 1;
        assert!(number < 300, "the old primary is still used");
        add(&store, &format!("b{number}")).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_standby_alone_is_refused_with_the_reason_of_each_server() {
    let pair = Pair::start().await;
    pair.primary.crash().unwrap();
    let error = PostgresStore::open(&pair.url, &region(), Migrate::Never).await.unwrap_err();
    assert!(matches!(error, OpenError::Unavailable { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("no primary was found") && text.contains("it is a standby"), "{text}");
    assert!(text.matches("/tmp/jeton-pg-").count() >= 4, "{text}");
}

/// As after a restore to a point in time, or a failover that lost commits. `lose` and `replace` are SQL: the last change
/// is lost, and another one gets its number.
async fn is_refused(lose: &'static str, missing: &str, replace: &'static str, other: &str) {
    let cluster = start();
    cluster.create_database("jeton").unwrap();
    let url = cluster.url("jeton");
    migrate(&url, None).await.unwrap();
    let store = PostgresStore::open(&url, &region(), Migrate::Never).await.unwrap();
    for (id, number) in [("a", 1), ("b", 2)] {
        add(&store, id).await.unwrap();
        let revocation = Revocation { expires_at: Timestamp::from_unix(4_000_000_000), ..revocation(number) };
        store.add_client_revocations(&[revocation]).await.unwrap();
    }
    assert_eq!(store.list_changes(Position::START, 10).await.unwrap().changes.len(), 2);
    let mut connection = connect(&cluster, "jeton").await;
    raw_sql(lose).execute(&mut connection).await.unwrap();
    raw_sql(END_CONNECTIONS).execute(&mut connection).await.unwrap();
    let refused = || async { add(&store, "c").await.is_err_and(|error| error.to_string().contains(missing)) };
    wait_until(refused).await;
    assert!(exists(&store, "a").await.is_err());
    raw_sql(replace).execute(&mut connection).await.unwrap();
    let text = exists(&store, "a").await.unwrap_err().to_string();
    assert!(text.contains(&format!("its {other} is not the one that this process has seen")), "{text}");
    // A process that has seen neither continues there.
    let later = PostgresStore::open(&url, &region(), Migrate::Never).await.unwrap();
    assert!(exists(&later, "a").await.unwrap());
}

#[tokio::test]
async fn a_server_that_lacks_an_audit_record_that_was_seen_is_refused() {
    is_refused(
        "DELETE FROM audit_records WHERE seq = 2; UPDATE audit_ends SET seq = 1",
        "(audit record 2, its last one is 1)",
        "INSERT INTO audit_records (chain, seq, at, actor_kind, actor, action, subject_kind, subject_id, digest)
         SELECT 'us', 2, now(), 'cli', 'root', 'create', 'account', 'other', sha256('other');
         UPDATE audit_ends SET seq = 2",
        "audit record 2",
    )
    .await;
}

/// Revocations by clients have no audit record of their own.
#[tokio::test]
async fn a_server_that_lacks_a_revocation_that_was_seen_is_refused() {
    is_refused(
        "DELETE FROM revocations WHERE number = 2; UPDATE revocation_end SET number = 1",
        "(revocation 2, its last one is 1)",
        "INSERT INTO revocations SELECT 3, region, sha256('other'), client_id, audience, expires_at, revoked_at, audited
         FROM revocations WHERE number = 1;
         INSERT INTO revocations SELECT 2, region, sha256('another'), client_id, audience, expires_at, revoked_at, audited
         FROM revocations WHERE number = 1;
         UPDATE revocation_end SET number = 3",
        "revocation 2",
    )
    .await;
}

#[tokio::test]
async fn a_server_that_never_answers_delays_no_connection_to_the_primary() {
    let pair = Pair::start().await;
    let store = pair.open().await;
    add(&store, "a").await.unwrap();
    let frozen = pair.standby.freeze().unwrap();
    let mut connection = connect(&pair.primary, "jeton").await;
    raw_sql(END_CONNECTIONS).execute(&mut connection).await.unwrap();
    let read = || async { exists(&store, "a").await.is_ok() };
    tokio::time::timeout(Duration::from_secs(20), wait_until(read)).await.unwrap();
    // Without what this process has seen, another server may be the newer primary, so it is given a moment.
    assert!(exists(&pair.open().await, "a").await.unwrap());
    drop(frozen);
}

const END_CONNECTIONS: &str =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'jeton'";
