//! Creating and migrating a database, including races and killed processes.

use std::process::Child;
use std::time::Duration;

use jeton_core::store::{
    AccountStore as _, Migrate, Position, ResourceStore as _, TenantStore as _, UnusedSecretPage,
};
use jeton_protocol::ResourceUri;
use jeton_store_sqlite::migrate;
use sqlx::{AssertSqlSafe, query_scalar, raw_sql};

use crate::samples::{TestFolder, WITHOUT_0014, audit_entry};

#[tokio::test]
async fn migrate_returns_the_applied_migrations_and_then_none() {
    let folder = TestFolder::new();
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/sqlite")).unwrap();
    let stem = |path: std::path::PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let mut names: Vec<String> = files.map(|file| stem(file.unwrap().path())).collect();
    names.sort_unstable();
    assert_eq!(names[0], "0001_accounts");
    assert_eq!(migrate(&folder.url(), None).await.unwrap(), names);
    assert_eq!(migrate(&folder.url(), None).await.unwrap(), [""; 0]);
    folder.try_open(Migrate::Never).await.unwrap();
}

#[tokio::test]
async fn a_database_of_the_version_before_the_fence_is_migrated_and_keeps_its_data() {
    let folder = TestFolder::new();
    let tenant = crate::samples::tenant("buyer");
    folder.open().await.add_tenant(&tenant, &crate::samples::tenant_entry(&tenant)).await.unwrap();
    let sql = "DROP TABLE store_fence; DELETE FROM _sqlx_migrations WHERE version = 15";
    raw_sql(sql).execute(&mut folder.connect().await).await.unwrap();
    assert_eq!(migrate(&folder.url(), None).await.unwrap(), ["0015_store_fence"]);
    assert_eq!(folder.open().await.find_tenant(&tenant.name).await.unwrap(), Some(tenant));
}

#[tokio::test]
async fn a_database_from_before_spellings_and_the_name_rule_opens_and_ids_take_precedence() {
    let folder = TestFolder::new();
    migrate(&folder.url(), None).await.unwrap();
    let mut connection = folder.connect().await;
    // As earlier versions left it, with an account whose name is the id of another account.
    raw_sql(AssertSqlSafe(format!(
        "DELETE FROM _sqlx_migrations WHERE version >= 10;
         {WITHOUT_0014}
         {WITHOUT_0013}
         DROP TABLE nodes;
         ALTER TABLE resources DROP COLUMN spelling;
         DROP INDEX accounts_listed_by_name; DROP INDEX accounts_listed_by_creation;
         DROP INDEX accounts_listed_by_use;
         ALTER TABLE accounts DROP COLUMN description; ALTER TABLE accounts DROP COLUMN owner;
         ALTER TABLE accounts DROP COLUMN labels; ALTER TABLE accounts DROP COLUMN last_used_at;
         INSERT INTO regions (name, epoch) VALUES ('us', 0);
         INSERT INTO resources (uri, algorithm, created_at, version) VALUES ('https://api.example.com', 'ES256', 0, 1);
         INSERT INTO scopes (resource, name, text) VALUES ('https://api.example.com', 'read', '');
         INSERT INTO accounts (region, client_id, tenant, name, enabled, epoch, allow_cidr, default_resource,
                               created_at, version)
         VALUES ('us', 'a', 'default', 'one', 1, 0, '[]', NULL, 0, 1),
                ('us', 'b', 'default', 'a', 1, 0, '[]', 'https://api.example.com', 0, 1);
         INSERT INTO grants (account, resource, scope) SELECT id, 'https://api.example.com', 'read' FROM accounts;"
    )))
    .execute(&mut connection)
    .await
    .unwrap();
    drop(connection);
    let store = folder.open().await;
    let other_spelling = "HTTPS://API.example.com/".parse().unwrap();
    let resource = store.find_resource(&other_spelling).await.unwrap().unwrap();
    assert_eq!(resource.uri.as_str(), "https://api.example.com");
    let mut named = store.find_account(&"b".parse().unwrap(), Position::START).await.unwrap().value.unwrap();
    let spelled: Vec<&str> =
        named.grants.keys().chain(&named.default_resource).map(ResourceUri::as_str).collect();
    assert_eq!(spelled, ["https://api.example.com"; 2]);
    assert!(store.is_account_id(&"a".parse().unwrap()).await.unwrap());
    named.enabled = false;
    store.replace_account(&named, &audit_entry(&named)).await.unwrap();
}

#[tokio::test]
async fn uses_and_expiries_of_earlier_versions_count_as_they_did() {
    let folder = TestFolder::new();
    migrate(&folder.url(), None).await.unwrap();
    let mut connection = folder.connect().await;
    raw_sql(AssertSqlSafe(format!(
        "DELETE FROM _sqlx_migrations WHERE version >= 13;
         {WITHOUT_0014}
         {WITHOUT_0013}
         INSERT INTO regions (name, epoch) VALUES ('us', 0);
         INSERT INTO accounts (region, client_id, tenant, name, enabled, epoch, allow_cidr, created_at, version)
         VALUES ('us', 'a', 'default', 'one', 1, 0, '[]', 0, 1);
         INSERT INTO credentials (account, id, kind, hash, last_four, created_at, expires_at)
         SELECT id, 'sec_00000000001', 'foreign', '{BCRYPT}', '', 100, 5000 FROM accounts
         UNION ALL SELECT id, 'sec_00000000002', 'foreign', '{BCRYPT}', '', 200, NULL FROM accounts;
         INSERT INTO credential_uses (credential, at, address)
         SELECT number, 300, '192.0.2.1' FROM credentials WHERE id = 'sec_00000000001';"
    )))
    .execute(&mut connection)
    .await
    .unwrap();
    let store = folder.open().await;
    // As a server of the version before records it.
    raw_sql(
        "INSERT INTO credential_uses (credential, at, address)
         SELECT number, 400, '192.0.2.1' FROM credentials WHERE id = 'sec_00000000002';",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    let never_used: i64 = query_scalar("SELECT count(*) FROM credentials WHERE used = 0")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(never_used, 0);
    let at = jeton_core::model::Timestamp::from_unix;
    let page = UnusedSecretPage { now: at(900), unused_since: at(800), tenant: None, after: None, limit: 10 };
    let unused = store.list_unused_secrets(&page).await.unwrap().secrets;
    let listed: Vec<_> = unused
        .iter()
        .map(|secret| (secret.credential.as_str(), secret.last_used.unwrap().at.unix()))
        .collect();
    assert_eq!(listed, [("sec_00000000001", 300), ("sec_00000000002", 400)]);
    let account = store.find_account(&"a".parse().unwrap(), Position::START).await.unwrap().value.unwrap();
    let lifetimes: Vec<_> = account.credentials.iter().map(|secret| secret.lifetime).collect();
    assert_eq!(lifetimes, [Some(Duration::from_secs(4_900)), None]);
}

#[tokio::test]
async fn a_new_database_is_intact_and_has_the_application_id() {
    let folder = TestFolder::new();
    folder.open().await.close().await;
    let mut connection = folder.connect().await;
    for (pragma, expected) in
        [("PRAGMA integrity_check", "ok"), ("PRAGMA journal_mode", "wal"), ("PRAGMA encoding", "UTF-8")]
    {
        let value: String = query_scalar(pragma).fetch_one(&mut connection).await.unwrap();
        assert_eq!(value, expected, "{pragma}");
    }
    let application_id: i64 = query_scalar("PRAGMA application_id").fetch_one(&mut connection).await.unwrap();
    assert_eq!(application_id.to_be_bytes()[4..], *b"Jton");
}

#[tokio::test]
async fn two_tasks_may_open_a_new_database_at_once() {
    let folder = TestFolder::new();
    let (one, two) = tokio::join!(folder.open(), folder.open());
    assert_eq!(one.list_tenants().await.unwrap(), two.list_tenants().await.unwrap());
}

#[tokio::test]
async fn processes_may_migrate_a_new_database_at_once() {
    for _ in 0..5 {
        let folder = TestFolder::new();
        let processes: Vec<Child> = (0..4).map(|_| folder.migrate_command().spawn().unwrap()).collect();
        for mut process in processes {
            assert!(process.wait().unwrap().success());
        }
        assert_eq!(folder.open().await.list_tenants().await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_killed_start_is_completed_by_the_next_one() {
    // A complete start takes about 20 ms: the kills hit every phase of it, and some come after it.
    for delay in (0..30).map(Duration::from_millis) {
        let folder = TestFolder::new();
        let mut process = folder.migrate_command().spawn().unwrap();
        std::thread::sleep(delay);
        process.kill().unwrap();
        process.wait().unwrap();
        assert_eq!(folder.open().await.list_tenants().await.unwrap().len(), 1, "killed after {delay:?}");
    }
}

/// Statements that undo the migration 0013.
const WITHOUT_0013: &str = "
    DROP TABLE former_tenant_names;
    DROP TRIGGER credential_used;
    DROP INDEX credential_uses_by_time;
    DROP INDEX credentials_never_used;
    ALTER TABLE credentials DROP COLUMN used;
    ALTER TABLE credentials DROP COLUMN lifetime;";

const BCRYPT: &str = "$2a$05$SHHx1hEV1O8xh6gP6H8bmeznWaY7LRPHSwHdlljimMNIk8wegoYY.";
