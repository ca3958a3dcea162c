//! What is written while a store is being copied arrives in the copy.

use std::sync::atomic::{AtomicBool, Ordering};

use jeton_core::store::CopyPhase;

use crate::place::{Place, assert_same, copy_watched, meanwhile, open, postgres, rows};

#[tokio::test]
async fn changes_during_the_first_pass_arrive() {
    let place = Place::new();
    for from in place.filled().await {
        for to in [place.sqlite(&format!("copy-of-{}", &from[..4])), postgres()] {
            crate::place::source(&from).await.unfence().await.unwrap();
            let is_first = !to.starts_with("postgres");
            let (source, changed) = (from.clone(), AtomicBool::new(false));
            let copied = copy_watched(&from, &to, move |_, progress| {
                if progress.phase == CopyPhase::Rows && !changed.swap(true, Ordering::Relaxed) {
                    let source = source.clone();
                    meanwhile(async move {
                        let store = open(&source, "us").await;
                        if is_first {
                            jeton_store_contract::change(&*store).await;
                        } else {
                            store.check_writable().await.unwrap();
                            jeton_store_contract::change_again(&*store).await;
                        }
                    });
                }
            });
            assert!(copied.await.unwrap().changed > 0, "{from} {to}");
            assert_same(&rows(&to).await, &rows(&from).await);
        }
    }
}

/// More rows than a page has, and more than the last pass may have to bring alone.
#[tokio::test]
async fn many_rows_are_copied_in_pages_and_compared_twice() {
    let place = Place::new();
    for from in place.filled().await {
        let store = open(&from, "us").await;
        for _ in 0..4 {
            jeton_store_contract::add_many(&*store, 1_500).await;
        }
        for to in [place.sqlite(&format!("copy-of-{}", &from[..4])), postgres()] {
            crate::place::source(&from).await.unfence().await.unwrap();
            let (source, changed) = (from.clone(), AtomicBool::new(false));
            let copied = copy_watched(&from, &to, move |_, progress| {
                if progress.phase == CopyPhase::Changes && !changed.swap(true, Ordering::Relaxed) {
                    let source = source.clone();
                    meanwhile(async move {
                        jeton_store_contract::add_many(&*open(&source, "us").await, 600).await;
                    });
                }
            });
            // Each account has a row, a secret, and rights of its own.
            assert!(copied.await.unwrap().changed >= 1_800, "{from} {to}");
            assert_same(&rows(&to).await, &rows(&from).await);
        }
    }
}
