//! A server that does not answer in the last step: no acknowledged change is lost, and no one waits for ever.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::model::{Actor, Timestamp};
use jeton_core::store::{BackupError, CopyMonitor, CopyPhase, RestoreOptions};

use crate::place::{Place, assert_same, copy, copy_watched, fill, open, postgres, rows, source};
use crate::proxy::{Delivery, Proxy, Traffic};

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_whose_commit_is_not_confirmed_leaves_the_source_fenced() {
    let place = Place::new();
    for delivery in [Delivery::Lost, Delivery::Delivered] {
        let (from, to) = (place.sqlite(&format!("{delivery:?}")), postgres());
        fill(&from).await;
        let proxy = Arc::new(Proxy::start(&to).await);
        let (network, through) = (Arc::clone(&proxy), proxy.url());
        let error = copy_watched(&from, &through, move |_, progress| {
            if progress.phase == CopyPhase::LastChanges {
                network.set(Traffic::CutAt("COMMIT", delivery));
            }
        });
        let error = error.await.unwrap_err();
        assert!(matches!(error, BackupError::OutcomeUnknown(_)), "{error}");
        assert!(open(&from, "us").await.find_fence().await.unwrap().is_some());
        if delivery == Delivery::Delivered {
            assert_same(&rows(&to).await, &rows(&from).await);
        } else {
            // As the message advises.
            source(&from).await.unfence().await.unwrap();
            copy(&from, &to).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_that_is_not_committed_leaves_rows_and_numbers() {
    let place = Place::new();
    let (from, to) = (place.sqlite("from"), postgres());
    fill(&from).await;
    fill(&to).await;
    let store = open(&to, "us").await;
    jeton_store_contract::add_many(&*store, 20).await;
    let before = rows(&to).await;
    let proxy = Arc::new(Proxy::start(&to).await);
    let network = Arc::clone(&proxy);
    let watch = CopyMonitor::new(move |_| network.set(Traffic::CutAt("COMMIT", Delivery::Lost)));
    let options = RestoreOptions {
        force: true,
        keep_tokens: false,
        at: Timestamp::from_unix(2_000_000_000),
        actor: Actor::Cli("root".to_owned()),
    };
    let file = from.strip_prefix("sqlite:").unwrap();
    let error = jeton_store::restore(&proxy.url(), file.as_ref(), &options, &watch).await.unwrap_err();
    assert!(matches!(error, BackupError::OutcomeUnknown(_)), "{error}");
    assert_same(&rows(&to).await, &before);
    // The numbers of accounts and secrets come from sequences, which no rollback moves back.
    jeton_store_contract::add_many(&*open(&to, "us").await, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_to_a_server_that_freezes_after_the_fence_can_be_stopped() {
    let place = Place::new();
    let (from, to) = (place.sqlite("from"), postgres());
    fill(&from).await;
    let proxy = Arc::new(Proxy::start(&to).await);
    let network = Arc::clone(&proxy);
    let watch = Arc::new(CopyMonitor::new(move |progress| {
        if progress.phase == CopyPhase::LastChanges {
            network.set(Traffic::Vanishes);
        }
    }));
    let stop = async {
        while open(&from, "us").await.find_fence().await.unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // The check of the rows waits for an answer now, or will.
        tokio::time::sleep(Duration::from_millis(300)).await;
        watch.stop();
    };
    let through = proxy.url();
    let copy = jeton_store::copy(&from, &through, &crate::place::StoppedClock, &watch);
    let copied = tokio::time::timeout(Duration::from_mins(1), async { tokio::join!(copy, stop).0 });
    let error = copied.await.unwrap().unwrap_err();
    assert!(matches!(error, BackupError::Stopped), "{error}");
    open(&from, "us").await.check_writable().await.unwrap();
}
