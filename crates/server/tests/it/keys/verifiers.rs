//! Third-party libraries verify tokens of every algorithm with the JWKS URL, before, during and after a rotation.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use jeton_core::admin::ResourceUpdate;
use jeton_core::model::{Algorithm, KeyKind};
use jeton_core::{Clock as _, KeyKeeper};
use jeton_server::listen::{ListenOptions, Listener, Shutdown};
use jeton_server::start::settings;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::support::{Client, ISSUER, KEPT_FOR, PUBLISHED_FOR, World, granted_on, jwt, uri};

#[tokio::test]
async fn jose_verifies_before_during_and_after_a_rotation() {
    let node = root().join("target/node/node");
    let script = root().join("crates/cli/tests/clients/node/verify-jwt.mjs");
    verifies_throughout(|jwks| Verifier::start(&node, &script, jwks)).await;
}

#[tokio::test]
async fn pyjwt_verifies_before_during_and_after_a_rotation() {
    let python = root().join("target/python/bin/python");
    let script = root().join("crates/cli/tests/clients/python/verify_jwt.py");
    verifies_throughout(|jwks| Verifier::start(&python, &script, jwks)).await;
}

#[tokio::test]
async fn jsonwebtoken_verifies_before_during_and_after_a_rotation() {
    verifies_throughout(Crate::new).await;
}

/// One verifier keeps the keys from before the rotation; another one starts afterwards.
async fn verifies_throughout<V: Verify>(start: impl Fn(&str) -> V) {
    let scene = Scene::start().await;
    let mut verifier = start(&scene.jwks);
    let before = scene.tokens().await;
    for token in &before {
        scene.accepted(&mut verifier, token).await;
        let mut forged = token.clone();
        forged.text.truncate(forged.text.rfind('.').unwrap());
        forged.text.push_str(".AAAA");
        assert!(!scene.ask(&mut verifier, &forged).await.starts_with("ok"));
    }

    scene.rotate().await;
    let after = scene.tokens().await;
    for (old, new) in before.iter().zip(&after) {
        assert_ne!(jwt::header(&old.text)["kid"], jwt::header(&new.text)["kid"]);
        scene.accepted(&mut verifier, old).await;
        scene.accepted(&mut verifier, new).await;
    }

    scene.world.clock.pass(KEPT_FOR);
    scene.world.maintain_keys().await;
    let mut late = start(&scene.jwks);
    for token in &scene.tokens().await {
        scene.accepted(&mut late, token).await;
    }
    for token in before.iter().chain(&after) {
        assert!(!scene.ask(&mut late, token).await.starts_with("ok"));
    }
}

/// A token with its algorithm and audience.
#[derive(Clone)]
struct Token {
    algorithm: Algorithm,
    audience: String,
    text: String,
}

/// A node on its own port, with a resource of every algorithm and an account that may use all of them.
struct Scene {
    world: World,
    client: Client,
    jwks: String,
    stop: Shutdown,
}

impl Scene {
    async fn start() -> Self {
        let world = World::new().await;
        let client = world.client().await;
        for algorithm in Algorithm::ALL {
            let resource = audience(algorithm);
            world.add_resource(&resource).await;
            let update = ResourceUpdate { algorithm: Some(algorithm), ..ResourceUpdate::default() };
            world.admin.update_resource(&uri(&resource), &update).await.unwrap();
            world.admin.grant(&client.id, &granted_on(&resource, "read:me")).await.unwrap();
        }
        world.maintain_keys().await;
        world.clock.pass(PUBLISHED_FOR);
        world.maintain_keys().await;
        // Also publishes the standby keys for the keys that have just become active.
        world.clock.pass(PUBLISHED_FOR);
        world.maintain_keys().await;

        let ample = Duration::from_mins(1);
        let options = ListenOptions {
            tls: None,
            header_timeout: ample,
            write_timeout: ample,
            max_connections: 100,
            connections_per_address: 100,
            trusted_proxies: Vec::new(),
        };
        let any_port: SocketAddr = "127.0.0.1:0".parse().unwrap();
        let listener = Listener::bind(any_port, options).await.unwrap_or_else(|error| panic!("{error}"));
        let jwks = format!("http://{}/oauth/v1/jwks", listener.local_addr());
        let stop = Shutdown::new(Duration::ZERO, Duration::ZERO);
        tokio::spawn(listener.serve(world.app.clone(), stop.clone()));
        Self { world, client, jwks, stop }
    }

    /// One token of each algorithm.
    async fn tokens(&self) -> Vec<Token> {
        let mut tokens = Vec::new();
        for algorithm in Algorithm::ALL {
            let audience = audience(algorithm);
            let text = self.world.ask(&self.client, &[("resource", &audience)]).await.token();
            assert_eq!(jwt::header(&text)["alg"], algorithm.as_str());
            tokens.push(Token { algorithm, audience, text });
        }
        tokens
    }

    async fn rotate(&self) {
        let keeper: KeyKeeper = self.world.admin.key_keeper(settings(&self.world.config).key_timings());
        for algorithm in Algorithm::ALL {
            keeper.rotate(KeyKind::Signing(algorithm), false).await.unwrap();
        }
        self.world.follow().await;
    }

    async fn ask(&self, verifier: &mut impl Verify, token: &Token) -> String {
        verifier.verify(self.world.clock.now().unix(), token).await
    }

    async fn accepted(&self, verifier: &mut impl Verify, token: &Token) {
        let answer = self.ask(verifier, token).await;
        assert_eq!(answer, format!("ok {}", self.client.id), "{}", token.algorithm);
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.stop.begin();
    }
}

fn audience(algorithm: Algorithm) -> String {
    format!("https://{}.example.com", algorithm.as_str().to_lowercase())
}

/// Verifies tokens: returns `ok` and the subject, or the error.
trait Verify {
    async fn verify(&mut self, now: i64, token: &Token) -> String;
}

/// A process that reads tokens and writes answers, line by line.
struct Verifier {
    _process: Child,
    questions: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Verifier {
    fn start(interpreter: &Path, script: &Path, jwks: &str) -> Self {
        let mut command = Command::new(interpreter);
        command.arg(script).args([jwks, ISSUER]).env_remove("http_proxy").env("NO_PROXY", "127.0.0.1");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn().unwrap_or_else(|error| {
            panic!("{} does not start ({error}); scripts/setup installs it", interpreter.display())
        });
        let questions = process.stdin.take().unwrap();
        let answers = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { _process: process, questions, answers }
    }
}

impl Verify for Verifier {
    async fn verify(&mut self, now: i64, token: &Token) -> String {
        let question = format!("{now} {} {} {}\n", token.algorithm, token.audience, token.text);
        self.questions.write_all(question.as_bytes()).await.unwrap();
        self.answers.next_line().await.unwrap().unwrap()
    }
}

/// The Rust crate, with the key set of its first fetch.
struct Crate {
    jwks: String,
    set: Option<JwkSet>,
}

impl Crate {
    fn new(jwks: &str) -> Self {
        Self { jwks: jwks.to_owned(), set: None }
    }

    async fn set(&mut self) -> &JwkSet {
        if self.set.is_none() {
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            self.set = Some(client.get(&self.jwks).send().await.unwrap().json().await.unwrap());
        }
        self.set.as_ref().unwrap()
    }
}

impl Verify for Crate {
    async fn verify(&mut self, now: i64, token: &Token) -> String {
        let kid = jwt::header(&token.text)["kid"].as_str().unwrap().to_owned();
        let Some(jwk) = self.set().await.find(&kid) else { return "no such key".to_owned() };
        let mut validation = Validation::new(token.algorithm.as_str().parse().unwrap());
        validation.set_audience(&[&token.audience]);
        validation.set_issuer(&[ISSUER]);
        // The crate uses the time of the machine, which differs from the mock clock.
        validation.validate_exp = false;
        let decoded =
            jsonwebtoken::decode::<Value>(&token.text, &DecodingKey::from_jwk(jwk).unwrap(), &validation);
        match decoded {
            Ok(decoded) if decoded.claims["exp"].as_i64().unwrap() > now => {
                format!("ok {}", decoded.claims["sub"].as_str().unwrap())
            }
            Ok(_) => "expired".to_owned(),
            Err(error) => error.to_string(),
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}
