//! How PostgreSQL carries out the statements that read pages or single rows of large tables: along an index, whatever the
//! values are.

use std::path::Path;

use serde_json::Value;
use sqlx::{AssertSqlSafe, PgConnection, raw_sql};

use crate::samples::TestDatabase;

/// A part of a statement, how many statements have it, and the condition of the index that finds their first row.
const STATEMENTS: [(&str, usize, &str); 12] = [
    // Pages of accounts: their ids in each order, and where the page ends.
    ("a.client_id > $3 ORDER BY a.client_id LIMIT", 5, "AND (client_id > $3))"),
    ("ORDER BY a.name, a.client_id LIMIT", 2, "Index Cond: ((region = $1) AND (ROW(name, client_id) >"),
    ("ORDER BY a.created_at DESC, a.client_id DESC LIMIT", 2, "(ROW(created_at, client_id) < ROW($2, $3)))"),
    (
        "ORDER BY a.last_used_at DESC, a.client_id DESC LIMIT",
        2,
        "(ROW(last_used_at, client_id) < ROW($2, $3)))",
    ),
    ("SELECT client_id FROM accounts WHERE region = $1 AND client_id > $2", 1, "(client_id > $2))"),
    // The change feed, the chains, and the log in the order of time.
    ("WHERE chain = $1 AND seq > $2 ORDER BY seq LIMIT $4", 1, "Index Cond: ((chain = $1) AND (seq > $2))"),
    ("WHERE chain = $1 AND seq > $2 ORDER BY seq LIMIT $3", 1, "Index Cond: ((chain = $1) AND (seq > $2))"),
    ("ORDER BY at, chain, seq LIMIT", 2, "(ROW(at, chain, seq) > ROW($7, $8, $9))"),
    ("ORDER BY at DESC, chain DESC, seq DESC LIMIT", 2, "(ROW(at, chain, seq) < ROW($7, $8, $9))"),
    // Revocations.
    (
        "FROM revocations\n             WHERE region = $1 AND number > $2",
        1,
        "((region = $1) AND (number > $2))",
    ),
    ("NOT audited AND number > $2", 1, "((region = $1) AND (number > $2) AND (number <= $3))"),
    ("ORDER BY expires_at LIMIT $3", 1, "Index Cond: ((region = $1) AND (expires_at < $2))"),
];

#[tokio::test]
async fn pages_walk_along_an_index() {
    let database = TestDatabase::new().await;
    let mut connection = database.connect().await;
    let queries = checked_queries();
    for (part, count, condition) in STATEMENTS {
        let found: Vec<_> = queries.iter().filter(|query| query.contains(part)).collect();
        assert_eq!(found.len(), count, "{part}: {found:#?}");
        for query in found {
            let plan = plan(&mut connection, query).await;
            assert!(plan.contains(condition), "{condition}\n{plan}\n{query}");
            for table in ["accounts", "audit_records", "revocations"] {
                assert!(!plan.contains(&format!("Seq Scan on {table}")), "{plan}\n{query}");
            }
        }
    }
}

#[tokio::test]
async fn an_account_is_found_by_its_id_its_name_or_a_lookup() {
    let database = TestDatabase::new().await;
    let mut connection = database.connect().await;
    let queries: Vec<_> =
        checked_queries().into_iter().filter(|query| query.contains("default_resource")).collect();
    let mut conditions = Vec::new();
    for query in queries.iter().filter(|query| query.trim_start().starts_with("SELECT")) {
        let plan = plan(&mut connection, query).await;
        assert!(
            !plan.contains("Seq Scan on accounts") && !plan.contains("Seq Scan on credentials"),
            "{plan}"
        );
        conditions.push(plan);
    }
    for condition in ["(client_id >= $2)", "(name = $2)", "(lookup = $2)", "(id = ANY"] {
        let is_found = conditions.iter().any(|plan| plan.contains(condition));
        assert!(is_found, "{condition}: {}", conditions.join("\n\n"));
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

/// The plan for any values. The tables are empty, so the planner must be told that an index is worth it.
async fn plan(connection: &mut PgConnection, query: &str) -> String {
    let last = (1..30).rev().find(|number| query.contains(&format!("${number}"))).unwrap_or(0);
    let values = vec!["NULL"; last].join(", ");
    let values = if last == 0 { values } else { format!("({values})") };
    let settings =
        "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_bitmapscan = off;";
    let prepare = format!("{settings} DEALLOCATE ALL; PREPARE checked AS {query}");
    raw_sql(AssertSqlSafe(prepare)).execute(&mut *connection).await.unwrap();
    let explain = format!("EXPLAIN (COSTS off) EXECUTE checked{values}");
    let lines: Vec<String> =
        sqlx::query_scalar(AssertSqlSafe(explain)).persistent(false).fetch_all(connection).await.unwrap();
    lines.join("\n")
}
