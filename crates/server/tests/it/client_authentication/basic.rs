//! The `Authorization` header.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{GOOD, TOKEN};
use crate::support::World;

#[tokio::test]
async fn the_scheme_is_read_in_any_letter_case() {
    let world = World::new().await;
    let client = world.client().await;
    let credentials = STANDARD.encode(format!("{}:{}", client.id, client.secret));
    for scheme in ["Basic", "basic", "BASIC", "bAsIc"] {
        let call = world.post(TOKEN).header("authorization", &format!("{scheme} {credentials}"));
        call.form(&GOOD).send().await.token();
    }
}

#[tokio::test]
async fn generated_credentials_work_with_and_without_encoding() {
    let world = World::new().await;
    let client = world.client().await;
    // Go and openid-client encode; this encodes even characters that need no encoding.
    world.post(TOKEN).basic(&client).form(&GOOD).send().await.token();
    // curl and n8n do not.
    let raw = format!("{}:{}", client.id, client.secret);
    world.post(TOKEN).raw_basic(&raw).form(&GOOD).send().await.token();
}

#[tokio::test]
async fn credentials_are_decoded_once_and_never_twice() {
    let world = World::new().await;
    let client = world.client().await;
    let twice = client.secret.replacen('j', "%256A", 1);
    let call = world.post(TOKEN).raw_basic(&format!("{}:{twice}", client.id));
    call.form(&GOOD).send().await.refused(401, "invalid_client");
    let once = client.secret.replacen('j', "%6A", 1);
    world.post(TOKEN).raw_basic(&format!("{}:{once}", client.id)).form(&GOOD).send().await.token();
}

#[tokio::test]
async fn an_unusable_header_is_401_with_the_challenge() {
    let world = World::new().await;
    let client = world.client().await;
    let no_colon = format!("Basic {}", STANDARD.encode(&client.id));
    for header in ["Basic", "Basic !!!!", "Bearer abc", "Negotiate abc", "abc", "", &no_colon] {
        let call = world.post(TOKEN).header("authorization", header);
        call.form(&GOOD).send().await.refused(401, "invalid_client");
    }
}

#[tokio::test]
async fn two_authorization_headers_are_401_even_when_both_are_right() {
    let world = World::new().await;
    let client = world.client().await;
    let call = world.post(TOKEN).basic(&client).basic(&client);
    call.form(&GOOD).send().await.refused(401, "invalid_client");
}
