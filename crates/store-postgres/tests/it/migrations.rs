//! Starts that find a database without tables, with all of them, or with those of others.

use jeton_core::model::Chain;
use jeton_core::store::{
    AccountStore as _, AuditLog as _, ChainPage, InspectedStore, Migrate, OpenError, Position, Sequence,
    TenantStore as _,
};
use jeton_store_postgres::{PostgresStore, migrate};
use sqlx::raw_sql;

use crate::samples::{TestDatabase, account, account_entry};

#[tokio::test]
async fn a_new_database_is_migrated_once() {
    let database = TestDatabase::empty();
    let applied = migrate(database.url(), None).await.unwrap();
    let names = |adapter: &str| {
        let folder = format!("{}/../../migrations/{adapter}", env!("CARGO_MANIFEST_DIR"));
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        let mut names: Vec<String> =
            files.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
        names.sort_unstable();
        names
    };
    assert_eq!(applied, names("postgres"));
    // The first one makes the schema that SQLite's migrations up to its number make.
    assert_eq!(applied, names("sqlite").split_off(names("sqlite").len() - applied.len()));
    assert_eq!(migrate(database.url(), None).await.unwrap(), [""; 0]);
    assert_eq!(database.open().await.list_tenants().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_database_of_the_version_before_the_fence_is_migrated_and_keeps_its_data() {
    let database = TestDatabase::new().await;
    let store = database.open().await;
    store.add_account(&account("a"), &account_entry(&account("a"))).await.unwrap();
    raw_sql("DROP TABLE store_fence; DELETE FROM _sqlx_migrations WHERE version = 15")
        .execute(&mut database.connect().await)
        .await
        .unwrap();
    let refused = database.try_open(Migrate::Never).await;
    assert!(matches!(refused, Err(OpenError::NotMigrated { .. })), "{refused:?}");
    // A server of the version before is in the middle of a write, and another one reads.
    let mut server = database.connect().await;
    let write = "BEGIN; UPDATE accounts SET owner = 'ops', version = version + 1;
                 UPDATE credentials SET label = 'new'; UPDATE audit_ends SET seq = seq";
    raw_sql(write).execute(&mut server).await.unwrap();
    let id = account("a").client_id;
    assert!(store.find_account(&id, Position::START).await.unwrap().value.is_some());
    assert_eq!(migrate(database.url(), None).await.unwrap(), ["0015_store_fence"]);
    raw_sql("COMMIT").execute(&mut server).await.unwrap();
    let found = store.find_account(&id, Position::START).await.unwrap().value.unwrap();
    assert_eq!(found.details.owner.as_deref(), Some("ops"));
    assert_eq!(database.open().await.count_accounts().await.unwrap(), 1);
}

/// Poolers and distributed servers lack some of them.
#[tokio::test]
async fn the_schema_has_no_triggers_functions_or_deferrable_constraints() {
    let database = TestDatabase::new().await;
    let count = "SELECT (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal)
                        + (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace)
                        + (SELECT count(*) FROM pg_constraint WHERE condeferrable)";
    let count = sqlx::query_scalar::<_, i64>(count).fetch_one(&mut database.connect().await).await.unwrap();
    assert_eq!(count, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn any_number_of_nodes_may_start_on_a_new_database_at_once() {
    let database = TestDatabase::empty();
    let url = database.url().to_owned();
    let starts: Vec<_> = (0..12)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { migrate(&url, None).await })
        })
        .collect();
    let mut applied = 0;
    for start in starts {
        applied += usize::from(!start.await.unwrap().unwrap().is_empty());
    }
    assert_eq!(applied, 1);
    assert_eq!(database.open().await.list_tenants().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_start_that_was_killed_is_completed_by_the_next_one() {
    let database = TestDatabase::empty();
    // What is left of one that was killed before it held the lock: the table of the lock, with its row or without it.
    raw_sql("CREATE TABLE jeton_migration_lock (only_row boolean NOT NULL PRIMARY KEY CHECK (only_row))")
        .execute(&mut database.connect().await)
        .await
        .unwrap();
    assert!(matches!(database.try_open(Migrate::Never).await, Err(OpenError::Missing { .. })));
    assert_eq!(database.try_open(Migrate::New).await.unwrap().list_tenants().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_database_without_tables_is_created_only_if_that_is_asked_for() {
    let database = TestDatabase::empty();
    let region = "us".parse().unwrap();
    assert!(matches!(database.try_open(Migrate::Never).await, Err(OpenError::Missing { .. })));
    let inspected = PostgresStore::inspect(database.url(), &region).await.unwrap();
    assert!(matches!(inspected, InspectedStore::New { folder: None, .. }), "{inspected:?}");
    drop(database.try_open(Migrate::New).await.unwrap());
    let inspected = PostgresStore::inspect(database.url(), &region).await.unwrap();
    assert!(matches!(inspected, InspectedStore::Current { master_key_check: None, .. }), "{inspected:?}");
}

#[tokio::test]
async fn a_database_of_another_program_is_not_changed() {
    let database = TestDatabase::empty();
    raw_sql("CREATE TABLE invoices (id int)").execute(&mut database.connect().await).await.unwrap();
    for migrate in [Migrate::Pending, Migrate::New, Migrate::Never] {
        assert!(matches!(database.try_open(migrate).await, Err(OpenError::Foreign { .. })));
    }
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        .fetch_one(&mut database.connect().await)
        .await
        .unwrap();
    assert_eq!(tables, 1);
}

#[tokio::test]
async fn a_database_of_a_newer_version_and_one_with_a_changed_migration_are_refused() {
    let database = TestDatabase::new().await;
    let change = |sql: &'static str| {
        let database = &database;
        async move { raw_sql(sql).execute(&mut database.connect().await).await.unwrap() }
    };
    change("INSERT INTO _sqlx_migrations VALUES (9999, 'x', now(), true, '', 0)").await;
    let refused = database.try_open(Migrate::Pending).await;
    assert!(matches!(refused, Err(OpenError::Newer { found: 9999, .. })), "{refused:?}");
    change("DELETE FROM _sqlx_migrations WHERE version = 9999; UPDATE _sqlx_migrations SET checksum = ''")
        .await;
    let refused = database.try_open(Migrate::Pending).await;
    assert!(matches!(refused, Err(OpenError::Corrupt { .. })), "{refused:?}");
}

#[tokio::test]
async fn the_first_record_after_a_copy_carries_the_end_of_the_chain_of_early_versions() {
    let database = TestDatabase::new().await;
    raw_sql("INSERT INTO audit_ends VALUES ('version-1', 7, sha256('x'))")
        .execute(&mut database.connect().await)
        .await
        .unwrap();
    let store = database.open().await;
    store.add_account(&account("a"), &account_entry(&account("a"))).await.unwrap();
    let chain = Chain::Region("us".parse().unwrap());
    let page = ChainPage { chain, after: Sequence::START, limit: 10 };
    let records = store.list_chain(&page).await.unwrap();
    assert_eq!(
        records.iter().map(|record| record.action.as_str()).collect::<Vec<_>>(),
        ["chain.start", "create"]
    );
    assert!(records[0].after.as_ref().unwrap().contains("version-1"), "{records:?}");
}
