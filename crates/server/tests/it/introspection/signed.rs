//! Introspection responses as JWTs (RFC 9701), verified with the published keys.

use jeton_core::admin::ResourceUpdate;
use jeton_core::model::Algorithm;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation};
use serde_json::{Value, json};

use crate::support::{API, Answer, Client, ISSUER, World, in_both_formats, jwt, uri};

const JWT: &str = "application/token-introspection+jwt";

async fn asked(world: &World, caller: &Client, token: &str, accept: &str) -> Answer {
    let call = world.post("/oauth/v1/introspect").basic(caller).header("accept", accept);
    call.form(&[("token", token)]).send().await
}

/// The claims of a JWT response for `caller`. Asserts that a published key signed it.
async fn claims(world: &World, caller: &Client, answer: &Answer) -> Value {
    assert_eq!((answer.status, answer.header("content-type")), (200, Some(JWT)), "{answer:?}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let header = jwt::header(&answer.body);
    assert_eq!(header["typ"], "token-introspection+jwt");
    let keys = world.get("/oauth/v1/jwks").send().await.body;
    let keys: JwkSet = serde_json::from_str(&keys).unwrap();
    let key = DecodingKey::from_jwk(keys.find(header["kid"].as_str().unwrap()).unwrap()).unwrap();
    let mut validation = Validation::new(header["alg"].as_str().unwrap().parse().unwrap());
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[&caller.id]);
    validation.set_required_spec_claims(&["iss", "aud"]);
    validation.validate_exp = false;
    jsonwebtoken::decode::<Value>(&answer.body, &key, &validation).unwrap().claims
}

#[tokio::test]
async fn a_jwt_response_contains_the_plain_response() {
    in_both_formats(async |world| {
        let caller = world.introspector().await;
        let client = world.client().await;
        let token = world.token(&client).await;
        let plain = world.introspect(&caller, &token).await.active();
        let signed = asked(&world, &caller, &token, JWT).await;
        let claims = claims(&world, &caller, &signed).await;
        let iat = plain["iat"].clone();
        let expected = json!({ "iss": ISSUER, "aud": caller.id, "iat": iat, "token_introspection": plain });
        assert_eq!(claims, expected);
    })
    .await;
}

#[tokio::test]
async fn a_jwt_response_for_an_inactive_token_has_no_other_member() {
    let world = World::new().await;
    let caller = world.introspector().await;
    let client = world.client().await;
    let gone = world.token(&client).await;
    world.admin.disable_account(&client.id).await.unwrap();
    world.follow().await;
    for token in [gone.as_str(), "garbage", "jtnat_AAAA"] {
        let signed = asked(&world, &caller, token, JWT).await;
        let claims = claims(&world, &caller, &signed).await;
        assert_eq!(claims["token_introspection"], json!({ "active": false }));
        assert_eq!(claims.as_object().unwrap().len(), 4);
    }
}

#[tokio::test]
async fn a_jwt_response_uses_the_algorithm_of_the_resource_and_es256_if_inactive() {
    let world = World::new().await;
    let client = world.client().await;
    for algorithm in Algorithm::ALL {
        let update = ResourceUpdate { algorithm: Some(algorithm), ..ResourceUpdate::default() };
        world.admin.update_resource(&uri(API), &update).await.unwrap();
        let keeper = world.admin.key_keeper(jeton_server::start::settings(&world.config).key_timings());
        keeper.maintain().await.unwrap();
        world.clock.pass(crate::support::PUBLISHED_FOR);
        world.maintain_keys().await;
        let token = world.token(&client).await;
        for (token, expected) in [(token.as_str(), algorithm), ("garbage", Algorithm::Es256)] {
            let signed = asked(&world, &client, token, JWT).await;
            claims(&world, &client, &signed).await;
            assert_eq!(jwt::header(&signed.body)["alg"], expected.as_str());
        }
    }
}

#[tokio::test]
async fn every_other_accept_gets_json() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    for accept in ["*/*", "application/jwt", "text/html, image/gif", &format!("{JWT};q=0"), ""] {
        asked(&world, &client, &token, accept).await.active();
    }
    let listed = asked(&world, &client, &token, &format!("application/json;q=0.9, {JWT}")).await;
    claims(&world, &client, &listed).await;
}

#[tokio::test]
async fn refusals_stay_json() {
    let world = World::new().await;
    let client = world.client().await;
    asked(&world, &client.with_secret("wrong"), "x", JWT).await.refused(401, "invalid_client");
    let call = world.post("/oauth/v1/introspect").basic(&client).header("accept", JWT);
    call.form(&[]).send().await.refused(400, "invalid_request");
    let form = [("grant_type", "client_credentials")];
    world.post("/oauth/v1/token").basic(&client).header("accept", JWT).form(&form).send().await.token();
}

#[tokio::test]
async fn a_jwt_response_is_not_an_access_token() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    let answer = asked(&world, &client, &token, JWT).await.body;
    world.introspect(&client, &answer).await.inactive();
}
