//! The description of the tables is that of both schemas. A migration that adds a table or a column fails these tests
//! until someone decides whether it is copied.

use std::collections::{BTreeMap, BTreeSet};

use jeton_core::store::transfer::{Kind, REVOCATION_END, TABLES};
use sqlx::{Connection as _, PgConnection, Row as _};

use crate::place::{Place, postgres};

/// Tables whose rows are not data of the store.
const NOT_COPIED_FROM_SQLITE: [&str; 5] =
    ["_sqlx_migrations", "nodes", "signing_keys", "sqlite_sequence", "store_fence"];
const NOT_COPIED_FROM_POSTGRESQL: [&str; 5] =
    ["_sqlx_migrations", "jeton_migration_lock", "name_locks", "nodes", "store_fence"];

type Columns = BTreeMap<String, BTreeSet<(String, String)>>;

/// The described columns with the type that a store gives to each kind.
fn described(skipped: &[&str], type_of: fn(Kind) -> &'static str) -> Columns {
    let columns = |table: &jeton_core::store::transfer::Table| {
        let columns = table.columns.iter();
        columns.map(|column| (column.name.to_owned(), type_of(column.kind).to_owned())).collect()
    };
    let tables = TABLES.iter().filter(|table| !skipped.contains(&table.name));
    tables.map(|table| (table.name.to_owned(), columns(table))).collect()
}

#[tokio::test]
async fn the_tables_are_those_of_sqlite() {
    let url = Place::new().sqlite("schema");
    jeton_store::migrate(&url, None).await.unwrap();
    let database = rusqlite::Connection::open(url.strip_prefix("sqlite:").unwrap()).unwrap();
    let mut statement = database
        .prepare(
            "SELECT t.name, c.name, c.type FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'",
        )
        .unwrap();
    let mut found = Columns::new();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let (table, column, kind): (String, String, String) =
            (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap());
        found.entry(table).or_default().insert((column, kind));
    }
    for table in NOT_COPIED_FROM_SQLITE {
        found.remove(table).unwrap_or_else(|| panic!("there is no table {table}"));
    }
    let type_of = |kind| match kind {
        Kind::Integer | Kind::Flag | Kind::Time => "INTEGER",
        Kind::Text | Kind::Networks | Kind::Address | Kind::Labels => "TEXT",
        Kind::Bytes => "BLOB",
    };
    assert_eq!(found, described(&[REVOCATION_END], type_of));
}

#[tokio::test]
async fn the_tables_are_those_of_postgresql() {
    let url = postgres();
    jeton_store::migrate(&url, None).await.unwrap();
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let rows = sqlx::query(
        "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, NULL)
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
           AND a.attnum > 0 AND NOT a.attisdropped",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let mut found = Columns::new();
    for row in rows {
        found.entry(row.get(0)).or_default().insert((row.get(1), row.get(2)));
    }
    for table in NOT_COPIED_FROM_POSTGRESQL {
        found.remove(table).unwrap_or_else(|| panic!("there is no table {table}"));
    }
    let type_of = |kind| match kind {
        Kind::Integer => "bigint",
        Kind::Flag => "boolean",
        Kind::Time => "timestamp with time zone",
        Kind::Text => "text",
        Kind::Bytes => "bytea",
        Kind::Networks => "cidr[]",
        Kind::Address => "inet",
        Kind::Labels => "jsonb",
    };
    assert_eq!(found, described(&[], type_of));
}

/// Rows are read in the order of their keys, so the keys must be unique.
#[tokio::test]
async fn the_keys_are_unique_in_sqlite() {
    let url = Place::new().sqlite("schema");
    jeton_store::migrate(&url, None).await.unwrap();
    let database = rusqlite::Connection::open(url.strip_prefix("sqlite:").unwrap()).unwrap();
    for table in TABLES.iter().filter(|table| table.name != REVOCATION_END) {
        let mut statement =
            database.prepare("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk").unwrap();
        let found: Vec<String> =
            statement.query_map([table.name], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
        let described: Vec<_> = table.key_columns().iter().map(|column| column.name).collect();
        assert_eq!(found, described, "{}", table.name);
    }
}
