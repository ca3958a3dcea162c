//! A temporary folder for each test, and the values that tests write.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use jeton_core::model::{Account, AccountDetails, Actor, Tenant, Timestamp};
use jeton_core::store::{Action, AuditEntry, Migrate, OpenError, OpenOptions, Subject};
use jeton_store_sqlite::SqliteStore;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, SqliteConnection};
use tempfile::TempDir;

/// A temporary folder for one database, `jeton.db`.
pub(crate) struct TestFolder(TempDir);

impl TestFolder {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.0.path().join("jeton.db")
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite:{}", self.database().display())
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        fs::read(self.database()).unwrap()
    }

    /// The names of all files, in order.
    pub(crate) fn files(&self) -> Vec<String> {
        let names = fs::read_dir(self.0.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub(crate) async fn open(&self) -> SqliteStore {
        self.try_open(Migrate::Pending).await.unwrap()
    }

    pub(crate) async fn try_open(&self, options: impl Into<OpenOptions>) -> Result<SqliteStore, OpenError> {
        SqliteStore::open(&self.url(), &"us".parse().unwrap(), options).await
    }

    /// A connection as another program would open it. It creates the file if necessary.
    pub(crate) async fn connect(&self) -> SqliteConnection {
        SqliteConnectOptions::new().filename(self.database()).create_if_missing(true).connect().await.unwrap()
    }

    /// A command that migrates the database in another process.
    pub(crate) fn migrate_command(&self) -> Command {
        // Cargo builds the examples before it runs the tests.
        let tests = std::env::current_exe().unwrap();
        let program = tests.parent().unwrap().with_file_name("examples").join("migrate");
        let mut command = Command::new(program);
        command.arg(self.url());
        command
    }
}

/// An account with only the required fields set.
pub(crate) fn account(id: &str) -> Account {
    Account {
        client_id: id.parse().unwrap(),
        name: format!("name of {id}").parse().unwrap(),
        tenant: tenant("default"),
        enabled: true,
        epoch: 300,
        token_ttl: None,
        expires_at: None,
        allow_cidr: Vec::new(),
        default_resource: None,
        grants: std::collections::BTreeMap::new(),
        introspects: std::collections::BTreeSet::new(),
        credentials: Vec::new(),
        details: AccountDetails::default(),
        created_at: Timestamp::from_unix(300),
        version: 1,
    }
}

pub(crate) fn tenant(name: &str) -> Tenant {
    Tenant {
        name: name.parse().unwrap(),
        enabled: true,
        accounts_allowed: true,
        epoch: 100,
        created_at: Timestamp::from_unix(100),
        version: 1,
    }
}

/// The audit entry for creating `tenant`.
pub(crate) fn tenant_entry(tenant: &Tenant) -> AuditEntry {
    AuditEntry { subject: Subject::Tenant(tenant.name.clone()), ..audit_entry(&account("a")) }
}

/// The audit entry for creating `account`.
pub(crate) fn audit_entry(account: &Account) -> AuditEntry {
    AuditEntry {
        at: Timestamp::from_unix(600),
        actor: Actor::Cli("root".to_owned()),
        action: Action::Create,
        tenant: None,
        subject: Subject::Account(account.client_id.clone()),
        before: None,
        after: Some(serde_json::json!({"name": account.name})),
    }
}

/// Takes back what the migrations from 14 on changed.
pub(crate) const WITHOUT_0014: &str = "
    DROP TABLE store_fence;
    DROP TABLE audit_records;
    DROP TABLE audit_ends;
    CREATE TABLE audit (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
        region TEXT, subject_kind TEXT NOT NULL, subject_id TEXT NOT NULL, before TEXT, after TEXT, digest BLOB) STRICT;
    CREATE INDEX audit_by_subject ON audit (subject_kind, subject_id);
    ALTER TABLE nodes DROP COLUMN shared_position;
    DROP TABLE revocation_summaries;
    DROP INDEX revocations_by_clients;
    ALTER TABLE revocations DROP COLUMN audited;";
