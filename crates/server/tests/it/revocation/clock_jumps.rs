//! A clock that is two hours ahead for some seconds and then correct again: no revoked token becomes active again.

use std::time::Duration;

use jeton_core::Clock as _;
use jeton_core::store::RevocationNumber;
use jeton_server::app;

use crate::support::{Call, Client, World};

const AHEAD: i64 = 2 * 3_600;
const FEED: &str = "/oauth/v1/revocations";

/// The clock jumps ahead, the node works as usual, and the clock is corrected.
async fn jump(world: &World, meanwhile: impl AsyncFnOnce()) {
    let correct = world.clock.now().unix();
    world.clock.set_wall(correct + AHEAD);
    world.gateway.server().remove_expired_revocations().await.unwrap();
    world.follow().await;
    meanwhile().await;
    world.follow().await;
    world.gateway.server().remove_expired_revocations().await.unwrap();
    world.clock.set_wall(correct);
}

/// The contents of the feed: token ids, and the numbers of accounts and tenants.
async fn listed(world: &World, api: &Client) -> (Vec<String>, usize, usize) {
    let document = world.get(FEED).basic(api).send().await.json();
    assert_eq!(document["truncated"], false);
    let ids =
        document["tokens"].as_array().unwrap().iter().map(|token| token[0].as_str().unwrap().to_owned());
    let count = |of: &str| document[of].as_object().unwrap().len();
    (ids.collect(), count("accounts"), count("tenants"))
}

async fn stored(world: &World) -> usize {
    world.admin.store().list_revocations(RevocationNumber::default(), 10).await.unwrap().tokens.len()
}

async fn revoked_token(world: &World, client: &Client) -> String {
    let token = world.token(client).await;
    world.revoke(client, &token).await.revoked();
    token
}

#[tokio::test]
async fn a_revoked_token_stays_in_the_feed_at_introspection_and_in_the_store() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    let token = revoked_token(&world, &client).await;
    let before = listed(&world, &api).await;
    assert_eq!(before.0.len(), 1);
    jump(&world, async || assert_eq!(listed(&world, &api).await.0.len(), 0)).await;
    assert_eq!(listed(&world, &api).await, before);
    world.introspect(&client, &token).await.inactive();
    assert_eq!(stored(&world).await, 1);
    let later = world.another_gateway().await;
    let document = Call::new(app(&later), http::Method::GET, FEED).basic(&api).send().await.json();
    assert_eq!(document["tokens"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_token_that_is_revoked_meanwhile_or_later_is_listed_beside_the_earlier_ones() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    revoked_token(&world, &client).await;
    jump(&world, async || drop(revoked_token(&world, &client).await)).await;
    revoked_token(&world, &client).await;
    assert_eq!(listed(&world, &api).await.0.len(), 3);
}

#[tokio::test]
async fn a_node_that_starts_meanwhile_knows_and_lists_all_of_them_later() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    let other = world.client().await;
    world.admin.disable_account(&other.id).await.unwrap();
    world.pass(Duration::from_mins(23 * 60 + 30)).await;
    let token = revoked_token(&world, &client).await;
    world.pass(Duration::from_mins(30)).await;
    let correct = world.clock.now().unix();
    world.clock.set_wall(correct + AHEAD);
    let node = world.another_gateway().await;
    world.clock.set_wall(correct);
    let document = Call::new(app(&node), http::Method::GET, FEED).basic(&api).send().await.json();
    assert_eq!(document["tokens"].as_array().unwrap().len(), 1, "{document}");
    assert_eq!(document["accounts"].as_object().unwrap().len(), 1, "{document}");
    let asked = Call::new(app(&node), http::Method::POST, "/oauth/v1/introspect");
    asked.basic(&client).form(&[("token", &token)]).send().await.inactive();
}

#[tokio::test]
async fn epochs_that_were_raised_within_the_life_of_a_token_stay_in_the_feed() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    let token = world.token(&client).await;
    world.admin.revoke_account_tokens(&client.id).await.unwrap();
    world.admin.revoke_tenant_tokens(&"default".parse().unwrap()).await.unwrap();
    // Old enough that the feed no longer lists them if the clock is two hours ahead.
    world.pass(Duration::from_mins(23 * 60 + 30)).await;
    let before = listed(&world, &api).await;
    assert_eq!((before.1, before.2), (1, 1));
    // A change of any account makes the node read the epochs again.
    let meanwhile = async || {
        world.admin.disable_account(&world.client().await.id).await.unwrap();
        world.follow().await;
        assert_eq!(listed(&world, &api).await.1, 1, "only the new one");
    };
    jump(&world, meanwhile).await;
    let after = listed(&world, &api).await;
    assert_eq!((after.1, after.2), (2, 1));
    world.introspect(&client, &token).await.inactive();
    let stored = world.admin.store().list_raised_epochs(0, 10).await.unwrap();
    assert_eq!((stored.accounts.len(), stored.tenants.len()), (2, 1));
}
