//! The connections of a store, as the server lists them.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use jeton_core::model::Timestamp;
use jeton_core::store::{
    AccountStore as _, ConnectionLimits, ConnectionTimeouts, ControlStore as _, ExpiringSecretPage, Migrate,
    OpenOptions, Position, TenantStore as _,
};
use sqlx::raw_sql;

use crate::samples::{TestDatabase, account, account_entry, open_patient};
use crate::wait_until;

async fn names(database: &TestDatabase) -> Vec<String> {
    let listed =
        "SELECT application_name FROM pg_stat_activity WHERE datname = $1 AND application_name LIKE 'jeton%'";
    let names = sqlx::query_scalar(listed).bind(database.name());
    names.fetch_all(&mut database.connect().await).await.unwrap()
}

#[tokio::test]
async fn connections_have_the_name_of_the_process_and_are_at_most_as_many_as_configured() {
    let database = TestDatabase::new().await;
    let limit = |count| NonZeroUsize::new(count).unwrap();
    let options = OpenOptions {
        name: Some("jeton us node abc123".to_owned()),
        connections: ConnectionLimits { reads: limit(3), writes: limit(1) },
        ..Migrate::Never.into()
    };
    let store = database.try_open(options).await.unwrap();
    let reads: Vec<_> = (0..20)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.list_tenants().await })
        })
        .collect();
    for read in reads {
        read.await.unwrap().unwrap();
    }
    let names = names(&database).await;
    // Those for reads, the one for writes, and the one for background tasks.
    assert!((3..=5).contains(&names.len()), "{names:?}");
    assert!(names.iter().all(|name| name == "jeton us node abc123"), "{names:?}");
}

#[tokio::test]
async fn a_read_waits_for_a_connection_and_for_its_rows_as_long_as_configured() {
    let database = TestDatabase::new().await;
    let options = OpenOptions {
        connections: ConnectionLimits { reads: NonZeroUsize::MIN, writes: NonZeroUsize::MIN },
        timeouts: ConnectionTimeouts {
            acquire: Duration::from_millis(20),
            statement: Duration::from_secs(2),
            ..ConnectionTimeouts::default()
        },
        ..Migrate::Never.into()
    };
    let store = database.try_open(options).await.unwrap();
    let mut blocking = database.connect().await;
    raw_sql("BEGIN; LOCK TABLE tenants").execute(&mut blocking).await.unwrap();
    let (one, other) = tokio::join!(store.list_tenants(), store.list_tenants());
    let texts = [one, other].map(|read| read.unwrap_err().to_string());
    for text in [
        "no connection to the database was free within 20ms (pool size 1)",
        "canceling statement due to statement timeout",
    ] {
        assert!(texts.iter().any(|refusal| refusal.contains(text)), "{text}: {texts:?}");
    }
}

#[tokio::test]
async fn a_long_read_in_the_background_does_not_delay_the_change_feed() {
    let database = TestDatabase::new().await;
    let store = database.open().await;
    let mut blocking = database.connect().await;
    raw_sql("BEGIN; LOCK TABLE credentials").execute(&mut blocking).await.unwrap();
    let control = store.for_control();
    let page = ExpiringSecretPage {
        now: Timestamp::from_unix(0),
        until: Timestamp::from_unix(1),
        tenant: None,
        after: None,
        limit: 1,
    };
    let scan = tokio::spawn({
        let control = Arc::clone(&control);
        async move { control.list_expiring_secrets(&page).await }
    });
    wait_until(|| async { database.waiting().await == 1 }).await;
    control.list_changes(Position::START, 1).await.unwrap();
    assert!(!scan.is_finished());
    drop(blocking);
    scan.await.unwrap().unwrap();
}

#[tokio::test]
async fn the_debug_text_of_a_store_that_was_used_has_no_password() {
    let database = TestDatabase::new().await;
    let url = database.url().replace("jeton@", "jeton:canary@");
    let store = open_patient(&url, &"us".parse().unwrap()).await;
    // As of a command: it announces the change before it returns.
    store.add_account(&account("a"), &account_entry(&account("a"))).await.unwrap();
    let shown = format!("{store:?} {store:#?}");
    assert!(shown.contains("Server(/tmp/jeton-pg-"), "nothing was announced: {shown}");
    assert!(!shown.contains("canary"), "{shown}");
}
