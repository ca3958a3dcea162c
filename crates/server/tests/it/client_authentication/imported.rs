//! Secrets that an administrator brought along.

use jeton_core::HashCost;

use super::{GOOD, TOKEN};
use crate::support::World;

/// Decoding changes it: `+` becomes a space and `%41` an `A`.
const TRICKY: &str = "brought+along%41:0123456789";

#[tokio::test]
async fn an_imported_secret_works_in_the_body_and_as_basic() {
    let world = World::new().await;
    let client = world.client_with_imported("brought-along-0123456789").await;
    world.token(&client).await;
    world.post(TOKEN).basic(&client).form(&GOOD).send().await.token();
}

#[tokio::test]
async fn an_imported_secret_works_in_basic_whether_the_client_encodes_it_or_not() {
    let world = World::new().await;
    let client = world.client_with_imported(TRICKY).await;
    world.post(TOKEN).basic(&client).form(&GOOD).send().await.token();
    let raw = format!("{}:{TRICKY}", client.id);
    world.post(TOKEN).raw_basic(&raw).form(&GOOD).send().await.token();
}

#[tokio::test]
async fn the_undecoded_form_is_tried_only_where_decoding_changes_the_value() {
    let world = World::new().await;
    let client = world.client_with_imported("brought-along-0123456789").await;
    let heavy = || world.gateway.server().hashes().begun(HashCost::Heavy);
    let before = heavy();
    let wrong = format!("{}:some-other-string-9876543210", client.id);
    world.post(TOKEN).raw_basic(&wrong).form(&GOOD).send().await.refused(401, "invalid_client");
    assert_eq!(heavy() - before, 1);
}

#[tokio::test]
async fn the_undecoded_form_of_a_generated_secret_is_not_tried() {
    let world = World::new().await;
    let template = world.client().await;
    let client = world.bring_along(&template, "billing%41").await;
    world.post(TOKEN).basic(&client).form(&GOOD).send().await.token();
    let raw = format!("{}:{}", client.id, client.secret);
    world.post(TOKEN).raw_basic(&raw).form(&GOOD).send().await.refused(401, "invalid_client");
}

#[tokio::test]
async fn in_the_body_nothing_is_decoded_a_second_time() {
    let world = World::new().await;
    let client = world.client_with_imported("brought along".replace(' ', "%20-0123456789").as_str()).await;
    world.token(&client).await;
    let decoded = client.with_secret("brought -0123456789along");
    world.ask(&decoded, &[]).await.refused(401, "invalid_client");
}

#[tokio::test]
async fn a_verified_secret_that_is_sent_undecoded_costs_nothing_more_and_is_never_limited() {
    let world = World::with("[limits]\nfailures = 2").await;
    let client = world.client_with_imported(TRICKY).await;
    let raw = format!("{}:{TRICKY}", client.id);
    let good = || world.post(TOKEN).raw_basic(&raw).form(&GOOD).send();
    good().await.token();
    let spent = world.gateway.server().hashes().begun(HashCost::Heavy);
    good().await.token();
    assert_eq!(world.gateway.server().hashes().begun(HashCost::Heavy), spent);
    for _ in 0..3 {
        world.post(TOKEN).raw_basic(&format!("{}:wrong", client.id)).form(&GOOD).send().await;
    }
    world
        .post(TOKEN)
        .raw_basic(&format!("{}:wrong", client.id))
        .form(&GOOD)
        .send()
        .await
        .refused(429, "temporarily_unavailable");
    good().await.token();
}
