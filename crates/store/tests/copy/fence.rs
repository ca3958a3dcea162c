//! A fenced store refuses every change and serves every read.

use std::time::Duration;

use jeton_core::model::Timestamp;
use jeton_core::store::transfer::Fence;
use jeton_core::store::{BackupError, NodeReport, Position, StoreError};
use sqlx::{Connection as _, PgConnection};

use crate::place::{Place, assert_same, fill, open, postgres, rows, source};

fn fence() -> Fence {
    Fence { since: Timestamp::from_unix(1_000), target: "postgres://db:5432/jeton".to_owned() }
}

#[tokio::test]
async fn a_fenced_store_refuses_every_change_and_can_be_read() {
    let place = Place::new();
    for url in place.filled().await {
        let store = open(&url, "us").await;
        let before = rows(&url).await;
        source(&url).await.fence(&fence()).await.unwrap();
        for (name, result) in jeton_store_contract::write_everything(&*store).await {
            match result {
                Err(StoreError::Fenced(fenced)) => assert_eq!(fenced, fence(), "{name}"),
                other => panic!("{url}: {name} gave {other:?}"),
            }
        }
        assert_same(&rows(&url).await, &before);
        assert_eq!(store.find_fence().await.unwrap(), Some(fence()));
        store.find_account(&"full".parse().unwrap(), Position::START).await.unwrap().value.unwrap();
        // A report is not copied.
        let report = NodeReport {
            id: "n1".to_owned(),
            region: "us".parse().unwrap(),
            version: "1".to_owned(),
            position: Position::START,
            at: Timestamp::from_unix(1_000),
        };
        store.report_node(&report, Timestamp::from_unix(0)).await.unwrap();
        store.remove_node("n1").await.unwrap();
        assert_eq!(source(&url).await.unfence().await.unwrap(), Some(fence()));
        assert_eq!(source(&url).await.unfence().await.unwrap(), None);
        assert_eq!(store.find_fence().await.unwrap(), None);
        jeton_store_contract::change(&*store).await;
    }
}

#[tokio::test]
async fn the_copy_is_not_fenced_and_the_source_stays_fenced() {
    let place = Place::new();
    for from in place.filled().await {
        for to in [place.sqlite(&format!("copy-of-{}", &from[..4])), postgres()] {
            source(&from).await.unfence().await.unwrap();
            crate::place::copy(&from, &to).await.unwrap();
            let fenced = open(&from, "us").await.find_fence().await.unwrap().unwrap();
            assert_eq!(fenced.target, jeton_store::place(&to).unwrap());
            assert_eq!(open(&to, "us").await.find_fence().await.unwrap(), None);
        }
    }
}

#[tokio::test]
async fn a_fenced_store_is_not_copied_and_stays_fenced() {
    let place = Place::new();
    for from in place.filled().await {
        source(&from).await.fence(&fence()).await.unwrap();
        let error = crate::place::copy(&from, &place.sqlite("to")).await.unwrap_err();
        let BackupError::Conflict(text) = &error else { panic!("{error}") };
        assert!(text.contains("db:5432") && text.contains("jeton store unfence"), "{text}");
        assert_eq!(open(&from, "us").await.find_fence().await.unwrap(), Some(fence()));
    }
}

/// A writer that has looked for the fence just before it was set commits before the last pass.
#[tokio::test]
async fn the_fence_of_postgresql_waits_for_transactions_that_did_not_see_it() {
    let url = postgres();
    fill(&url).await;
    let mut writer = PgConnection::connect(&url).await.unwrap();
    let mut writing = writer.begin().await.unwrap();
    sqlx::query("UPDATE accounts SET owner = 'late'").execute(&mut *writing).await.unwrap();
    let fencing = tokio::spawn({
        let url = url.clone();
        async move { source(&url).await.fence(&fence()).await }
    });
    let blocked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'ShareLock'
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    let mut observer = PgConnection::connect(&url).await.unwrap();
    let mut waits = 0_i64;
    for _ in 0..600 {
        waits = sqlx::query_scalar(blocked).fetch_one(&mut observer).await.unwrap();
        if waits > 0 || fencing.is_finished() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(waits, 1);
    assert_eq!(open(&url, "us").await.find_fence().await.unwrap(), Some(fence()));
    writing.commit().await.unwrap();
    fencing.await.unwrap().unwrap();
}
