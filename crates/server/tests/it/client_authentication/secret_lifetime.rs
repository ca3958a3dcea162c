//! How long the secrets of an account are valid after rotations.

use std::time::Duration;

use jeton_core::admin::{Change, IfInUse, NewAccount, SecretRotation, SecretTerms};
use jeton_core::model::{Credential, CredentialId};

use crate::support::{Client, World};

const GRACE: Duration = Duration::from_hours(24);

fn days(days: u64) -> Duration {
    Duration::from_hours(24 * days)
}

async fn client_with_secret_for(world: &World, lifetime: Option<Duration>) -> Client {
    world.create(NewAccount { secret_expires_in: lifetime, ..world.new_account() }).await
}

/// Rotates and returns the new secret.
async fn rotated(world: &World, client: &Client, expires_in: Change<Duration>) -> Credential {
    let terms = SecretTerms { expires_in, ..SecretTerms::default() };
    let rotation = SecretRotation { terms, ..SecretRotation::after(GRACE) };
    world.admin.rotate_secret(&client.id, rotation).await.unwrap().credential
}

async fn revoke(world: &World, client: &Client, secret: &CredentialId) {
    world.admin.revoke_secret(&client.id, secret, IfInUse::Revoke).await.unwrap();
}

/// For how long a secret is valid from its creation.
fn validity(secret: &Credential) -> Option<Duration> {
    secret.expires_at.map(|end| secret.created_at.until(end))
}

#[tokio::test]
async fn a_rotated_secret_is_issued_for_as_long_as_the_old_one() {
    let world = World::new().await;
    for lifetime in [Some(days(40)), None] {
        let client = client_with_secret_for(&world, lifetime).await;
        world.pass(days(30)).await;
        let first = rotated(&world, &client, Change::Keep).await;
        assert_eq!(validity(&first), lifetime);
        world.pass(days(2)).await;
        assert_eq!(validity(&rotated(&world, &client, Change::Keep).await), lifetime);
    }
}

#[tokio::test]
async fn the_terms_of_a_rotation_precede_the_lifetime_of_the_old_secret() {
    let world = World::new().await;
    let client = client_with_secret_for(&world, Some(days(40))).await;
    let shorter = rotated(&world, &client, Change::Set(days(10))).await;
    assert_eq!(validity(&shorter), Some(days(10)));
    world.pass(days(2)).await;
    assert_eq!(validity(&rotated(&world, &client, Change::Clear).await), None);
    world.pass(days(2)).await;
    assert_eq!(validity(&rotated(&world, &client, Change::Keep).await), None);
}

#[tokio::test]
async fn a_grace_period_that_shortened_a_secret_is_not_inherited() {
    let world = World::new().await;
    for lifetime in [Some(days(40)), None] {
        let client = client_with_secret_for(&world, lifetime).await;
        let new = rotated(&world, &client, Change::Set(days(5))).await;
        revoke(&world, &client, &new.id).await;
        // The first secret is active again alone, until the end of its grace period.
        assert_eq!(validity(&rotated(&world, &client, Change::Keep).await), lifetime);
    }
}

#[tokio::test]
async fn without_an_active_secret_the_lifetime_of_the_last_one_is_inherited() {
    let world = World::new().await;
    let client = client_with_secret_for(&world, Some(days(40))).await;
    let last = rotated(&world, &client, Change::Set(days(10))).await;
    world.pass(days(1)).await;
    revoke(&world, &client, &last.id).await;
    assert_eq!(validity(&rotated(&world, &client, Change::Keep).await), Some(days(10)));
}

#[tokio::test]
async fn an_added_or_recovered_secret_inherits_no_lifetime() {
    let world = World::new().await;
    let client = client_with_secret_for(&world, Some(days(40))).await;
    let added = world.second_secret(&client, SecretTerms::default()).await;
    let account = world.admin.find_account(&added.id).await.unwrap();
    assert_eq!(validity(&account.credentials[1]), None);
    for secret in &account.credentials {
        revoke(&world, &client, &secret.id).await;
    }
    let recovered = world.admin.recover_account(&client.id, SecretTerms::default()).await.unwrap();
    assert_eq!(validity(&recovered.credential), None);
}
