//! What a secret costs: store reads and hashes, by what the string is and never by whether the account exists.

use jeton_core::HashCost;
use jeton_core::admin::IfInUse;
use jeton_protocol::ClientSecret;

use crate::support::World;

/// What was spent since the beginning.
#[derive(Debug, PartialEq, Eq)]
struct Spent {
    reads: u64,
    light: u64,
    heavy: u64,
}

async fn spent(world: &World, work: impl Future<Output = ()>) -> Spent {
    let count = || {
        let hashes = world.gateway.server().hashes();
        (world.store.calls(), hashes.started(HashCost::Light), hashes.started(HashCost::Heavy))
    };
    let before = count();
    work.await;
    let after = count();
    Spent { reads: after.0 - before.0, light: after.1 - before.1, heavy: after.2 - before.2 }
}

const NOTHING: Spent = Spent { reads: 0, light: 0, heavy: 0 };
const ONE_READ: Spent = Spent { reads: 1, light: 0, heavy: 0 };

#[tokio::test]
async fn a_generated_secret_costs_one_light_hash_and_the_next_token_nothing() {
    let world = World::new().await;
    let client = world.client().await;
    let cold = spent(&world, async { drop(world.token(&client).await) }).await;
    assert_eq!(cold, Spent { reads: 1, light: 1, heavy: 0 });
    let warm = spent(&world, async { drop(world.token(&client).await) }).await;
    assert_eq!(warm, NOTHING);
}

#[tokio::test]
async fn a_secret_with_a_wrong_length_alphabet_or_checksum_touches_neither_store_nor_hash() {
    let world = World::new().await;
    let client = world.client_with_imported("brought-along-0123456789").await;
    let secret = world.client().await.secret;
    let mistyped = {
        let last = if secret.ends_with('0') { '1' } else { '0' };
        format!("{}{last}", &secret[..secret.len() - 1])
    };
    for broken in
        ["jtnsk_", &secret[..54], &format!("{secret}0"), &secret.replacen("jtnsk_", "jtnsk_-", 1), &mistyped]
    {
        let wrong = client.with_secret(broken);
        let price =
            spent(&world, async { drop(world.ask(&wrong, &[]).await.refused(401, "invalid_client")) });
        assert_eq!(price.await, NOTHING, "{broken}");
    }
}

#[tokio::test]
async fn a_well_formed_secret_whose_lookup_does_not_match_costs_no_hash_whether_the_account_exists_or_not() {
    let world = World::new().await;
    let client = world.client_with_imported("brought-along-0123456789").await;
    let made_up = ClientSecret::from_entropy([9; 32]);
    for id in [client.id.as_str(), "sa_us_0000000000000000000000", "nobody"] {
        let wrong = client.with_id(id).with_secret(made_up.expose());
        let price =
            spent(&world, async { drop(world.ask(&wrong, &[]).await.refused(401, "invalid_client")) });
        assert_eq!(price.await, ONE_READ, "{id}");
    }
}

#[tokio::test]
async fn any_other_string_costs_one_heavy_hash_whether_the_account_exists_or_not() {
    let world = World::new().await;
    let imported = world.client_with_imported("brought-along-0123456789").await;
    let without = world.client().await;
    for id in [&imported.id, &without.id, "sa_us_0000000000000000000000", "nobody"] {
        let wrong = imported.with_id(id).with_secret("some-other-string-9876543210");
        let price =
            spent(&world, async { drop(world.ask(&wrong, &[]).await.refused(401, "invalid_client")) });
        assert_eq!(price.await, Spent { reads: 1, light: 0, heavy: 1 }, "{id}");
    }
}

#[tokio::test]
async fn an_expired_or_revoked_imported_secret_costs_what_a_live_one_does() {
    let world = World::new().await;
    let _other = world.client_with_imported("brought-along-0123456789").await;
    let client = world.client_with_imported("brought-along-9876543210").await;
    let account = world.admin.find_account(&client.id).await.unwrap();
    world.admin.revoke_secret(&client.id, &account.credentials[1].id, IfInUse::Refuse).await.unwrap();
    world.follow().await;
    let price = spent(&world, async { drop(world.ask(&client, &[]).await.refused(401, "invalid_client")) });
    assert_eq!(price.await, Spent { reads: 1, light: 0, heavy: 1 });
}

#[tokio::test]
async fn where_nobody_brought_a_secret_along_no_string_costs_a_hash() {
    let world = World::new().await;
    let client = world.client().await;
    for id in [client.id.as_str(), "nobody"] {
        let wrong = client.with_id(id).with_secret("some-other-string-9876543210");
        let price =
            spent(&world, async { drop(world.ask(&wrong, &[]).await.refused(401, "invalid_client")) });
        assert_eq!(price.await, ONE_READ, "{id}");
    }
}

#[tokio::test]
async fn a_second_wrong_secret_for_the_same_id_reads_nothing_more() {
    let world = World::new().await;
    let wrong = world.client().await.with_id("nobody");
    world.ask(&wrong, &[]).await.refused(401, "invalid_client");
    let price = spent(&world, async { drop(world.ask(&wrong, &[]).await.refused(401, "invalid_client")) });
    assert_eq!(price.await, NOTHING);
}
