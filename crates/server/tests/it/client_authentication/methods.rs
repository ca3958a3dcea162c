//! Exactly one method per request.

use jeton_core::AuthenticationMethod;
use jeton_protocol::{PresentedClient, PresentedPair, PresentedSecret, SecretMethod};

use super::{GOOD, INTROSPECT, TOKEN};
use crate::support::World;

#[tokio::test]
async fn basic_and_the_body_are_both_methods() {
    let world = World::new().await;
    let client = world.client().await;
    world.post(TOKEN).basic(&client).form(&GOOD).send().await.token();
    let token = world.token(&client).await;
    world.introspect(&client, &token).await.active();
    let body = [("token", token.as_str()), ("client_id", &client.id), ("client_secret", &client.secret)];
    world.post(INTROSPECT).form(&body).send().await.active();
}

#[tokio::test]
async fn an_authenticated_account_knows_its_method() {
    let world = World::new().await;
    let client = world.client().await;
    for (sent, method) in [
        (SecretMethod::Basic, AuthenticationMethod::SecretBasic),
        (SecretMethod::Post, AuthenticationMethod::SecretPost),
    ] {
        let presented = PresentedClient::Secret(PresentedPair {
            client_id: client.id.clone(),
            secret: PresentedSecret::new(client.secret.clone()),
            alternative_decodings: Vec::new(),
            method: sent,
        });
        let from = "192.0.2.1".parse().unwrap();
        let account = world.gateway.server().authenticate(&presented, from).await.unwrap();
        assert_eq!(account.method(), method);
    }
}

#[tokio::test]
async fn two_methods_are_refused_even_when_both_are_right() {
    let world = World::new().await;
    let client = world.client().await;
    world.token_call(&client, &[]).basic(&client).send().await.refused(400, "invalid_request");
    world.ask(&client, &[("client_assertion", "x")]).await.refused(400, "invalid_request");
    let assertion = [GOOD[0], ("client_assertion", "x")];
    world.post(TOKEN).basic(&client).form(&assertion).send().await.refused(400, "invalid_request");
    let both = [("token", "x"), ("client_id", &client.id), ("client_secret", &client.secret)];
    world.post(INTROSPECT).basic(&client).form(&both).send().await.refused(400, "invalid_request");
}

#[tokio::test]
async fn basic_with_an_equal_client_id_in_the_body_is_one_method() {
    let world = World::new().await;
    let client = world.client().await;
    let form = [GOOD[0], ("client_id", client.id.as_str())];
    world.post(TOKEN).basic(&client).form(&form).send().await.token();
}

#[tokio::test]
async fn basic_with_another_client_id_in_the_body_is_refused() {
    let world = World::new().await;
    let client = world.client().await;
    let other = world.client().await;
    let form = [GOOD[0], ("client_id", other.id.as_str())];
    world.post(TOKEN).basic(&client).form(&form).send().await.refused(400, "invalid_request");
}

#[tokio::test]
async fn assertions_are_not_supported_yet() {
    let world = World::new().await;
    let client = world.client().await;
    let form = [
        GOOD[0],
        ("client_id", client.id.as_str()),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", "eyJhbGciOiJub25lIn0.e30."),
    ];
    world.post(TOKEN).form(&form).send().await.refused(401, "invalid_client");
}

#[tokio::test]
async fn missing_or_incomplete_credentials_are_401() {
    let world = World::new().await;
    let client = world.client().await;
    let id = ("client_id", client.id.as_str());
    let secret = ("client_secret", client.secret.as_str());
    for form in [vec![GOOD[0]], vec![GOOD[0], id], vec![GOOD[0], secret]] {
        world.post(TOKEN).form(&form).send().await.refused(401, "invalid_client");
    }
    world.post(INTROSPECT).form(&[("token", "x")]).send().await.refused(401, "invalid_client");
}
