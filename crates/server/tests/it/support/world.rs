//! A region with a store on disk, an administrator, and one node whose clock the test controls.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use axum::Router;
use http::Method;
use jeton_core::admin::{
    AccountImport, Administrator, Entitlement, NewAccount, NewResource, ResourceUpdate, SecretSource,
    SecretTerms,
};
use jeton_core::model::{AccountDetails, Actor, Algorithm, DEFAULT_TENANT, KeyKind, KeyState, TokenFormat};
use jeton_core::store::{
    Action, AuditEntry, AuditFilter, AuditOrder, AuditPage, AuditRecord, Migrate, Store, Subject,
};
use jeton_core::{
    AuthorizationServer, Clock, Context, IfDigestShaped, ImportedSecret, KeyRingError, MasterKey,
    MigratedSecret, Randomness,
};
use jeton_protocol::{PresentedSecret, RegionName, ResourceUri, Scope};
use jeton_server::config::{Config, Environment, Overrides};
use jeton_server::listen::Shutdown;
use jeton_server::{Gateway, app, operations, start};
use tempfile::TempDir;

use super::{Answer, Call, FragileStore, MockClock, SeededRandomness, jwt};

/// The settings that a test may change.
pub(crate) struct Setup {
    /// The issuer of the region.
    pub(crate) issuer: &'static str,
    /// More lines of the configuration file.
    pub(crate) extra: &'static str,
    /// The seed of all random bytes.
    pub(crate) seed: u64,
}

impl Default for Setup {
    fn default() -> Self {
        Self { issuer: ISSUER, extra: "", seed: 7 }
    }
}

/// One region and its first node.
pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) config: Config,
    pub(crate) store: Arc<FragileStore>,
    pub(crate) clock: Arc<MockClock>,
    pub(crate) master_key: MasterKey,
    pub(crate) admin: Administrator,
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) app: Router,
    pub(crate) randomness: Arc<SeededRandomness>,
    accounts: AtomicU32,
}

/// An account's id and its secret.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl World {
    /// The region `us` with the resource [`API`], and a second region `eu`.
    pub(crate) async fn new() -> Self {
        Self::with("").await
    }

    /// A world with more configuration.
    pub(crate) async fn with(extra: &'static str) -> Self {
        Self::set_up(Setup { extra, ..Setup::default() }).await
    }

    pub(crate) async fn set_up(setup: Setup) -> Self {
        Self::open(TempDir::new().unwrap(), setup, None).await
    }

    /// A world on a copy of the database `jeton.db` in a folder, which is migrated, with the `master.key` beside it.
    pub(crate) async fn on_copy_of(folder: &Path) -> Self {
        let copy = TempDir::new().unwrap();
        std::fs::copy(folder.join("jeton.db"), copy.path().join("jeton.db")).unwrap();
        let master_key = std::fs::read_to_string(folder.join("master.key")).unwrap();
        Self::open(copy, Setup::default(), MasterKey::parse(master_key.trim()).ok()).await
    }

    /// Opens the database in `folder`. Without a master key it is a new one, and gets a key and the resource [`API`].
    async fn open(folder: TempDir, setup: Setup, known_key: Option<MasterKey>) -> Self {
        super::log::start();
        let is_new = known_key.is_none();
        let config = read_config(&folder, &setup);
        let region: RegionName = "us".parse().unwrap();
        let url = format!("sqlite:{}/jeton.db", folder.path().display());
        let inner = jeton_store::open(&url, &region, Migrate::Pending).await.unwrap();
        let clock = Arc::new(MockClock::new());
        let randomness = Arc::new(SeededRandomness::new(setup.seed));
        let master_key = known_key.unwrap_or_else(|| MasterKey::generate(&*randomness));
        // The administrator uses another connection: the node's store may be unavailable while this one is not.
        let admin = administrator(Arc::clone(&inner), &master_key, &clock, &randomness).await;
        if is_new {
            admin.create_resource(resource(API)).await.unwrap();
        }
        let store = Arc::new(FragileStore::new(inner));
        let gateway = open_node(&config, &store, &master_key, &clock, &randomness).await;
        let app = app(&gateway);
        let accounts = AtomicU32::new(0);
        Self { folder, config, store, clock, master_key, admin, gateway, app, randomness, accounts }
    }

    /// A world in which tokens for [`API`] have this format.
    pub(crate) async fn of(format: TokenFormat) -> Self {
        let world = Self::new().await;
        world.set_format(format).await;
        world
    }

    /// Tokens for [`API`] have this format from now on.
    pub(crate) async fn set_format(&self, format: TokenFormat) {
        let update = ResourceUpdate { token_format: Some(format), ..ResourceUpdate::default() };
        self.admin.update_resource(&uri(API), &update).await.unwrap();
        self.follow().await;
    }

    /// Another node of the region, with its own memory. [`Self::app`] stays that of the first node.
    pub(crate) async fn another_node(&self) -> Router {
        app(&self.another_gateway().await)
    }

    /// The gateway of another node, which can follow the change feed.
    pub(crate) async fn another_gateway(&self) -> Arc<Gateway> {
        open_node(&self.config, &self.store, &self.master_key, &self.clock, &self.randomness).await
    }

    /// A copy of the database, as a backup made now would be.
    pub(crate) fn back_up(&self) -> TempDir {
        let backup = TempDir::new().unwrap();
        for name in ["jeton.db", "jeton.db-wal"] {
            std::fs::copy(self.folder.path().join(name), backup.path().join(name)).unwrap();
        }
        backup
    }

    /// Replaces the store with a backup. Returns its administrator.
    pub(crate) async fn restore_backup(&self, backup: &TempDir) -> Administrator {
        let region: RegionName = "us".parse().unwrap();
        let url = format!("sqlite:{}/jeton.db", backup.path().display());
        let store = jeton_store::open(&url, &region, Migrate::Never).await.unwrap();
        self.store.replace(Arc::clone(&store));
        administrator(store, &self.master_key, &self.clock, &self.randomness).await
    }

    /// A new master key.
    pub(crate) fn another_master_key(&self) -> MasterKey {
        MasterKey::generate(&*self.randomness)
    }

    /// Starts a node with this master key.
    pub(crate) async fn node_with(&self, master_key: &MasterKey) -> Result<Router, KeyRingError> {
        let node = try_open_node(&self.config, &self.store, master_key, &self.clock, &self.randomness).await;
        node.map(|gateway| app(&gateway))
    }

    /// An administrator with this master key.
    pub(crate) async fn administrator_with(&self, master_key: &MasterKey) -> Administrator {
        let store = Arc::clone(&self.store) as Arc<dyn Store>;
        administrator(store, master_key, &self.clock, &self.randomness).await
    }

    /// The first node of the region `eu`, on the same database.
    pub(crate) async fn first_node_of_another_region(&self) -> Arc<Gateway> {
        self.first_node_of_another_region_with(u64::MAX).await.unwrap()
    }

    /// As [`first_node_of_another_region`](Self::first_node_of_another_region), but the store fails after `calls` calls.
    pub(crate) async fn first_node_of_another_region_with(
        &self,
        calls: u64,
    ) -> Result<Arc<Gateway>, KeyRingError> {
        let file = Some(self.folder.path().join("jeton.toml"));
        let overrides = Overrides { config: file, region: Some("eu".to_owned()) };
        let config = Config::load(&overrides, &NoEnvironment).unwrap().config;
        let url = format!("sqlite:{}/jeton.db", self.folder.path().display());
        let inner = jeton_store::open(&url, &"eu".parse().unwrap(), Migrate::Pending).await.unwrap();
        let store = Arc::new(FragileStore::new(inner));
        store.make_unavailable_after(calls);
        try_open_node(&config, &store, &self.master_key, &self.clock, &self.randomness).await
    }

    /// The database as another region sees it.
    pub(crate) async fn store_of(&self, region: &str) -> Arc<dyn Store> {
        let url = format!("sqlite:{}/jeton.db", self.folder.path().display());
        jeton_store::open(&url, &region.parse().unwrap(), Migrate::Pending).await.unwrap()
    }

    /// The node follows the change feed.
    pub(crate) async fn follow(&self) {
        self.gateway.server().directory().follow().await.unwrap();
    }

    /// Time passes, and the node follows the change feed.
    pub(crate) async fn pass(&self, time: Duration) {
        self.clock.pass(time);
        self.follow().await;
    }

    /// The audit log, oldest first.
    pub(crate) async fn records(&self) -> Vec<AuditRecord> {
        let page = AuditPage { order: AuditOrder::OldestFirst, after: None, limit: 10_000 };
        self.admin.store().list_audit(&AuditFilter::default(), &page).await.unwrap()
    }

    /// The node maintains its keys, as it does once a minute, and follows the change.
    pub(crate) async fn maintain_keys(&self) {
        self.gateway.server().directory().keeper().maintain().await.unwrap();
        self.follow().await;
    }

    /// A resource with the usual scopes, which the node knows.
    pub(crate) async fn add_resource(&self, uri: &str) {
        self.admin.create_resource(resource(uri)).await.unwrap();
        self.follow().await;
    }

    /// A new account, with `read:me` and `write:me` on [`API`].
    pub(crate) fn new_account(&self) -> NewAccount {
        let number = self.accounts.fetch_add(1, Ordering::Relaxed);
        NewAccount {
            name: format!("integration {number}").parse().unwrap(),
            tenant: DEFAULT_TENANT.parse().unwrap(),
            entitlement: granted("read:me write:me"),
            token_ttl: None,
            expires_in: None,
            allow_cidr: Vec::new(),
            secret_expires_in: None,
            details: AccountDetails::default(),
        }
    }

    pub(crate) async fn create(&self, new: NewAccount) -> Client {
        let made = self.admin.create_account(new).await.unwrap();
        Client { id: made.account.client_id.to_string(), secret: made.secret.unwrap().expose().to_owned() }
    }

    /// The usual account.
    pub(crate) async fn client(&self) -> Client {
        self.create(self.new_account()).await
    }

    /// An account that may introspect tokens for [`API`] and nothing else.
    pub(crate) async fn introspector(&self) -> Client {
        self.create(NewAccount { entitlement: introspecting(API), ..self.new_account() }).await
    }

    /// An account with an imported secret in addition to its generated one. Returns the imported one.
    pub(crate) async fn client_with_imported(&self, secret: &str) -> Client {
        let client = self.client().await;
        let imported =
            ImportedSecret::parse(PresentedSecret::new(secret.to_owned()), IfDigestShaped::Refuse).unwrap();
        self.admin
            .add_secret(&client.id, SecretSource::Import(&imported), SecretTerms::default())
            .await
            .unwrap();
        self.follow().await;
        Client { id: client.id, secret: secret.to_owned() }
    }

    /// The same account with one more secret, of these terms.
    pub(crate) async fn second_secret(&self, client: &Client, terms: SecretTerms) -> Client {
        let made = self.admin.add_secret(&client.id, SecretSource::Generate, terms).await.unwrap();
        self.follow().await;
        client.with_secret(made.secret.unwrap().expose())
    }

    /// An account that is imported from another server with its id, and with `kept`: its `secret`, or a hash of it.
    pub(crate) async fn moved_client(&self, id: &str, secret: &str, kept: &str) -> Client {
        let import = AccountImport {
            client_id: id.parse().unwrap(),
            account: self.new_account(),
            expires_at: None,
            more_entitlements: Vec::new(),
            secret: MigratedSecret::parse(PresentedSecret::new(kept.to_owned()), IfDigestShaped::Refuse)
                .unwrap(),
        };
        self.admin.import_account(&import).await.unwrap();
        self.follow().await;
        Client { id: id.to_owned(), secret: secret.to_owned() }
    }

    /// Replaces `client` with a copy under another id, as an import would create it.
    pub(crate) async fn recreate_with_id(&self, client: &Client, id: &str) -> Client {
        let mut account = self.admin.find_account(&client.id).await.unwrap();
        account.client_id = id.parse().unwrap();
        account.name = format!("recreated {}", client.id).parse().unwrap();
        // Two accounts must not have secrets with the same lookup.
        self.admin.delete_account(&client.id).await.unwrap();
        let audit = AuditEntry {
            at: self.clock.now(),
            actor: Actor::Cli("test".to_owned()),
            action: Action::Create,
            tenant: None,
            subject: Subject::Account(account.client_id.clone()),
            before: None,
            after: None,
        };
        self.admin.store().add_account(&account, &audit).await.unwrap();
        client.with_id(id)
    }

    pub(crate) fn post(&self, path: &str) -> Call {
        Call::new(self.app.clone(), Method::POST, path)
    }

    pub(crate) fn get(&self, path: &str) -> Call {
        Call::new(self.app.clone(), Method::GET, path)
    }

    /// A token request with the credentials in the body, and more parameters.
    pub(crate) fn token_call(&self, client: &Client, more: &[(&str, &str)]) -> Call {
        token_call(self.app.clone(), client, more)
    }

    pub(crate) async fn ask(&self, client: &Client, more: &[(&str, &str)]) -> Answer {
        self.token_call(client, more).send().await
    }

    /// A token for everything that is granted.
    pub(crate) async fn token(&self, client: &Client) -> String {
        self.ask(client, &[]).await.token()
    }

    pub(crate) async fn introspect(&self, caller: &Client, token: &str) -> Answer {
        self.post("/oauth/v1/introspect").basic(caller).form(&[("token", token)]).send().await
    }

    pub(crate) async fn revoke(&self, caller: &Client, token: &str) -> Answer {
        self.post("/oauth/v1/revoke").basic(caller).form(&[("token", token)]).send().await
    }

    /// Signs the input with the region's own ES256 key.
    pub(crate) async fn sign(&self, signing_input: &str) -> String {
        let keys = self.admin.store().list_keys().await.unwrap();
        let signs = |key: &&jeton_core::model::Key| {
            key.kind == KeyKind::Signing(Algorithm::Es256) && key.state == KeyState::Active
        };
        let key = keys.iter().find(signs).unwrap();
        let context = format!("us/{}/{}", key.kind, key.id);
        let sealer = self.master_key.private_key_sealer();
        let document = sealer.open(key.sealed.as_deref().unwrap(), &context).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &document).unwrap();
        let signature = pair.sign(&SystemRandom::new(), signing_input.as_bytes()).unwrap();
        format!("{signing_input}.{}", jwt::encode_bytes(signature.as_ref()))
    }

    /// A response of the operations listener.
    pub(crate) async fn operations(&self, path: &str) -> Answer {
        Call::new(self.operations_app(), Method::GET, path).send().await
    }

    /// The app of the operations listener.
    pub(crate) fn operations_app(&self) -> Router {
        operations(Arc::clone(&self.gateway), Shutdown::new(Duration::ZERO, Duration::ZERO))
    }
}

impl Client {
    pub(crate) fn with_secret(&self, secret: &str) -> Self {
        Self { id: self.id.clone(), secret: secret.to_owned() }
    }

    /// The same secret for another id.
    pub(crate) fn with_id(&self, id: &str) -> Self {
        Self { id: id.to_owned(), secret: self.secret.clone() }
    }
}

/// Runs a test for tokens of each format.
pub(crate) async fn in_both_formats(test: impl AsyncFn(World)) {
    for format in TokenFormat::ALL {
        test(World::of(format).await).await;
    }
}

/// A token request through `app`.
pub(crate) fn token_call(app: Router, client: &Client, more: &[(&str, &str)]) -> Call {
    let own = [
        ("grant_type", "client_credentials"),
        ("client_id", client.id.as_str()),
        ("client_secret", client.secret.as_str()),
    ];
    Call::new(app, Method::POST, "/oauth/v1/token").form(&[own.as_slice(), more].concat())
}

/// Scopes of [`API`].
pub(crate) fn granted(names: &str) -> Entitlement {
    granted_on(API, names)
}

pub(crate) fn granted_on(resource: &str, names: &str) -> Entitlement {
    Entitlement { resource: Some(uri(resource)), scope: Some(scope(names)), introspects: Vec::new() }
}

pub(crate) fn introspecting(resource: &str) -> Entitlement {
    Entitlement { resource: None, scope: None, introspects: vec![uri(resource)] }
}

fn scope(names: &str) -> Scope {
    names.parse().unwrap()
}

pub(crate) fn uri(text: &str) -> ResourceUri {
    text.parse().unwrap()
}

/// A new resource: `admin` implies `write:me`, which implies `read:me`.
pub(crate) fn resource(uri: &str) -> NewResource {
    let name = |text: &str| text.parse().unwrap();
    let declared = ["read:me", "write:me", "admin"].map(|text| (name(text), String::new()));
    NewResource {
        uri: self::uri(uri),
        name: None,
        scopes: declared.to_vec(),
        implies: vec![(name("admin"), name("write:me")), (name("write:me"), name("read:me"))],
        token_format: TokenFormat::Jwt,
        algorithm: Algorithm::Es256,
        token_ttl: None,
    }
}

async fn administrator(
    store: Arc<dyn Store>,
    master_key: &MasterKey,
    clock: &Arc<MockClock>,
    randomness: &Arc<SeededRandomness>,
) -> Administrator {
    let context = Context {
        store,
        region: "us".parse().unwrap(),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        randomness: Arc::clone(randomness) as Arc<dyn Randomness>,
    };
    Administrator::open(context, master_key, Actor::Cli("test".to_owned())).await.unwrap()
}

async fn open_node(
    config: &Config,
    store: &Arc<FragileStore>,
    master_key: &MasterKey,
    clock: &Arc<MockClock>,
    randomness: &Arc<SeededRandomness>,
) -> Arc<Gateway> {
    try_open_node(config, store, master_key, clock, randomness).await.unwrap()
}

async fn try_open_node(
    config: &Config,
    store: &Arc<FragileStore>,
    master_key: &MasterKey,
    clock: &Arc<MockClock>,
    randomness: &Arc<SeededRandomness>,
) -> Result<Arc<Gateway>, KeyRingError> {
    let server = AuthorizationServer::open(
        start::settings(config),
        Arc::clone(store) as Arc<dyn Store>,
        master_key,
        Arc::clone(clock) as Arc<dyn Clock>,
        Arc::clone(randomness) as Arc<dyn Randomness>,
    )
    .await?;
    Ok(Gateway::new(config, server, Arc::clone(randomness) as Arc<dyn Randomness>))
}

fn read_config(folder: &TempDir, setup: &Setup) -> Config {
    let file = folder.path().join("jeton.toml");
    let Setup { issuer, extra, .. } = setup;
    let regions = [("us", *issuer), ("eu", EU_ISSUER)]
        .map(|(name, issuer)| format!("[[regions]]\nname = \"{name}\"\nissuer = \"{issuer}\"\n"));
    std::fs::write(&file, format!("region = \"us\"\n{}{extra}\n", regions.concat())).unwrap();
    let overrides = Overrides { config: Some(file), region: None };
    Config::load(&overrides, &NoEnvironment).unwrap_or_else(|error| panic!("{error}")).config
}

struct NoEnvironment;

impl Environment for NoEnvironment {
    fn variables(&self) -> Vec<(OsString, OsString)> {
        Vec::new()
    }

    fn folder(&self) -> PathBuf {
        PathBuf::new()
    }
}

pub(crate) const ISSUER: &str = "https://app.example.com";
pub(crate) const EU_ISSUER: &str = "https://app.eu.example.com";
pub(crate) const API: &str = "https://mcp.example.com";
