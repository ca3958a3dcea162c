//! Looking up a missing account takes as many statements as an existing one. Otherwise the response time would reveal
//! which accounts exist.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jeton_core::store::{AccountStore as _, Migrate, Position};
use jeton_protocol::ClientId;
use sqlx::{ConnectOptions as _, raw_sql};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::connection::connect;
use crate::{Location, SqliteStore};

#[tokio::test]
async fn an_account_and_its_absence_are_found_in_one_statement_each() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/jeton.db", folder.path().display());
    let mut store = SqliteStore::open(&url, &"us".parse().unwrap(), Migrate::Pending).await.unwrap();
    for (id, deleted_at) in [("there", "NULL"), ("deleted", "1")] {
        let add = format!(
            "INSERT INTO accounts (region, client_id, tenant, name, enabled, epoch, allow_cidr, created_at, version,
                                   deleted_at)
             VALUES ('us', '{id}', 'default', '{id}', 1, 0, '[]', 0, 1, {deleted_at})"
        );
        raw_sql(sqlx::AssertSqlSafe(add)).execute(&store.connections.writes).await.unwrap();
    }
    // Only this pool of the process logs its statements.
    let logged = connect::options(&Location::from_url(&url).unwrap())
        .log_statements("info".parse().unwrap())
        .log_slow_statements("info".parse().unwrap(), Duration::MAX);
    let connections = Arc::get_mut(&mut store.connections).unwrap();
    connections.reads = connect::pool(1).connect_with(logged).await.unwrap();
    tracing::subscriber::set_global_default(StatementCounter).unwrap();
    // The last two sort before the first id and after the last one.
    for (id, is_there) in
        [("there", true), ("deleted", false), ("nowhere", false), ("aaa", false), ("zzz", false)]
    {
        let id: ClientId = id.parse().unwrap();
        let before = STATEMENTS.load(Ordering::SeqCst);
        let found = store.find_account(&id, Position::START).await.unwrap();
        assert_eq!(found.value.is_some(), is_there, "{id}");
        // The connection's thread logs a statement before it takes the next one.
        raw_sql(MARKER).execute(&store.connections.reads).await.unwrap();
        assert_eq!(STATEMENTS.load(Ordering::SeqCst) - before, 1, "{id}");
    }
}

const MARKER: &str = "SELECT 'the marker'";

static STATEMENTS: AtomicUsize = AtomicUsize::new(0);

/// Counts the executed statements that sqlx logs.
struct StatementCounter;

impl Subscriber for StatementCounter {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }

    fn event(&self, event: &Event<'_>) {
        let mut is_counted = IsCounted(true);
        event.record(&mut is_counted);
        STATEMENTS.fetch_add(usize::from(is_counted.0), Ordering::SeqCst);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Whether the statement of an event is not the marker.
struct IsCounted(bool);

impl Visit for IsCounted {
    fn record_debug(&mut self, _: &Field, value: &dyn Debug) {
        self.0 &= !format!("{value:?}").contains("the marker");
    }
}
