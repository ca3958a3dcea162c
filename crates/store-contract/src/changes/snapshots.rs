//! A value and its position in the change feed are read in one snapshot.

use jeton_core::store::{Sequence, StoreError};

use crate::samples::{account_entry, add, bare_account, tenant, tenant_entry};
use crate::{FreshDatabase, us};

pub(crate) async fn a_read_after_a_write_contains_it(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let account = bare_account("a");
    add(&*store, &account).await;
    let written = store.list_changes(Sequence::default(), 10).await.unwrap().changes[0].sequence;
    assert_eq!(store.find_account(&account.client_id, Sequence::START).await.unwrap().sequence, written);
    assert_eq!(store.find_catalog().await.unwrap().sequence, written);
    let tenant = tenant("buyer");
    store.add_tenant(&tenant, &tenant_entry(&tenant)).await.unwrap();
    assert!(store.find_account(&account.client_id, Sequence::START).await.unwrap().sequence > written);
    assert!(store.find_catalog().await.unwrap().sequence > written);
}

pub(crate) async fn an_absent_account_has_a_position(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let absent = "unknown".parse().unwrap();
    let before = store.find_account(&absent, Sequence::START).await.unwrap();
    assert_eq!(before.value, None);
    let account = bare_account("a");
    add(&*store, &account).await;
    assert!(store.find_account(&absent, Sequence::START).await.unwrap().sequence > before.sequence);
    store.delete_account(&account, &account_entry(&account)).await.unwrap();
    let after = store.find_account(&account.client_id, Sequence::START).await.unwrap();
    assert_eq!((after.value, after.sequence), (None, store.find_catalog().await.unwrap().sequence));
}

pub(crate) async fn an_account_and_its_position_are_of_one_snapshot(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let mut account = bare_account("a");
    add(&*store, &account).await;
    let (writer, id) = (store.clone(), account.client_id.clone());
    let writing = tokio::spawn(async move {
        for _ in 0..50 {
            writer.replace_account(&account, &account_entry(&account)).await.unwrap();
            account.version += 1;
        }
    });
    let mut seen = Vec::new();
    while !writing.is_finished() {
        let read = store.find_account(&id, Sequence::START).await.unwrap();
        seen.push((read.sequence, read.value.unwrap().version));
        tokio::task::yield_now().await;
    }
    writing.await.unwrap();
    // The first change wrote version 1, each later one the next version.
    let changes = store.list_changes(Sequence::default(), 1_000).await.unwrap().changes;
    for (sequence, version) in seen {
        let contained = changes.iter().filter(|change| change.sequence <= sequence).count();
        assert_eq!(i64::try_from(contained), Ok(version));
    }
}

pub(crate) async fn a_store_that_is_behind_does_not_answer(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let account = bare_account("a");
    add(&*store, &account).await;
    let reached = store.find_catalog().await.unwrap().sequence;
    for (id, is_there) in [(account.client_id.clone(), true), ("unknown".parse().unwrap(), false)] {
        assert_eq!(store.find_account(&id, reached).await.unwrap().value.is_some(), is_there);
        let behind = store.find_account(&id, Sequence(reached.0 + 1)).await;
        assert!(matches!(behind, Err(StoreError::Unavailable(_))), "{id}: {behind:?}");
    }
    // The next change brings the store to that position.
    let tenant = tenant("buyer");
    store.add_tenant(&tenant, &tenant_entry(&tenant)).await.unwrap();
    let read = store.find_account(&account.client_id, Sequence(reached.0 + 1)).await.unwrap();
    assert!(read.value.is_some());
    assert_eq!(read.sequence, Sequence(reached.0 + 1));
}
