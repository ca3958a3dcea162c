//! A token that was seen is no better than its key.

use jeton_core::model::{Key, KeyKind, KeyState};
use jeton_server::start::settings;

use crate::support::{ACTIVE_FOR, World, in_both_formats};

/// What makes the tokens of a world: the active keys of both kinds.
async fn active(world: &World) -> Vec<Key> {
    let keys = world.admin.store().list_keys().await.unwrap();
    keys.into_iter().filter(|key| key.state == KeyState::Active && key.kind != KeyKind::Lookup).collect()
}

#[tokio::test]
async fn a_seen_token_is_inactive_as_soon_as_its_key_is_revoked_and_a_new_one_is_made_by_another_key() {
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
async fn a_token_outlives_the_rotation_of_its_key_also_unseen() {
    in_both_formats(async |world| {
        let client = world.client().await;
        world.pass(ACTIVE_FOR).await;
        let token = world.token(&client).await;
        let before = active(&world).await;
        world.maintain().await;
        let after = active(&world).await;
        assert!(before.iter().all(|old| after.iter().all(|new| new.id != old.id)));
        world.introspect(&client, &token).await.active();
    })
    .await;
}
