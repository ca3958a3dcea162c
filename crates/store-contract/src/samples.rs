//! Sample values for the cases.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jeton_core::model::{
    Account, AccountDetails, Actor, Algorithm, Credential, CredentialId, Key, KeyId, KeyKind, KeyState,
    Labels, Proof, ProofKind, Resource, Restriction, Revocation, ScopeDefinition, SecretKind, SecretLookup,
    SecretProof, Tenant, Timestamp, TokenFormat, TokenId,
};
use jeton_core::store::{Action, AuditEntry, Conflict, KeyChange, Position, Store, StoreError, Subject};
use jeton_core::{HashCost, SecretHash};
use jeton_protocol::{ClientId, ResourceUri, Scope};
use serde_json::json;

/// A new tenant of this name.
pub(crate) fn tenant(name: &str) -> Tenant {
    Tenant {
        name: name.parse().unwrap(),
        enabled: true,
        accounts_allowed: true,
        epoch: 100,
        created_at: at(100),
        version: 1,
    }
}

/// A resource with the scopes `admin`, which implies `write`, which implies `read`.
pub(crate) fn resource(uri: &str) -> Resource {
    let facts = |text: &str, implies: &[&str]| ScopeDefinition {
        text: text.to_owned(),
        implies: implies.iter().map(|name| name.parse().unwrap()).collect(),
    };
    Resource {
        uri: uri.parse().unwrap(),
        name: Some("The API".to_owned()),
        scopes: BTreeMap::from([
            ("admin".parse().unwrap(), facts("Everything, \"quoted\" — and ünïcode", &["write", "read"])),
            ("read".parse().unwrap(), facts("", &[])),
            ("write".parse().unwrap(), facts("Change things", &["read"])),
        ]),
        token_format: TokenFormat::Opaque,
        algorithm: Algorithm::EdDsa,
        previous_algorithm: Some(Algorithm::Rs256),
        token_ttl: Some(Duration::from_mins(15)),
        created_at: at(200),
        version: 1,
    }
}

/// An account of the default tenant that may `read` and `write` at [`API`] and introspect its tokens.
pub(crate) fn account(id: &str) -> Account {
    Account {
        client_id: id.parse().unwrap(),
        name: format!("name of {id}").parse().unwrap(),
        tenant: tenant("default"),
        enabled: true,
        epoch: 300,
        token_ttl: Some(Duration::from_hours(1)),
        expires_at: Some(at(9_000_000_000)),
        allow_cidr: vec!["10.0.0.0/8".parse().unwrap(), "2001:db8::/32".parse().unwrap()],
        default_resource: Some(uri(API)),
        grants: BTreeMap::from([(uri(API), scope("read write")), (uri(OTHER_API), scope("read"))]),
        introspects: BTreeSet::from([uri(API)]),
        credentials: vec![generated(1), imported(2)],
        details: AccountDetails {
            description: Some("Sends the invoices".to_owned()),
            owner: Some("Billing team".to_owned()),
            labels: labels(&[("env", "production"), ("team", "billing")]),
        },
        created_at: at(300),
        version: 1,
    }
}

/// Labels from pairs.
pub(crate) fn labels(pairs: &[(&str, &str)]) -> Labels {
    let pairs: BTreeMap<_, _> =
        pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
    pairs.try_into().unwrap()
}

/// An account without optional fields.
pub(crate) fn bare_account(id: &str) -> Account {
    Account {
        token_ttl: None,
        expires_at: None,
        allow_cidr: Vec::new(),
        default_resource: None,
        grants: BTreeMap::new(),
        introspects: BTreeSet::new(),
        credentials: Vec::new(),
        details: AccountDetails::default(),
        ..account(id)
    }
}

/// A generated secret with all optional fields. Its lookup digest is [`lookup`] of the number.
pub(crate) fn generated(number: u8) -> Credential {
    Credential {
        id: CredentialId::generate(ProofKind::Secret, [number; 8]),
        proof: Proof::Secret(secret(number, SecretKind::Generated(lookup(number)))),
        label: Some("on the gateway".to_owned()),
        created_at: at(400),
        lifetime: Some(Duration::from_secs(4_600)),
        expires_at: Some(at(5_000)),
        revoked_at: None,
        restriction: Restriction {
            scope: Some(scope("read write")),
            allow_cidr: vec!["10.1.0.0/16".parse().unwrap(), "2001:db8:1::/48".parse().unwrap()],
        },
        last_used: None,
    }
}

/// An imported secret, created in the same second as all others.
pub(crate) fn imported(number: u8) -> Credential {
    Credential {
        proof: Proof::Secret(secret(number, SecretKind::Imported)),
        label: None,
        lifetime: None,
        expires_at: None,
        restriction: Restriction::default(),
        ..generated(number)
    }
}

/// An imported secret of which only the hash of the previous server is known.
pub(crate) fn foreign(number: u8) -> Credential {
    let hash = "$2a$05$SHHx1hEV1O8xh6gP6H8bmeznWaY7LRPHSwHdlljimMNIk8wegoYY.";
    let hash = SecretHash::from_stored(hash.to_owned()).unwrap();
    let proof = SecretProof { kind: SecretKind::Imported, hash, last_four: String::new() };
    Credential { proof: Proof::Secret(proof), ..imported(number) }
}

fn secret(number: u8, kind: SecretKind) -> SecretProof {
    let hash = SecretHash::make("a secret", HashCost::Light, [number; 16]).unwrap();
    SecretProof { kind, hash, last_four: "wxyz".to_owned() }
}

/// The lookup digest of the generated secret of this number. The first byte is zero.
pub(crate) fn lookup(number: u8) -> SecretLookup {
    let mut bytes = [number; 16];
    bytes[0] = 0;
    SecretLookup(bytes)
}

/// An active key.
pub(crate) fn key(id: &str, algorithm: Algorithm) -> Key {
    Key {
        id: KeyId::from_stored(id.to_owned()),
        kind: KeyKind::Signing(algorithm),
        state: KeyState::Active,
        sealed: Some(vec![0, 1, 2, 255]),
        created_at: at(500),
        activated_at: Some(at(510)),
        retired_at: None,
        ended_at: None,
        version: 1,
    }
}

/// Adds a key to a region whose master key is [`MASTER_KEY`].
pub(crate) async fn add_key(store: &dyn Store, key: &Key) -> Result<(), StoreError> {
    store.claim_master_key(&MASTER_KEY).await?;
    store
        .change_keys(&KeyChange { added: vec![key.clone()], ..KeyChange::new(MASTER_KEY) }, &key_entry(key))
        .await
}

/// A revoked token.
pub(crate) fn revocation(number: u8) -> Revocation {
    let mut bytes = [number; 16];
    bytes[0] = 0;
    Revocation {
        token: TokenId::from_bytes(bytes),
        client_id: format!("owner-{number}").parse().unwrap(),
        audience: None,
        expires_at: at(9_000),
        revoked_at: at(550),
    }
}

/// An audit entry for a write to this subject.
pub(crate) fn audit_entry(subject: Subject) -> AuditEntry {
    AuditEntry {
        at: at(600),
        actor: Actor::Cli("root".to_owned()),
        action: Action::Update,
        tenant: None,
        subject,
        before: Some(json!({"enabled": true})),
        after: None,
    }
}

/// An audit entry for a write to an account.
pub(crate) fn account_entry(account: &Account) -> AuditEntry {
    let tenant = Some(account.tenant.name.clone());
    AuditEntry { tenant, ..audit_entry(Subject::Account(account.client_id.clone())) }
}

/// An audit entry for a write to a resource.
pub(crate) fn resource_entry(resource: &Resource) -> AuditEntry {
    audit_entry(Subject::Resource(resource.uri.clone()))
}

/// An audit entry for a write to a tenant.
pub(crate) fn tenant_entry(tenant: &Tenant) -> AuditEntry {
    AuditEntry { tenant: Some(tenant.name.clone()), ..audit_entry(Subject::Tenant(tenant.name.clone())) }
}

/// An audit entry for a write to a key.
pub(crate) fn key_entry(key: &Key) -> AuditEntry {
    audit_entry(Subject::Key(key.id.clone()))
}

/// An audit entry for a revocation.
pub(crate) fn revocation_entry(revocation: &Revocation) -> AuditEntry {
    audit_entry(Subject::Token(revocation.token))
}

/// An audit entry for a summary of clients' revocations.
pub(crate) fn summary_entry(region: &str) -> AuditEntry {
    AuditEntry { action: Action::SummarizeRevocations, ..region_entry(region) }
}

/// An audit entry for a write to a region.
pub(crate) fn region_entry(name: &str) -> AuditEntry {
    audit_entry(Subject::Region(name.parse().unwrap()))
}

/// Adds the two resources that [`account`] refers to.
pub(crate) async fn add_resources(store: &dyn Store) {
    for uri in [API, OTHER_API] {
        let resource = resource(uri);
        store.add_resource(&resource, &resource_entry(&resource)).await.unwrap();
    }
}

/// Adds an account beside other writers. On a busy machine a write may find no free connection within the time of a
/// request, and is repeated as a client would.
pub(crate) async fn add_beside_others(store: &dyn Store, account: &Account) {
    for attempt in 0..100 {
        match store.add_account(account, &account_entry(account)).await {
            Err(StoreError::Unavailable(_)) => {}
            // An attempt before was stored, although its answer was late.
            Err(StoreError::Conflict(Conflict::Exists)) if attempt > 0 => return,
            added => return added.unwrap(),
        }
    }
    panic!("the store stayed unavailable");
}

/// Adds an account that the store must accept.
pub(crate) async fn add(store: &dyn Store, account: &Account) {
    store.add_account(account, &account_entry(account)).await.unwrap();
}

/// Finds an account that must exist. Replaces the default tenant by [`tenant`], because its creation time varies; only
/// the cases about tenants check it.
pub(crate) async fn found(store: &dyn Store, id: &ClientId) -> Account {
    let mut account = store.find_account(id, Position::START).await.unwrap().value.unwrap();
    if account.tenant.name.as_str() == "default" {
        account.tenant = tenant("default");
    }
    account
}

pub(crate) fn uri(text: &str) -> ResourceUri {
    text.parse().unwrap()
}

pub(crate) fn scope(text: &str) -> Scope {
    text.parse().unwrap()
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(seconds)
}

/// The check value of the master key.
pub(crate) const MASTER_KEY: [u8; 32] = [9; 32];
/// The resources that [`add_resources`] adds.
pub(crate) const API: &str = "https://api.example.com";
pub(crate) const OTHER_API: &str = "https://mcp.example.com/v1";
