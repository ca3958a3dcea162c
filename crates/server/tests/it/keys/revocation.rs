//! Revocation of a key that may be compromised.

use jeton_core::RotationRefused;
use jeton_core::model::{Algorithm, KeyId, KeyKind, KeyState};
use jeton_server::start::settings;

use super::{in_state, published, the};
use crate::support::{ACTIVE_FOR, World, jwt};

const ES256: KeyKind = KeyKind::Signing(Algorithm::Es256);

#[tokio::test]
async fn the_tokens_of_a_revoked_key_are_inactive_and_the_standby_signs_at_once() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    world.introspect(&client, &token).await.active();
    let (active, standby) =
        (the(&world, ES256, KeyState::Active).await, the(&world, ES256, KeyState::Published).await);
    let keeper = world.admin.key_keeper(settings(&world.config).key_timings());
    keeper.revoke(&active.id).await.unwrap();
    world.follow().await;
    world.introspect(&client, &token).await.inactive();
    assert!(!published(&world).await.contains(&active.id.to_string()));
    let new = world.token(&client).await;
    assert_eq!(jwt::header(&new)["kid"], standby.id.as_str());
    world.introspect(&client, &new).await.active();
    the(&world, ES256, KeyState::Published).await;
    assert_eq!(the(&world, ES256, KeyState::Revoked).await.sealed, None);
}

#[tokio::test]
async fn a_revoked_standby_is_replaced_and_a_revoked_retiring_key_revokes_its_tokens() {
    let world = World::new().await;
    let client = world.client().await;
    let keeper = world.admin.key_keeper(settings(&world.config).key_timings());
    let standby = the(&world, ES256, KeyState::Published).await;
    keeper.revoke(&standby.id).await.unwrap();
    assert_ne!(the(&world, ES256, KeyState::Published).await.id, standby.id);

    let old = world.token(&client).await;
    world.clock.pass(ACTIVE_FOR);
    world.maintain_keys().await;
    let last = world.token(&client).await;
    let retiring = the(&world, ES256, KeyState::Retiring).await;
    assert_eq!(jwt::header(&old)["kid"], retiring.id.as_str());
    keeper.revoke(&retiring.id).await.unwrap();
    world.follow().await;
    world.introspect(&client, &old).await.inactive();
    world.introspect(&client, &last).await.active();
}

#[tokio::test]
async fn a_key_that_is_not_trusted_cannot_be_revoked_again() {
    let world = World::new().await;
    let keeper = world.admin.key_keeper(settings(&world.config).key_timings());
    let active = the(&world, ES256, KeyState::Active).await;
    keeper.revoke(&active.id).await.unwrap();
    let before = world.admin.store().list_keys().await.unwrap();
    for id in [active.id, KeyId::from_stored("nothing".to_owned())] {
        assert!(matches!(keeper.revoke(&id).await, Err(RotationRefused::NoSuchKey(_))));
    }
    assert_eq!(world.admin.store().list_keys().await.unwrap(), before);
    assert_eq!(in_state(&world, ES256, KeyState::Revoked).await.len(), 1);
}
