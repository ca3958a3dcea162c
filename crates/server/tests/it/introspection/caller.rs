//! The caller is authenticated before the token is checked.

use crate::support::in_both_formats;

#[tokio::test]
async fn a_bad_caller_is_401_even_for_garbage() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let token = world.token(&client).await;
        let wrong = client.with_secret("wrong");
        for token in [token.as_str(), "garbage", "a.b.c"] {
            world.introspect(&wrong, token).await.refused(401, "invalid_client");
        }
    })
    .await;
}

#[tokio::test]
async fn a_missing_or_empty_token_is_an_invalid_request() {
    in_both_formats(async |world| {
        let client = world.client().await;
        for form in [vec![], vec![("token", "")], vec![("token_type_hint", "access_token")]] {
            let call = world.post("/oauth/v1/introspect").basic(&client).form(&form);
            call.send().await.refused(400, "invalid_request");
        }
    })
    .await;
}

#[tokio::test]
async fn the_hint_is_only_a_hint() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let token = world.token(&client).await;
        for hint in ["access_token", "refresh_token", "nonsense", ""] {
            let form = [("token", token.as_str()), ("token_type_hint", hint)];
            world.post("/oauth/v1/introspect").basic(&client).form(&form).send().await.active();
        }
    })
    .await;
}
