//! A lower number never becomes visible after a higher one was read, however long a transaction stays open.

use std::time::Duration;

use jeton_core::admin::{AuditVerdict, verify_audit};
use jeton_core::model::TokenId;
use jeton_core::store::{
    AccountStore as _, Action, AuditEntry, ChangeFeed as _, Position, RevocationNumber, RevocationStore as _,
    Sequence, Subject,
};
use jeton_store_postgres::PostgresStore;
use sqlx::{Connection as _, Row as _};

use crate::samples::{TestDatabase, account, account_entry, revocation};

#[tokio::test]
async fn changes_wait_for_an_open_transaction_with_a_lower_number_and_other_regions_do_not() {
    let database = TestDatabase::new().await;
    let (us, eu) = (
        database.open_patient(&"us".parse().unwrap()).await,
        database.open_patient(&"eu".parse().unwrap()).await,
    );
    add(&us, "a").await;
    // Another node has written its record and has not committed yet.
    let mut connection = database.connect().await;
    let mut open = connection.begin().await.unwrap();
    let row = sqlx::query(MOVE_END).fetch_one(&mut *open).await.unwrap();
    assert_eq!(row.get::<i64, _>("seq"), 2);
    let writer = us.clone();
    let later = tokio::spawn(async move { add(&writer, "b").await });
    for id in ["x", "y", "z"] {
        add(&eu, id).await;
    }
    for _ in 0..20 {
        let read = us.list_changes(Position::START, 10).await.unwrap();
        assert_eq!((read.changes.len(), read.reached.region), (1, Sequence(1)));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(!later.is_finished());
    open.commit().await.unwrap();
    later.await.unwrap();
    let read = us.list_changes(Position::START, 10).await.unwrap();
    assert!(read.changes.iter().map(|change| change.sequence).eq([1, 2, 3].map(Sequence)));
}

#[tokio::test]
async fn a_number_of_a_transaction_that_is_rolled_back_is_given_to_the_next_one() {
    let database = TestDatabase::new().await;
    let us = database.open_patient(&"us".parse().unwrap()).await;
    add(&us, "a").await;
    let mut connection = database.connect().await;
    let mut open = connection.begin().await.unwrap();
    sqlx::query(MOVE_END).fetch_one(&mut *open).await.unwrap();
    let writer = us.clone();
    let later = tokio::spawn(async move { add(&writer, "b").await });
    open.rollback().await.unwrap();
    later.await.unwrap();
    let read = us.list_changes(Position::START, 10).await.unwrap();
    assert!(read.changes.iter().map(|change| change.sequence).eq([1, 2].map(Sequence)));
    assert!(matches!(verify_audit(&us, &[], |_| {}).await.unwrap(), AuditVerdict::Intact(_)));
}

#[tokio::test]
async fn revocations_wait_for_an_open_transaction_with_a_lower_number() {
    let database = TestDatabase::new().await;
    let us = database.open_patient(&"us".parse().unwrap()).await;
    let mut connection = database.connect().await;
    let mut open = connection.begin().await.unwrap();
    sqlx::query("UPDATE revocation_end SET number = number + 1").execute(&mut *open).await.unwrap();
    sqlx::query(
        "INSERT INTO revocations (number, region, token, client_id, expires_at, revoked_at, audited)
         VALUES (1, 'us', decode('00112233445566778899aabbccddeeff', 'hex'), 'a', now(), now(), false)",
    )
    .execute(&mut *open)
    .await
    .unwrap();
    let writer = us.clone();
    let later = tokio::spawn(async move { revoke(&writer, 7).await });
    for _ in 0..20 {
        let page = us.list_revocations(RevocationNumber::default(), 10).await.unwrap();
        assert_eq!((page.tokens.len(), page.last), (0, RevocationNumber(0)));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(!later.is_finished());
    open.commit().await.unwrap();
    later.await.unwrap();
    let page = us.list_revocations(RevocationNumber::default(), 1).await.unwrap();
    assert_eq!(page.last, RevocationNumber(1));
    let page = us.list_revocations(page.last, 10).await.unwrap();
    assert_eq!(page.tokens[0].token, TokenId::from_bytes([7; 16]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_follower_of_eight_writers_misses_nothing() {
    let database = TestDatabase::new().await;
    let mut writers = Vec::new();
    for writer in 0..8 {
        let store = database.open_patient(&"us".parse().unwrap()).await;
        writers.push(tokio::spawn(async move {
            for number in 0..25_u8 {
                add(&store, &format!("{writer}-{number}")).await;
                revoke(&store, writer * 25 + number).await;
            }
        }));
    }
    let reader = database.open_patient(&"us".parse().unwrap()).await;
    let (mut position, mut numbers) = (Position::START, Vec::new());
    let (mut after, mut tokens) = (RevocationNumber::default(), 0);
    loop {
        let are_done = writers.iter().all(tokio::task::JoinHandle::is_finished);
        let read = reader.list_changes(position, 7).await.unwrap();
        assert!(!read.gap);
        position = read.reached;
        numbers.extend(read.changes.iter().map(|change| change.sequence.0));
        let page = reader.list_revocations(after, 7).await.unwrap();
        (after, tokens) = (page.last, tokens + page.tokens.len());
        if are_done && !read.more && page.tokens.is_empty() {
            break;
        }
    }
    for writer in writers {
        writer.await.unwrap();
    }
    // Each account and each revocation has a record.
    assert_eq!(numbers, (1..=400).collect::<Vec<i64>>());
    assert_eq!(tokens, 200);
    assert!(matches!(verify_audit(&reader, &[], |_| {}).await.unwrap(), AuditVerdict::Intact(_)));
}

async fn add(store: &PostgresStore, id: &str) {
    store.add_account(&account(id), &account_entry(&account(id))).await.unwrap();
}

async fn revoke(store: &PostgresStore, number: u8) {
    let revocation = revocation(number);
    let subject = Subject::Token(revocation.token);
    let entry = AuditEntry { action: Action::RevokeToken, subject, ..account_entry(&account("a")) };
    store.add_revocation(&revocation, &entry).await.unwrap();
}

/// What a writer does last before it commits.
const MOVE_END: &str = "
    WITH tail AS (UPDATE audit_ends SET seq = seq + 1 WHERE chain = 'us' RETURNING seq, digest)
    INSERT INTO audit_records (chain, seq, at, actor_kind, actor, action, subject_kind, subject_id, digest)
    SELECT 'us', seq, now(), 'cli', 'root', 'create', 'account', 'other', digest FROM tail RETURNING seq";
