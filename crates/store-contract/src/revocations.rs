//! Storing revocations.

use jeton_core::model::Revocation;
use jeton_core::store::{Conflict, ListedRevocation, RevocationNumber, RevocationPage, Store};

use crate::samples::{API, at, revocation, revocation_entry, uri};
use crate::{FreshDatabase, assert_conflict, eu, us};

pub(crate) async fn revocations_are_listed_as_they_were_added(database: &dyn FreshDatabase) {
    let store = us(database).await;
    assert_eq!(listed(&*store).await, []);
    let mut all = [0, 1, 9, 255].map(revocation);
    all[1].expires_at = at(-1);
    all[2].expires_at = at(9_000_000_000);
    all[3].audience = Some(uri(API));
    // Every character that an id may have.
    all[0].client_id = ('!'..='~').collect::<String>().parse().unwrap();
    for one in &all {
        store.add_revocation(one, &revocation_entry(one)).await.unwrap();
    }
    assert_eq!(listed(&*store).await, tokens(&all));
}

pub(crate) async fn revocations_come_in_pages_in_the_order_of_commit(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let all = [5, 3, 4, 1, 2].map(revocation);
    for one in &all {
        store.add_revocation(one, &revocation_entry(one)).await.unwrap();
    }
    let mut position = RevocationNumber::default();
    for expected in all.chunks(2) {
        let mut page = store.list_revocations(position, 2).await.unwrap();
        page.tokens.sort();
        assert_eq!(page.tokens, tokens(expected));
        assert!(page.last > position);
        position = page.last;
    }
    let end = RevocationPage { tokens: Vec::new(), last: position };
    assert_eq!(store.list_revocations(position, 2).await.unwrap(), end);
}

pub(crate) async fn a_token_is_revoked_once(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let first = revocation(1);
    store.add_revocation(&first, &revocation_entry(&first)).await.unwrap();
    let second = Revocation { expires_at: at(999), ..first.clone() };
    assert_conflict(store.add_revocation(&second, &revocation_entry(&second)).await, Conflict::Exists);
    assert_eq!(listed(&*store).await, tokens(&[first]));
}

pub(crate) async fn revocations_of_another_region_are_invisible(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    let (ours, theirs) = (revocation(1), revocation(2));
    us.add_revocation(&ours, &revocation_entry(&ours)).await.unwrap();
    eu.add_revocation(&theirs, &revocation_entry(&theirs)).await.unwrap();
    eu.add_revocation(&ours, &revocation_entry(&ours)).await.unwrap();
    assert_eq!(us.remove_revocations(at(i64::MAX), 10).await.unwrap(), 1);
    assert_eq!(listed(&*us).await, []);
    assert_eq!(listed(&*eu).await, tokens(&[ours, theirs]));
}

pub(crate) async fn only_what_expired_before_is_removed(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let all = [1, 2, 3].map(|number| Revocation { expires_at: at(number.into()), ..revocation(number) });
    for one in &all {
        store.add_revocation(one, &revocation_entry(one)).await.unwrap();
    }
    assert_eq!(store.remove_revocations(at(1), 10).await.unwrap(), 0);
    assert_eq!(store.remove_revocations(at(3), 10).await.unwrap(), 2);
    assert_eq!(listed(&*store).await, tokens(&all[2..]));
}

pub(crate) async fn a_removal_stays_within_its_limit(database: &dyn FreshDatabase) {
    let store = us(database).await;
    for one in [1, 2, 3].map(revocation) {
        store.add_revocation(&one, &revocation_entry(&one)).await.unwrap();
    }
    assert_eq!(store.remove_revocations(at(i64::MAX), 2).await.unwrap(), 2);
    assert_eq!(listed(&*store).await.len(), 1);
    assert_eq!(store.remove_revocations(at(i64::MAX), 2).await.unwrap(), 1);
}

pub(crate) async fn a_number_is_never_given_twice(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let (one, two) = (revocation(1), revocation(2));
    store.add_revocation(&one, &revocation_entry(&one)).await.unwrap();
    let first = store.list_revocations(RevocationNumber::default(), 10).await.unwrap().last;
    store.remove_revocations(at(i64::MAX), 10).await.unwrap();
    store.add_revocation(&two, &revocation_entry(&two)).await.unwrap();
    assert_eq!(store.list_revocations(first, 10).await.unwrap().tokens, tokens(&[two]));
}

pub(crate) async fn a_removal_is_not_a_change(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let one = revocation(1);
    store.add_revocation(&one, &revocation_entry(&one)).await.unwrap();
    let before = store.find_catalog().await.unwrap().position;
    store.remove_revocations(at(i64::MAX), 10).await.unwrap();
    assert_eq!(store.find_catalog().await.unwrap().position, before);
}

/// All revocations, ordered by token id.
async fn listed(store: &dyn Store) -> Vec<ListedRevocation> {
    let mut page = store.list_revocations(RevocationNumber::default(), 1_000).await.unwrap();
    page.tokens.sort();
    page.tokens
}

/// The listed form of these revocations, ordered by token id.
fn tokens(revocations: &[Revocation]) -> Vec<ListedRevocation> {
    let mut tokens: Vec<_> = revocations.iter().map(ListedRevocation::from).collect();
    tokens.sort();
    tokens
}
