//! Storing the region's epoch.

use jeton_core::store::Conflict;

use crate::samples::region_entry;
use crate::{FreshDatabase, assert_conflict, eu, us};

pub(crate) async fn a_replaced_region_epoch_is_found_as_it_was_written(database: &dyn FreshDatabase) {
    let store = us(database).await;
    assert_eq!(store.find_region_epoch().await.unwrap(), 0);
    store.replace_region_epoch(0, 7, &region_entry("us")).await.unwrap();
    assert_eq!(store.find_region_epoch().await.unwrap(), 7);
    assert_eq!(store.find_catalog().await.unwrap().value.region_epoch, 7);
}

pub(crate) async fn a_replacement_of_an_older_region_epoch_is_stale(database: &dyn FreshDatabase) {
    let store = us(database).await;
    store.replace_region_epoch(0, 7, &region_entry("us")).await.unwrap();
    assert_conflict(store.replace_region_epoch(0, 8, &region_entry("us")).await, Conflict::Stale);
    assert_eq!(store.find_region_epoch().await.unwrap(), 7);
}

pub(crate) async fn a_writability_check_changes_nothing(database: &dyn FreshDatabase) {
    let store = us(database).await;
    store.replace_region_epoch(0, 7, &region_entry("us")).await.unwrap();
    let before = store.find_catalog().await.unwrap().position;
    store.check_writable().await.unwrap();
    assert_eq!(store.find_region_epoch().await.unwrap(), 7);
    assert_eq!(store.find_catalog().await.unwrap().position, before);
    assert!(store.list_changes(before, 10).await.unwrap().changes.is_empty());
}

pub(crate) async fn each_region_has_its_own_epoch(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    us.replace_region_epoch(0, 7, &region_entry("us")).await.unwrap();
    assert_eq!(eu.find_region_epoch().await.unwrap(), 0);
    eu.replace_region_epoch(0, 9, &region_entry("eu")).await.unwrap();
    assert_eq!(us.find_region_epoch().await.unwrap(), 7);
}
