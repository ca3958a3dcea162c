//! Third-party clients against the real binary: curl, the Rust `oauth2` crate, `openid-client` from npm.

use std::path::Path;
use std::process::Command;

use oauth2::basic::BasicClient;
use oauth2::{AuthType, ClientId, ClientSecret, Scope, TokenResponse as _, TokenUrl};
use serde_json::{Value, json};

use crate::harness::{Outcome, Place, RESOURCE, Server};

/// A server with one account, and its issuer, client id and secret.
struct Integration {
    place: Place,
    _server: Server,
    issuer: String,
    client_id: String,
    secret: String,
}

fn integration() -> Integration {
    let place = Place::empty();
    let server = Server::start(&place, &["dev", "--listen", "127.0.0.1:0"]);
    let made = place.create_account("client", &["--scope", "read:me"]);
    let text = |member: &str| made[member].as_str().unwrap().to_owned();
    let (issuer, client_id, secret) = (text("issuer"), text("client_id"), text("client_secret"));
    Integration { place, _server: server, issuer, client_id, secret }
}

impl Integration {
    fn curl(&self, arguments: &[&str], body: &str) -> (String, Value) {
        let mut curl = Command::new("curl");
        curl.args([
            "--silent",
            "--show-error",
            "--write-out",
            "\n%{http_code} %{content_type}",
            "--data",
            "@-",
        ]);
        curl.args(arguments).arg(format!("{}/oauth/v1/token", self.issuer));
        curl.current_dir(self.place.path())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        let printed = Outcome::of(curl, body).done().stdout;
        let (body, status) = printed.rsplit_once('\n').unwrap();
        (status.to_owned(), serde_json::from_str(body).unwrap())
    }
}

#[test]
fn curl_gets_a_token_as_intercom_does_with_json_and_with_a_form() {
    let intercom = integration();
    let body = json!({
        "grant_type": "client_credentials",
        "client_id": intercom.client_id,
        "client_secret": intercom.secret,
        "scope": "read:me",
    });
    let (status, token) = intercom.curl(&["-H", "content-type: application/json"], &body.to_string());
    assert_eq!(status, "200 application/json");
    assert!(token["access_token"].as_str().unwrap().len() > 100);

    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope=read%3Ame&audience={RESOURCE}",
        intercom.client_id, intercom.secret
    );
    let (status, token) = intercom.curl(&[], &form);
    assert_eq!(status, "200 application/json");
    assert_eq!((&token["token_type"], &token["scope"]), (&json!("Bearer"), &json!("read:me")));
}

#[test]
fn curl_with_a_wrong_secret_reads_an_oauth_refusal() {
    let client = integration();
    let form = format!("grant_type=client_credentials&client_id={}&client_secret=wrong", client.client_id);
    let (status, refusal) = client.curl(&[], &form);
    assert_eq!(status, "401 application/json");
    assert_eq!(refusal["error"], "invalid_client");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oauth2_crate_gets_a_token_with_basic_and_with_the_body() {
    let client = tokio::task::spawn_blocking(integration).await.unwrap();
    for method in [AuthType::BasicAuth, AuthType::RequestBody] {
        let oauth = BasicClient::new(ClientId::new(client.client_id.clone()))
            .set_client_secret(ClientSecret::new(client.secret.clone()))
            .set_token_uri(TokenUrl::new(format!("{}/oauth/v1/token", client.issuer)).unwrap())
            .set_auth_type(method);
        let token = oauth
            .exchange_client_credentials()
            .add_scope(Scope::new("read:me".to_owned()))
            .add_extra_param("resource", RESOURCE)
            .request_async(&send)
            .await
            .unwrap();
        assert_eq!(token.scopes().unwrap().as_slice(), [Scope::new("read:me".to_owned())]);
        assert_eq!(token.expires_in(), Some(std::time::Duration::from_hours(1)));
        assert!(token.refresh_token().is_none());
    }
}

/// Sends the requests of the `oauth2` crate with `reqwest`.
async fn send(request: oauth2::HttpRequest) -> Result<oauth2::HttpResponse, reqwest::Error> {
    let answer = reqwest::Client::new().execute(request.try_into()?).await?;
    let mut response = http::Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    Ok(response.body(answer.bytes().await?.to_vec()).unwrap())
}

#[test]
fn openid_client_discovers_everything_and_gets_and_introspects_tokens() {
    let client = integration();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let node = workspace.join("target/node/node");
    assert!(node.exists(), "Node is not set up; run scripts/setup");
    let mut script = Command::new(node);
    script.arg(workspace.join("crates/cli/tests/clients/node/openid-client.mjs"));
    script.args([&client.issuer, &client.client_id]);
    script.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let seen = Outcome::of(script, &client.secret).json();
    let good = json!({
        "token_type": "bearer", "scope": "read:me", "expires_in": 3600, "active": true, "client_id": client.client_id
    });
    for way in ["basic/oauth2", "basic/oidc", "post/oauth2", "post/oidc"] {
        assert_eq!(seen[way], good, "{way}");
    }
    assert_eq!(seen["wrong"], json!({ "name": "WWWAuthenticateChallengeError", "status": 401 }));
}
