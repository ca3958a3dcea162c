//! Several at once, and a store that goes away in the middle.

use std::collections::BTreeMap;

use jeton_core::model::{Key, KeyKind, KeyState};
use jeton_server::start::settings;

use crate::support::{ACTIVE_FOR, World};

/// Of each kind one key is active and one stands by.
fn assert_whole(keys: &[Key]) {
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
async fn of_many_who_rotate_at_once_one_does() {
    let world = World::new().await;
    world.clock.pass(ACTIVE_FOR);
    let keeper = || world.admin.key_keeper(settings(&world.config).key_timings());
    let keepers = [keeper(), keeper(), keeper(), keeper()];
    let rotated = futures_util::future::join_all(keepers.iter().map(jeton_core::KeyKeeper::maintain)).await;
    assert!(rotated.iter().all(Result::is_ok), "{rotated:?}");
    let keys = world.admin.store().list_keys().await.unwrap();
    assert_whole(&keys);
    let retiring = keys.iter().filter(|key| key.state == KeyState::Retiring).count();
    assert_eq!((keys.len(), retiring), (6, 2));
}

#[tokio::test]
async fn a_rotation_that_is_cut_off_after_any_step_leaves_the_keys_whole_and_is_done_later() {
    for steps in 0.. {
        let world = World::new().await;
        world.clock.pass(ACTIVE_FOR);
        world.store.take_away_after(steps);
        let cut = world.gateway.server().directory().keeper().maintain().await;
        world.store.bring_back();
        assert_whole(&world.admin.store().list_keys().await.unwrap());
        world.maintain().await;
        let keys = world.admin.store().list_keys().await.unwrap();
        assert_whole(&keys);
        assert_eq!(keys.iter().filter(|key| key.state == KeyState::Retiring).count(), 2);
        if cut.is_ok() {
            assert!(steps > 4, "{steps}");
            return;
        }
    }
}

#[tokio::test]
async fn a_node_starts_with_the_keys_that_are_there_when_none_can_be_written() {
    let world = World::new().await;
    world.clock.pass(ACTIVE_FOR);
    world.store.refuse_writes();
    let client = world.client().await;
    let node = world.another_node().await;
    crate::support::token_call(node, &client, &[]).send().await.token();
}
