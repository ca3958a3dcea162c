//! How SQLite carries out the statements that list accounts, unused secrets and revocations by clients: along an index,
//! whatever the position and the filter.

use std::path::Path;

use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Row as _, SqliteConnection};

#[tokio::test]
async fn a_page_of_accounts_walks_along_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let mut connection = migrated(folder.path()).await;
    let (mut pages, mut ends) = (0, 0);
    for query in checked_queries() {
        let is_page = query.contains("json_each(s.labels)");
        let is_end = query.contains("LIMIT 2 OFFSET");
        if !is_page && !is_end {
            continue;
        }
        (pages, ends) = (pages + usize::from(is_page), ends + usize::from(is_end));
        let plan = plan(&mut connection, &query).await;
        let scans = plan.iter().filter(|step| step.starts_with("SEARCH a USING"));
        assert_eq!(scans.count(), 1, "{plan:#?} {query}");
        let sorts_or_reads_all = |step: &&String| step.contains("TEMP B-TREE") || *step == "SCAN a";
        assert_eq!(plan.iter().find(sorts_or_reads_all), None, "{plan:#?} {query}");
    }
    // Four orders, one of them also for a single tenant; the count is one page more.
    assert_eq!((pages, ends), (6, 5));
}

#[tokio::test]
async fn a_page_of_unused_secrets_walks_along_the_index_of_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut connection = migrated(folder.path()).await;
    for (index, search) in [
        ("credential_uses_by_time", "SEARCH u USING INDEX credential_uses_by_time (at>? AND at<?)"),
        (
            "credentials_never_used",
            "SEARCH c USING INDEX credentials_never_used (created_at>? AND created_at<?)",
        ),
    ] {
        let queries: Vec<String> =
            checked_queries().into_iter().filter(|query| query.contains(index)).collect();
        let [query] = queries.as_slice() else { panic!("{queries:#?}") };
        let plan = plan(&mut connection, query).await;
        assert_eq!(plan[0], search, "{plan:#?}");
        let reads_all = |step: &&String| {
            step.contains("TEMP B-TREE") || step.starts_with("SCAN") && !step.contains("json_each")
        };
        assert_eq!(plan.iter().find(reads_all), None, "{plan:#?}");
    }
}

#[tokio::test]
async fn an_account_is_read_by_its_row_or_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut connection = migrated(folder.path()).await;
    let mut count = 0;
    for query in checked_queries().into_iter().filter(|query| query.contains("+a.region = ?")) {
        let plan = plan(&mut connection, &query).await;
        let is_quick =
            |step: &String| step.contains("INTEGER PRIMARY KEY") || step.contains("accounts_by_name");
        let finds = plan.iter().find(|step| step.starts_with("SEARCH a USING"));
        assert!(finds.is_some_and(is_quick), "{plan:#?} {query}");
        count += 1;
    }
    assert_eq!(count, 4);
}

/// Once a minute, and for each summary that is verified: neither may read the revocations of all regions.
#[tokio::test]
async fn revocations_by_clients_are_read_along_their_index_and_removed_along_that_of_expiry() {
    let folder = tempfile::tempdir().unwrap();
    let mut connection = migrated(folder.path()).await;
    for (part, search) in [
        (
            "audited = 0 AND number > ?",
            "SEARCH revocations USING INDEX revocations_by_clients (region=? AND rowid>? AND rowid<?)",
        ),
        (
            "DELETE FROM revocations WHERE number IN",
            "SEARCH revocations USING INDEX revocations_by_expiry (region=? AND expires_at<?)",
        ),
    ] {
        let queries: Vec<String> =
            checked_queries().into_iter().filter(|query| query.contains(part)).collect();
        let [query] = queries.as_slice() else { panic!("{queries:#?}") };
        let plan = plan(&mut connection, query).await;
        assert!(plan.iter().any(|step| step == search), "{plan:#?}");
        assert!(
            !plan.iter().any(|step| step.contains("TEMP B-TREE") || step.starts_with("SCAN")),
            "{plan:#?}"
        );
    }
}

/// The statements of this crate, as the compiler has checked them.
fn checked_queries() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".sqlx");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    let query =
        |file: Vec<u8>| serde_json::from_slice::<Value>(&file).unwrap()["query"].as_str().unwrap().to_owned();
    files.map(query).collect()
}

async fn migrated(folder: &Path) -> SqliteConnection {
    let file = folder.join("jeton.db");
    let url = format!("sqlite:{}", file.display());
    let region = "us".parse().unwrap();
    let store = jeton_store_sqlite::SqliteStore::open(&url, &region, jeton_core::store::Migrate::Pending);
    drop(store.await.unwrap());
    SqliteConnectOptions::new().filename(file).connect().await.unwrap()
}

async fn plan(connection: &mut SqliteConnection, query: &str) -> Vec<String> {
    let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {query}"));
    let rows = sqlx::query(explain).fetch_all(connection).await.unwrap();
    rows.iter().map(|row| row.get::<String, _>("detail")).collect()
}
