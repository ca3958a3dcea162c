//! Revoking a secret that is in use, and finishing a rotation.

use std::time::Duration;

use jeton_core::admin::{AdminError, IfInUse, SecretRotation};
use jeton_core::model::CredentialId;

use crate::support::{Client, World};

const GRACE: Duration = Duration::from_hours(24);

async fn record(world: &World) {
    world.gateway.server().record_uses().await.unwrap();
}

/// The account's secret after a rotation.
async fn rotated(world: &World, client: &Client) -> Client {
    let made = world.admin.rotate_secret(&client.id, SecretRotation::after(GRACE)).await.unwrap();
    world.follow().await;
    client.with_secret(made.secret.unwrap().expose())
}

async fn first_secret(world: &World, client: &Client) -> CredentialId {
    world.admin.find_account(&client.id).await.unwrap().credentials[0].id.clone()
}

#[track_caller]
fn conflict<T: std::fmt::Debug>(result: Result<T, AdminError>) -> String {
    match result {
        Err(error @ AdminError::Conflict(_)) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_secret_used_within_ten_minutes_is_revoked_only_with_force() {
    let world = World::new().await;
    let client = world.client().await;
    let secret = first_secret(&world, &client).await;
    world.token_call(&client, &[]).from("192.0.2.77").send().await.token();
    record(&world).await;
    world.pass(Duration::from_secs(599)).await;
    let text = conflict(world.admin.revoke_secret(&client.id, &secret, IfInUse::Refuse).await);
    for part in
        [secret.as_str(), &client.secret[client.secret.len() - 4..], "2026-11-23T08:00:00Z", "192.0.2.77"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    world.token(&client).await;
    world.admin.revoke_secret(&client.id, &secret, IfInUse::Revoke).await.unwrap();
    world.follow().await;
    world.ask(&client, &[]).await.refused(401, "invalid_client");
}

#[tokio::test]
async fn a_secret_unused_for_ten_minutes_needs_no_force() {
    let world = World::new().await;
    let client = world.client().await;
    let secret = first_secret(&world, &client).await;
    world.token(&client).await;
    record(&world).await;
    world.pass(Duration::from_mins(10)).await;
    world.admin.revoke_secret(&client.id, &secret, IfInUse::Refuse).await.unwrap();
    world.follow().await;
    world.ask(&client, &[]).await.refused(401, "invalid_client");
}

#[tokio::test]
async fn an_expired_secret_needs_no_force() {
    let world = World::new().await;
    let client = world.client().await;
    let secret = first_secret(&world, &client).await;
    world.admin.rotate_secret(&client.id, SecretRotation::after(Duration::from_secs(30))).await.unwrap();
    world.follow().await;
    world.token(&client).await;
    record(&world).await;
    world.pass(Duration::from_secs(30)).await;
    world.admin.revoke_secret(&client.id, &secret, IfInUse::Refuse).await.unwrap();
}

#[tokio::test]
async fn a_rotation_without_a_grace_period_ends_a_secret_in_use_only_with_force() {
    let world = World::new().await;
    let client = world.client().await;
    world.token_call(&client, &[]).from("192.0.2.77").send().await.token();
    record(&world).await;
    let at_once = SecretRotation::after(Duration::ZERO);
    let text = conflict(world.admin.rotate_secret(&client.id, at_once.clone()).await);
    let secret = first_secret(&world, &client).await;
    let revocation = conflict(world.admin.revoke_secret(&client.id, &secret, IfInUse::Refuse).await);
    assert_eq!(text, revocation);
    assert!(text.contains("192.0.2.77"), "{text}");
    world.follow().await;
    world.token(&client).await;
    let by_force = SecretRotation { if_in_use: IfInUse::Revoke, ..at_once };
    world.admin.rotate_secret(&client.id, by_force).await.unwrap();
    world.follow().await;
    world.ask(&client, &[]).await.refused(401, "invalid_client");
}

#[tokio::test]
async fn a_rotation_with_a_grace_period_or_of_an_unused_secret_needs_no_force() {
    let world = World::new().await;
    let client = world.client().await;
    world.token(&client).await;
    record(&world).await;
    rotated(&world, &client).await;
    let idle = world.client().await;
    world.token(&idle).await;
    record(&world).await;
    world.pass(Duration::from_mins(10)).await;
    world.admin.rotate_secret(&idle.id, SecretRotation::after(Duration::ZERO)).await.unwrap();
    world.follow().await;
    world.ask(&idle, &[]).await.refused(401, "invalid_client");
}

#[tokio::test]
async fn finishing_a_rotation_keeps_the_newest_secret() {
    let world = World::new().await;
    let old = world.client().await;
    world.token(&old).await;
    let new = rotated(&world, &old).await;
    let (account, revoked) = world.admin.finish_rotation(&old.id, IfInUse::Refuse).await.unwrap();
    assert_eq!(revoked, [account.credentials[0].id.clone()]);
    world.follow().await;
    world.ask(&old, &[]).await.refused(401, "invalid_client");
    world.token(&new).await;
    // The next rotation is possible.
    rotated(&world, &new).await;
}

#[tokio::test]
async fn a_rotation_is_not_finished_while_the_old_secret_is_used_without_force() {
    let world = World::new().await;
    let old = world.client().await;
    world.token(&old).await;
    record(&world).await;
    let new = rotated(&world, &old).await;
    let text = conflict(world.admin.finish_rotation(&old.id, IfInUse::Refuse).await);
    assert!(text.contains("192.0.2.1"), "{text}");
    // The use of the newest secret does not prevent it.
    world.pass(Duration::from_mins(10)).await;
    world.token(&new).await;
    record(&world).await;
    world.admin.finish_rotation(&old.id, IfInUse::Refuse).await.unwrap();

    let newer = rotated(&world, &new).await;
    world.admin.finish_rotation(&old.id, IfInUse::Revoke).await.unwrap();
    world.follow().await;
    world.ask(&new, &[]).await.refused(401, "invalid_client");
    world.token(&newer).await;
}

#[tokio::test]
async fn with_fewer_than_two_active_secrets_no_rotation_can_be_finished() {
    let world = World::new().await;
    let client = world.client().await;
    let text = conflict(world.admin.finish_rotation(&client.id, IfInUse::Refuse).await);
    assert!(text.contains("has only one active secret"), "{text}");
    world.admin.rotate_secret(&client.id, SecretRotation::after(Duration::from_mins(1))).await.unwrap();
    world.clock.pass(Duration::from_mins(1));
    conflict(world.admin.finish_rotation(&client.id, IfInUse::Refuse).await);
    let newest = world.admin.find_account(&client.id).await.unwrap().credentials[1].id.clone();
    world.admin.revoke_secret(&client.id, &newest, IfInUse::Refuse).await.unwrap();
    let text = conflict(world.admin.finish_rotation(&client.id, IfInUse::Refuse).await);
    assert!(text.contains("has no active secret"), "{text}");
}
