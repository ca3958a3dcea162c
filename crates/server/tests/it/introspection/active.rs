//! The introspection response for an active token.

use insta::assert_json_snapshot;

use crate::support::{World, in_both_formats, jwt};

#[tokio::test]
async fn an_active_token_is_described_with_these_members_and_no_others() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    let members = world.introspect(&client, &token).await.active();
    let claims = jwt::claims(&token);
    for name in ["iss", "aud", "sub", "client_id", "scope", "iat", "exp", "jti", "tenant", "region"] {
        assert_eq!(members[name], claims[name], "{name}");
    }
    assert_json_snapshot!(members, {
        ".sub" => "[client_id]", ".client_id" => "[client_id]", ".jti" => "[jti]",
    }, @r#"
    {
      "active": true,
      "aud": "https://mcp.example.com",
      "client_id": "[client_id]",
      "exp": 1795424400,
      "iat": 1795420800,
      "iss": "https://app.example.com",
      "jti": "[jti]",
      "region": "us",
      "scope": "read:me write:me",
      "sub": "[client_id]",
      "tenant": "default",
      "token_type": "Bearer"
    }
    "#);
}

#[tokio::test]
async fn a_token_seen_before_is_described_the_same_without_the_store() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let token = world.token(&client).await;
        let first = world.introspect(&client, &token).await.active();
        let reads = world.store.calls();
        assert_eq!(world.introspect(&client, &token).await.active(), first);
        assert_eq!(world.store.calls(), reads);
    })
    .await;
}
