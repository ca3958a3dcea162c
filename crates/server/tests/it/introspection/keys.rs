//! A token that was seen before is still checked against its key.

use jeton_core::model::{Key, KeyKind, KeyState};
use jeton_server::start::settings;

use crate::support::{ACTIVE_FOR, World, in_both_formats};

/// The active signing and sealing keys.
async fn active(world: &World) -> Vec<Key> {
    let keys = world.admin.store().list_keys().await.unwrap();
    keys.into_iter().filter(|key| key.state == KeyState::Active && key.kind != KeyKind::Lookup).collect()
}

#[tokio::test]
async fn a_seen_token_is_inactive_once_its_key_is_revoked_and_new_ones_use_another_key() {
    in_both_formats(async |world| {
        let caller = world.introspector().await;
        let client = world.client().await;
        let token = world.token(&client).await;
        world.introspect(&caller, &token).await.active();
        let keeper = world.admin.key_keeper(settings(&world.config).key_timings());
        for key in active(&world).await {
            keeper.revoke(&key.id).await.unwrap();
        }
        world.follow().await;
        world.introspect(&caller, &token).await.inactive();
        let new = world.token(&client).await;
        world.introspect(&caller, &new).await.active();
    })
    .await;
}

#[tokio::test]
async fn an_unseen_token_stays_active_after_the_rotation_of_its_key() {
    in_both_formats(async |world| {
        let client = world.client().await;
        world.pass(ACTIVE_FOR).await;
        let token = world.token(&client).await;
        let before = active(&world).await;
        world.maintain_keys().await;
        let after = active(&world).await;
        assert!(before.iter().all(|old| after.iter().all(|new| new.id != old.id)));
        world.introspect(&client, &token).await.active();
    })
    .await;
}
