//! Tampering with the audit log in the database file is detected.

use jeton_core::admin::{AuditVerdict, BrokenLog, IntactLog, LogFault, verify_audit};
use jeton_core::model::Chain;
use jeton_core::store::{AccountStore as _, BulkStore as _, Sequence, StoreError};
use jeton_store_sqlite::SqliteStore;
use sqlx::{AssertSqlSafe, raw_sql};

use crate::samples::{TestFolder, account, audit_entry};

/// A database with one audit record for each of `ids`.
async fn database(ids: &[&str]) -> (TestFolder, SqliteStore) {
    let folder = TestFolder::new();
    let store = folder.open().await;
    add(&store, ids).await;
    (folder, store)
}

async fn add(store: &SqliteStore, ids: &[&str]) {
    for id in ids {
        store.add_account(&account(id), &audit_entry(&account(id))).await.unwrap();
    }
}

async fn tamper(folder: &TestFolder, sql: &str) {
    raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut folder.connect().await).await.unwrap();
}

async fn intact(store: &SqliteStore) -> IntactLog {
    match verify_audit(store, &[], |_| {}).await.unwrap() {
        AuditVerdict::Intact(intact) => intact,
        AuditVerdict::Broken(broken) => panic!("{broken}"),
    }
}

async fn assert_broken(store: &SqliteStore, sequence: i64, fault: LogFault) {
    let chain = Chain::Region("us".parse().unwrap());
    let expected = BrokenLog { chain, sequence: Sequence(sequence), fault };
    assert_eq!(verify_audit(store, &[], |_| {}).await.unwrap(), AuditVerdict::Broken(expected));
}

#[tokio::test]
async fn a_change_of_any_column_is_detected() {
    for change in [
        "at = at + 1",
        "actor = 'nobody'",
        "action = 'update'",
        "actor_kind = 'server'",
        "tenant = 'default'",
        "subject_kind = 'tenant'",
        "subject_id = 'x'",
        "before = '{}'",
        "after = NULL",
        "digest = zeroblob(32)",
        "digest = x'00'",
    ] {
        let (folder, store) = database(&["a", "b", "c"]).await;
        tamper(&folder, &format!("UPDATE audit_records SET {change} WHERE seq = 2")).await;
        assert_broken(&store, 2, LogFault::Changed).await;
    }
}

#[tokio::test]
async fn removed_and_moved_records_are_detected() {
    let (folder, store) = database(&["a", "b", "c", "d"]).await;
    tamper(&folder, "DELETE FROM audit_records WHERE seq IN (2, 3)").await;
    assert_broken(&store, 2, LogFault::Missing { next: Sequence(4) }).await;

    let (folder, store) = database(&["a", "b", "c", "d"]).await;
    tamper(
        &folder,
        "UPDATE audit_records SET seq = -2 WHERE seq = 2; UPDATE audit_records SET seq = 2 WHERE seq = 3;
         UPDATE audit_records SET seq = 3 WHERE seq = -2",
    )
    .await;
    assert_broken(&store, 2, LogFault::Reordered { found_at: Sequence(3) }).await;
}

#[tokio::test]
async fn removed_last_records_are_detected() {
    let (folder, store) = database(&["a", "b", "c"]).await;
    tamper(&folder, "DELETE FROM audit_records WHERE seq = 3").await;
    assert_broken(&store, 3, LogFault::CutOff { end: Sequence(2) }).await;
    add(&store, &["d"]).await;
    assert_broken(&store, 3, LogFault::Missing { next: Sequence(4) }).await;
}

#[tokio::test]
async fn a_chain_without_an_end_is_checked_too_and_cannot_be_written() {
    let (folder, store) = database(&["a"]).await;
    tamper(&folder, "DELETE FROM audit_ends; UPDATE audit_records SET actor = 'nobody'").await;
    assert_broken(&store, 1, LogFault::Changed).await;
    let refused = store.add_account(&account("b"), &audit_entry(&account("b"))).await;
    assert!(matches!(refused, Err(StoreError::Corrupt(_))), "{refused:?}");
}

#[tokio::test]
async fn accounts_added_in_bulk_are_one_link_of_the_chain() {
    let (_folder, store) = database(&["a"]).await;
    let many: Vec<_> = (0..1_200).map(|number| account(&format!("{number:04}"))).collect();
    store.add_accounts(&many, &[audit_entry(&many[0])]).await.unwrap();
    add(&store, &["b"]).await;
    assert_eq!(intact(&store).await.records, 3);
}

#[tokio::test]
async fn a_log_of_several_pages_is_checked_to_its_end() {
    let (folder, store) = database(&[]).await;
    let ids: Vec<String> = (0..1_050).map(|number| format!("{number:04}")).collect();
    for id in &ids {
        store.add_account(&account(id), &audit_entry(&account(id))).await.unwrap();
    }
    let mut reported = Vec::new();
    let verdict = verify_audit(&store, &[], |records| reported.push(records)).await.unwrap();
    assert!(matches!(verdict, AuditVerdict::Intact(IntactLog { records: 1_050, .. })), "{verdict:?}");
    assert_eq!(reported, [500, 1_000, 1_050]);
    tamper(&folder, "UPDATE audit_records SET actor = 'nobody' WHERE seq = 1050").await;
    assert_broken(&store, 1_050, LogFault::Changed).await;
}
