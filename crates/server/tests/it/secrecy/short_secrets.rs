//! Imported secrets may have 8 characters and look like any word. They must not be shown even if they are sent in the
//! place of another value.

use super::canaries::every_explanation;
use crate::support::{API, Client, Setup, World, everything_logged};

/// Secrets that occur nowhere else in this process, with and without separators of URIs.
const SECRETS: [&str; 4] = ["qx7vhuntq", "Zk9-x7_qJ", "q1.b7.c3xv", "q9/9x/8y/7v"];

/// The parameters that some endpoint knows, and one that no endpoint knows.
const PARAMETERS: [&str; 11] = [
    "grant_type",
    "scope",
    "resource",
    "audience",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "token",
    "token_type_hint",
    "other",
];

/// Values that are the secret, or that contain it as a part.
fn values(secret: &str) -> Vec<String> {
    let uris = [
        "urn:{}",
        "{}:mcp",
        "https://{}",
        "https://{}/mcp",
        "https://{}.example.com/mcp",
        "https://mcp.example.com/{}",
        "https://mcp.example.com/mcp/{}/visitor",
        "https://mcp.example.com/?key={}",
        "https://mcp.example.com?{}",
        "https://{}@mcp.example.com",
        "https://fin:{}@mcp.example.com/mcp",
        "read:me {}",
        "sa_us_{}",
    ];
    std::iter::once("{}").chain(uris).map(|uri| uri.replace("{}", secret)).collect()
}

async fn send_everywhere(world: &World, client: &Client, secret: &str) {
    for endpoint in ["token", "introspect", "revoke"] {
        let post = || world.post(&format!("/oauth/v1/{endpoint}"));
        for name in PARAMETERS {
            for value in values(secret) {
                let usual = [("grant_type", "client_credentials"), ("token", "x")];
                let mut form: Vec<(&str, &str)> =
                    usual.into_iter().filter(|(usual, _)| *usual != name).collect();
                form.push((name, &value));
                post().basic(client).form(&form).send().await;
                post().form(&form).send().await;
            }
        }
        for value in values(secret) {
            post().form(&[(value.as_str(), "x"), (value.as_str(), "y")]).send().await;
            post().raw_basic(&value).form(&[("grant_type", "client_credentials")]).send().await;
            post().header("authorization", &value).form(&[("token", "x")]).send().await;
            post().body("application/json", format!("{{\"{value}\":\"{value}\"")).send().await;
            post().body(&format!("text/{secret}").replace(['/', ':'], "+"), value).send().await;
        }
        // A second one would be hashed and not shown either.
        post().raw_basic(&format!("{secret}:{secret}")).form(&[("token", secret)]).send().await;
        let query = secret.replace(['/', ':'], "%2f");
        world.post(&format!("/oauth/v1/{endpoint}?scope={query}&{query}=x")).form(&[]).send().await;
    }
    let path = secret.replace(':', "%3a");
    for path in
        [format!("/{path}"), format!("/oauth/v1/{path}"), format!("/oauth/v1/revocations?wait={path}")]
    {
        world.get(&path).basic(client).header("if-none-match", secret).header("accept", secret).send().await;
    }
}

#[tokio::test]
async fn a_short_imported_secret_in_any_parameter_is_in_no_log_explanation_or_metric() {
    // Its own seed, so that its log lines cannot be confused with those of other tests.
    let world = World::set_up(Setup { seed: 4_712, ..Setup::default() }).await;
    world.add_resource("https://mcp.example.com/mcp/visitor/shttp").await;
    for (number, secret) in SECRETS.into_iter().enumerate() {
        let client = world.client().await;
        let moved = world.moved_client(&format!("moved-{number}"), secret, secret).await;
        world.token(&moved).await;
        send_everywhere(&world, &client, secret).await;
    }
    let log = everything_logged();
    let explanations = every_explanation(&world, &log).await;
    let metrics = world.operations("/metrics").await.body;
    assert!(
        explanations.contains("unknown_resource") && explanations.contains(API),
        "the explanations are incomplete"
    );
    for secret in SECRETS {
        for (place, text) in [("the log", &log), ("an explanation", &explanations), ("the metrics", &metrics)]
        {
            // The host of a URI is converted to lower case.
            for canary in [secret.to_owned(), secret.to_lowercase()] {
                let line = text.lines().find(|line| line.contains(&canary));
                assert_eq!(line, None, "{canary} in {place}");
            }
        }
    }
}
