//! Adds thousands of accounts to a store: callers with known secrets, and filler accounts that only increase its size.
//! Also adds revocations of tokens that do not exist.
//!
//! A caller is like an account of `jeton account create`: it has a generated secret with its lookup and its light hash.
//! A filler account has a random lookup. All filler accounts share one hash: a million hashes would take minutes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jeton_core::model::{
    Account, AccountDetails, Actor, Algorithm, Credential, CredentialId, Proof, ProofKind, Resource,
    Restriction, Revocation, ScopeDefinition, SecretKind, SecretLookup, SecretProof, Tenant, Timestamp,
    TokenFormat, TokenId,
};
use jeton_core::store::{Action, AuditEntry, Store, Subject};
use jeton_core::{Clock as _, HashCost, MasterKey, SecretHash, SecretIndexer, random_bytes};
use jeton_protocol::{ClientId, ClientSecret, RegionName, ResourceUri};
use jeton_server::system::{SystemClock, SystemRandomness};

use crate::Error;

/// One resource for each algorithm. Each account has [`SCOPE`] on one resource and may introspect its tokens.
pub const RESOURCES: [(Algorithm, &str); 5] = [
    (Algorithm::Es256, "https://es256.example.com"),
    (Algorithm::EdDsa, "https://eddsa.example.com"),
    (Algorithm::Es384, "https://es384.example.com"),
    (Algorithm::Rs256, "https://rs256.example.com"),
    (Algorithm::Ps256, "https://ps256.example.com"),
];

/// A resource whose tokens are opaque.
pub const OPAQUE: &str = "https://opaque.example.com";

/// The only scope of each resource.
pub const SCOPE: &str = "read:me";

/// A store that is being filled.
#[derive(Debug)]
pub struct Population {
    store: Arc<dyn Store>,
    region: RegionName,
    indexer: SecretIndexer,
    tenant: Tenant,
    filler_hash: SecretHash,
    imported_hash: SecretHash,
    now: Timestamp,
}

/// Properties of the accounts to add.
#[derive(Debug, Clone, Copy, Default)]
pub struct CallerKind {
    /// They have an imported secret with a heavy hash instead of a generated one. All share the hash of one random
    /// secret, because a hash for each account would take minutes.
    pub is_imported: bool,
    /// The accounts are disabled.
    pub is_disabled: bool,
}

/// An account and its secret. Write it only to the files of the measurement.
pub struct Caller {
    /// The client id.
    pub client_id: ClientId,
    /// The secret.
    pub secret: ClientSecret,
    /// A well-formed secret of no account.
    pub wrong_secret: ClientSecret,
}

impl Population {
    /// Adds the missing ones of [`RESOURCES`] and [`OPAQUE`].
    ///
    /// # Errors
    /// Errors of the store.
    pub async fn open(
        store: Arc<dyn Store>,
        region: RegionName,
        master_key: &MasterKey,
    ) -> Result<Self, Error> {
        let tenant =
            store.find_tenant(&"default".parse()?).await?.ok_or("the store has no tenant `default`")?;
        let population = Self {
            store,
            region,
            indexer: master_key.secret_indexer(),
            tenant,
            filler_hash: SecretHash::make("filler", HashCost::Light, random_bytes(&SystemRandomness))?,
            imported_hash: SecretHash::make(
                generated_secret().expose(),
                HashCost::Heavy,
                random_bytes(&SystemRandomness),
            )?,
            now: SystemClock::new().now(),
        };
        for (algorithm, uri) in RESOURCES {
            population.add_resource(algorithm, TokenFormat::Jwt, uri.parse()?).await?;
        }
        population.add_resource(Algorithm::Es256, TokenFormat::Opaque, OPAQUE.parse()?).await?;
        Ok(population)
    }

    /// Adds `count` accounts of `resource` in one transaction and returns them with their secrets.
    ///
    /// # Errors
    /// Errors of the store; then nothing was added.
    pub async fn add_callers(&self, count: usize, resource: &ResourceUri) -> Result<Vec<Caller>, Error> {
        self.add_callers_of(CallerKind::default(), count, resource).await
    }

    /// The same for accounts of a kind. The server does not accept the secrets of imported and disabled accounts.
    ///
    /// # Errors
    /// Errors of the store; then nothing was added.
    pub async fn add_callers_of(
        &self,
        kind: CallerKind,
        count: usize,
        resource: &ResourceUri,
    ) -> Result<Vec<Caller>, Error> {
        let mut callers = Vec::with_capacity(count);
        let mut accounts = Vec::with_capacity(count);
        for _ in 0..count {
            let secret = generated_secret();
            let mut account = if kind.is_imported {
                self.account(resource, self.imported_hash.clone(), SecretKind::Imported)?
            } else {
                let salt = random_bytes(&SystemRandomness);
                let hash = SecretHash::make(secret.expose(), HashCost::Light, salt)?;
                self.account(resource, hash, SecretKind::Generated(self.indexer.lookup(&secret)))?
            };
            account.enabled = !kind.is_disabled;
            let client_id = account.client_id.clone();
            callers.push(Caller { client_id, secret, wrong_secret: generated_secret() });
            accounts.push(account);
        }
        self.add(&accounts).await?;
        Ok(callers)
    }

    /// Adds `count` accounts of `resource` in one transaction. Their secrets are unknown.
    ///
    /// # Errors
    /// Errors of the store; then nothing was added.
    pub async fn add_filler(&self, count: usize, resource: &ResourceUri) -> Result<(), Error> {
        let secret = || SecretKind::Generated(SecretLookup(random_bytes(&SystemRandomness)));
        let accounts: Result<Vec<Account>, Error> =
            (0..count).map(|_| self.account(resource, self.filler_hash.clone(), secret())).collect();
        self.add(&accounts?).await
    }

    /// Adds `count` revocations, in one transaction, of tokens that expire in a day.
    ///
    /// # Errors
    /// Errors of the store; then nothing was added.
    pub async fn add_revocations(&self, count: usize) -> Result<(), Error> {
        let client_id = ClientId::generate(&self.region, random_bytes(&SystemRandomness));
        let revocation = |_| Revocation {
            token: TokenId::from_bytes(random_bytes(&SystemRandomness)),
            client_id: client_id.clone(),
            audience: None,
            expires_at: self.now.after(Duration::from_hours(24)),
            revoked_at: self.now,
        };
        let mut revocations: Vec<Revocation> = (0..count).map(revocation).collect();
        // In the order of the index: inserting a million entries in random order is much slower.
        revocations.sort_by_key(|revocation| revocation.token);
        let Some(last) = revocations.last() else { return Ok(()) };
        let audit = self.audit(Subject::Token(last.token));
        Ok(self.store.add_revocations(&revocations, &[audit]).await?)
    }

    fn account(&self, resource: &ResourceUri, hash: SecretHash, kind: SecretKind) -> Result<Account, Error> {
        let client_id = ClientId::generate(&self.region, random_bytes(&SystemRandomness));
        let credential = Credential {
            id: CredentialId::generate(ProofKind::Secret, random_bytes(&SystemRandomness)),
            proof: Proof::Secret(SecretProof { kind, hash, last_four: "0000".to_owned() }),
            label: None,
            created_at: self.now,
            lifetime: None,
            expires_at: None,
            revoked_at: None,
            restriction: Restriction::default(),
            last_used: None,
        };
        Ok(Account {
            name: format!("load {client_id}").parse()?,
            client_id,
            tenant: self.tenant.clone(),
            enabled: true,
            epoch: 0,
            token_ttl: None,
            expires_at: None,
            allow_cidr: Vec::new(),
            default_resource: Some(resource.clone()),
            grants: BTreeMap::from([(resource.clone(), SCOPE.parse()?)]),
            introspects: BTreeSet::from([resource.clone()]),
            credentials: vec![credential],
            details: AccountDetails::default(),
            created_at: self.now,
            version: 1,
        })
    }

    async fn add(&self, accounts: &[Account]) -> Result<(), Error> {
        let audit = self.audit(Subject::Region(self.region.clone()));
        Ok(self.store.add_accounts(accounts, &[audit]).await?)
    }

    async fn add_resource(
        &self,
        algorithm: Algorithm,
        token_format: TokenFormat,
        uri: ResourceUri,
    ) -> Result<(), Error> {
        if self.store.find_resource(&uri).await?.is_some() {
            return Ok(());
        }
        let resource = Resource {
            uri: uri.clone(),
            name: None,
            scopes: BTreeMap::from([(SCOPE.parse()?, ScopeDefinition::default())]),
            token_format,
            algorithm,
            previous_algorithm: None,
            token_ttl: None,
            created_at: self.now,
            version: 1,
        };
        Ok(self.store.add_resource(&resource, &self.audit(Subject::Resource(uri))).await?)
    }

    fn audit(&self, subject: Subject) -> AuditEntry {
        AuditEntry {
            at: self.now,
            actor: Actor::Cli("bench".to_owned()),
            action: Action::Create,
            tenant: None,
            subject,
            before: None,
            after: None,
        }
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

fn generated_secret() -> ClientSecret {
    ClientSecret::from_entropy(random_bytes(&SystemRandomness))
}
