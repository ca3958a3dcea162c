//! Concurrent key maintenance, and a store that fails in the middle of it.

use std::collections::BTreeMap;

use jeton_core::model::{Key, KeyKind, KeyState};
use jeton_server::start::settings;

use crate::support::{ACTIVE_FOR, World};

/// Asserts that each kind has one active and one standby key.
fn assert_one_active_and_one_standby(keys: &[Key]) {
    let mut states: BTreeMap<KeyKind, Vec<KeyState>> = BTreeMap::new();
    for key in keys {
        states.entry(key.kind).or_default().push(key.state);
    }
    for (kind, states) in states {
        let count = |wanted| states.iter().filter(|state| **state == wanted).count();
        assert_eq!((count(KeyState::Active), count(KeyState::Published)), (1, 1), "{kind}: {states:?}");
    }
}

#[tokio::test]
async fn of_many_concurrent_rotations_one_succeeds() {
    let world = World::new().await;
    world.clock.pass(ACTIVE_FOR);
    let keeper = || world.admin.key_keeper(settings(&world.config).key_timings());
    let keepers = [keeper(), keeper(), keeper(), keeper()];
    let rotated = futures_util::future::join_all(keepers.iter().map(jeton_core::KeyKeeper::maintain)).await;
    assert!(rotated.iter().all(Result::is_ok), "{rotated:?}");
    let keys = world.admin.store().list_keys().await.unwrap();
    assert_one_active_and_one_standby(&keys);
    let retiring = keys.iter().filter(|key| key.state == KeyState::Retiring).count();
    assert_eq!((keys.len(), retiring), (6, 2));
}

#[tokio::test]
async fn a_rotation_that_fails_at_any_step_keeps_the_keys_consistent_and_is_completed_later() {
    for steps in 0.. {
        let world = World::new().await;
        world.clock.pass(ACTIVE_FOR);
        world.store.make_unavailable_after(steps);
        let interrupted = world.gateway.server().directory().keeper().maintain().await;
        world.store.restore();
        assert_one_active_and_one_standby(&world.admin.store().list_keys().await.unwrap());
        world.maintain_keys().await;
        let keys = world.admin.store().list_keys().await.unwrap();
        assert_one_active_and_one_standby(&keys);
        assert_eq!(keys.iter().filter(|key| key.state == KeyState::Retiring).count(), 2);
        if interrupted.is_ok() {
            assert!(steps > 4, "{steps}");
            return;
        }
    }
}

#[tokio::test]
async fn a_node_starts_with_the_existing_keys_if_none_can_be_written() {
    let world = World::new().await;
    world.clock.pass(ACTIVE_FOR);
    world.store.refuse_writes();
    let client = world.client().await;
    let node = world.another_node().await;
    crate::support::token_call(node, &client, &[]).send().await.token();
}
