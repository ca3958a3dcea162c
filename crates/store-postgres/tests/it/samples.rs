//! A database for each test, and the values that tests write.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use jeton_core::model::{
    Account, AccountDetails, Actor, Credential, CredentialId, Proof, ProofKind, Restriction, Revocation,
    SecretKind, SecretProof, Tenant, Timestamp, TokenId,
};
use jeton_core::store::{Action, AuditEntry, LockWait, Migrate, OpenError, OpenOptions, Subject};
use jeton_core::{HashCost, SecretHash};
use jeton_postgres_cluster::Cluster;
use jeton_protocol::RegionName;
use jeton_store_postgres::{PostgresStore, migrate};
use sqlx::PgConnection;
use tokio::sync::OnceCell;

use crate::cluster::{Version, connect, shared};

/// A migrated database on the shared server.
pub(crate) struct TestDatabase {
    cluster: &'static Cluster,
    name: String,
    url: String,
}

impl TestDatabase {
    pub(crate) async fn new() -> Self {
        Self::new_on(Version::Oldest).await
    }

    pub(crate) async fn new_on(version: Version) -> Self {
        static OLDEST: OnceCell<()> = OnceCell::const_new();
        static NEWEST: OnceCell<()> = OnceCell::const_new();
        let cluster = shared(version);
        let template = match version {
            Version::Oldest => &OLDEST,
            Version::Newest => &NEWEST,
        };
        template
            .get_or_init(|| async {
                cluster.create_database("migrated").unwrap();
                migrate(&cluster.url("migrated"), None).await.unwrap();
            })
            .await;
        Self::from_template(cluster, "migrated")
    }

    /// A database without tables.
    pub(crate) fn empty() -> Self {
        Self::from_template(shared(Version::Oldest), "template0")
    }

    fn from_template(cluster: &'static Cluster, template: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("test{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        cluster.create_database_from(&name, template).unwrap();
        Self { cluster, url: cluster.url(&name), name }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Where the socket of the server is.
    pub(crate) fn socket_folder(&self) -> &Path {
        self.cluster.folder()
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) async fn open(&self) -> PostgresStore {
        self.try_open(Migrate::Pending).await.unwrap()
    }

    /// A store that waits as long as a test may take on a busy machine.
    pub(crate) async fn open_patient(&self, region: &RegionName) -> PostgresStore {
        open_patient(&self.url, region).await
    }

    pub(crate) async fn try_open(&self, options: impl Into<OpenOptions>) -> Result<PostgresStore, OpenError> {
        PostgresStore::open(&self.url, &"us".parse().unwrap(), options).await
    }

    /// How many connections wait for a lock.
    pub(crate) async fn waiting(&self) -> i64 {
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock'";
        let waiting = sqlx::query_scalar(waiting).bind(&self.name);
        waiting.fetch_one(&mut self.connect().await).await.unwrap()
    }

    /// A connection of another program.
    pub(crate) async fn connect(&self) -> PgConnection {
        connect(self.cluster, &self.name).await
    }
}

/// A store that waits as long as a test may take on a busy machine, as a command does.
pub(crate) async fn open_patient(url: &str, region: &RegionName) -> PostgresStore {
    let wait = Duration::from_mins(1);
    let lock_wait = Some(LockWait { limit: wait, notice_after: wait, notice: || {} });
    let options = OpenOptions { lock_wait, ..Migrate::Never.into() };
    PostgresStore::open(url, region, options).await.unwrap()
}

pub(crate) fn account(id: &str) -> Account {
    Account {
        client_id: id.parse().unwrap(),
        name: format!("name of {id}").parse().unwrap(),
        tenant: tenant("default"),
        enabled: true,
        epoch: 1,
        token_ttl: None,
        expires_at: None,
        allow_cidr: Vec::new(),
        default_resource: None,
        grants: std::collections::BTreeMap::default(),
        introspects: std::collections::BTreeSet::default(),
        credentials: Vec::new(),
        details: AccountDetails::default(),
        created_at: Timestamp::from_unix(1),
        version: 1,
    }
}

/// The revocation of a token of the account `a`, whose id consists of this number.
pub(crate) fn revocation(number: u8) -> Revocation {
    Revocation {
        token: TokenId::from_bytes([number; 16]),
        client_id: "a".parse().unwrap(),
        audience: None,
        expires_at: Timestamp::from_unix(9_000),
        revoked_at: Timestamp::from_unix(2),
    }
}

/// An imported secret.
pub(crate) fn imported(number: u8) -> Credential {
    let hash = SecretHash::make("a secret", HashCost::Light, [number; 16]).unwrap();
    Credential {
        id: CredentialId::generate(ProofKind::Secret, [number; 8]),
        proof: Proof::Secret(SecretProof { kind: SecretKind::Imported, hash, last_four: "wxyz".to_owned() }),
        label: None,
        created_at: Timestamp::from_unix(1),
        lifetime: None,
        expires_at: None,
        revoked_at: None,
        restriction: Restriction::default(),
        last_used: None,
    }
}

pub(crate) fn tenant(name: &str) -> Tenant {
    Tenant {
        name: name.parse().unwrap(),
        enabled: true,
        accounts_allowed: true,
        epoch: 0,
        created_at: Timestamp::from_unix(1),
        version: 1,
    }
}

pub(crate) fn account_entry(account: &Account) -> AuditEntry {
    AuditEntry {
        at: Timestamp::from_unix(2),
        actor: Actor::Cli("root".to_owned()),
        action: Action::Create,
        tenant: None,
        subject: Subject::Account(account.client_id.clone()),
        before: None,
        after: None,
    }
}
