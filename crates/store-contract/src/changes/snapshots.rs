//! A value and its position in the change feed are read in one snapshot.

use jeton_core::store::{Position, Sequence, StoreError};

use crate::samples::{account_entry, add, bare_account, tenant, tenant_entry};
use crate::{FreshDatabase, us};

pub(crate) async fn a_read_after_a_write_contains_it(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let account = bare_account("a");
    add(&*store, &account).await;
    let written = store.list_changes(Position::START, 10).await.unwrap().reached;
    assert_eq!(written, Position { region: Sequence(1), shared: Sequence::START });
    assert_eq!(store.find_account(&account.client_id, Position::START).await.unwrap().position, written);
    assert_eq!(store.find_catalog().await.unwrap().position, written);
    let tenant = tenant("buyer");
    store.add_tenant(&tenant, &tenant_entry(&tenant)).await.unwrap();
    let then = Position { shared: Sequence(1), ..written };
    assert_eq!(store.find_account(&account.client_id, Position::START).await.unwrap().position, then);
    assert_eq!(store.find_catalog().await.unwrap().position, then);
}

pub(crate) async fn an_absent_account_has_a_position(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let absent = "unknown".parse().unwrap();
    let before = store.find_account(&absent, Position::START).await.unwrap();
    assert_eq!(before.value, None);
    let account = bare_account("a");
    add(&*store, &account).await;
    let then = store.find_account(&absent, Position::START).await.unwrap().position;
    assert!(then.includes(before.position) && then != before.position);
    store.delete_account(&account, &account_entry(&account)).await.unwrap();
    let after = store.find_account(&account.client_id, Position::START).await.unwrap();
    assert_eq!((after.value, after.position), (None, store.find_catalog().await.unwrap().position));
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
        let read = store.find_account(&id, Position::START).await.unwrap();
        seen.push((read.position, read.value.unwrap().version));
        tokio::task::yield_now().await;
    }
    writing.await.unwrap();
    // The first change wrote version 1, each later one the next version.
    let changes = store.list_changes(Position::START, 1_000).await.unwrap().changes;
    for (position, version) in seen {
        let contained = changes.iter().filter(|change| change.sequence <= position.region).count();
        assert_eq!(i64::try_from(contained), Ok(version));
    }
}

pub(crate) async fn a_store_that_is_behind_does_not_answer(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let account = bare_account("a");
    add(&*store, &account).await;
    let reached = store.find_catalog().await.unwrap().position;
    let next = |Sequence(number)| Sequence(number + 1);
    let ahead = [
        Position { region: next(reached.region), ..reached },
        Position { shared: next(reached.shared), ..reached },
    ];
    for (id, is_there) in [(account.client_id.clone(), true), ("unknown".parse().unwrap(), false)] {
        assert_eq!(store.find_account(&id, reached).await.unwrap().value.is_some(), is_there);
        for position in ahead {
            let behind = store.find_account(&id, position).await;
            assert!(matches!(behind, Err(StoreError::Unavailable(_))), "{id}: {behind:?}");
        }
    }
    // The next change brings the store to that position.
    let tenant = tenant("buyer");
    store.add_tenant(&tenant, &tenant_entry(&tenant)).await.unwrap();
    let read = store.find_account(&account.client_id, ahead[1]).await.unwrap();
    assert!(read.value.is_some());
    assert_eq!(read.position, ahead[1]);
}
