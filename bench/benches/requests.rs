//! Measures the work of a request without HTTP: authenticate, grant and mint, introspect. One request at a time, on one
//! core.
//!
//! "In memory" is an account that has called before. "First call" reads the account from `SQLite`, finds the secret by
//! its lookup and hashes it.

#![expect(clippy::expect_used, reason = "a benchmark must stop if its own request is refused")]

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use criterion::Criterion;
use http::Request;
use http::header::{CONTENT_TYPE, HOST};
use jeton_bench::{Caller, OPAQUE, Population, RESOURCES};
use jeton_core::model::CallerAddress;
use jeton_core::store::Migrate;
use jeton_core::{AuthorizationServer, Clock as _, KeyPair, MasterKey};
use jeton_protocol::{
    IntrospectionRequest, PresentedClient, PresentedPair, PresentedSecret, PresentedToken, SecretMethod,
    TokenRequest,
};
use jeton_server::Gateway;
use jeton_server::config::{Config, Overrides, ProcessEnvironment};
use jeton_server::start::settings;
use jeton_server::system::{SystemClock, SystemRandomness};
use jeton_store_sqlite::SqliteStore;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let runtime = Runtime::new().expect("a runtime starts");
    let node = runtime.block_on(Node::new());
    authenticate(&mut criterion, &runtime, &node);
    grant(&mut criterion, &runtime, &node);
    sign(&mut criterion);
    introspect(&mut criterion, &runtime, &node);
    refuse(&mut criterion, &runtime, &node);
    criterion.final_summary();
}

fn authenticate(criterion: &mut Criterion, runtime: &Runtime, node: &Node) {
    let server = runtime.block_on(node.open());
    let client = presented(&node.callers[0][0]);
    criterion.bench_function("authenticate, in memory", |bencher| {
        bencher
            .to_async(runtime)
            .iter(|| async { server.authenticate(&client, HOME).await.expect("the secret is right") });
    });
    criterion.bench_function("authenticate, first call", |bencher| {
        bencher.to_async(runtime).iter_custom(|iterations| node.first_calls(iterations));
    });
}

fn grant(criterion: &mut Criterion, runtime: &Runtime, node: &Node) {
    let server = runtime.block_on(node.open());
    for (name, callers) in node.callers_by_name() {
        let request = token_request(&callers[0]);
        criterion.bench_function(&format!("grant and mint, {name}"), |bencher| {
            let granted = || async { server.grant(&request, HOME).await.expect("the token is granted") };
            bencher.to_async(runtime).iter(granted);
        });
    }
}

fn sign(criterion: &mut Criterion) {
    let payload = [b'a'; 400];
    for (algorithm, _) in RESOURCES {
        let document = KeyPair::generate_pkcs8(algorithm).expect("a key is generated");
        let key = KeyPair::from_pkcs8(algorithm, &document).expect("the key opens");
        criterion.bench_function(&format!("sign, {algorithm}"), |bencher| {
            bencher.iter(|| key.sign(&payload).expect("signing succeeds"));
        });
    }
}

fn introspect(criterion: &mut Criterion, runtime: &Runtime, node: &Node) {
    let server = runtime.block_on(node.open());
    let measured = |(name, _): &(String, _)| ["ES256", "EdDSA", "opaque"].contains(&name.as_str());
    for (name, callers) in node.callers_by_name().filter(measured) {
        let mut fresh = || runtime.block_on(introspection_request(&server, &callers[0]));
        let seen = fresh();
        criterion.bench_function(&format!("introspect, seen before, {name}"), |bencher| {
            let asked = || async { server.introspect(&seen, HOME).await.expect("the caller may introspect") };
            bencher.to_async(runtime).iter(asked);
        });
        criterion.bench_function(&format!("introspect, new token, {name}"), |bencher| {
            let asked = |request| {
                runtime.block_on(server.introspect(&request, HOME)).expect("the caller may introspect")
            };
            bencher.iter_batched(&mut fresh, asked, criterion::BatchSize::SmallInput);
        });
    }
}

/// Sends a wrong secret through the router, as in a flood: the refusal is explained and stored.
fn refuse(criterion: &mut Criterion, runtime: &Runtime, node: &Node) {
    let server = runtime.block_on(node.open());
    let gateway = Gateway::new(&node.config, server, Arc::new(SystemRandomness));
    let app = jeton_server::app(&gateway);
    let id = &node.callers[0][0].client_id;
    let body = format!("grant_type=client_credentials&client_id={id}&client_secret=hunter2hunter2hunter2");
    let request = || {
        let request = Request::post("/oauth/v1/token").header(HOST, "app.example.com");
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(Body::from(body.clone())).expect("the request is valid")
    };
    criterion.bench_function("refuse a wrong secret", |bencher| {
        bencher
            .to_async(runtime)
            .iter(|| async { app.clone().oneshot(request()).await.expect("the router responds") });
    });
}

/// A store with many callers, and everything needed to open a server on it.
struct Node {
    config: Config,
    store: SqliteStore,
    master_key: MasterKey,
    /// One list for each of [`RESOURCES`], then one for [`OPAQUE`].
    callers: Vec<Vec<Caller>>,
    _folder: TempDir,
}

impl Node {
    async fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder is created");
        let file = folder.path().join("jeton.toml");
        std::fs::write(&file, CONFIG).expect("the configuration is written");
        let overrides = Overrides { config: Some(file), region: None };
        let config =
            Config::load(&overrides, &ProcessEnvironment).expect("the configuration is valid").config;
        let region = config.this_region().name.clone();
        let url = format!("sqlite:{}", folder.path().join("jeton.db").display());
        let store = SqliteStore::open(&url, &region, Migrate::Pending).await.expect("the store opens");
        let master_key = MasterKey::generate(&SystemRandomness);
        let population = Population::open(Arc::new(store.clone()), region, &master_key)
            .await
            .expect("the population opens");
        let mut callers = Vec::new();
        for uri in RESOURCES.map(|(_, uri)| uri).into_iter().chain([OPAQUE]) {
            let uri = uri.parse().expect("the URI is valid");
            callers.push(population.add_callers(CALLERS, &uri).await.expect("the accounts are added"));
        }
        Self { config, store, master_key, callers, _folder: folder }
    }

    /// The callers with the name of their algorithm, or `opaque`.
    fn callers_by_name(&self) -> impl Iterator<Item = (String, &Vec<Caller>)> {
        let names = RESOURCES.iter().map(|(algorithm, _)| algorithm.to_string());
        names.chain(["opaque".to_owned()]).zip(&self.callers)
    }

    /// Opens a server that has no account in memory yet.
    async fn open(&self) -> AuthorizationServer {
        let (clock, randomness) = (Arc::new(SystemClock::new()), Arc::new(SystemRandomness));
        let store = Arc::new(self.store.clone());
        AuthorizationServer::open(settings(&self.config), store, &self.master_key, clock, randomness)
            .await
            .expect("the server opens")
    }

    /// Measures `count` first calls, on as many servers as needed. Opening the servers is not counted.
    async fn first_calls(&self, count: u64) -> Duration {
        let clock = SystemClock::new();
        let mut elapsed = Duration::ZERO;
        let mut remaining = count;
        while remaining > 0 {
            let server = self.open().await;
            for caller in self.callers[0].iter().take(usize::try_from(remaining).unwrap_or(usize::MAX)) {
                let client = presented(caller);
                let began = clock.monotonic();
                server.authenticate(&client, HOME).await.expect("the secret is right");
                elapsed += clock.monotonic().saturating_sub(began);
                remaining -= 1;
            }
        }
        elapsed
    }
}

async fn introspection_request(server: &AuthorizationServer, caller: &Caller) -> IntrospectionRequest {
    let token = server.grant(&token_request(caller), HOME).await.expect("the token is granted").token;
    IntrospectionRequest {
        token: PresentedToken::new(token.expose().to_owned()),
        token_type_hint: None,
        client: presented(caller),
    }
}

fn token_request(caller: &Caller) -> TokenRequest {
    TokenRequest {
        grant_type: "client_credentials".to_owned(),
        scope: None,
        resources: Vec::new(),
        audience: None,
        client: presented(caller),
    }
}

fn presented(caller: &Caller) -> PresentedClient {
    PresentedClient::Secret(PresentedPair {
        client_id: caller.client_id.to_string(),
        secret: PresentedSecret::new(caller.secret.expose().to_owned()),
        method: SecretMethod::Post,
        alternative_decodings: Vec::new(),
    })
}

const CALLERS: usize = 1_000;
const HOME: CallerAddress = CallerAddress::Known(IpAddr::V4(Ipv4Addr::LOCALHOST));
/// Without a limit on failures, which would stop the flood.
const CONFIG: &str = "region = \"us\"\n[[regions]]\nname = \"us\"\nissuer = \"https://app.example.com\"\n[limits]\nfailures = 4000000000\n";
