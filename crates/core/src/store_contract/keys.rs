//! Keeping signing keys and the check of the master key.

use super::samples::{of_key, signing_key};
use super::{FreshDatabase, assert_conflict, eu, us};
use crate::model::Algorithm;
use crate::store::Conflict;

pub(super) async fn signing_keys_are_listed_oldest_first(database: &dyn FreshDatabase) {
    let store = us(database).await;
    assert_eq!(store.list_signing_keys().await.unwrap(), []);
    let keys = [("z", Algorithm::Es256), ("a", Algorithm::EdDsa), ("m", Algorithm::Ps256)];
    let keys = keys.map(|(id, algorithm)| signing_key(id, algorithm));
    for key in &keys {
        store.add_signing_key(key, &of_key(key)).await.unwrap();
    }
    assert_eq!(store.list_signing_keys().await.unwrap(), keys);
}

pub(super) async fn an_algorithm_has_one_active_key(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let first = signing_key("a", Algorithm::Es256);
    store.add_signing_key(&first, &of_key(&first)).await.unwrap();
    for second in [signing_key("b", Algorithm::Es256), signing_key("a", Algorithm::EdDsa)] {
        assert_conflict(store.add_signing_key(&second, &of_key(&second)).await, Conflict::Exists);
    }
    assert_eq!(store.list_signing_keys().await.unwrap(), [first]);
}

pub(super) async fn keys_of_another_region_are_invisible(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    let (ours, theirs) = (signing_key("a", Algorithm::Es256), signing_key("b", Algorithm::Es256));
    us.add_signing_key(&ours, &of_key(&ours)).await.unwrap();
    assert_eq!(eu.list_signing_keys().await.unwrap(), []);
    eu.add_signing_key(&theirs, &of_key(&theirs)).await.unwrap();
    assert_eq!(us.list_signing_keys().await.unwrap(), [ours]);
    assert_eq!(eu.find_catalog().await.unwrap().value.signing_keys, [theirs]);
}

pub(super) async fn a_master_key_is_claimed_once(database: &dyn FreshDatabase) {
    let store = us(database).await;
    assert_eq!(store.find_master_key_check().await.unwrap(), None);
    assert_eq!(store.claim_master_key(b"one").await.unwrap(), b"one");
    assert_eq!(store.claim_master_key(b"two").await.unwrap(), b"one");
    assert_eq!(store.claim_master_key(b"one").await.unwrap(), b"one");
    assert_eq!(store.find_master_key_check().await.unwrap(), Some(b"one".to_vec()));
}

pub(super) async fn of_two_claims_at_once_both_learn_which_won(database: &dyn FreshDatabase) {
    let (store, again) = (us(database).await, us(database).await);
    let (one, two) = tokio::join!(store.claim_master_key(b"one"), again.claim_master_key(b"two"));
    let won = one.unwrap();
    assert_eq!(two.unwrap(), won);
    assert_eq!(store.find_master_key_check().await.unwrap(), Some(won));
}

pub(super) async fn each_region_has_its_own_master_key(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    us.claim_master_key(b"one").await.unwrap();
    assert_eq!(eu.find_master_key_check().await.unwrap(), None);
    assert_eq!(eu.claim_master_key(b"two").await.unwrap(), b"two");
}
