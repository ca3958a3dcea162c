//! A copy that fails leaves an empty target, and a source that accepts changes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jeton_core::store::{BackupError, CopyPhase, OpenError};
use jeton_postgres_cluster::Durability;
use sqlx::{Connection as _, PgConnection};

use crate::place::{
    Place, assert_same, copy, copy_watched, fill, open, postgres, rows, source, start_cluster,
};

async fn assert_writable(url: &str) {
    open(url, "us").await.check_writable().await.unwrap();
}

/// A copy to it succeeds, and nothing of the failed one is left.
async fn assert_empty(place: &Place, from: &str, to: &str) {
    copy(from, to).await.unwrap();
    assert_same(&rows(to).await, &rows(from).await);
    source(from).await.unfence().await.unwrap();
    let names = std::fs::read_dir(place.folder.path()).unwrap();
    let names: Vec<_> = names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!names.iter().any(|name| name.contains(".copy")), "{names:?}");
}

#[tokio::test]
async fn a_target_with_data_is_refused_and_stays() {
    let place = Place::new();
    let from = place.sqlite("from");
    fill(&from).await;
    for to in place.filled().await {
        let before = rows(&to).await;
        let error = copy(&from, &to).await.unwrap_err();
        assert!(matches!(&error, BackupError::Conflict(text) if text.contains("not empty")), "{error}");
        assert_same(&rows(&to).await, &before);
        assert_writable(&from).await;
        assert_writable(&to).await;
    }
}

#[tokio::test]
async fn a_target_of_another_program_is_refused() {
    let place = Place::new();
    let from = place.sqlite("from");
    fill(&from).await;
    let foreign = postgres();
    let mut other = PgConnection::connect(&foreign).await.unwrap();
    sqlx::query("CREATE TABLE theirs (a text)").execute(&mut other).await.unwrap();
    let error = copy(&from, &foreign).await.unwrap_err();
    assert!(matches!(error, BackupError::Open(OpenError::Foreign { .. })), "{error}");
    assert_writable(&from).await;
}

#[tokio::test]
async fn a_copy_that_is_stopped_in_any_pass_is_undone() {
    let place = Place::new();
    for from in place.filled().await {
        for phase in [CopyPhase::Rows, CopyPhase::LastChanges] {
            for to in [place.sqlite(&format!("{}-{phase:?}", &from[..4])), postgres()] {
                let stopped = copy_watched(&from, &to, move |watch, progress| {
                    if progress.phase == phase && progress.copied > 10 {
                        watch.stop();
                    }
                });
                let error = stopped.await.unwrap_err();
                assert!(matches!(error, BackupError::Stopped), "{error}");
                assert_writable(&from).await;
                assert_empty(&place, &from, &to).await;
            }
        }
    }
}

#[tokio::test]
async fn a_row_that_the_target_cannot_hold_fails_the_copy_and_is_named() {
    let place = Place::new();
    let (from, to) = (place.sqlite("from"), postgres());
    fill(&from).await;
    let change = |sql: &str| {
        let database = rusqlite::Connection::open(from.strip_prefix("sqlite:").unwrap()).unwrap();
        database.execute_batch(sql).unwrap();
    };
    change("UPDATE accounts SET owner = 'a' || char(0)");
    let error = copy(&from, &to).await.unwrap_err();
    assert!(matches!(&error, BackupError::Failed(text) if text.contains("table accounts")), "{error}");
    assert_writable(&from).await;
    change("UPDATE accounts SET owner = NULL");
    assert_empty(&place, &from, &to).await;
}

#[tokio::test]
async fn a_reference_to_a_missing_row_fails_the_copy_after_the_fence() {
    let place = Place::new();
    let from = place.sqlite("from");
    fill(&from).await;
    let change = |sql: &str| {
        let database = rusqlite::Connection::open(from.strip_prefix("sqlite:").unwrap()).unwrap();
        database.execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}")).unwrap();
    };
    change("INSERT INTO revocation_summaries VALUES ('nowhere', 1)");
    for to in [place.sqlite("to"), postgres()] {
        let error = copy(&from, &to).await.unwrap_err();
        assert!(
            matches!(&error, BackupError::Failed(text) if text.contains("revocation_summaries")),
            "{error}"
        );
        assert_writable(&from).await;
    }
    change("DELETE FROM revocation_summaries WHERE region = 'nowhere'");
    assert_empty(&place, &from, &place.sqlite("to")).await;
}

#[tokio::test]
async fn a_target_server_that_stops_in_the_last_pass_lifts_the_fence() {
    let place = Place::new();
    let from = place.sqlite("from");
    fill(&from).await;
    let cluster = Arc::new(start_cluster(Durability::Durable));
    cluster.create_database("target").unwrap();
    let (stopped, server) = (AtomicBool::new(false), Arc::clone(&cluster));
    let to = cluster.url("target");
    let error = copy_watched(&from, &to, move |_, progress| {
        if progress.phase == CopyPhase::LastChanges && !stopped.swap(true, Ordering::Relaxed) {
            server.crash().unwrap();
        }
    });
    let error = error.await.unwrap_err();
    assert!(matches!(error, BackupError::Open(OpenError::Unavailable { .. })), "{error}");
    assert_writable(&from).await;
    cluster.start_again().unwrap();
    assert_empty(&place, &from, &to).await;
}
