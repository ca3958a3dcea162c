//! The cost of a secret in store reads and hashes. It depends on the form of the string, never on whether the account
//! exists.

use jeton_core::HashCost;
use jeton_core::admin::IfInUse;
use jeton_protocol::ClientSecret;

use crate::support::World;

/// The cost of some work.
#[derive(Debug, PartialEq, Eq)]
struct Cost {
    reads: u64,
    light: u64,
    heavy: u64,
}

async fn cost_of(world: &World, work: impl Future<Output = ()>) -> Cost {
    let count = || {
        let hashes = world.gateway.server().hashes();
        (world.store.calls(), hashes.started(HashCost::Light), hashes.started(HashCost::Heavy))
    };
    let before = count();
    work.await;
    let after = count();
    Cost { reads: after.0 - before.0, light: after.1 - before.1, heavy: after.2 - before.2 }
}

const NOTHING: Cost = Cost { reads: 0, light: 0, heavy: 0 };
const ONE_READ: Cost = Cost { reads: 1, light: 0, heavy: 0 };

#[tokio::test]
async fn a_generated_secret_costs_one_light_hash_and_the_next_token_nothing() {
    let world = World::new().await;
    let client = world.client().await;
    let cold = cost_of(&world, async { drop(world.token(&client).await) }).await;
    assert_eq!(cold, Cost { reads: 1, light: 1, heavy: 0 });
    let warm = cost_of(&world, async { drop(world.token(&client).await) }).await;
    assert_eq!(warm, NOTHING);
}

#[tokio::test]
async fn a_secret_with_a_wrong_length_alphabet_or_checksum_touches_neither_store_nor_hash() {
    let world = World::new().await;
    let client = world.client_with_imported("an-imported-secret-0123456789").await;
    let secret = world.client().await.secret;
    let mistyped = {
        let last = if secret.ends_with('0') { '1' } else { '0' };
        format!("{}{last}", &secret[..secret.len() - 1])
    };
    for broken in
        ["jtnsk_", &secret[..54], &format!("{secret}0"), &secret.replacen("jtnsk_", "jtnsk_-", 1), &mistyped]
    {
        let wrong = client.with_secret(broken);
        let cost =
            cost_of(&world, async { drop(world.ask(&wrong, &[]).await.refused(401, "invalid_client")) });
        assert_eq!(cost.await, NOTHING, "{broken}");
    }
}

#[tokio::test]
async fn a_well_formed_secret_whose_lookup_does_not_match_costs_no_hash_whether_the_account_exists_or_not() {
    let world = World::new().await;
    let client = world.client_with_imported("an-imported-secret-0123456789").await;
    let made_up = ClientSecret::from_entropy([9; 32]);
    for id in [client.id.as_str(), "sa_us_0000000000000000000000", "nobody"] {
        let wrong = client.with_id(id).with_secret(made_up.expose());
        let cost =
            cost_of(&world, async { drop(world.ask(&wrong, &[]).await.refused(401, "invalid_client")) });
        assert_eq!(cost.await, ONE_READ, "{id}");
    }
}

#[tokio::test]
async fn any_other_string_costs_one_heavy_hash_whether_the_account_exists_or_not() {
    let world = World::new().await;
    let imported = world.client_with_imported("an-imported-secret-0123456789").await;
    let without = world.client().await;
    for id in [&imported.id, &without.id, "sa_us_0000000000000000000000", "nobody"] {
        let wrong = imported.with_id(id).with_secret("some-other-string-9876543210");
        let cost =
            cost_of(&world, async { drop(world.ask(&wrong, &[]).await.refused(401, "invalid_client")) });
        assert_eq!(cost.await, Cost { reads: 1, light: 0, heavy: 1 }, "{id}");
    }
}

#[tokio::test]
async fn an_expired_or_revoked_imported_secret_costs_as_much_as_an_active_one() {
    let world = World::new().await;
    let _other = world.client_with_imported("an-imported-secret-0123456789").await;
    let client = world.client_with_imported("an-imported-secret-9876543210").await;
    let account = world.admin.find_account(&client.id).await.unwrap();
    world.admin.revoke_secret(&client.id, &account.credentials[1].id, IfInUse::Refuse).await.unwrap();
    world.follow().await;
    let cost = cost_of(&world, async { drop(world.ask(&client, &[]).await.refused(401, "invalid_client")) });
    assert_eq!(cost.await, Cost { reads: 1, light: 0, heavy: 1 });
}

#[tokio::test]
async fn without_imported_secrets_no_string_costs_a_hash() {
    let world = World::new().await;
    let client = world.client().await;
    for id in [client.id.as_str(), "nobody"] {
        let wrong = client.with_id(id).with_secret("some-other-string-9876543210");
        let cost =
            cost_of(&world, async { drop(world.ask(&wrong, &[]).await.refused(401, "invalid_client")) });
        assert_eq!(cost.await, ONE_READ, "{id}");
    }
}

#[tokio::test]
async fn a_second_wrong_secret_for_the_same_id_needs_no_read() {
    let world = World::new().await;
    let wrong = world.client().await.with_id("nobody");
    world.ask(&wrong, &[]).await.refused(401, "invalid_client");
    let cost = cost_of(&world, async { drop(world.ask(&wrong, &[]).await.refused(401, "invalid_client")) });
    assert_eq!(cost.await, NOTHING);
}
