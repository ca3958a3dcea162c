//! The token itself: an RFC 9068 JWT.

use insta::assert_json_snapshot;
use jeton_core::admin::ResourceUpdate;
use jeton_core::model::Algorithm;
use serde_json::Value;

use crate::support::{API, PUBLISHED_FOR, World, jwt, uri};

#[tokio::test]
async fn the_header_has_type_algorithm_and_the_published_key_id_and_nothing_else() {
    let world = World::new().await;
    let client = world.client().await;
    let header = jwt::header(&world.token(&client).await);
    let keys = world.get("/oauth/v1/jwks").send().await.json();
    assert_eq!(header["kid"], keys["keys"][0]["kid"]);
    assert_json_snapshot!(header, { ".kid" => "[kid]" }, @r#"
    {
      "alg": "ES256",
      "kid": "[kid]",
      "typ": "at+jwt"
    }
    "#);
}

#[tokio::test]
async fn the_claims_are_those_of_rfc_9068_and_tenant_region_and_epoch() {
    let world = World::new().await;
    let client = world.client().await;
    let claims = jwt::claims(&world.token(&client).await);
    assert_eq!(claims["sub"], client.id);
    assert_eq!(claims["client_id"], client.id);
    assert!(claims["iat"].is_i64() && claims["exp"].is_i64());
    assert!(claims["epoch"].as_array().unwrap().iter().all(Value::is_i64));
    assert!(claims["jti"].as_str().unwrap().len() >= 22);
    assert_json_snapshot!(claims, {
        ".sub" => "[client_id]", ".client_id" => "[client_id]", ".jti" => "[jti]", ".epoch[1]" => "[tenant]",
    }, @r#"
    {
      "aud": "https://mcp.example.com",
      "client_id": "[client_id]",
      "epoch": [
        0,
        "[tenant]",
        1795420800
      ],
      "exp": 1795424400,
      "iat": 1795420800,
      "iss": "https://app.example.com",
      "jti": "[jti]",
      "region": "us",
      "scope": "read:me write:me",
      "sub": "[client_id]",
      "tenant": "default"
    }
    "#);
}

#[tokio::test]
async fn tokens_use_the_algorithm_of_the_resource_and_its_key_is_published() {
    let world = World::new().await;
    let client = world.client().await;
    for algorithm in [Algorithm::EdDsa, Algorithm::Es384, Algorithm::Rs256, Algorithm::Ps256] {
        let update = ResourceUpdate { algorithm: Some(algorithm), ..ResourceUpdate::default() };
        world.admin.update_resource(&uri(API), &update).await.unwrap();
        world.maintain_keys().await;
        world.clock.pass(PUBLISHED_FOR);
        world.maintain_keys().await;
        let token = world.token(&client).await;
        let header = jwt::header(&token);
        assert_eq!(header["alg"], algorithm.as_str());
        let keys = world.get("/oauth/v1/jwks").send().await.json();
        let published = keys["keys"].as_array().unwrap().iter().any(|key| key["kid"] == header["kid"]);
        assert!(published, "{algorithm}");
        world.introspect(&client, &token).await.active();
    }
}
