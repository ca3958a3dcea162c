//! Authorization: the challenges of 401 and 403, the metadata document that they name, and the order of the checks.

use jeton_example_fin_walk::Account;
use serde_json::{Value, json};

use crate::site::Site;

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_the_401_of_every_method_names_the_metadata() {
    let site = Site::start().await;
    let metadata =
        format!("http://{}/.well-known/oauth-protected-resource/mcp/visitor/shttp", site.authority());
    for method in ["POST", "GET", "DELETE", "OPTIONS", "PUT"] {
        let answer = site.send(method, "/mcp/visitor/shttp", &[], "");
        assert_eq!(answer.status, 401, "{method}");
        let challenge = answer.header("www-authenticate");
        assert!(challenge.starts_with("Bearer "), "{method}: {challenge}");
        assert!(challenge.contains(&format!("resource_metadata=\"{metadata}\"")), "{method}: {challenge}");
        assert!(challenge.contains("scope=\"read:me\""), "{method}: {challenge}");
        assert!(!challenge.contains("error"), "{method}: {challenge}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_metadata_names_resource_issuer_and_scope_at_both_well_known_urls() {
    let site = Site::start().await;
    let expected = [
        ("resource", json!(site.url)),
        ("authorization_servers", json!([site.jeton.issuer()])),
        ("scopes_supported", json!(["read:me"])),
    ];
    for path in
        ["/.well-known/oauth-protected-resource/mcp/visitor/shttp", "/.well-known/oauth-protected-resource"]
    {
        let answer = site.send("GET", path, &[], "");
        assert_eq!(answer.status, 200, "{path}");
        for (member, value) in &expected {
            assert_eq!(&answer.json()[member], value, "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_token_or_one_for_another_audience_is_invalid() {
    let site = Site::start().await;
    let elsewhere = "https://api.example.com/";
    site.jeton.run::<Value>(&["resource", "create", elsewhere, "--scope", "read:me"]).unwrap();
    let foreigner = site.jeton.create_account("foreigner", elsewhere, "read:me").await.unwrap();
    let foreign = site.token_of(&foreigner).await;
    for token in ["none", &foreign] {
        let answer = site.call(token, &[]);
        assert_eq!(answer.status, 401);
        assert!(answer.header("www-authenticate").contains("error=\"invalid_token\""), "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_challenge_for_a_token_without_the_scope_names_the_scope() {
    let site = Site::start().await;
    let writer = site.jeton.create_account("writer", &site.url, "write:me").await.unwrap();
    let answer = site.call(&site.token_of(&writer).await, &[]);
    let challenge = answer.header("www-authenticate");
    assert_eq!(answer.status, 403);
    assert!(challenge.contains("error=\"insufficient_scope\""), "{challenge}");
    assert!(
        challenge.contains("scope=\"read:me\"") && challenge.contains("resource_metadata="),
        "{challenge}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_origin_or_host_gets_403_with_a_token_and_401_without() {
    let site = Site::start().await;
    let token = site.token().await;
    for foreign in [("origin", "https://evil.example.com"), ("origin", "null"), ("host", "evil.example.com")]
    {
        assert_eq!(site.call(&token, &[foreign]).status, 403, "{foreign:?}");
        assert_eq!(site.call("", &[foreign]).status, 401, "{foreign:?}");
    }
    assert_eq!(site.call(&token, &[("origin", "http://localhost:3000")]).status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_path_is_404_without_a_challenge() {
    let site = Site::start().await;
    assert_eq!(site.send("GET", "/.well-known/oauth-authorization-server", &[], "").status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_introspection_the_token_of_a_disabled_account_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("asker.env");
    let site = Site::start_with(|server, jeton| {
        let arguments = ["account", "create", "asker", "--introspect", &server.resource()];
        let asker: Account = jeton.run(&arguments).unwrap();
        let lines =
            format!("OAUTH_CLIENT_ID={}\nOAUTH_CLIENT_SECRET={}\n", asker.client_id, asker.client_secret);
        std::fs::write(&file, lines).unwrap();
        server.with_introspection(file.clone())
    })
    .await;
    let (token, unseen) = (site.token().await, site.token().await);
    assert_eq!(site.call(&token, &[]).status, 200);
    site.jeton.run::<Value>(&["account", "disable", &site.account.client_id]).unwrap();
    // The change takes effect within a second. A token that was introspected before stays cached for ten more seconds.
    while site.request_token(&site.account).await["error"].is_null() {}
    let refused = site.call(&unseen, &[]);
    assert_eq!(refused.status, 401);
    assert!(refused.header("www-authenticate").contains("error=\"invalid_token\""), "{refused:?}");
}
