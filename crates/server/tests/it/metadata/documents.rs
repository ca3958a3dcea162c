//! The metadata document (RFC 8414) and its OpenID form.

use insta::assert_json_snapshot;

use crate::support::{ISSUER, World};

const OAUTH: &str = "/.well-known/oauth-authorization-server";
const OPENID: &str = "/.well-known/openid-configuration";

#[tokio::test]
async fn the_document_lists_exactly_what_works() {
    let world = World::new().await;
    let answer = world.get(OAUTH).send().await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_json_snapshot!(answer.json(), @r#"
    {
      "authorization_endpoint": "https://app.example.com/oauth/v1/authorize",
      "code_challenge_methods_supported": [
        "S256"
      ],
      "grant_types_supported": [
        "client_credentials"
      ],
      "introspection_endpoint": "https://app.example.com/oauth/v1/introspect",
      "introspection_endpoint_auth_methods_supported": [
        "client_secret_basic",
        "client_secret_post"
      ],
      "introspection_signing_alg_values_supported": [
        "ES256"
      ],
      "issuer": "https://app.example.com",
      "jwks_uri": "https://app.example.com/oauth/v1/jwks",
      "response_types_supported": [],
      "revocation_endpoint": "https://app.example.com/oauth/v1/revoke",
      "revocation_endpoint_auth_methods_supported": [
        "client_secret_basic",
        "client_secret_post"
      ],
      "revocation_feed_endpoint": "https://app.example.com/oauth/v1/revocations",
      "token_endpoint": "https://app.example.com/oauth/v1/token",
      "token_endpoint_auth_methods_supported": [
        "client_secret_basic",
        "client_secret_post"
      ]
    }
    "#);
}

#[tokio::test]
async fn the_openid_form_adds_exactly_the_two_members_that_its_parsers_require() {
    let world = World::new().await;
    let mut openid = world.get(OPENID).send().await.json();
    let members = openid.as_object_mut().unwrap();
    assert_eq!(members.remove("subject_types_supported").unwrap(), serde_json::json!(["public"]));
    let algorithms = members.remove("id_token_signing_alg_values_supported").unwrap();
    assert_eq!(algorithms, serde_json::json!(["ES256"]));
    assert_eq!(openid, world.get(OAUTH).send().await.json());
}

#[tokio::test]
async fn configured_scopes_are_advertised() {
    let world = World::with("[metadata]\nscopes = [\"read:me\", \"write:me\"]").await;
    let document = world.get(OAUTH).send().await.json();
    assert_eq!(document["scopes_supported"], serde_json::json!(["read:me", "write:me"]));
}

#[tokio::test]
async fn the_issuer_is_the_configured_one_whatever_the_headers_say() {
    let world = World::new().await;
    let client = world.client().await;
    let plain = world.get(OAUTH).send().await.body;
    assert!(plain.contains(&format!(r#""issuer":"{ISSUER}""#)), "{plain}");
    for (name, value) in [
        ("host", "evil.example.net"),
        ("x-forwarded-host", "evil.example.net"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-prefix", "/evil"),
        ("forwarded", "host=evil.example.net;proto=http"),
    ] {
        let document = world.get(OAUTH).without_header(name).header(name, value).send().await;
        assert_eq!(document.body, plain, "{name}");
        let answer = world.token_call(&client, &[]).without_header(name).header(name, value).send().await;
        assert_eq!(crate::support::jwt::claims(&answer.token())["iss"], ISSUER, "{name}");
    }
}

#[tokio::test]
async fn every_listed_endpoint_exists() {
    let world = World::new().await;
    let document = world.get(OAUTH).send().await.json();
    let members = document.as_object().unwrap();
    let endpoints: Vec<_> =
        members.iter().filter(|(name, _)| name.ends_with("_endpoint") || *name == "jwks_uri").collect();
    assert_eq!(endpoints.len(), 6);
    for (name, url) in endpoints {
        let path = url.as_str().unwrap().strip_prefix(ISSUER).unwrap();
        assert_ne!(world.get(path).send().await.status, 404, "{name}");
    }
}
