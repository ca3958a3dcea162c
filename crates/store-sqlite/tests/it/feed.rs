//! Cases of the change feed that require direct access to the database file.

use jeton_core::store::{AccountStore as _, ChangeFeed as _, Position, Sequence};
use sqlx::raw_sql;

use crate::samples::{TestFolder, account, audit_entry};

fn at(number: i64) -> Position {
    Position { region: Sequence(number), shared: Sequence::START }
}

#[tokio::test]
async fn a_change_of_an_unknown_kind_makes_followers_reload() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let mut later_version = folder.connect().await;
    raw_sql(
        "INSERT INTO audit_records (chain, seq, at, actor_kind, actor, action, subject_kind, subject_id, digest)
         VALUES ('us', 1, 0, 'cli', 'cli:root', 'create', 'webhook', 'https://example.com', zeroblob(32));
         INSERT INTO audit_ends (chain, seq, digest) VALUES ('us', 1, zeroblob(32))",
    )
    .execute(&mut later_version)
    .await
    .unwrap();
    store.add_account(&account("a"), &audit_entry(&account("a"))).await.unwrap();
    let read = store.list_changes(Position::START, 10).await.unwrap();
    assert!(read.gap);
    assert_eq!(read.changes.len(), 1);
    assert!(!store.list_changes(at(1), 10).await.unwrap().gap);
}

#[tokio::test]
async fn a_position_before_the_oldest_record_is_a_gap() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    for id in ["a", "b", "c", "d"] {
        store.add_account(&account(id), &audit_entry(&account(id))).await.unwrap();
    }
    raw_sql("DELETE FROM audit_records WHERE seq <= 2").execute(&mut folder.connect().await).await.unwrap();
    assert!(store.list_changes(at(1), 10).await.unwrap().gap);
    assert!(!store.list_changes(at(2), 10).await.unwrap().gap);
}
