//! Forged tokens.

use aws_lc_rs::hmac;
use jeton_core::KeyPair;
use jeton_core::model::Algorithm;
use serde_json::{Value, json};

use crate::support::{Client, World, jwt};

struct Scene {
    world: World,
    client: Client,
    token: String,
}

async fn scene() -> Scene {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    Scene { world, client, token }
}

impl Scene {
    /// The token's header with changed members, and its own claims.
    fn signing_input(&self, changes: &Value) -> String {
        let mut header = jwt::header(&self.token);
        for (name, value) in changes.as_object().unwrap() {
            header[name] = value.clone();
        }
        format!("{}.{}", jwt::encode(&header), jwt::parts(&self.token)[1])
    }

    async fn assert_inactive(&self, token: &str) {
        self.world.introspect(&self.client, token).await.inactive();
        self.world.introspect(&self.client, &self.token).await.active();
    }
}

#[tokio::test]
async fn a_token_without_a_signature_is_inactive() {
    let scene = scene().await;
    let signature = jwt::parts(&scene.token)[2];
    for alg in ["none", "None", "NONE", ""] {
        let input = scene.signing_input(&json!({ "alg": alg }));
        scene.assert_inactive(&format!("{input}.")).await;
        scene.assert_inactive(&input).await;
        scene.assert_inactive(&format!("{input}.{signature}")).await;
    }
}

#[tokio::test]
async fn a_token_signed_by_hmac_with_the_public_key_is_inactive() {
    let scene = scene().await;
    let keys = scene.world.get("/oauth/v1/jwks").send().await;
    let key = &keys.json()["keys"][0];
    let text = |name: &str| key[name].as_str().unwrap().to_owned();
    let point = [vec![4], jwt::decode(&text("x")), jwt::decode(&text("y"))].concat();
    for secret in [point, text("x").into_bytes(), key.to_string().into_bytes(), keys.body.into_bytes()] {
        for alg in ["HS256", "ES256"] {
            let input = scene.signing_input(&json!({ "alg": alg }));
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), input.as_bytes());
            scene.assert_inactive(&format!("{input}.{}", jwt::encode_bytes(tag.as_ref()))).await;
        }
    }
}

#[tokio::test]
async fn a_token_of_another_key_is_inactive_whatever_key_id_it_claims() {
    let scene = scene().await;
    let document = KeyPair::generate_pkcs8(Algorithm::Es256).unwrap();
    let stranger = KeyPair::from_pkcs8(Algorithm::Es256, &document).unwrap();
    let claims = jwt::decode(jwt::parts(&scene.token)[1]);
    let own_kid = stranger.sign(&claims).unwrap();
    scene.assert_inactive(&own_kid).await;
    let signature = jwt::parts(&own_kid)[2];
    scene.assert_inactive(&format!("{}.{signature}", scene.signing_input(&json!({})))).await;
    scene.assert_inactive(&format!("{}.{signature}", scene.signing_input(&json!({ "kid": null })))).await;
}

/// These are signed with the region's own key, so that only the tested rule rejects them.
#[tokio::test]
async fn a_token_of_the_right_key_with_another_type_algorithm_or_a_critical_extension_is_inactive() {
    let scene = scene().await;
    let control = scene.signing_input(&json!({}));
    let signed = scene.world.sign(&control).await;
    scene.world.introspect(&scene.client, &signed).await.active();
    for changes in [
        json!({ "typ": "JWT" }),
        json!({ "typ": null }),
        json!({ "typ": "client-authentication+jwt" }),
        json!({ "alg": "ES384" }),
        json!({ "alg": "HS256" }),
        json!({ "alg": "none" }),
        json!({ "crit": ["exp"] }),
        json!({ "crit": [] }),
        json!({ "kid": "nothing" }),
        json!({ "kid": 1 }),
    ] {
        let signed = scene.world.sign(&scene.signing_input(&changes)).await;
        scene.world.introspect(&scene.client, &signed).await.inactive();
    }
}

#[tokio::test]
async fn a_token_of_the_right_key_of_another_issuer_or_region_is_inactive() {
    let scene = scene().await;
    let header = jwt::parts(&scene.token)[0];
    for (name, value) in [
        ("iss", json!("https://app.eu.example.com")),
        ("iss", json!("https://app.example.com/")),
        ("region", json!("eu")),
        ("exp", json!("later")),
        ("epoch", json!([0])),
        ("epoch", json!([0, 0, 0])),
        ("client_id", json!("nobody")),
        ("aud", json!(["https://mcp.example.com"])),
    ] {
        let mut claims = jwt::claims(&scene.token);
        claims[name] = value;
        let signed = scene.world.sign(&format!("{header}.{}", jwt::encode(&claims))).await;
        scene.world.introspect(&scene.client, &signed).await.inactive();
    }
}
