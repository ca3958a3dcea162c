//! The cost of a failed attempt does not depend on whether the account exists: it needs the same reads of the store and
//! the same hashes, for the first request of an id and for later ones.

use jeton_core::HashCost;
use jeton_core::admin::NewAccount;
use jeton_protocol::ClientSecret;

use crate::support::{Client, World, granted_on, resource};

/// The cost of one failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cost {
    reads: u64,
    light: u64,
    heavy: u64,
}

async fn cost(world: &World, client: &Client) -> Cost {
    let count = || {
        let hashes = world.gateway.server().hashes();
        [world.store.calls(), hashes.started(HashCost::Light), hashes.started(HashCost::Heavy)]
    };
    let before = count();
    world.ask(client, &[]).await.refused(401, "invalid_client");
    let [reads, light, heavy] = count();
    Cost { reads: reads - before[0], light: light - before[1], heavy: heavy - before[2] }
}

/// The first attempt, and the second one.
async fn cold_and_warm(world: &World, client: &Client) -> [Cost; 2] {
    [cost(world, client).await, cost(world, client).await]
}

const READ: Cost = Cost { reads: 1, light: 0, heavy: 0 };
const NOTHING: Cost = Cost { reads: 0, light: 0, heavy: 0 };

/// Accounts of every kind, and ids that no account has.
async fn ids(world: &World) -> Vec<(&'static str, Client)> {
    let disabled = world.client_with_imported("an-imported-secret-9876543210").await;
    world.admin.disable_account(&disabled.id).await.unwrap();
    let deleted = world.client().await;
    world.admin.delete_account(&deleted.id).await.unwrap();
    let imported = world.client_with_imported("an-imported-secret-0123456789").await;
    world.admin.create_resource(resource("https://new.example.com")).await.unwrap();
    let entitlement = granted_on("https://new.example.com", "read:me");
    let known = world.client().await;
    vec![
        ("unknown, in the form of generated ids", known.with_id("sa_us_0000000000000000000000")),
        ("unknown, in another form", known.with_id("somebody")),
        ("deleted", deleted),
        ("with a generated secret", known),
        ("with an imported secret", imported),
        ("disabled", disabled),
        // The node must read the catalog for this account, but not for an unknown id.
        ("of a resource that is new", world.create(NewAccount { entitlement, ..world.new_account() }).await),
    ]
}

#[tokio::test]
async fn a_wrong_secret_in_generated_form_costs_one_read_at_first_and_nothing_later() {
    let world = World::new().await;
    let wrong = ClientSecret::from_entropy([9; 32]);
    for (what, client) in ids(&world).await {
        let costs = cold_and_warm(&world, &client.with_secret(wrong.expose())).await;
        assert_eq!(costs, [READ, NOTHING], "{what}");
    }
}

#[tokio::test]
async fn any_other_wrong_secret_also_costs_one_heavy_hash() {
    let world = World::new().await;
    for (what, client) in ids(&world).await {
        let costs = cold_and_warm(&world, &client.with_secret("some-other-string-9876543210")).await;
        assert_eq!(costs, [Cost { heavy: 1, ..READ }, Cost { heavy: 1, ..NOTHING }], "{what}");
    }
}

#[tokio::test]
async fn a_mistyped_secret_and_a_malformed_id_cost_nothing() {
    let world = World::new().await;
    for (what, client) in ids(&world).await {
        assert_eq!(cold_and_warm(&world, &client.with_secret("jtnsk_broken")).await, [NOTHING; 2], "{what}");
    }
    for malformed in ["some body", "é", "a\u{7f}"] {
        let client = Client { id: malformed.to_owned(), secret: "some-other-string-9876543210".to_owned() };
        let answer = world.ask(&client, &[]).await;
        if answer.status == 401 {
            assert_eq!(cold_and_warm(&world, &client).await, [NOTHING; 2], "{malformed}");
        }
    }
}

#[tokio::test]
async fn an_id_of_another_region_costs_one_read_whatever_the_secret() {
    let world = World::new().await;
    let _imported = world.client_with_imported("an-imported-secret-0123456789").await;
    let wrong = ClientSecret::from_entropy([9; 32]);
    let elsewhere = world.client().await.with_id("sa_eu_0000000000000000000000");
    for (number, secret) in ["some-other-string-9876543210", wrong.expose(), "jtnsk_"].into_iter().enumerate()
    {
        let id = format!("sa_eu_000000000000000000000{number}");
        let costs = cold_and_warm(&world, &elsewhere.with_id(&id).with_secret(secret)).await;
        assert_eq!(costs, [READ, NOTHING], "{secret}");
    }
}

#[tokio::test]
async fn basic_that_can_be_read_in_several_ways_costs_two_hashes_whether_the_account_exists_or_not() {
    let world = World::new().await;
    let template = world.client().await;
    let imported = world.client_with_imported("an-imported-secret-0123456789").await;
    let known = world.recreate_with_id(&imported, "acme%41prod").await;
    drop(template);
    world.follow().await;
    for id in [known.id.as_str(), "else%41where", "acme+prod"] {
        for secret in ["p%40ss+word", "password+", "pass%40word"] {
            let hashes = || world.gateway.server().hashes().started(HashCost::Heavy);
            let before = hashes();
            let call = world.post("/oauth/v1/token").raw_basic(&format!("{id}:{secret}"));
            call.form(&[("grant_type", "client_credentials")]).send().await.refused(401, "invalid_client");
            assert_eq!(hashes() - before, 2, "{id}:{secret}");
        }
    }
}
