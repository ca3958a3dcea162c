//! Interoperability with a complete Jeton server on loopback.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jeton_core::Context;
use jeton_core::admin::{Administrator, Entitlement, NewAccount, NewResource};
use jeton_core::model::{AccountDetails, Actor, Algorithm, DEFAULT_TENANT, KeyKind, TokenFormat};
use jeton_core::store::Migrate;
use jeton_resource::{ClientCredentials, FetchError, Rejection, TokenFault, TokenSource, Validator};
use jeton_server::Node;
use jeton_server::config::{Config, Overrides, ProcessEnvironment};
use jeton_server::listen::{ListenOptions, Listener, Shutdown};
use jeton_server::start::{open_master_key, open_store, settings};
use jeton_server::system::{SystemClock, SystemRandomness};
use tempfile::TempDir;

use crate::support::API;

struct Jeton {
    issuer: String,
    config: Config,
    admin: Administrator,
    client: (String, String),
    api: ClientCredentials,
    stop: Shutdown,
    _folder: TempDir,
}

impl Jeton {
    /// Starts a region with the resource [`API`], a client of it, and an account for the API itself.
    async fn start() -> Self {
        Self::with(TokenFormat::Jwt).await
    }

    /// Starts a region with tokens of this format.
    async fn with(format: TokenFormat) -> Self {
        let folder = TempDir::new().unwrap();
        let ample = Duration::from_mins(1);
        let options = || ListenOptions {
            tls: None,
            header_timeout: ample,
            write_timeout: ample,
            max_connections: 1_024,
            connections_per_address: 1_024,
            trusted_proxies: Vec::new(),
        };
        let bind = || async {
            let address = "127.0.0.1:0".parse().unwrap();
            Listener::bind(address, options()).await.unwrap_or_else(|error| panic!("{error}"))
        };
        let (public, operations) = (bind().await, bind().await);
        let issuer = format!("http://{}", public.local_addr());
        let file = folder.path().join("jeton.toml");
        let text = format!("region = \"us\"\n[[regions]]\nname = \"us\"\nissuer = \"{issuer}\"\n");
        std::fs::write(&file, text).unwrap();
        let overrides = Overrides { config: Some(file), region: None };
        let config =
            Config::load(&overrides, &ProcessEnvironment).unwrap_or_else(|error| panic!("{error}")).config;
        let node = Box::pin(Node::start_on(&config, Migrate::Pending, public, operations)).await;
        let node = node.unwrap_or_else(|error| panic!("{error}"));
        let stop = Shutdown::new(Duration::ZERO, Duration::ZERO);
        let admin = administrator(&config).await;
        tokio::spawn(node.run(stop.clone()));
        admin.create_resource(resource(format)).await.unwrap();
        let granted = Entitlement {
            resource: Some(API.parse().unwrap()),
            scope: Some("read:me write:me".parse().unwrap()),
            introspects: Vec::new(),
        };
        let client = account(&admin, "client", granted).await;
        let introspects = vec![API.parse().unwrap()];
        let (id, secret) =
            account(&admin, "api", Entitlement { resource: None, scope: None, introspects }).await;
        let api = ClientCredentials::new(id, secret);
        Self { issuer, config, admin, client, api, stop, _folder: folder }
    }

    fn source(&self) -> TokenSource {
        let credentials = ClientCredentials::new(&self.client.0, &self.client.1);
        TokenSource::builder(&self.issuer, credentials).scope("read:me").resource(API).build().unwrap()
    }

    /// Fetches a token; the node may not know the account yet.
    async fn token(&self) -> String {
        let source = self.source();
        let fetched = within_two_seconds("a token", async || source.token().await.ok()).await;
        fetched.expose().to_owned()
    }

    /// Revokes a token as its client (RFC 7009).
    async fn revoke(&self, token: &str) {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = client.post(format!("{}/oauth/v1/revoke", self.issuer));
        let request = request.basic_auth(&self.client.0, Some(&self.client.1)).form(&[("token", token)]);
        assert_eq!(request.send().await.unwrap().status(), 200);
    }
}

impl Drop for Jeton {
    fn drop(&mut self) {
        self.stop.begin();
    }
}

async fn administrator(config: &Config) -> Administrator {
    let (clock, randomness) = (Arc::new(SystemClock::new()), Arc::new(SystemRandomness));
    let store = open_store(config, Migrate::Pending).await.unwrap();
    let master = open_master_key(config, &*store, &*randomness).await.unwrap().key;
    let context = Context { store, region: config.this_region().name.clone(), clock, randomness };
    Administrator::open(context, &master, Actor::Cli("test".to_owned())).await.unwrap()
}

fn resource(token_format: TokenFormat) -> NewResource {
    let name = |text: &str| text.parse().unwrap();
    NewResource {
        uri: API.parse().unwrap(),
        name: None,
        scopes: ["read:me", "write:me"].map(|text| (name(text), String::new())).to_vec(),
        implies: vec![(name("write:me"), name("read:me"))],
        token_format,
        algorithm: Algorithm::Es256,
        token_ttl: None,
    }
}

async fn account(admin: &Administrator, name: &str, entitlement: Entitlement) -> (String, String) {
    let new = NewAccount {
        name: name.parse().unwrap(),
        tenant: DEFAULT_TENANT.parse().unwrap(),
        entitlement,
        token_ttl: None,
        expires_in: None,
        allow_cidr: Vec::new(),
        secret_expires_in: None,
        details: AccountDetails::default(),
    };
    let made = admin.create_account(new).await.unwrap();
    (made.account.client_id.to_string(), made.secret.unwrap().expose().to_owned())
}

/// Waits for `found` for two seconds, the limit for changes on a node and for revocations in the feed.
async fn within_two_seconds<T>(what: &str, mut found: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = found().await {
            return found;
        }
        assert!(began.elapsed() < Duration::from_secs(2), "not within two seconds: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn its_jwts_are_verified_with_its_keys_before_and_after_a_rotation() {
    let jeton = Jeton::start().await;
    let validator = Validator::builder(&jeton.issuer, API).build().unwrap();
    let old = jeton.token().await;
    let token = validator.validate(&old).await.unwrap();
    assert_eq!((token.client_id(), token.scope()), (jeton.client.0.as_str(), "read:me"));
    assert_eq!(token.claims()["region"], "us");

    let keeper = jeton.admin.key_keeper(settings(&jeton.config).key_timings());
    keeper.rotate(KeyKind::Signing(Algorithm::Es256), true).await.unwrap();
    let header = |token: &str| token.split('.').next().unwrap().to_owned();
    within_two_seconds("a token of the new key", async || {
        (header(&jeton.token().await) != header(&old)).then_some(())
    })
    .await;
    for token in [&old, &jeton.token().await] {
        assert!(validator.validate(token).await.is_ok());
    }
}

#[tokio::test]
async fn a_revoked_token_is_rejected_by_introspection_when_the_cached_response_expires() {
    let jeton = Jeton::start().await;
    let token = jeton.token().await;
    let asks = |max_age| {
        let builder = Validator::builder(&jeton.issuer, API).introspection(jeton.api.clone());
        builder.introspection_max_age(max_age).build().unwrap()
    };
    let (each_time, remembering) = (asks(Duration::ZERO), asks(Duration::from_secs(10)));
    for validator in [&each_time, &remembering] {
        let accepted =
            within_two_seconds("an active token", async || validator.validate(&token).await.ok()).await;
        assert!(accepted.allows("read:me") && !accepted.allows("write:me"));
    }
    jeton.revoke(&token).await;
    assert_eq!(each_time.validate(&token).await.unwrap_err(), Rejection::Invalid(TokenFault::Inactive));
    assert!(remembering.validate(&token).await.is_ok(), "the response is still cached");
}

#[tokio::test]
async fn its_opaque_tokens_are_validated_by_introspection() {
    let jeton = Jeton::with(TokenFormat::Opaque).await;
    let token = jeton.token().await;
    assert!(token.starts_with("jtnat_"));
    let validator = Validator::builder(&jeton.issuer, API).introspection(jeton.api.clone()).build().unwrap();
    let accepted =
        within_two_seconds("an active token", async || validator.validate(&token).await.ok()).await;
    assert_eq!((accepted.client_id(), accepted.scope()), (jeton.client.0.as_str(), "read:me"));
    let cut = validator.validate(&token[..token.len() - 1]).await;
    assert_eq!(cut.unwrap_err(), Rejection::Invalid(TokenFault::Inactive));
}

#[tokio::test]
async fn the_feed_rejects_a_revoked_jwt_within_two_seconds() {
    let jeton = Jeton::start().await;
    let validator =
        Validator::builder(&jeton.issuer, API).revocation_feed(jeton.api.clone()).build().unwrap();
    let (one, other) = (jeton.token().await, jeton.token().await);
    for token in [&one, &other] {
        within_two_seconds("an accepted token", async || validator.validate(token).await.ok()).await;
    }
    jeton.revoke(&one).await;
    let revoked = async |token: &str| {
        within_two_seconds("the revocation", async || validator.validate(token).await.err()).await
    };
    assert_eq!(revoked(&one).await, Rejection::Invalid(TokenFault::Revoked));
    assert!(validator.validate(&other).await.is_ok());

    jeton.admin.revoke_account_tokens(&jeton.client.0).await.unwrap();
    assert_eq!(revoked(&other).await, Rejection::Invalid(TokenFault::Revoked));
    within_two_seconds("a new token that is accepted", async || {
        validator.validate(&jeton.token().await).await.ok()
    })
    .await;
}

#[tokio::test]
async fn a_wrong_secret_is_reported_as_invalid_client() {
    let jeton = Jeton::start().await;
    let wrong = ClientCredentials::new(&jeton.client.0, "wrong");
    let refused = TokenSource::builder(&jeton.issuer, wrong).build().unwrap().token().await.unwrap_err();
    assert!(
        matches!(&refused, FetchError::Refused { status: 401, error, .. } if error.starts_with("invalid_client"))
    );
}
