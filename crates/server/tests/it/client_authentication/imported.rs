//! Imported secrets.

use jeton_core::HashCost;

use super::{GOOD, TOKEN};
use crate::support::World;

/// Decoding changes it: `+` becomes a space and `%41` an `A`.
const TRICKY: &str = "an+imported%41secret:0123456789";

#[tokio::test]
async fn an_imported_secret_works_in_the_body_and_as_basic() {
    let world = World::new().await;
    let client = world.client_with_imported("an-imported-secret-0123456789").await;
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
async fn basic_works_where_only_the_secret_is_encoded() {
    let world = World::new().await;
    for (number, id) in ["acme+prod", "acme%41prod", "100%", "acme"].into_iter().enumerate() {
        let secret = format!("{TRICKY}-{number}");
        let imported = world.client_with_imported(&secret).await;
        let client = world.recreate_with_id(&imported, id).await;
        world.follow().await;
        let encoded = secret.replace('%', "%25").replace('+', "%2B").replace(':', "%3A");
        for sent in [&encoded, &secret] {
            let call = world.post(TOKEN).raw_basic(&format!("{id}:{sent}")).form(&GOOD);
            call.send().await.token();
        }
        world.post(TOKEN).basic(&client).form(&GOOD).send().await.token();
    }
}

#[tokio::test]
async fn if_each_reading_of_basic_is_another_account_the_form_decoded_one_comes_first() {
    let world = World::new().await;
    let mut clients = Vec::new();
    for (id, secret) in [("acmeA", "pass-word@0123456789"), ("acme%41", "pass-word@0123456789")] {
        let imported = world.client_with_imported(secret).await;
        clients.push(world.recreate_with_id(&imported, id).await);
    }
    world.follow().await;
    let before = world.gateway.server().hashes().started(HashCost::Heavy);
    let call = world.post(TOKEN).raw_basic("acme%41:pass-word%400123456789").form(&GOOD);
    let token = call.send().await.token();
    assert_eq!(crate::support::jwt::claims(&token)["client_id"], "acmeA");
    assert_eq!(world.gateway.server().hashes().started(HashCost::Heavy) - before, 1);
    // The id in the body selects the account.
    let form = [GOOD[0], ("client_id", "acme%41")];
    let call = world.post(TOKEN).raw_basic("acme%41:pass-word%400123456789").form(&form);
    assert_eq!(crate::support::jwt::claims(&call.send().await.token())["client_id"], "acme%41");
}

#[tokio::test]
async fn a_generated_secret_that_is_encoded_needlessly_costs_no_heavy_hash() {
    let world = World::new().await;
    let _imported = world.client_with_imported("an-imported-secret-0123456789").await;
    let client = world.client().await;
    let heavy = || world.gateway.server().hashes().started(HashCost::Heavy);
    let before = heavy();
    world.post(TOKEN).basic(&client).form(&GOOD).send().await.token();
    let wrong = client.with_secret(jeton_protocol::ClientSecret::from_entropy([9; 32]).expose());
    world.post(TOKEN).basic(&wrong).form(&GOOD).send().await.refused(401, "invalid_client");
    assert_eq!(heavy(), before);
}

#[tokio::test]
async fn the_undecoded_form_is_tried_only_where_decoding_changes_the_value() {
    let world = World::new().await;
    let client = world.client_with_imported("an-imported-secret-0123456789").await;
    let heavy = || world.gateway.server().hashes().started(HashCost::Heavy);
    let before = heavy();
    let wrong = format!("{}:some-other-string-9876543210", client.id);
    world.post(TOKEN).raw_basic(&wrong).form(&GOOD).send().await.refused(401, "invalid_client");
    assert_eq!(heavy() - before, 1);
}

#[tokio::test]
async fn the_undecoded_form_of_a_generated_secret_is_not_tried() {
    let world = World::new().await;
    let template = world.client().await;
    let client = world.recreate_with_id(&template, "billing%41").await;
    world.post(TOKEN).basic(&client).form(&GOOD).send().await.token();
    let raw = format!("{}:{}", client.id, client.secret);
    world.post(TOKEN).raw_basic(&raw).form(&GOOD).send().await.refused(401, "invalid_client");
}

#[tokio::test]
async fn the_body_is_not_decoded_a_second_time() {
    let world = World::new().await;
    let client = world.client_with_imported("imported secret".replace(' ', "%20-0123456789").as_str()).await;
    world.token(&client).await;
    let decoded = client.with_secret("imported -0123456789secret");
    world.ask(&decoded, &[]).await.refused(401, "invalid_client");
}

#[tokio::test]
async fn a_verified_secret_that_is_sent_unencoded_costs_no_further_hash_and_is_never_limited() {
    let world = World::with("[limits]\nfailures = 2").await;
    let client = world.client_with_imported(TRICKY).await;
    let raw = format!("{}:{TRICKY}", client.id);
    let good = || world.post(TOKEN).raw_basic(&raw).form(&GOOD).send();
    good().await.token();
    let spent = world.gateway.server().hashes().started(HashCost::Heavy);
    good().await.token();
    assert_eq!(world.gateway.server().hashes().started(HashCost::Heavy), spent);
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
