//! Storing keys and the check value of the master key.

use jeton_core::model::{Algorithm, Key, KeyKind, KeyState};
use jeton_core::store::{Conflict, KeyChange};

use crate::samples::{MASTER_KEY, add_key, at, key, key_entry};
use crate::{FreshDatabase, assert_conflict, eu, us};

pub(crate) async fn keys_are_listed_oldest_first(database: &dyn FreshDatabase) {
    let store = us(database).await;
    assert_eq!(store.list_keys().await.unwrap(), []);
    let keys = [("z", Algorithm::Es256), ("a", Algorithm::EdDsa), ("m", Algorithm::Ps256)];
    let keys = keys.map(|(id, algorithm)| key(id, algorithm));
    for key in &keys {
        add_key(&*store, key).await.unwrap();
    }
    assert_eq!(store.list_keys().await.unwrap(), keys);
    assert_eq!(store.find_catalog().await.unwrap().value.keys, keys);
}

pub(crate) async fn a_kind_has_one_active_key_and_one_standby_key(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let active = key("a", Algorithm::Es256);
    let standby = Key { state: KeyState::Published, activated_at: None, ..key("b", Algorithm::Es256) };
    let sealing = Key { kind: KeyKind::Sealing, ..key("c", Algorithm::Es256) };
    for key in [&active, &standby, &sealing] {
        add_key(&*store, key).await.unwrap();
    }
    for second in [
        key("d", Algorithm::Es256),
        Key { id: key("d", Algorithm::Es256).id, ..standby.clone() },
        key("a", Algorithm::EdDsa),
    ] {
        assert_conflict(add_key(&*store, &second).await, Conflict::Exists);
    }
    assert_eq!(store.list_keys().await.unwrap(), [active, standby, sealing]);
}

pub(crate) async fn a_key_rotation_is_written_whole(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let before = key("a", Algorithm::Es256);
    let standby = Key { state: KeyState::Published, activated_at: None, ..key("b", Algorithm::Es256) };
    add_key(&*store, &before).await.unwrap();
    add_key(&*store, &standby).await.unwrap();
    let retiring = Key { state: KeyState::Retiring, retired_at: Some(at(700)), ..before };
    let active = Key { state: KeyState::Active, activated_at: Some(at(700)), ..standby.clone() };
    let next = Key { id: key("c", Algorithm::Es256).id, ..standby };
    let change = KeyChange {
        replaced: vec![retiring.clone(), active.clone()],
        added: vec![next.clone()],
        ..KeyChange::new(MASTER_KEY)
    };
    store.change_keys(&change, &key_entry(&active)).await.unwrap();
    let written = |key: Key| Key { version: 2, ..key };
    assert_eq!(store.list_keys().await.unwrap(), [written(retiring), written(active.clone()), next]);
    // The same change again is based on an older version.
    assert_conflict(store.change_keys(&change, &key_entry(&active)).await, Conflict::Stale);
}

pub(crate) async fn only_one_of_two_concurrent_key_rotations_is_written(database: &dyn FreshDatabase) {
    let (store, again) = (us(database).await, us(database).await);
    let before = key("a", Algorithm::Es256);
    add_key(&*store, &before).await.unwrap();
    let change = |id: &str| KeyChange {
        replaced: vec![Key { state: KeyState::Retiring, retired_at: Some(at(700)), ..before.clone() }],
        added: vec![key(id, Algorithm::Es256)],
        ..KeyChange::new(MASTER_KEY)
    };
    let (one, two) = (change("b"), change("c"));
    let audit = key_entry(&before);
    let (first, second) = tokio::join!(store.change_keys(&one, &audit), again.change_keys(&two, &audit));
    let lost = if first.is_ok() { second } else { first };
    assert_conflict(lost, Conflict::Stale);
    let keys = store.list_keys().await.unwrap();
    assert_eq!(keys.iter().filter(|key| key.state == KeyState::Active).count(), 1);
    assert_eq!(keys.len(), 2);
}

pub(crate) async fn the_material_of_a_revoked_key_is_wiped(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let active = key("a", Algorithm::Es256);
    add_key(&*store, &active).await.unwrap();
    let revoked = Key { state: KeyState::Revoked, sealed: None, ended_at: Some(at(800)), ..active };
    let change = KeyChange { replaced: vec![revoked.clone()], ..KeyChange::new(MASTER_KEY) };
    store.change_keys(&change, &key_entry(&revoked)).await.unwrap();
    assert_eq!(store.list_keys().await.unwrap(), [Key { version: 2, ..revoked }]);
}

pub(crate) async fn keys_under_another_master_key_are_refused(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let first = key("a", Algorithm::Es256);
    add_key(&*store, &first).await.unwrap();
    let other = [8; 32];
    let rewrapped = Key { sealed: Some(vec![3]), ..first.clone() };
    let change = KeyChange {
        new_master_key_check: Some(other.to_vec()),
        replaced: vec![rewrapped.clone()],
        ..KeyChange::new(MASTER_KEY)
    };
    store.change_keys(&change, &key_entry(&first)).await.unwrap();
    assert_eq!(store.find_master_key_check().await.unwrap(), Some(other.to_vec()));
    assert_conflict(store.change_keys(&change, &key_entry(&first)).await, Conflict::Stale);
    let late = KeyChange { added: vec![key("b", Algorithm::EdDsa)], ..KeyChange::new(MASTER_KEY) };
    assert_conflict(store.change_keys(&late, &key_entry(&first)).await, Conflict::Stale);
    assert_eq!(store.list_keys().await.unwrap(), [Key { version: 2, ..rewrapped }]);
}

pub(crate) async fn no_key_stays_under_the_previous_master_key(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let (first, added_since) = (key("a", Algorithm::Es256), key("b", Algorithm::EdDsa));
    add_key(&*store, &first).await.unwrap();
    let change = KeyChange {
        new_master_key_check: Some(vec![8; 32]),
        replaced: vec![Key { sealed: Some(vec![3]), ..first.clone() }],
        ..KeyChange::new(MASTER_KEY)
    };
    add_key(&*store, &added_since).await.unwrap();
    assert_conflict(store.change_keys(&change, &key_entry(&first)).await, Conflict::Stale);
    assert_eq!(store.list_keys().await.unwrap(), [first, added_since]);
    assert_eq!(store.find_master_key_check().await.unwrap(), Some(MASTER_KEY.to_vec()));
}

pub(crate) async fn keys_of_another_region_are_invisible(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    let (ours, theirs) = (key("a", Algorithm::Es256), key("b", Algorithm::Es256));
    add_key(&*us, &ours).await.unwrap();
    assert_eq!(eu.list_keys().await.unwrap(), []);
    add_key(&*eu, &theirs).await.unwrap();
    assert_eq!(us.list_keys().await.unwrap(), std::slice::from_ref(&ours));
    assert_eq!(eu.find_catalog().await.unwrap().value.keys, [theirs]);
    let taken = KeyChange { replaced: vec![ours.clone()], ..KeyChange::new(MASTER_KEY) };
    assert_conflict(eu.change_keys(&taken, &key_entry(&ours)).await, Conflict::Stale);
}

pub(crate) async fn a_master_key_is_claimed_once(database: &dyn FreshDatabase) {
    let store = us(database).await;
    assert_eq!(store.find_master_key_check().await.unwrap(), None);
    assert_eq!(store.claim_master_key(b"one").await.unwrap(), b"one");
    assert_eq!(store.claim_master_key(b"two").await.unwrap(), b"one");
    assert_eq!(store.claim_master_key(b"one").await.unwrap(), b"one");
    assert_eq!(store.find_master_key_check().await.unwrap(), Some(b"one".to_vec()));
}

pub(crate) async fn both_of_two_concurrent_claims_learn_which_won(database: &dyn FreshDatabase) {
    let (store, again) = (us(database).await, us(database).await);
    let (one, two) = tokio::join!(store.claim_master_key(b"one"), again.claim_master_key(b"two"));
    let won = one.unwrap();
    assert_eq!(two.unwrap(), won);
    assert_eq!(store.find_master_key_check().await.unwrap(), Some(won));
}

pub(crate) async fn each_region_has_its_own_master_key(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    us.claim_master_key(b"one").await.unwrap();
    assert_eq!(eu.find_master_key_check().await.unwrap(), None);
    assert_eq!(eu.claim_master_key(b"two").await.unwrap(), b"two");
}
