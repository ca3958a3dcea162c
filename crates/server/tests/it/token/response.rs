//! The response to a valid request (RFC 6749 §5.1).

use insta::assert_json_snapshot;

use crate::support::World;

#[tokio::test]
async fn a_success_is_200_with_a_bearer_token_its_lifetime_and_its_scope() {
    let world = World::new().await;
    let client = world.client().await;
    let answer = world.ask(&client, &[("scope", "write:me read:me")]).await;
    answer.token();
    assert_json_snapshot!(answer.json(), { ".access_token" => "[token]" }, @r#"
    {
      "access_token": "[token]",
      "expires_in": 3600,
      "scope": "read:me write:me",
      "token_type": "Bearer"
    }
    "#);
    assert!(answer.body.contains(r#""expires_in":3600,"#), "an integer without a fraction: {}", answer.body);
}

#[tokio::test]
async fn the_same_request_never_gives_the_same_token() {
    let world = World::new().await;
    let client = world.client().await;
    assert_ne!(world.token(&client).await, world.token(&client).await);
}
