//! Interoperability with a third-party authorization server: panva's oidc-provider, in its own process.

use std::path::Path;
use std::process::Stdio;

use jeton_resource::{BearerLayer, ClientCredentials, Rejection, TokenFault, TokenSource, Validator};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::support::{API, api, get};

struct Provider {
    _process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    commands: ChildStdin,
    issuer: String,
}

impl Provider {
    async fn start() -> Self {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folder = workspace.join("crates/resource/tests/clients");
        assert!(
            folder.join("node_modules/oidc-provider").exists(),
            "oidc-provider is not installed; run scripts/setup"
        );
        let mut command = Command::new(workspace.join("target/node/node"));
        command.arg("oidc-provider.mjs").args([API, ID, SECRET]).current_dir(folder);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let mut process = command
            .spawn()
            .unwrap_or_else(|error| panic!("Node cannot be started ({error}); run scripts/setup"));
        let commands = process.stdin.take().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut provider = Self { _process: process, lines, commands, issuer: String::new() };
        provider.issuer = provider.wait_for_line(|line| line.starts_with("http://")).await;
        provider
    }

    async fn rotate(&mut self, kid: &str) {
        self.commands.write_all(format!("{kid}\n").as_bytes()).await.unwrap();
        self.wait_for_line(|line| line == kid).await;
    }

    /// Waits for the next output line of this kind; the process also prints notices.
    async fn wait_for_line(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        loop {
            let line = self.lines.next_line().await.unwrap().unwrap_or_else(|| panic!("oidc-provider ended"));
            if wanted(&line) {
                return line;
            }
        }
    }

    async fn token(&self, scope: &str) -> String {
        let source = TokenSource::builder(&self.issuer, ClientCredentials::new(ID, SECRET));
        let source = source.scope(scope).resource(API).build().unwrap();
        source.token().await.unwrap_or_else(|error| panic!("{error}")).expose().to_owned()
    }
}

#[tokio::test]
async fn its_jwts_are_verified_with_its_keys_before_and_after_a_rotation() {
    let mut provider = Provider::start().await;
    let validator = Validator::builder(&provider.issuer, API).build().unwrap();
    let first = provider.token("read:me").await;
    let token = validator.validate(&first).await.unwrap();
    assert_eq!((token.client_id(), token.scope()), (ID, "read:me"));

    provider.rotate("second ES256").await;
    let second = provider.token("read:me").await;
    for token in [&first, &second] {
        assert!(validator.validate(token).await.is_ok());
    }

    let elsewhere = Validator::builder(&provider.issuer, "https://other.example.com").build().unwrap();
    let refused = elsewhere.validate(&first).await.unwrap_err();
    assert_eq!(refused, Rejection::Invalid(TokenFault::OtherAudience));
}

#[tokio::test]
async fn its_opaque_tokens_are_validated_by_introspection() {
    let provider = Provider::start().await;
    let validator =
        Validator::builder(&provider.issuer, API).introspection(ClientCredentials::new(ID, SECRET));
    let validator = validator.build().unwrap();
    let opaque = provider.token("write:me").await;
    assert!(!opaque.contains('.'), "{opaque}");
    let app = api(BearerLayer::new(validator.clone()).require_scope("write:me"));
    let answer = get(&app, &opaque).await;
    assert_eq!((answer.status, answer.body), (200, format!("{ID} write:me")));
    assert_eq!(validator.validate("unknown").await.unwrap_err(), Rejection::Invalid(TokenFault::Inactive));

    let impostor = ClientCredentials::new(ID, "wrong");
    let impostor = Validator::builder(&provider.issuer, API).introspection(impostor).build().unwrap();
    assert!(matches!(impostor.validate(&opaque).await, Err(Rejection::Unavailable(_))));
}

const ID: &str = "a client";
const SECRET: &str = "a secret: 100% right";
