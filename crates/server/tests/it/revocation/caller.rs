//! The caller is authenticated before the token is checked.

use crate::support::World;

#[tokio::test]
async fn a_bad_caller_is_401_even_for_garbage_and_nothing_is_revoked() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    for token in [token.as_str(), "garbage", "a.b.c"] {
        world.revoke(&client.with_secret("wrong"), token).await.refused(401, "invalid_client");
        let unknown_client = world.post("/oauth/v1/revoke").form(&[("token", token)]);
        unknown_client.send().await.refused(401, "invalid_client");
    }
    world.introspect(&client, &token).await.active();
}

#[tokio::test]
async fn a_missing_or_empty_token_is_an_invalid_request() {
    let world = World::new().await;
    let client = world.client().await;
    for form in [vec![], vec![("token", "")], vec![("token_type_hint", "access_token")]] {
        let call = world.post("/oauth/v1/revoke").basic(&client).form(&form);
        call.send().await.refused(400, "invalid_request");
    }
}

#[tokio::test]
async fn the_hint_is_only_a_hint() {
    let world = World::new().await;
    let client = world.client().await;
    for hint in ["access_token", "refresh_token", "nonsense", ""] {
        let token = world.token(&client).await;
        let form = [("token", token.as_str()), ("token_type_hint", hint)];
        world.post("/oauth/v1/revoke").basic(&client).form(&form).send().await.revoked();
        world.introspect(&client, &token).await.inactive();
    }
}
