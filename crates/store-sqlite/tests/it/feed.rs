//! Cases of the change feed that require direct access to the database file.

use jeton_core::store::{AccountStore as _, ChangeFeed as _, Sequence};
use sqlx::raw_sql;

use crate::samples::{TestFolder, account, audit_entry};

#[tokio::test]
async fn a_change_of_an_unknown_kind_makes_followers_reload() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let mut later_version = folder.connect().await;
    raw_sql(
        "INSERT INTO audit (at, actor, action, subject_kind, subject_id)
         VALUES (0, 'root', 'create', 'webhook', 'https://example.com')",
    )
    .execute(&mut later_version)
    .await
    .unwrap();
    store.add_account(&account("a"), &audit_entry(&account("a"))).await.unwrap();
    let read = store.list_changes(Sequence(0), 10).await.unwrap();
    assert!(read.gap);
    assert_eq!(read.changes.len(), 1);
    assert!(!store.list_changes(Sequence(1), 10).await.unwrap().gap);
}

#[tokio::test]
async fn a_position_before_the_oldest_record_is_a_gap() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    for id in ["a", "b", "c", "d"] {
        store.add_account(&account(id), &audit_entry(&account(id))).await.unwrap();
    }
    raw_sql("DELETE FROM audit WHERE seq <= 2").execute(&mut folder.connect().await).await.unwrap();
    assert!(store.list_changes(Sequence(1), 10).await.unwrap().gap);
    assert!(!store.list_changes(Sequence(2), 10).await.unwrap().gap);
}
